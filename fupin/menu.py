"""The menu: each room adds its entries; one is shown where the user holds its right."""

from __future__ import annotations

from dataclasses import dataclass

from fupin.access import Action, Actor, may
from fupin.models import Level
from fupin.place import Place


@dataclass(frozen=True)
class Entry:
    """A menu entry: label, route (of the register, with region and year, unless `placed` is off), right."""

    label: str
    route: str
    action: Action
    placed: bool = True
    #: What the route wants besides region and year.
    arguments: tuple[tuple[str, str], ...] = ()
    #: Levels of region at which the page makes sense; all if empty.
    levels: tuple[Level, ...] = ()

    def shown_to(self, actor: Actor, place: Place | None) -> bool:
        """Whether the actor may go there from here."""
        if not self.placed:
            return may(actor, self.action)
        if place is None or (self.levels and place.region.level not in self.levels):
            return False
        return may(actor, self.action, place.region.code)


#: (heading, entries), in the order of the menu.
MENU: list[tuple[str, list[Entry]]] = [
    ("概况", []),
    ("台账", []),
    ("资金", []),
    ("汇总", []),
    ("数据", []),
    ("管理", []),
]


def add_entry(heading: str, entry: Entry) -> None:
    """Add an entry below one of the headings."""
    dict(MENU)[heading].append(entry)
