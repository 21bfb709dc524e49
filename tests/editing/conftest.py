"""The pages of forms of two people who work at the same village."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fupin.access import Role
from fupin.resource import Resource
from fupin.resource.merging import shown_by
from fupin.resource.stamp import FIELD, Stamp
from tests import factories as make
from tests.fupin.walking import Village, furnish, url_of
from tests.literal.fields import RESOURCES

#: Of each form a field and two values for it.
CHANGES = {
    "villages": ("groups", "7", "8"), "households": ("remark", "甲写", "乙写"), "members": ("remark", "甲写", "乙写"),
    "helpers": ("specialty", "养蜂", "养牛"), "pairings": ("ends_on", "2017-11-01", "2017-12-01"), "work": ("remark", "甲写", "乙写"),
    "benefits": ("remark", "甲写", "乙写"), "projects": ("remark", "甲写", "乙写"), "partners": ("remark", "甲写", "乙写"),
    **dict.fromkeys(("appropriations", "allocations", "payments"), ("remark", "甲写", "乙写")), "loans": ("purpose", "种茶", "养羊"),
    "income": ("wages", "9000", "9500"), "lines": ("source", "甲写", "乙写"), "enterprises": ("business", "茶", "油"), "texts": ("text", "甲写。", "乙写。"),
}  # fmt: skip


@dataclass(eq=False)
class Editor:
    """A person at the pages of one resource of village A."""

    name: str
    client: Any
    village: Village
    user: Any

    def again(self) -> Any:
        """Another session of the same user: requests of one session wait for each other where it is written."""
        client = type(self.client)()
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    @property
    def resource(self) -> Resource:
        """The resource's declaration."""
        return RESOURCES[self.name]

    def url(self, verb: str = "edit") -> str:
        """A page of the resource."""
        return url_of(f"{self.name}_{verb}", self.village)

    def open(self, verb: str = "edit") -> dict[str, Any]:
        """Open a form; what sending it unchanged would send."""
        sent = sent_by(self.client.get(self.url(verb)))
        # The entry that the other tests walk over is of a kind that has no household.
        return {**sent, "household": [""]} if self.name == "work" else sent

    def row(self) -> Any:
        """The row as it stands."""
        key = self.resource.lookup
        url = self.url().split("/")
        return self.resource.model.objects.unscoped("tests").get(**{key: url[-3]})


def sent_by(page: Any) -> dict[str, Any]:
    """What a browser would send of a page's form as it is shown, its stamp included."""
    return {**shown_by(page.context["form"]), FIELD: str(page.context["stamp"])}


def stamp_of(page: Any) -> Stamp:
    """A page's stamp."""
    return page.context["stamp"]


@pytest.fixture
def editors(
    personas: Any, world: Any, client_of: Any, settings: Any, tmp_path: Path
) -> Callable[[str], tuple[Editor, Editor]]:
    """Two who may edit the same row of village A."""
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    village = furnish(world.household_a, helper=personas["helper"], user=personas["clerk_a"])

    def two(name: str) -> tuple[Editor, Editor]:
        of_county = name == "lines"
        first = personas["county" if of_county else "township"]
        role, place = (Role.COUNTY, world.county) if of_county else (Role.TOWNSHIP, world.township)
        second = make.user(role, place, username="second", name="第二位")
        return tuple(Editor(name, client_of(user), village, user) for user in (first, second))  # type: ignore[return-value]

    return two
