"""What a report looks at: a region and a period, in years or in a part of one; at all of it, or at some villages and households."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum

from fupin.models import Region
from fupin.models.years import FIRST_YEAR
from fupin.refusals import Refused
from reports.figures.only import Only

#: Since when things accumulate where nobody says otherwise: the first year of the registers (建档立卡).
PROGRAMME_START = 2014


class Span(Enum):
    """Of which years a base's rows are."""

    YEAR = "year"  # the last one
    PERIOD = "period"  # the years of work
    SINCE = "since"  # all years since things accumulate
    EVER = "ever"  # all years until the last: what counts is told by days


#: Parts of a year, for reports that count by day: what each is called, its first month and its last.
PARTS = {
    "": ("", 1, 12), "H1": ("上半年", 1, 6), "H2": ("下半年", 7, 12), "Q1": ("第一季度", 1, 3), "Q2": ("第二季度", 4, 6),
    "Q3": ("第三季度", 7, 9), "Q4": ("第四季度", 10, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Window:
    """What a report looks at: a region, its years of work, and the year since which things accumulate.

    The register is read in the last year.
    """

    region: Region
    first: int
    last: int
    since: int
    #: A part of the one year, of PARTS: H1, Q2.
    part: str = ""
    #: Which villages and households, where not all.
    only: Only = Only()

    def __post_init__(self) -> None:
        if self.part and (self.part not in PARTS or self.first != self.last):
            raise Refused("半年和季度只能是一个年度的，请改正期间。")
        if self.first > self.last:
            raise Refused(f"期间的开始年度{self.first}晚于结束年度{self.last}，请改正。")
        if self.since > self.last:
            raise Refused(f"累计开始年度{self.since}晚于结束年度{self.last}，请改正。")

    def span(self, span: Span) -> tuple[int, int]:
        """First and last year of a span."""
        match span:
            case Span.YEAR:
                return self.last, self.last
            case Span.PERIOD:
                return self.first, self.last
            case Span.SINCE:
                return self.since, self.last
            case Span.EVER:
                return FIRST_YEAR, self.last

    @property
    def begins(self) -> date:
        """The first day of the work."""
        return date(self.first, PARTS[self.part][1], 1)

    @property
    def ends(self) -> date:
        """The last day, by which everything is told."""
        month = PARTS[self.part][2]
        return date(self.last, month, monthrange(self.last, month)[1])

    @property
    def period(self) -> str:
        """The period as it is written: 2017, 2017H1, 2016..2017."""
        return f"{self.last}{self.part}" if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def years(self) -> str:
        """The years of work as they are printed: 2017年, 2016-2017年, 2018年上半年."""
        return (
            f"{self.last}年{PARTS[self.part][0]}"
            if self.first == self.last
            else f"{self.first}-{self.last}年"
        )


def year_window(region: Region, year: int) -> Window:
    """A year alone, with what has accumulated since the programme began."""
    return Window(region, year, year, min(PROGRAMME_START, year))
