"""Numbers in full: a purpose is stated once for a village and log-in, then each page is shown, and recorded, by a button.

The purposes stated are kept in the session: logging out forgets them. The right is asked at every page, so that a
role that has ended ends it too. A page in full answers a POST: no address leads to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action, may
from fupin.domain.reveals import record_reveal
from fupin.masking import revealing
from fupin.models import Reveal
from fupin.resource.buttons import Button
from fupin.resource.forms import TypedText
from fupin.resource.views import DetailView

if TYPE_CHECKING:
    from fupin.place import Place
    from fupin.resource.base import Resource

#: Where the session keeps the purposes stated, by village.
STATED = "numbers_in_full"


class PurposeForm(TypedText, forms.Form):
    """What somebody wants to see numbers for."""

    purpose = forms.ChoiceField(label="查看事由", choices=[("", "请选择"), *Reveal.Purpose.choices])
    note = forms.CharField(
        label="事由说明",
        max_length=100,
        min_length=2,
        help_text="写清楚办什么事，如：核对2017年危房改造补贴账户。",
    )


def reveal_buttons(request: HttpRequest, resource: Resource, place: Place, row: Any) -> list[Button]:
    """The button on a row's page that shows its numbers, where the user may."""
    if not may(request.user, Action.REVEAL, row.region_id):
        return []
    # It posts where a purpose was stated; else it leads to the page that asks for one.
    stated = row.region_id in request.session.get(STATED, {})
    url = place.url(f"{resource.name}_reveal", key=resource.key_of(row))
    return [Button("显示完整号码", url, method="post" if stated else "get")]


class RevealView(DetailView):
    """A row's page with its numbers in full, after a purpose was stated."""

    action = Action.REVEAL

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask for the purpose; where one was stated, back to the row."""
        row = self.own_row()
        if row.region_id in request.session.get(STATED, {}):
            return redirect(self.resource.detail_url(self.place, row))
        return self.ask(row, PurposeForm())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the page in full, and record it."""
        row = self.own_row()
        stated = request.session.get(STATED, {})
        if row.region_id not in stated:
            form = PurposeForm(request.POST)
            if not form.is_valid():
                return self.ask(row, form, status=422)
            stated = {**stated, row.region_id: form.cleaned_data}
            request.session[STATED] = stated
        with revealing() as shown:
            response = self.show(row, full=True)
        record_reveal(
            actor=request.user,
            region=row.region,
            page=f"{self.resource.label}：{row}",
            rows=shown,
            **stated[row.region_id],
        )
        return response

    def own_row(self) -> Any:
        """The row; the right is asked for its village, not only for the place in the address."""
        row = self.row()
        if not may(self.request.user, Action.REVEAL, row.region_id):
            raise PermissionDenied
        return row

    def ask(self, row: Any, form: PurposeForm, status: int = 200) -> HttpResponse:
        """The page that asks for the purpose."""
        context = {
            "title": f"查看{row.region}的完整号码",
            "form": form,
            "intro": f"证件号码、银行账号和电话平时只显示一部分。填写事由后，本次登录期间可以在{row.region}的户和成员页面上"
            "点“显示完整号码”；每看一页都会记下查看人、时间、事由和涉及的人，县级办公室和审计可以查到。",
            "submit_label": "显示完整号码",
            "cancel_url": self.resource.detail_url(self.place, row),
            **self.way_back(),
        }
        return render(self.request, "resource/purpose.html", context, status=status)
