"""更正 in a closed year: the forms that ask, the list, and the page on which somebody else decides."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone

from fupin.access import Action, Actor, may
from fupin.models import RegionYear
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource import Panel, Resource
from fupin.resource.base import display
from fupin.resource.buttons import Button
from fupin.resource.tables import RowTable
from fupin.resource.views import ResourceView
from fupin.scope import ScopedQuerySet
from households.domain.correction import ask_correction, decide_correction
from households.interfaces.forms import HouseholdForm, MemberForm
from households.models import Correction, HouseholdYear, Membership


class Reasoned(forms.Form):
    """A row as it should have been, and why; beside the form of the row."""

    correction_reason = forms.CharField(
        label="更正的原因", max_length=200, help_text="另一个人同意后才会更正。"
    )

    @property
    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """The row's, and the reason at the end."""
        own: list[tuple[str, list[Any]]] = super().fieldsets  # type: ignore[misc]
        shown = {field.name for _, fields in own for field in fields}
        return own if "correction_reason" in shown else [*own, ("更正", [self["correction_reason"]])]


class HouseholdCorrectionForm(Reasoned, HouseholdForm):
    """Of a household."""


class MemberCorrectionForm(Reasoned, MemberForm):
    """Of a member."""


FORMS: dict[Any, Any] = {HouseholdYear: HouseholdCorrectionForm, Membership: MemberCorrectionForm}


class CorrectionTable(RowTable):
    """Corrections with what has become of them."""

    household_year = tables.Column("户", linkify=lambda record, table: table.context_url(record))
    member = tables.Column("成员", accessor="member__person")
    asked_at = tables.DateTimeColumn(verbose_name="申请时间", format="Y-m-d H:i")
    state = tables.Column("状态", orderable=False)

    class Meta(RowTable.Meta):
        model = Correction
        fields = ("household_year", "member", "region", "reason", "asked_by", "asked_at", "state")
        sequence = ("number", *fields)


class CorrectionResource(Resource):
    """Corrections of households and members in closed years."""

    model = Correction
    name = "corrections"
    table_class = CorrectionTable

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """The year's, with household and people."""
        rows = super().rows(actor, place, years).filter(year__range=years or (place.year, place.year))
        return rows.select_related(
            "household_year__household", "member__person", "asked_by", "decided_by", "region"
        )

    def panels(self, actor: Actor, place: Place, row: Correction) -> list[Panel]:
        """What is to change, who asked, who decided."""
        old, new = (self.shown(row, values) for values in (row.old, row.new))
        field = new._meta.get_field
        changes = [
            (str(field(name).verbose_name), f"{display(old, name)} → {display(new, name)}", "")
            for name in row.new
        ]
        home = Button("查看该户", place.url("households_detail", key=row.household_year.household_id))
        return [
            Panel(f"更正内容：{row.member.person}" if row.member else "更正内容", changes, actions=[home]),
            Panel(
                "申请与决定",
                [
                    ("状态", row.state, ""), ("原因", row.reason, ""), ("申请人", row.asked_by, ""),
                    ("申请时间", f"{timezone.localdate(row.asked_at):%Y-%m-%d}", ""), ("决定人", row.decided_by, ""),
                ],
            ),
        ]  # fmt: skip

    @staticmethod
    def shown(row: Correction, values: dict[str, Any]) -> HouseholdYear | Membership:
        """A household or member with these values, to show them as its page does."""
        shown = type(row.target)()
        for name, value in values.items():
            setattr(shown, name, shown._meta.get_field(name).to_python(value))
        return shown

    def detail_buttons(self, actor: Actor, place: Place, row: Correction) -> list[Button]:
        """Consent and decline, for another than who asked."""
        may_decide = may(actor, Action.ACCEPT, place.region.code)
        if may_decide and row.decided_by_id is None and row.asked_by_id != getattr(actor, "pk", None):
            yes, no = (place.url("corrections_decide", key=row.pk, answer=answer) for answer in ("yes", "no"))
            return [Button("同意更正", yes, "primary", "post"), Button("不同意", no, "danger", "post")]
        return []

    def urls(self) -> list[URLPattern]:
        """List and page, which says all that a history would; and the answer."""
        answer = "<region:region>/<year:year>/corrections/<int:key>/<slug:answer>/"
        pages = [page for page in super().urls() if page.name != f"{self.name}_history"]
        return [*pages, path(answer, DecideView.as_view(resource=self), name="corrections_decide")]


class DecideView(ResourceView):
    """Somebody else consents, or declines."""

    action = Action.ACCEPT

    def post(self, request: HttpRequest, answer: str, **_: Any) -> HttpResponse:
        """Decide, and back to the correction."""
        row = self.row()
        try:
            decide_correction(correction=row, consent=answer == "yes", actor=request.user)
            messages.success(request, "已更正。" if answer == "yes" else "已记为不同意，数据没有改动。")
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(self.resource.detail_url(self.place, row))


class CorrectView(ResourceView):
    """Ask for a correction of a row."""

    action = Action.CORRECT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """The form with the values as they stand."""
        return self.show(self.form())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask, or the form again with what is wrong."""
        form = self.form(request.POST)
        if form.is_valid():
            reason = form.cleaned_data.pop("correction_reason")
            try:
                row = ask_correction(
                    row=form.instance, values=form.cleaned_data, reason=reason, actor=request.user
                )
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
            else:
                messages.success(request, "已申请更正，请另一个有权限的人同意。")
                return redirect(self.place.url("corrections_detail", key=row.pk))
        return self.show(form, 422)

    def form(self, *args: Any) -> Any:
        """The row's form."""
        row = self.row()
        return FORMS[type(row)](*args, instance=row, place=self.place, actor=self.request.user)

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        """The page."""
        row = form.instance
        context = {
            "form": form, "title": f"申请更正{row}", "submit_label": "申请更正",
            "cancel_url": self.resource.detail_url(self.place, row), **self.way_back(),
        }  # fmt: skip
        return render(self.request, "resource/form.html", context, status=status)


def correction_route(resource: Resource) -> URLPattern:
    """Where a correction of a row is asked for."""
    route = f"<region:region>/<year:year>/{resource.name}/<int:key>/correct/"
    return path(route, CorrectView.as_view(resource=resource), name=f"{resource.name}_correct")


def correction_button(actor: Actor, place: Place, resource: Resource, row: Any, key: int) -> list[Button]:
    """The way there, in a closed year."""
    asks = may(actor, Action.CORRECT, place.region.code) and place.of(row).lock == RegionYear.State.CLOSED
    return [Button("申请更正", place.url(f"{resource.name}_correct", key=key))] if asks else []
