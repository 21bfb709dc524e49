"""Which cells of a form want which figure of which place and year.

A form is read as cadres make them: a row for each village under headings of one to three rows; a row for each item, with the
places or the years beside one another; items and gaps all over a sheet; or cells that name a figure themselves: {poor.households}.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fupin.models import Region
from fupin.sheets.cells import Kind, folded
from reports.blanks.grid import At, Grid
from reports.blanks.names import (
    Doubt,
    Found,
    Vocabulary,
    key_of,
    stated_units,
    unit_in,
)
from reports.figures.declare import Figure

#: A cell that names a figure, alone or amid words.
NAMED = re.compile(r"\{([a-z][a-z0-9_.]*)(?::[^{}]*)?\}")
_OF_A_VILLAGE = re.compile("(?:村民委员会|村委会|居民委员会|居委会|社区|街道办事处|办事处|村|镇|乡|县)$")
_YEAR = re.compile(r"(20\d\d)(?:年|年度)?(?:数|底|末)?$")
#: Of more headings only those are listed that mean something: it is no form, and nobody reads so many.
MOST_HEADINGS = 500
#: A line above or below a table: of the unit, of who filled it in, a note.
_LINE = re.compile(
    "(?:填报|填表|编制|制表|审核|复核|报送|上报|负责|单位|日期|时间|联系|备注|注|说明).{0,8}:|注[1-9]?[.、]|(?:填表|制表|填报)(?:人|日期|单位)"
)
TOTALS = ("合计", "总计", "全县", "全镇", "全乡", "全村", "县合计", "镇合计", "乡合计")
SUBTOTALS = ("小计", "乡镇小计", "镇小计", "乡小计")


@dataclass(frozen=True)
class Target:
    """Whose figures a row or a column is for: a region below the form's place or itself, in a year."""

    region: Region
    year: int


@dataclass(frozen=True)
class Wanted:
    """What a cell wants."""

    found: Found
    target: Target


@dataclass(frozen=True)
class Heading:
    """A heading of a form, where it stands, and what it was read as."""

    sheet: str
    at: At
    path: tuple[str, ...]
    meaning: Found | Doubt | None
    #: Whether a user has said so.
    said: bool = False

    @property
    def key(self) -> str:
        """Under what a user's word about it is kept."""
        return key_of(self.path)


@dataclass
class Plan:
    """What is to be filled in, and what could not be matched."""

    #: The figures there are.
    known: Vocabulary
    #: By sheet and cell.
    cells: dict[str, dict[At, Wanted]] = field(default_factory=dict)
    #: Cells that name figures amid words, by sheet.
    worded: dict[str, dict[At, str]] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    #: Rows that look like places and are none of this one's: sheet, row, name.
    strangers: list[tuple[str, int, str]] = field(default_factory=list)
    #: Codes in cells that are no figures.
    unknown: list[tuple[str, At, str]] = field(default_factory=list)

    @property
    def targets(self) -> set[Target]:
        """Everything that must be measured."""
        return {wanted.target for cells in self.cells.values() for wanted in cells.values()}

    @property
    def figures(self) -> list[Figure]:
        """The figures that cells want, each once."""
        return list({w.found.figure: None for cells in self.cells.values() for w in cells.values()})


class Places:
    """The regions at and below a place, by their names and codes as forms have them."""

    def __init__(self, place: Region, below: Sequence[Region], year: int) -> None:
        self.place, self.year = place, year
        self._named: dict[str, list[Region]] = {}
        for region in (place, *below):
            for name in {region.code, folded(region.name), short(region.name)}:
                self._named.setdefault(name, []).append(region)

    def find(self, text: str, within: Region | None = None) -> Region | None:
        """The region of a name or code: the only one, or the only one within another."""
        regions = self._named.get(folded(text)) or self._named.get(short(text)) or []
        if len(regions) > 1 and within is not None:
            regions = [region for region in regions if region.code.startswith(within.prefix)]
        return regions[0] if len(regions) == 1 else None

    def target(self, text: str, within: Region | None = None) -> Target | None:
        """Whose numbers stand under or beside a text: a place's, a year's, or the whole place's."""
        plain = folded(text)
        if plain in TOTALS or plain == f"{short(self.place.name)}合计":
            return Target(self.place, self.year)
        if (year := _YEAR.fullmatch(plain)) is not None:
            return Target(self.place, int(year[1]))
        region = self.find(text, within)
        return None if region is None else Target(region, self.year)


def short(name: str) -> str:
    """A region's name without what kind of region it is."""
    plain = folded(name)
    return _OF_A_VILLAGE.sub("", plain) or plain


def plan_of(grids: Sequence[Grid], vocabulary: Vocabulary, places: Places, said: Mapping[str, str]) -> Plan:
    """Match a form. `said` is what a user has said of headings: a figure's code by the heading's key, "" for none."""
    plan = Plan(vocabulary)
    for grid in grids:
        reader = _Sheet(grid, vocabulary, places, said, plan)
        reader.read_named()
        if not reader.read_table():
            reader.read_items()
    return plan


class _Sheet:
    """Reads one sheet into the plan."""

    def __init__(
        self, grid: Grid, vocabulary: Vocabulary, places: Places, said: Mapping[str, str], plan: Plan
    ) -> None:
        self.grid, self.vocabulary, self.places, self.said, self.plan = grid, vocabulary, places, said, plan
        self.cells = plan.cells.setdefault(grid.name, {})
        self.worded = plan.worded.setdefault(grid.name, {})

    def mean(self, path: Sequence[str], at: At, stated: frozenset[str]) -> Found | None:
        """What a heading means; it is listed, whatever it means, unless there are very many."""
        kept = tuple(dict.fromkeys(filter(None, path)))
        few = len(self.plan.headings) < MOST_HEADINGS
        meaning = self.vocabulary.find(kept, stated, near=few)
        code = self.said.get(key_of(kept))
        if code is not None:
            figure = self.vocabulary.by_code.get(code)
            unit = next(filter(None, map(unit_in, reversed(kept))), "")
            meaning = None if figure is None else Found(figure, unit if figure.unit in ("万元", "元") else "")
        if few or isinstance(meaning, Found):
            self.plan.headings.append(Heading(self.grid.name, at, kept, meaning, code is not None))
        return meaning if isinstance(meaning, Found) else None

    def want(self, at: At, found: Found, target: Target) -> None:
        """Let a cell have a figure, if it is free for it."""
        if self.grid.is_open(at) and at not in self.worded:
            self.cells.setdefault(at, Wanted(found, target))

    # --- cells that name figures ------------------------------------------------------------------------------

    def read_named(self) -> None:
        """{poor.households} in a cell: the figure of the place itself; amid words, within them."""
        own = Target(self.places.place, self.places.year)
        for at, cell in self.grid.cells.items():
            codes = NAMED.findall(cell.value) if self.grid.text(at) and at not in self.grid.formulas else []
            known = [code for code in codes if code in self.vocabulary.by_code]
            self.plan.unknown += [(self.grid.name, at, code) for code in codes if code not in known]
            if not known:
                continue
            if NAMED.fullmatch(cell.value.strip()):
                self.cells[at] = Wanted(Found(self.vocabulary.by_code[known[0]]), own)
            else:
                self.worded[at] = cell.value

    # --- a row for each place or year -------------------------------------------------------------------------

    def read_table(self) -> bool:
        """Rows of places or years under headings; whether there are any whose headings mean something."""
        rows = {row: found for row in range(1, self.grid.last_row + 1) if (found := self._row_target(row))}
        done = False
        for top, block in self._blocks(rows):
            last = max(rows[row][0] for row in block)
            columns = self._columns(top, block[0] - 1, last + 1)
            for row in block if columns else ():
                column, target = rows[row]
                if column < last and self.grid.text((row, last)) not in ("", self.grid.text((row, column))):
                    continue  # a village of a township that is known, and no row of the township's
                for at, meaning in columns.items():
                    self.want((row, at), meaning, target)
                done = True
            if columns:
                self._note_strangers(block, rows, last)
        return done

    def _row_target(self, row: int) -> tuple[int, Target] | None:
        """Whom a row is for, by its first words: the column of the last of them, and a place, a year, or both."""
        region: Region | None = None
        year: int | None = None
        last = 0
        for column in range(1, self.grid.last_column + 1):
            text = self._word((row, column))
            if not text:
                continue
            found = self._named(row, text, region)
            if found is None and not text.isdecimal():
                break  # what comes after is no name of the row
            if found is None or (found.year == self.places.year and self._is_above(found.region, region)):
                continue
            if last and region is not None and found.region.level == region.level and found.region != region:
                return None  # places side by side: a heading
            if found.year != self.places.year:
                year = found.year
            else:
                region = found.region
            last = column
        target = Target(region or self.places.place, year or self.places.year)
        return (last, target) if last else None

    def _named(self, row: int, text: str, within: Region | None) -> Target | None:
        """Whom a word at the head of a row names."""
        if folded(text) in SUBTOTALS:
            township = within or self._township_above(row)
            return None if township is None else Target(township, self.places.year)
        return self.places.target(text, within)

    def _word(self, at: At) -> str:
        """What is seen in a cell that may name a place or a year; numbers as they are written."""
        cell = self.grid.cells.get(self.grid.anchor(at))
        return cell.value.strip() if cell is not None and cell.kind in (Kind.TEXT, Kind.NUMBER) else ""

    @staticmethod
    def _is_above(region: Region, other: Region | None) -> bool:
        return other is not None and region != other and other.code.startswith(region.prefix)

    def _township_above(self, row: int) -> Region | None:
        """The township in whose rows a subtotal stands: that of the last village, or the last that was named."""
        for above in range(row - 1, 0, -1):
            for column in (3, 2, 1):
                region = self.places.find(self.grid.text((above, column)) or "-")
                if region is not None:
                    return region.parent if region.is_village else region
        return None

    def _blocks(self, rows: Mapping[int, tuple[int, Target]]) -> Iterator[tuple[int, list[int]]]:
        """Runs of rows under the same headings: the first row of the headings, and the rows."""
        top = 1
        block: list[int] = []
        for row in rows:
            if block and any(
                self._looks_like_heading(between, rows[row][0]) for between in range(block[-1] + 1, row)
            ):
                yield top, block
                top, block = block[-1] + 1, []
            block.append(row)
        if block:
            yield top, block

    def _looks_like_heading(self, row: int, names: int) -> bool:
        """Whether a row has words where others have numbers, beyond the column of names."""
        return sum(bool(self.grid.text((row, at))) for at in range(names + 1, self.grid.last_column + 1)) >= 2

    def _columns(self, top: int, bottom: int, first: int) -> dict[int, Found]:
        """What the columns under headings mean, from the first that may hold numbers."""
        stated = stated_units(self._texts(1, bottom))
        top = self._below_title(top, bottom, first)
        found = {}
        for column in range(first, self.grid.last_column + 1):
            anchors = dict.fromkeys(self.grid.anchor((row, column)) for row in range(top, bottom + 1))
            path = [text for at in anchors if (text := self.grid.text(at))]
            if path and (meaning := self.mean(path, max(anchors), stated)) is not None:
                found[column] = meaning
        return found

    def _texts(self, first: int, last: int) -> list[str]:
        """All words of some rows."""
        return [
            text
            for row in range(first, last + 1)
            for column in range(1, self.grid.last_column + 1)
            if (text := self.grid.text((row, column)))
        ]

    def _below_title(self, top: int, bottom: int, first: int) -> int:
        """The first row of the headings proper: below the title, and lines of a unit or of who fills the form in."""
        while top < bottom:
            anchors = {self.grid.anchor((top, column)) for column in range(1, self.grid.last_column + 1)}
            texts = {at[1]: text for at in anchors if (text := self.grid.text(at))}
            # One group over all numbers is a heading; what begins above the names of the rows is a title.
            is_heading = len(texts) > 1 or any(column >= first for column in texts)
            if is_heading and not any(map(_LINE.match, map(folded, texts.values()))):
                break
            top += 1
        return top

    def _note_strangers(
        self, block: Sequence[int], rows: Mapping[int, tuple[int, Target]], names: int
    ) -> None:
        """Rows amid those of places, or just below them, that name nobody whom the portal knows here."""
        for row in range(block[0], block[-1] + 2):
            text = self.grid.text((row, names))
            known = row in rows and (
                rows[row][0] == names or text in ("", self.grid.text((row, rows[row][0])))
            )
            if text and not known and not _LINE.match(folded(text)):
                self.plan.strangers.append((self.grid.name, row, text))

    # --- a row for each item ----------------------------------------------------------------------------------

    def read_items(self) -> None:
        """Words with a gap beside them; at the head of the sheet places or years may stand side by side."""
        heads = self._heads()
        stated = stated_units(self._texts(1, min(self.grid.last_row, 5)))
        for row in range(1, self.grid.last_row + 1):
            labels: list[str] = []
            for column in range(1, self.grid.last_column + 2):
                at = (row, column)
                if text := self.grid.text(at):
                    names_itself = at in self.worded or NAMED.search(text)
                    if names_itself or (not labels and unit_in(text) == folded(text)):
                        labels = []
                    else:
                        labels.append(text)
                elif labels and self.grid.is_open(at):
                    after = self.grid.text((row, column + 1))
                    self._read_item(
                        [*labels, *([after] if folded(after) == unit_in(after) else [])], at, heads, stated
                    )
                    labels = []

    def _read_item(
        self, labels: Sequence[str], at: At, heads: Mapping[int, Target], stated: frozenset[str]
    ) -> None:
        """Some words, and the gap beside them."""
        row, first = at
        beyond = first > self.grid.last_column
        if beyond and not isinstance(self.vocabulary.find(labels, stated, near=False), Found):
            return  # the end of a line of words, and no gap
        found = self.mean(labels, (row, first - 1), stated)
        if found is None:
            return
        under = [(column, target) for column, target in heads.items() if column >= first]
        for column, target in under or [(first, Target(self.places.place, self.places.year))]:
            self.want((row, column), found, target)

    def _heads(self) -> dict[int, Target]:
        """Places or years that stand side by side at the head of a sheet, by column."""
        for row in range(1, min(self.grid.last_row, 8) + 1):
            found = {
                column: target
                for column in range(2, self.grid.last_column + 1)
                if (target := self.places.target(self._word((row, column)) or "-")) is not None
            }
            if len(found) >= 2:
                return found
        return {}
