"""Reports and what is kept of them, what is said in them beside the figures, kept figures, forms to be filled in."""

from reports.models.blank import BlankForm
from reports.models.cache import VillageFigure, VillageFold, VillageMark
from reports.models.reopening import Reopening
from reports.models.report import Report, ReportMove
from reports.models.seal import Seal, SealedFile, YearFigures
from reports.models.text import SectionText
from reports.models.wording import Era, NarrativeTemplate, era_of

__all__ = [
    "BlankForm",
    "Era",
    "NarrativeTemplate",
    "Reopening",
    "Report",
    "ReportMove",
    "Seal",
    "SealedFile",
    "SectionText",
    "VillageFigure",
    "VillageFold",
    "VillageMark",
    "YearFigures",
    "era_of",
]
