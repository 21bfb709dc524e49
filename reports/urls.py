"""Routes of this room."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reports.views.figures import FigureExportView, FigureRowsView
from reports.views.overview import DefinitionsView, OverviewView
from reports.views.summary import SummaryView


class FigureCode(StringConverter):
    """A figure's code in a URL: exited.2016.households."""

    regex = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+"


register_converter(FigureCode, "figure")

PLACE = "<region:region>/<year:year>/"

urlpatterns = [
    path(PLACE, OverviewView.as_view(), name="overview"),
    path(f"{PLACE}summary/<slug:kind>/", SummaryView.as_view(), name="summary"),
    path(f"{PLACE}definitions/", DefinitionsView.as_view(), name="definitions"),
    path(f"{PLACE}figures/<figure:code>/", FigureRowsView.as_view(), name="figure_rows"),
    path(f"{PLACE}figures/<figure:code>/export/", FigureExportView.as_view(), name="figure_export"),
]
