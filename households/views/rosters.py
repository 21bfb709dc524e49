"""Rosters out in the column orders of the national system's exports: a row per person, the household's columns on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fupin.resource.exports import ExportView, FullExportView
from fupin.sheets.columns import Column, TextColumn
from households.interfaces.roster_columns import ROSTER_2019, ROSTER_2022
from households.interfaces.roster_export import roster_line
from households.queries.rosters import in_roster_order

ORDERS = {2019: ROSTER_2019, 2022: ROSTER_2022}


class RosterView(ExportView):
    """The members that the list shows, but for those who have left, as the export of an edition (2019, 2022) has them."""

    edition = 2019
    numbered = False  # an edition may have a 序号 of its own

    def sheet(self, rows: Any) -> tuple[Sequence[Column], Iterable[Mapping[str, Any]]]:
        """Every cell a text, in the edition's order."""
        order = ORDERS[self.edition]
        heads = [
            TextColumn(name=f"c{at}", label=header, width=22 if name == "id_number" else 12)
            for at, (header, name) in enumerate(order)
        ]

        def line(at: int, member: Any) -> dict[str, Any]:
            values = roster_line(member)
            told = (str(at) if header == "序号" else values.get(name) for header, name in order)
            return {head.name: value for head, value in zip(heads, told, strict=True)}

        every = in_roster_order(rows).iterator(chunk_size=2000)
        return heads, (line(at, member) for at, member in enumerate(every, start=1))

    def summed(self) -> tuple[str, ...]:
        """Texts have no sum."""
        return ()

    def title(self) -> str:
        """The edition is in the name."""
        return f"{self.place.region}{self.place.year}年花名册（{self.edition}年格式）"


class FullRosterView(RosterView, FullExportView):
    """The same with the numbers of people in full, after a purpose was stated."""
