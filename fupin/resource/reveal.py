"""Numbers in full: a purpose is stated once for a village and log-in, then each page is shown, and recorded, by a button.

The purposes stated are kept in the session: logging out forgets them. The right is asked at every page, so that a
role that has ended ends it too. A page in full answers a POST: no address leads to one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action, may
from fupin.domain.reveals import record_reveal
from fupin.masking import revealing
from fupin.models import Region, Reveal
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
        return in_full(
            request,
            row.region,
            page=f"{self.resource.label}：{row}",
            show=lambda: self.show(row, full=True),
            ask=lambda form: self.ask(row, form, status=422),
        )

    def own_row(self) -> Any:
        """The row; the right is asked for its village, not only for the place in the address."""
        row = self.row()
        if not may(self.request.user, Action.REVEAL, row.region_id):
            raise PermissionDenied
        return row

    def ask(self, row: Any, form: PurposeForm, status: int = 200) -> HttpResponse:
        """The page that asks for the purpose."""
        around = {"cancel_url": self.resource.detail_url(self.place, row), **self.way_back()}
        return ask_purpose(self.request, row.region, form, status=status, **around)


def in_full(
    request: HttpRequest,
    region: Region,
    *,
    page: str,
    show: Callable[[], HttpResponse],
    ask: Callable[[PurposeForm], HttpResponse],
) -> HttpResponse:
    """A page with the numbers of a village in full, recorded; or the one that asks what for, if that was not said yet.

    The right in the village is the caller's to ask first: a refusal is a page of its own.
    """
    stated = request.session.get(STATED, {})
    if region.code not in stated:
        # Whoever has only pressed the button is asked without reproach.
        form = PurposeForm(request.POST if "note" in request.POST or "purpose" in request.POST else None)
        if not form.is_valid():
            return ask(form)
        stated = {**stated, region.code: form.cleaned_data}
        request.session[STATED] = stated
    with revealing() as shown:
        response = show()
    record_reveal(actor=request.user, region=region, page=page, rows=shown, **stated[region.code])
    return response


def ask_purpose(
    request: HttpRequest, region: Region, form: PurposeForm, *, status: int = 200, **around: Any
) -> HttpResponse:
    """The page that asks for the purpose; `around` is where it leads back to."""
    context = {
        "title": f"查看{region}的完整号码",
        "form": form,
        "intro": f"证件号码、银行账号和电话平时只显示一部分。填写事由后，本次登录期间可以在{region}的户、成员和打印页面上"
        "点“显示完整号码”；每看一页都会记下查看人、时间、事由和涉及的人，县级办公室和审计可以查到。",
        "submit_label": "显示完整号码",
        **around,
    }
    return render(request, "resource/purpose.html", context, status=status)
