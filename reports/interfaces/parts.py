"""The village's own words in the village workbook: its sheet 下一步."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fupin.access import Actor
from fupin.domain.bulk import Written
from fupin.domain.imports import Checked
from fupin.models import Region
from fupin.refusals import Refused
from fupin.sheets.reading import Row
from households.interfaces.parts import repeated_rows
from households.queries.roster import Roster
from households.validators import Problem
from reports.chapters import Chapter
from reports.domain.texts import check_text, save_texts
from reports.interfaces.sheets import TEXT_SHEET


class TextPart:
    """下一步: paragraphs by section."""

    kind = "texts"
    label = "总结文字材料"
    sheet = TEXT_SHEET
    route = "texts_list"
    rank = 60

    def problems(self, rows: Sequence[Row], roster: Roster, year: int) -> Iterator[tuple[int, Problem]]:
        """A place taken twice, a figure that there is not."""
        placed = [
            replace(row, values={**row.values, "chapter": row.values.get("chapter") or Chapter.NEXT_STEPS})
            for row in rows
        ]
        for index in repeated_rows(placed, ("chapter", "position")):
            yield index, Problem("position", "同一章节有两个相同的段落号", "请改成不同的段落号")
        for index, row in enumerate(rows):
            try:
                check_text(row.values.get("text") or "", year)
            except Refused as refused:
                yield index, Problem("text", str(refused).rstrip("。"), "请改正内容")

    def against_register(
        self, rows: Sequence[Row], roster: Roster, village: Region, year: int, checked: Checked
    ) -> None:
        """Nothing beyond the rows themselves."""

    def write(self, rows: Sequence[Mapping[str, Any]], *, region: Region, year: int, actor: Actor) -> Written:
        """Write the paragraphs."""
        return save_texts(region=region, year=year, rows=rows, actor=actor)
