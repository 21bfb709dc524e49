"""Models that every room uses: places, people who log in, years, files, jobs, imports, forms on their way."""

from fupin.models.exports import ExportLog
from fupin.models.files import Attachment
from fupin.models.forms import Draft, SentForm
from fupin.models.imports import ColumnMatch, ImportLine, ImportRun
from fupin.models.jobs import Job
from fupin.models.region import Level, Region, parent_code
from fupin.models.reveal import Reveal
from fupin.models.review import Move, YearMove
from fupin.models.saved import SavedView
from fupin.models.user import RoleAssignment, User
from fupin.models.years import Ledger, Placed, RegionYear, year_field

__all__ = [
    "Attachment",
    "ColumnMatch",
    "Draft",
    "ExportLog",
    "ImportLine",
    "ImportRun",
    "Job",
    "Ledger",
    "Level",
    "Move",
    "Placed",
    "Region",
    "RegionYear",
    "Reveal",
    "RoleAssignment",
    "SavedView",
    "SentForm",
    "User",
    "YearMove",
    "parent_code",
    "year_field",
]
