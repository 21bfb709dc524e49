"""What happens around every request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from fupin.audit import acting

GetResponse = Callable[[HttpRequest], HttpResponse]

#: Where a user with a first password may still go.
OPEN_ROUTES = ("password_change", "logout")


def private_pages(get_response: GetResponse) -> GetResponse:
    """Keep pages with personal data out of every cache; hashed static files never come this way."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def first_password(get_response: GetResponse) -> GetResponse:
    """Send a user whose password was given by somebody else to the page where it is changed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.must_change_password:
            allowed = {reverse(name) for name in OPEN_ROUTES}
            if request.path not in allowed:
                return redirect("password_change")
        return get_response(request)

    return middleware


def acting_user(get_response: GetResponse) -> GetResponse:
    """Record the logged-in user with every row that a changing request writes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS") or not request.user.is_authenticated:
            return get_response(request)
        with acting(request.user, via="form", path=request.path):
            return get_response(request)

    return middleware
