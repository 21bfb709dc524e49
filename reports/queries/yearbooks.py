"""The files of yearbooks: asked for as a job for each format, and kept for some days for whoever asked."""

from __future__ import annotations

from django.db.models import QuerySet

from fupin.domain.job_files import keep_files
from fupin.models import Job, User
from fupin.place import Place

#: The kind of job that writes a format.
KINDS = {"xlsx": "yearbook", "docx": "yearbook_docx", "rosters": "yearbook_rosters"}
#: Of what comes with it, and is a workbook for each list: 名册.
ROSTERS = "rosters"
ENDINGS = {"xlsx": ".xlsx", "docx": ".docx", ROSTERS: ".zip"}
for _format, _kind in KINDS.items():
    keep_files(_kind, folder=_kind, ending=ENDINGS[_format])
FORMAT_OF = {kind: format for format, kind in KINDS.items()}


def yearbooks_of(user: User, place: Place) -> QuerySet[Job]:
    """The yearbooks of a place and year that a user asked for, newest first; nobody else sees them."""
    asked = Job.objects.filter(kind__in=FORMAT_OF, actor=user)
    return asked.filter(arguments__region=place.region.code, arguments__year=place.year).order_by("-pk")
