"""Saving, renaming and deleting views of lists."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from fupin.domain.saved import change_view, query_to_keep, remove_view, save_view
from fupin.models import SavedView
from fupin.refusals import Refused
from fupin.resource.base import BY_NAME
from fupin.views.base import PlacedView

#: Pages that keep views and are no resource's list: the route of each by its name.
PAGES: dict[str, str] = {}


def keep_views(name: str, route: str) -> None:
    """Let a page keep views, under a name; `route` leads there."""
    PAGES[name] = route


def route_of(name: str) -> str:
    """The route of the page that keeps views under this name. Raises Http404 where there is none."""
    if name in PAGES:
        return PAGES[name]
    if name not in BY_NAME:
        raise Http404
    return f"{name}_list"


class ViewsView(PlacedView):
    """A new view of a list."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Keep it under its name, and show the list with it."""
        of_list, query = request.POST.get("list", ""), request.POST.get("query", "")
        route = route_of(of_list)
        try:
            view = save_view(
                user=request.user,
                of_list=of_list,
                name=request.POST.get("name", ""),
                query=query,
                is_default="is_default" in request.POST,
            )
        except Refused as refused:
            messages.error(request, str(refused))
            kept = query_to_keep(query) or "view=none"
            return redirect(f"{self.place.url(route)}?{kept}")
        messages.success(request, f"视图“{view}”已保存。")
        return redirect(url_of(self.place, view))


class SavedViewView(PlacedView):
    """A view of the user's own: renamed, made the default, deleted."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Do it, and go back to the list."""
        view = get_object_or_404(request.user.saved_views, pk=self.kwargs["key"])
        what = request.POST.get("what")
        route = route_of(view.list)
        if what not in ("rename", "default", "plain", "remove"):
            raise Http404
        try:
            if what == "remove":
                remove_view(view=view)
                messages.success(request, f"视图“{view}”已删除。")
                return redirect(f"{self.place.url(route)}?view=none")
            if what == "rename":
                change_view(view=view, name=request.POST.get("name", ""))
            else:
                change_view(view=view, is_default=what == "default")
        except Refused as refused:
            messages.error(request, str(refused))
            view.refresh_from_db()
        else:
            messages.success(request, "视图已修改。")
        return redirect(url_of(self.place, view))


def url_of(place: Any, view: SavedView) -> str:
    """The list as the view shows it."""
    parts = [view.query, urlencode({"view": view.pk})]
    return f"{place.url(route_of(view.list))}?{'&'.join(filter(None, parts))}"
