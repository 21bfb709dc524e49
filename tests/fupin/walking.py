"""All routes of the portal, with what they want, for tests that walk them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from fupin.access import SYSTEM
from fupin.domain.attachments import attach_file
from fupin.models import Attachment, ImportRun, Job, Region
from households.models import HouseholdYear, Membership, Pairing, VillageYear
from tests.factories import YEAR

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@dataclass
class Village:
    """A village's rows, one of each kind that a route names."""

    region: Region
    household: HouseholdYear
    member: Membership
    profile: VillageYear
    pairing: Pairing
    attachment: Attachment
    run: ImportRun
    #: Someone whose page an administrator may open.
    user: Any


def furnish(household: HouseholdYear, *, helper: Any, user: Any, file_name: str = "照片.png") -> Village:
    """Give a household's village whatever a route can name."""
    place = household.region
    pairing, _ = Pairing.objects.unscoped("tests").get_or_create(
        region=place, household=household.household, helper=helper, starts_on=date(2017, 1, 1)
    )
    return Village(
        region=place,
        household=household,
        member=Membership.objects.unscoped("tests").filter(household_year=household).order_by("pk")[0],
        profile=VillageYear.objects.unscoped("tests").get(region=place, year=YEAR),
        pairing=pairing,
        attachment=attach_file(target=household, file=ContentFile(PNG, name=file_name), actor=SYSTEM),
        run=ImportRun.objects.create(
            region=place,
            year=YEAR,
            kind="village",
            file_name=file_name.replace(".png", ".xlsx"),
            state=ImportRun.State.REFUSED,
            errors=[{"sheet": "户", "cell": "B4", "value": "", "reason": "没有填写", "remedy": "请填写"}],
        ),
        user=user,
    )


def _nothing(_: Village) -> dict[str, Any]:
    return {}


def _place(village: Village) -> dict[str, Any]:
    return {"region": village.region.code, "year": YEAR}


def _with(**more: Callable[[Village], Any] | str) -> Callable[[Village], dict[str, Any]]:
    def kwargs(village: Village) -> dict[str, Any]:
        return {**_place(village), **{k: v if isinstance(v, str) else v(village) for k, v in more.items()}}

    return kwargs


_HOUSEHOLD = _with(key=lambda v: v.household.household_id)
_MEMBER = _with(key=lambda v: v.member.pk)
_PROFILE = _with(key=lambda v: v.profile.pk)
_PAIRING = _with(key=lambda v: v.pairing.pk)

#: Every route, and what its URL says of a village. A new route is entered here and in test_routes.py.
ROUTES: dict[str, Callable[[Village], dict[str, Any]]] = {
    "home": _nothing,
    "login": _nothing,
    "logout": _nothing,
    "password_change": _nothing,
    "users": _nothing,
    "user_create": _nothing,
    "user": lambda v: {"key": v.user.pk},
    "regions": _nothing,
    "attachment": lambda v: {"key": v.attachment.pk},
    "places": _place,
    "years": _place,
    "ledger": _with(kind="households"),
    # The year before the first: nothing is declared there yet.
    "declare_nil": lambda v: {**_place(v), "year": YEAR - 1, "kind": "households"},
    "import": _place,
    "import_template": _with(kind="village"),
    "import_run": _with(key=lambda v: v.run.pk),
    "villages_list": _place,
    "villages_detail": _PROFILE,
    "villages_history": _PROFILE,
    "villages_export": _place,
    "villages_edit": _PROFILE,
    "households_list": _place,
    "households_detail": _HOUSEHOLD,
    "households_history": _HOUSEHOLD,
    "households_export": _place,
    "households_edit": _HOUSEHOLD,
    "households_attach": _HOUSEHOLD,
    "members_list": _place,
    "members_detail": _MEMBER,
    "members_history": _MEMBER,
    "members_export": _place,
    "members_edit": _MEMBER,
    "pairings_list": _place,
    "pairings_detail": _PAIRING,
    "pairings_history": _PAIRING,
    "pairings_edit": _PAIRING,
    "pairings_create": _place,
    "overview": _place,
    "summary": _with(kind="village"),
    "definitions": _place,
    "figure_rows": _with(code="poor.households"),
    "figure_export": _with(code="poor.households"),
}


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every route of the urlconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def url_of(name: str, village: Village) -> str:
    """The URL of a route for a village."""
    return reverse(name, kwargs=ROUTES[name](village))


def written() -> int:
    """How many rows the audit, the imports and the queue hold: it grows with every write of the portal."""
    events = [m for m in apps.get_models() if hasattr(m, "pgh_tracked_model")]
    count = sum(model._base_manager.count() for model in [*events, ImportRun, Job])
    assert events, "nothing is audited"
    return count


def body_of(response: Any) -> bytes:
    """The bytes of an answer, streamed or not. (Its close() would end the test's database connection.)"""
    if not response.streaming:
        return response.content
    content = b"".join(response)
    for close in response._resource_closers:
        close()
    return content
