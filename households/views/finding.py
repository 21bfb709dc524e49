"""The search box of the frame, and what it found."""

from __future__ import annotations

from dataclasses import astuple
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_tables2 import RequestConfig

from fupin.numbers import mask_in_text
from fupin.place import Place
from fupin.views.base import PlacedView, cut
from households.interfaces.tables import FoundHouseholdTable, FoundPersonTable
from households.queries.finding import LIMIT, Hit, find, households_found, people_found

#: Where the session keeps the last search: what to say of it, and the rows. Never the text as it was typed: it may
#: be somebody's number.
FOUND = "found"


class FindView(PlacedView):
    """People and households of the user's whole scope, by name, sound, number or telephone."""

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Search, then lead to the page that shows it: a number is never in an address, and going back asks nothing."""
        text = cut(request.POST.get("q", ""))
        found = find(text, actor=request.user, year=self.place.year)
        request.session[FOUND] = {
            "text": mask_in_text(text),
            "people": [astuple(hit) for hit in found.people],
            "households": [astuple(hit) for hit in found.households],
            "more": found.more,
        }
        answer = redirect(self.place.url("find"))
        answer.status_code = HTTPStatus.SEE_OTHER
        return answer

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show what the last search of this session found, as far as it is still the user's to see."""
        kept = request.session.get(FOUND) or {}
        tables = []
        for heading, rows, kind in (
            ("人员", people_found(_hits(kept, "people"), actor=request.user), FoundPersonTable),
            ("户", households_found(_hits(kept, "households"), actor=request.user), FoundHouseholdTable),
        ):
            if rows:
                table = kind(rows)
                table.context_url = _household_of
                RequestConfig(request, paginate=False).configure(table)
                tables.append((f"{heading}（{len(rows)}）", table))
        context = {"text": kept.get("text", ""), "tables": tables, "more": kept.get("more"), "limit": LIMIT}
        return render(request, "find.html", context)


def _hits(kept: dict[str, Any], what: str) -> list[Hit]:
    return [Hit(*hit) for hit in kept.get(what, ())]


def _household_of(row: Any) -> str:
    """The page of the household that a row is or belongs to, in the row's own village and year."""
    key = row.household_id if hasattr(row, "household_id") else row.household_year.household_id
    return Place(row.region, row.year).url("households_detail", key=key)
