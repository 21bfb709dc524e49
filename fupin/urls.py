"""All routes. Those of the register carry region and year; the rooms bring their own."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path, register_converter

from fupin.place import RegionCode, Year
from fupin.views.account import PasswordView, SignInView
from fupin.views.exports import ExportsView
from fupin.views.files import AttachmentView
from fupin.views.import_backfill import BackfillView
from fupin.views.import_columns import ColumnsView
from fupin.views.import_marked import MarkedView
from fupin.views.import_runs import ImportRunView, ImportStepView
from fupin.views.imports import TemplateView, UploadView
from fupin.views.jobs import JobFileView, JobsView, JobView
from fupin.views.ledgers import DeclareNilView, LedgerView
from fupin.views.places import HomeView, PlacesView
from fupin.views.regions import RegionsView
from fupin.views.reveals import RevealsView
from fupin.views.review import ProgressView
from fupin.views.saved import SavedViewView, ViewsView
from fupin.views.users import UsersView, UserView
from fupin.views.years import YearsView

register_converter(RegionCode, "region")
register_converter(Year, "year")

PLACE = "<region:region>/<year:year>/"

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("login/", SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", PasswordView.as_view(), name="password_change"),
    path("users/", UsersView.as_view(), name="users"),
    path("users/new/", UserView.as_view(), name="user_create"),
    path("users/<int:key>/", UserView.as_view(), name="user"),
    path("regions/", RegionsView.as_view(), name="regions"),
    path("attachments/<int:key>/", AttachmentView.as_view(), name="attachment"),
    path(f"{PLACE}places/", PlacesView.as_view(), name="places"),
    path(f"{PLACE}progress/", ProgressView.as_view(), name="progress"),
    path(f"{PLACE}years/", YearsView.as_view(), name="years"),
    path(f"{PLACE}ledgers/<slug:kind>/", LedgerView.as_view(), name="ledger"),
    path(f"{PLACE}nil/<slug:kind>/", DeclareNilView.as_view(), name="declare_nil"),
    path(f"{PLACE}import/", UploadView.as_view(), name="import"),
    path(f"{PLACE}import/template/<slug:kind>/", TemplateView.as_view(), name="import_template"),
    path(f"{PLACE}import/<int:key>/", ImportRunView.as_view(), name="import_run"),
    path(f"{PLACE}import/<int:key>/columns/", ColumnsView.as_view(), name="import_columns"),
    path(f"{PLACE}import/<int:key>/backfill/", BackfillView.as_view(), name="import_backfill"),
    path(f"{PLACE}import/<int:key>/marked/", MarkedView.as_view(), name="import_marked"),
    path(f"{PLACE}import/<int:key>/<slug:step>/", ImportStepView.as_view(), name="import_step"),
    path(f"{PLACE}views/", ViewsView.as_view(), name="views"),
    path(f"{PLACE}views/<int:key>/", SavedViewView.as_view(), name="saved_view"),
    path(f"{PLACE}reveals/", RevealsView.as_view(), name="reveals"),
    path(f"{PLACE}exports/", ExportsView.as_view(), name="exports"),
    path(f"{PLACE}jobs/", JobsView.as_view(), name="jobs"),
    path(f"{PLACE}jobs/<int:key>/", JobView.as_view(), name="job"),
    path(f"{PLACE}jobs/<int:key>/file/", JobFileView.as_view(), name="job_file"),
    path("", include("households.urls")),
    path("", include("funds.urls")),
    path("", include("reports.urls")),
]
