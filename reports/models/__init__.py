"""What a county and a village say in their reports beside the figures, the figures that are kept; forms to be filled in."""

from reports.models.blank import BlankForm
from reports.models.cache import VillageFigure, VillageFold, VillageMark
from reports.models.text import SectionText
from reports.models.wording import Era, NarrativeTemplate, era_of

__all__ = [
    "BlankForm",
    "Era",
    "NarrativeTemplate",
    "SectionText",
    "VillageFigure",
    "VillageFold",
    "VillageMark",
    "era_of",
]
