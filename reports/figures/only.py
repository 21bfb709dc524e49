"""Which villages and households figures are of, where not of all: the filter of a statistics table.

A window carries it (reports/figures/window.py), so that a number, its coverage and the rows behind it are narrowed alike. An
address carries it as one word: `category.01.04-status.left-exit.2015.2017-key.on-in.421199.103206.103207`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from os.path import commonprefix

from django.db.models import Q

from fupin.refusals import Refused
from fupin.scope import prefix_q
from households.enums import PovertyCategory, PovertyStatus
from households.models import VillageYear

#: What a household's status comes to: its name in an address, its label, the codes.
STATUSES = {
    "left": ("已脱贫", (PovertyStatus.EXITED_BEFORE, PovertyStatus.EXITED_THIS_YEAR)),
    "not": ("未脱贫（含返贫）", (PovertyStatus.NOT_EXITED, PovertyStatus.RETURNED)),
}
#: Key villages, and those that say they are none. One that says nothing is neither.
KEYS = {"on": ("重点贫困村", True), "off": ("非重点贫困村", False)}
#: What is said of a figure whose rows know no households, where some are chosen.
NOT_BY_HOUSEHOLD = "不按户筛选"
_WRONG = "筛选条件“{}”写法不对。"


@dataclass(frozen=True)
class Only:
    """The households of some categories, of a status, that left in some years; the villages of a kind, or of some places."""

    categories: tuple[str, ...] = ()
    status: str = ""
    #: First and last year of leaving poverty; None is open.
    exits: tuple[int | None, int | None] = (None, None)
    key: str = ""
    #: Prefixes of regions, all of one level.
    places: tuple[str, ...] = ()

    @property
    def of_homes(self) -> bool:
        """Whether households are chosen: figures of rows that know none do not follow."""
        return bool(self.categories or self.status or any(self.exits))

    def __bool__(self) -> bool:
        return bool(self.of_homes or self.key or self.places)

    def homes(self, path: str) -> Q:
        """The condition for rows that reach their household's year in the window's last year by a path ("" or "home__")."""
        condition = Q()
        if self.categories:
            condition &= Q(**{f"{path}category__in": self.categories})
        if self.status:
            condition &= Q(**{f"{path}status__in": STATUSES[self.status][1]})
        first, last = self.exits
        if first:
            condition &= Q(**{f"{path}exit_year__gte": first})
        if last:
            condition &= Q(**{f"{path}exit_year__lte": last})
        return condition

    def villages(self, path: str, year: int) -> Q:
        """The condition for rows whose village has its code at a path, as the villages were in a year."""
        condition = prefix_q(path, self.places) if self.places else Q()
        if self.key:
            profiles = VillageYear.objects.unscoped("figures; the right to report was checked")
            wanted = profiles.filter(year=year, is_key_village=KEYS[self.key][1]).order_by()
            condition &= Q(**{f"{path}__in": wanted.values("region")})
        return condition

    @property
    def said(self) -> str:
        """In words; without the places, which the rows of a table name. "" for nothing."""
        words = []
        if self.categories:
            words.append("属性为" + "、".join(str(PovertyCategory(code).label) for code in self.categories))
        if self.status:
            words.append(STATUSES[self.status][0])
        first, last = self.exits
        if first and first == last:
            words.append(f"{first}年脱贫")
        elif first or last:
            span = (
                f"{first}—{last}年" if first and last else f"{first}年及以后" if first else f"{last}年及以前"
            )
            words.append(f"{span}脱贫")
        if self.key:
            words.append(KEYS[self.key][0])
        return "；".join(words)

    @property
    def word(self) -> str:
        """As an address carries it; "" for nothing."""
        parts = []
        if self.categories:
            parts.append(".".join(("category", *self.categories)))
        if self.status:
            parts.append(f"status.{self.status}")
        if any(self.exits):
            parts.append(".".join(("exit", *(str(year or "") for year in self.exits))))
        if self.key:
            parts.append(f"key.{self.key}")
        if self.places:
            shared = commonprefix(self.places)
            parts.append(".".join(("in", shared, *(place.removeprefix(shared) for place in self.places))))
        return "-".join(parts)

    @classmethod
    def of_word(cls, word: str) -> Only:
        """What an address says. Raises Refused for what it cannot say."""
        found: dict[str, tuple] = {}
        for part in filter(None, word.split("-")):
            name, *values = part.split(".")
            if name in found or not _SAYS.get(name, lambda _: False)(values):
                raise Refused(_WRONG.format(part[:40]))
            found[name] = tuple(values)
        first, last = found.get("exit", ("", ""))
        shared, *rest = found.get("in", ("",))
        return cls(
            categories=found.get("category", ()),
            status=found.get("status", ("",))[0],
            exits=(int(first) if first else None, int(last) if last else None),
            key=found.get("key", ("",))[0],
            places=tuple(shared + end for end in rest),
        )


def _are_places(values: list[str]) -> bool:
    return len(values) > 1 and all(re.fullmatch(r"[0-9]{2,12}", values[0] + end) for end in values[1:])


_SAYS = {
    "category": lambda values: bool(values) and set(values) <= set(PovertyCategory.values),
    "status": lambda values: len(values) == 1 and values[0] in STATUSES,
    "exit": lambda values: len(values) == 2 and all(re.fullmatch(r"(20[0-9]{2})?", year) for year in values),
    "key": lambda values: len(values) == 1 and values[0] in KEYS,
    "in": _are_places,
}
