"""A place and a year: chosen once at the top of the page, carried in every URL of the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.urls.converters import StringConverter

from fupin.models import Placed, Region
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
