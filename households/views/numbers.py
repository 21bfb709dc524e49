"""Help while a personal number is typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from fupin.access import Action
from fupin.numbers import BadNumber
from fupin.place import Place
from fupin.views.base import PlacedView
from households.queries.numbers import told_by


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
            "text": told.text,
            "known": told.known,
            "sex": told.sex,
            "birth_date": f"{told.birth_date:%Y-%m-%d}",
        }
        if told.home:
            place = Place(told.home.region, told.home.year)
            answer["url"] = place.url("households_detail", key=told.home.household_year.household_id)
        return JsonResponse(answer)
