"""Writing a village's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from fupin.access import Actor
from fupin.audit import acting
from fupin.domain.bulk import Written, upsert
from fupin.domain.rows import may_enter_or_refuse
from fupin.models import Level, Region
from reports.chapters import Chapter
from reports.figures.window import Window
from reports.models import SectionText
from reports.queries.summary import KINDS, words_about
from reports.queries.texts import paragraphs_of


def check_text(text: str, year: int) -> None:
    """Raise Refused, with a sentence, for a text whose figures or clauses do not hold in a summary of the year."""
    # Which figures there are depends on no region.
    window = Window(Region(code="0" * 12, name="", level=Level.VILLAGE), year, year, year)
    paragraphs_of(text, KINDS["village"].names, words_about(window), window)


def save_texts(*, region: Region, year: int, rows: Sequence[Mapping[str, Any]], actor: Actor) -> Written:
    """Write paragraphs of a village's summary of a year, each by its chapter (七 if none is said) and position.

    Raises Refused without the right, or for a text that does not hold.
    """
    may_enter_or_refuse(actor, region)
    for row in rows:
        check_text(row["text"], year)
    values = [
        {
            "region_id": region.code,
            "year": year,
            "chapter": row.get("chapter") or Chapter.NEXT_STEPS.value,
            "position": row["position"],
            "text": row["text"],
        }
        for row in rows
    ]
    with acting(actor, via="form"), transaction.atomic():
        return upsert(SectionText, values, key=["region_id", "year", "chapter", "position"])
