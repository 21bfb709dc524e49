"""What every page of the register shares: log-in, place, right."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views import View

from fupin.access import Action, may
from fupin.models import Region
from fupin.place import Place

SEARCH_LENGTH = 100


def searched(request: HttpRequest) -> str:
    """What was typed into a page's search box."""
    return cut(request.GET.get("q", ""))


def cut(text: str) -> str:
    """A text to search for: no longer than a name, and without NUL, which no text column takes."""
    return text.replace("\x00", "").strip()[:SEARCH_LENGTH]


class SignedInView(AccessMixin, View):
    """A page for logged-in users; `action`, if set, must be held somewhere."""

    action: Action | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send strangers to log-in, refuse who lacks the right, then go on."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.enter()
        return super().dispatch(request, *args, **kwargs)

    def enter(self) -> None:
        """Check the right; raises PermissionDenied (403) or Http404."""
        if self.action and not may(self.request.user, self.action):
            raise PermissionDenied


class PlacedView(SignedInView):
    """A page about a place and a year: 404 outside the user's scope, 403 inside it without the right."""

    action: Action = Action.VIEW
    place: Place

    def enter(self) -> None:
        """Find the place, then check the right there."""
        regions = Region.objects.visible_to(self.request.user).select_related("parent__parent__parent")
        region = get_object_or_404(regions, code=self.kwargs["region"])
        if not may(self.request.user, self.action, region.code):
            raise PermissionDenied
        self.place = Place(region, self.kwargs["year"])
        self.request.place = self.place
