"""What a county and a village say in their reports beside the figures."""

from reports.models.text import SectionText
from reports.models.wording import Era, NarrativeTemplate, era_of

__all__ = ["Era", "NarrativeTemplate", "SectionText", "era_of"]
