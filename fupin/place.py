"""A place and a year: chosen once at the top of the page, carried in every URL of the register."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, Value
from django.urls import reverse
from django.urls.converters import StringConverter

from fupin.models import Ledger, Placed, Region, RegionYear
from fupin.scope import Scoped, prefix_q


class RegionCode(StringConverter):
    """A 12-digit region code in a URL."""

    regex = r"\d{12}"


class Year(StringConverter):
    """A year between 2000 and 2100 in a URL."""

    regex = r"20\d\d|2100"

    def to_python(self, value: str) -> int:  # type: ignore[override]  # a converter may give any type
        """The year as a number."""
        return int(value)


#: Of a village's year that is not open: who has it, and what to do. "" is a year that was never opened.
LOCKED = {
    RegionYear.State.SUBMITTED: "已提交，正由乡镇审核，不能修改。需要修改的，请在“审核进度”页撤回；"
    "乡镇已开始审核的，请乡镇退回。",
    RegionYear.State.PASSED: "已上报，正由县级办公室审核，不能修改。需要修改的，请县级办公室退回。",
    RegionYear.State.ACCEPTED: "县级办公室已审核通过，不能修改。需要修改的，请县级办公室退回。",
    RegionYear.State.CLOSED: "已关账，不能修改。需要修改的，请县级办公室重新打开。",
    "": "尚未开设，不能录入。请联系县级办公室开设年度。",
}


@dataclass(frozen=True)
class Place:
    """A region (of any level) and a year."""

    region: Region
    year: int

    def url(self, route: str, **kwargs: Any) -> str:
        """The URL of a route of the register, here."""
        return reverse(route, kwargs={"region": self.region.code, "year": self.year, **kwargs})

    def holds(self, model: type[Scoped], years: tuple[int, int] | None = None) -> Q:
        """The condition for a model's rows that lie here, in this year or in those from a first to a last.

        Rows without a year lie in every year.
        """
        condition = prefix_q(model.region_path, (self.region.prefix,))
        when = Q(year__range=years) if years else Q(year=self.year)
        return condition & when if issubclass(model, Placed) else condition

    @cached_property
    def states(self) -> dict[int, str]:
        """The years there are here; of a village with the state of each, "" for one before its first that holds rows.

        Read once for a page: the frame around it shows them, and its buttons go by them.
        """
        years = RegionYear.objects.unscoped("which years there are is no secret").order_by()
        if not self.region.is_village:
            years = years.filter(region__code__startswith=self.region.prefix)
            return dict.fromkeys(years.values_list("year", flat=True).distinct(), "")
        kept = (
            Ledger.objects.unscoped("which years there are is no secret")
            .order_by()
            .filter(region=self.region)
        )
        opened = years.filter(region=self.region).values_list("year", "state")
        # The states come last, and stay.
        return dict(sorted(opened.union(kept.values_list("year", Value(""))), key=lambda row: row[1]))

    @property
    def lock(self) -> str:
        """The state that guards the village's rows of this year, as fupin_require_open() finds it; "" if there is none.

        Years before the first that was opened are written while that one is open.
        """
        opened = {year: state for year, state in self.states.items() if state}
        return opened.get(max(self.year, min(opened)), "") if opened else ""

    @property
    def why_locked(self) -> str:
        """Why nothing of this year can be written in the village, in a sentence; "" where it can, and above a village."""
        if not self.region.is_village or self.lock == RegionYear.State.OPEN:
            return ""
        return f"{self.region}{self.year}年度{LOCKED[self.lock]}"

    def of(self, row: Placed) -> Place:
        """The place of a row: this one, where it lies here."""
        here = (row.region_id, row.year) == (self.region.code, self.year)
        return self if here else Place(row.region, row.year)
