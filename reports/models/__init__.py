"""What a county and a village say in their reports beside the figures; and the figures that are kept."""

from reports.models.cache import VillageFigure, VillageFold, VillageMark
from reports.models.text import SectionText
from reports.models.wording import Era, NarrativeTemplate, era_of

__all__ = [
    "Era",
    "NarrativeTemplate",
    "SectionText",
    "VillageFigure",
    "VillageFold",
    "VillageMark",
    "era_of",
]
