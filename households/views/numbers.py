"""Help while a personal number is typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from fupin.access import Action
from fupin.numbers import BadNumber
from fupin.place import Place
from fupin.views.base import PlacedView
from households.enums import Sex
from households.queries.numbers import Told, told_by


class NumberView(PlacedView):
    """What a number tells, for the script of a form (static/src/numbers.js); saving checks it again.

    Posted, so that no address or log has a number; for those alone who may enter rows here.
    """

    action = Action.EDIT

    def post(self, request: HttpRequest, **_: Any) -> JsonResponse:
        """Sentences about the number, and the values of the fields that follow from it."""
        try:
            told = told_by(request.POST.get("number", "")[:40], place=self.place, actor=request.user)
        except BadNumber as bad:
            return JsonResponse({"wrong": f"{bad.reason}{bad.remedy}"})
        answer = {
            "text": self.said(told),
            "known": known(told),
            "sex": told.sex,
            "birth_date": f"{told.birth_date:%Y-%m-%d}",
        }
        if told.home:
            place = Place(told.home.region, told.home.year)
            answer["url"] = place.url("households_detail", key=told.home.household_year.household_id)
        return JsonResponse(answer)

    def said(self, told: Told) -> str:
        """What the number itself says."""
        parts = [
            str(Sex(told.sex).label),
            f"{told.birth_date:%Y-%m-%d}出生",
            f"{self.place.year}年底{told.age}岁" if told.age >= 0 else "",
            f"号码属{told.issued_in}" if told.issued_in else "",
        ]
        return "，".join(filter(None, parts))


def known(told: Told) -> str:
    """Where its holder is registered already; empty where nowhere."""
    if told.elsewhere:
        return "此人已在本县他处登记，请核对，或先办理转出"
    if told.home is None:
        return ""
    home = told.home
    text = f"{home.person.name}，已登记在{home.region.name}户编号{home.household_year.household.number}"
    return text if home.present else f"{text}（已不在户）"
