"""Where a figure is used: in which report's shipped wording, on which charts of the dashboard, in which tables."""

from __future__ import annotations

from collections import defaultdict

from reports.figures.board import CHARTS, COMPARED, PLACES, TILES
from reports.figures.declare import Figure
from reports.figures.window import Window
from reports.figures.yearbook import TABLES
from reports.models import Era
from reports.queries.summary import KINDS, words_about
from reports.queries.wordings import shipped_wording
from reports.wording.saying import figures_of


def uses_of(window: Window) -> dict[str, list[str]]:
    """By code of figure: where its number is seen, in words. What a county has put into its own wording is not told."""
    found: dict[str, list[str]] = defaultdict(list)

    def note(figures: list[Figure], where: str) -> None:
        for figure in figures:
            if where not in found[figure.code]:
                found[figure.code].append(where)

    for kind in KINDS.values():
        for era in Era:
            wording = shipped_wording(kind.code, era)
            note(figures_of(wording, kind.names, words_about(window), window), kind.label)
    board = [figure for row in TILES for figure in row]
    board += [figure for chart in CHARTS for figure in chart.figures(window)]
    board += [figure for table in PLACES for figure in table.figures]
    note([*board, *COMPARED], "数据看板")
    note([column.figure for table in TABLES for column in table.columns(window)], "年度统计表")
    return dict(found)
