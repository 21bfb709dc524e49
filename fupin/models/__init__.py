"""Models that every room uses: places, people who log in, years, files, jobs."""

from fupin.models.files import Attachment
from fupin.models.jobs import ImportRun, Job
from fupin.models.region import Level, Region, parent_code
from fupin.models.user import RoleAssignment, User
from fupin.models.years import Ledger, Placed, RegionYear, year_field

__all__ = [
    "Attachment",
    "ImportRun",
    "Job",
    "Ledger",
    "Level",
    "Placed",
    "Region",
    "RegionYear",
    "RoleAssignment",
    "User",
    "parent_code",
    "year_field",
]
