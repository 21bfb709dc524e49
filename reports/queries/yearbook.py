"""Measuring the yearbook of a county or township and year: everything that its files say, and nothing of how they look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import Enum

from funds.enums import FundLevel
from funds.queries.sums import Sums, cells_of, lines_by, names_of_parts, total_of
from fupin.access import Action, Actor, may
from fupin.models import Level, Region
from fupin.place import Place
from fupin.refusals import Refused
from reports.figures.measure import figures_of_places, measure
from reports.figures.result import Result
from reports.figures.snapshot import snapshot
from reports.figures.window import Window, year_window
from reports.figures.yearbook import TABLES
from reports.queries.kept import plain_value, sha256
from reports.queries.proof import Proof, proof_of

#: Levels of region that a yearbook is written for.
LEVELS = (Level.TOWNSHIP, Level.COUNTY)


class Kind(Enum):
    """What a row of a table is: the whole, a township of it, a village."""

    TOTAL, TOWNSHIP, VILLAGE = "total", "township", "village"


@dataclass(frozen=True)
class Row:
    """A place and what was measured there, by code of figure."""

    kind: Kind
    region: Region
    results: Mapping[str, Result]


@dataclass(frozen=True)
class Money:
    """What became of the year's money: of the whole or of a part, by level of the money."""

    label: str
    kind: Kind
    by_level: Mapping[str, Sums]

    @property
    def total(self) -> Sums:
        """Of all levels."""
        return total_of(self.by_level.values())


@dataclass(frozen=True)
class Yearbook:
    """The yearbook as it stands at this moment."""

    place: Place
    window: Window
    #: The whole first; of a county then each township before its villages, of a township its villages.
    rows: Sequence[Row]
    #: The whole in the year before.
    before: Mapping[str, Result]
    #: The whole first, then its parts: of a county townships, of a township villages.
    money: Sequence[Money]
    proof: Proof

    @property
    def title(self) -> str:
        """What the cover says."""
        return f"{self.place.region.name}{self.place.year}年度统计表"


def yearbook_of(place: Place, actor: Actor) -> Yearbook:
    """Measure it, in one state of the database and a number of statements that does not depend on the villages.

    Raises Refused for a place that has none, and without the right to report on it.
    """
    if place.region.level not in LEVELS:
        raise Refused(f"年度统计表按县或乡镇编制，{place.region}不是县或乡镇。")
    if not may(actor, Action.REPORT, place.region.code):
        raise Refused(f"您没有查看{place.region}汇总的权限。")
    window = year_window(place.region, place.year)
    columns = [column for table in TABLES for column in table.columns(window)]
    figures = list(dict.fromkeys(column.figure for column in columns))
    lasting = list(dict.fromkeys(column.figure for column in columns if not column.of_a_year))
    with snapshot():
        whole = measure(figures, window)
        below = {
            level: figures_of_places(figures, window, level)
            for level in (Level.TOWNSHIP, Level.VILLAGE)
            if level > place.region.level
        }
        before = measure(lasting, year_window(place.region, place.year - 1))
        money = _money(place, actor)
        proof = proof_of(place, actor)
    return Yearbook(place, window, _rows(place.region, whole, below), before, money, proof)


def digest_of_yearbook(yearbook: Yearbook) -> str:
    """SHA-256 of all that a yearbook says: every number with its rows and coverage, the money, what does not tie."""

    def told(results: Mapping[str, Result]) -> list[str]:
        return [
            f"{code} {plain_value(r.value)} {r.rows} {r.covered}/{r.villages}"
            for code, r in sorted(results.items())
        ]

    lines = [yearbook.title, *told(yearbook.before)]
    for row in yearbook.rows:
        lines += [row.region.code, *told(row.results)]
    for part in yearbook.money:
        for level, sums in part.by_level.items():
            lines.append(" ".join((part.label, level, *(str(plain_value(each)) for each in astuple(sums)))))
    proof = yearbook.proof
    for line in (*proof.wrong, *(each for some in proof.wrong_villages.values() for each in some)):
        lines.append(
            f"{line.place.region.code} {line.title} {' '.join(str(plain_value(side)) for side in line.sides)}"
        )
    return sha256("\n".join(lines))


def _rows(
    region: Region, whole: Mapping[str, Result], below: Mapping[Level, Mapping[str, Mapping[str, Result]]]
) -> list[Row]:
    regions = Region.objects.unscoped("names of places are no secret").filter(
        code__startswith=region.prefix, level__in=list(below)
    )
    rows = [Row(Kind.TOTAL, region, whole)]
    # In the order of the codes a township comes before its villages.
    for place in regions.select_related("parent").order_by("code"):
        results = below[Level(place.level)].get(place.prefix)
        if results is not None:
            rows.append(Row(Kind.VILLAGE if place.is_village else Kind.TOWNSHIP, place, results))
    return rows


def _money(place: Place, actor: Actor) -> list[Money]:
    """What was granted to the place and its parts in the year's budget, and what was allocated and paid there."""
    cells = [cell for cell in cells_of(actor, place) if cell.year == place.year]
    levels = [level.value for level in FundLevel]

    def line(label: str, kind: Kind, by_level: Mapping[str, Sums]) -> Money:
        return Money(label, kind, {level: by_level.get(level, Sums()) for level in levels})

    found = [line("合计", Kind.TOTAL, lines_by(cells, lambda cell: cell.level))]
    found_at: dict[tuple[str, str], Sums] = {}
    for cell in cells:
        sums = cell.sums
        owned = Sums(sums.issued, sums.raised, sums.cut, sums.carried, sums.arrived, sums.used)
        found_at.setdefault((cell.owner, cell.level), Sums()).add(owned)
        found_at.setdefault((cell.at, cell.level), Sums()).add(Sums(allocated=sums.allocated, paid=sums.paid))
    for prefix, region in names_of_parts(place).items():
        own = {level: found_at[prefix, level] for level in levels if (prefix, level) in found_at}
        if own:
            label = f"{region}本级" if region == place.region else str(region)
            found.append(line(label, Kind.TOWNSHIP, own))
    return found if len(found) > 1 else []
