"""Choosing a place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action
from fupin.models import Region
from fupin.queries.places import default_place
from fupin.views.base import PlacedView, SignedInView, searched

MAX_FOUND = 30


class HomeView(SignedInView):
    """Where log-in leads: the user's own place, or the users' list for whoever keeps users."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Go there."""
        place = default_place(request.user)
        if place is None:
            return render(request, "nowhere.html", status=403)
        if request.user.prefixes(Action.VIEW):
            return redirect(place.url("overview"))
        if request.user.prefixes(Action.VIEW, narrowed=True):
            return redirect(place.url("households_list"))
        return redirect("users")


class PlacesView(PlacedView):
    """The regions below, and a search among those the user may see."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them."""
        visible = Region.objects.visible_to(request.user)
        query = searched(request)
        found = None
        if query:
            condition = {"code__startswith": query} if query.isdecimal() else {"name__contains": query}
            found = visible.filter(**condition).select_related("parent")[:MAX_FOUND]
        context = {
            "region": self.place.region,
            "children": [self.link(r) for r in visible.filter(parent=self.place.region)],
            "query": query,
            "results": None if found is None else [self.link(r) for r in found],
        }
        return render(request, "places.html", context)

    def link(self, region: Region) -> dict[str, Any]:
        """Name and first page of a region."""
        place = type(self.place)(region, self.place.year)
        path = region.parent.name if region.parent_id and "parent" in region._state.fields_cache else ""
        return {"name": region.name, "path": path, "url": place.url("overview")}
