"""Routes of this room."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reports.interfaces.resources import TEXTS
from reports.views.blanks import BlankFileView, BlanksView, BlankView
from reports.views.board import DashboardView, PanelView
from reports.views.bundle import BundleFileView, BundlesView, BundleView
from reports.views.closing import ClosingSinceView, ClosingView
from reports.views.figures import FigureExportView, FigureRowsView
from reports.views.overview import DefinitionsView, OverviewView
from reports.views.proof import ProofView
from reports.views.reports import ReportsView, ReportView
from reports.views.sealed import ReportFileView, ReportSinceView
from reports.views.statistics import StatisticsExportView, StatisticsView
from reports.views.summary import SummaryView
from reports.views.wording import WordingView
from reports.views.wording_versions import WordingVersionView
from reports.views.yearbook import YearbookFileView, YearbookView


class FigureCode(StringConverter):
    """A figure's code in a URL: exited.2016.households."""

    regex = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*"


register_converter(FigureCode, "figure")

PLACE = "<region:region>/<year:year>/"

urlpatterns = [
    *TEXTS.urls(),
    path(PLACE, OverviewView.as_view(), name="overview"),
    path(f"{PLACE}dashboard/", DashboardView.as_view(), name="dashboard"),
    path(f"{PLACE}dashboard/<slug:panel>/", PanelView.as_view(), name="dashboard_panel"),
    path(f"{PLACE}statistics/", StatisticsView.as_view(), name="statistics"),
    path(f"{PLACE}statistics/export/", StatisticsExportView.as_view(), name="statistics_export"),
    path(f"{PLACE}summary/<slug:kind>/", SummaryView.as_view(), name="summary"),
    path(f"{PLACE}closing/", ClosingView.as_view(), name="closing"),
    path(f"{PLACE}closing/since/", ClosingSinceView.as_view(), name="closing_since"),
    path(f"{PLACE}reports/", ReportsView.as_view(), name="reports"),
    path(f"{PLACE}reports/<int:key>/", ReportView.as_view(), name="report"),
    path(f"{PLACE}reports/<int:key>/since/", ReportSinceView.as_view(), name="report_since"),
    path(f"{PLACE}reports/<int:key>/<slug:format>/", ReportFileView.as_view(), name="report_file"),
    path(f"{PLACE}summaries/", BundlesView.as_view(), name="bundles"),
    path(f"{PLACE}summaries/<int:key>/", BundleView.as_view(), name="bundle"),
    path(f"{PLACE}summaries/<int:key>/file/", BundleFileView.as_view(), name="bundle_file"),
    path(f"{PLACE}blanks/", BlanksView.as_view(), name="blanks"),
    path(f"{PLACE}blanks/<int:key>/", BlankView.as_view(), name="blank"),
    path(f"{PLACE}blanks/<int:key>/<int:job>/", BlankFileView.as_view(), name="blank_file"),
    path(f"{PLACE}proof/", ProofView.as_view(), name="proof"),
    path(f"{PLACE}yearbook/", YearbookView.as_view(), name="yearbook"),
    path(f"{PLACE}yearbook/<int:key>/file/", YearbookFileView.as_view(), name="yearbook_file"),
    path(f"{PLACE}definitions/", DefinitionsView.as_view(), name="definitions"),
    path(f"{PLACE}wording/<slug:kind>/", WordingView.as_view(), name="wording"),
    path(
        f"{PLACE}wording/<slug:kind>/<slug:era>/<int:version>/",
        WordingVersionView.as_view(),
        name="wording_version",
    ),
    path(f"{PLACE}figures/<figure:code>/", FigureRowsView.as_view(), name="figure_rows"),
    path(f"{PLACE}figures/<figure:code>/export/", FigureExportView.as_view(), name="figure_export"),
]
