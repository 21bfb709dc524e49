"""What every page shows around its content: place, year, menu, user."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from fupin.access import Action, Role, may
from fupin.menu import MENU
from fupin.models import Level, RegionYear
from fupin.place import Place
from fupin.queries.places import path_to

#: Any right at all: where a user may look around.
_ALL = tuple(Action)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor behind templates/base.html."""
    frame: dict[str, Any] = {"product": settings.PRODUCT_NAME, "county": ""}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": frame}
    place: Place | None = getattr(request, "place", None)
    frame |= {
        "user_name": str(user),
        "role_names": "、".join(dict.fromkeys(Role(a.role).label for a in user.live_assignments)),
        "menu": _menu(request, place),
    }
    if place is not None:
        top = user.prefixes(*_ALL) + user.prefixes(*_ALL, narrowed=True)
        path = path_to(place.region)
        frame |= {
            "county": next((r.name for r in path if r.level == Level.COUNTY), path[0].name),
            "region": place.region,
            "year": place.year,
            "year_state": year_state(place),
            "path": [
                {
                    "name": r.name,
                    "url": _here(request, r.code, place.year) if r.code.startswith(top) else None,
                }
                for r in path
            ],
            "years": [
                {"year": year, "url": _here(request, place.region.code, year), "current": year == place.year}
                for year in sorted(place.states, reverse=True)
            ],
            "places_url": place.url("places"),
            "progress_url": place.url("progress"),
            "find_url": place.url("find") if may(user, Action.VIEW, place.region.code) else "",
        }
    return {"shell": frame}


def _menu(request: HttpRequest, place: Place | None) -> list[dict[str, Any]]:
    groups = []
    for heading, entries in MENU:
        children = []
        for entry in entries:
            if entry.shown_to(request.user, place):
                arguments = dict(entry.arguments)
                url = (
                    place.url(entry.route, **arguments)
                    if entry.placed and place
                    else reverse(entry.route, kwargs=arguments)
                )
                children.append({"label": entry.label, "url": url, "active": request.path.startswith(url)})
        if children:
            groups.append({"label": heading, "url": None, "active": False, "children": children})
    # The place's first page begins every other page's path: only the longest match is where we are.
    matches = [child for group in groups for child in group["children"] if child["active"]]
    here = max(matches, key=lambda child: len(child["url"]), default=None)
    for group in groups:
        for child in group["children"]:
            child["active"] = child is here
        group["active"] = here in group["children"]
    return groups


def _here(request: HttpRequest, code: str, year: int) -> str:
    """The same page at another place or year; the place's first page where this one is about a single row."""
    match = request.resolver_match
    if match is None or "region" not in match.kwargs:
        return reverse("overview", kwargs={"region": code, "year": year})
    kwargs = {**match.kwargs, "region": code, "year": year}
    # A row's page is another row elsewhere; only a list or a report is the same page at another place.
    if "key" in kwargs:
        return reverse("overview", kwargs={"region": code, "year": year})
    return reverse(match.view_name, kwargs=kwargs)


def year_state(place: Place) -> str:
    """The state of a village's year in words; nothing above a village."""
    if not place.region.is_village:
        return ""
    return str(RegionYear.State(place.lock).label) if place.lock else "未开设"
