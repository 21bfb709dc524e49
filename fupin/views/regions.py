"""The tree of regions, for the system administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_tables2 import RequestConfig

from fupin.access import Action
from fupin.domain.regions import save_regions
from fupin.models import Region
from fupin.refusals import Refused
from fupin.resource.forms import TypedText
from fupin.resource.tables import RowTable
from fupin.views.base import SignedInView


class RegionTable(RowTable):
    """Regions in the order of the tree."""

    class Meta(RowTable.Meta):
        model = Region
        fields = ("code", "name", "level", "parent", "valid_to")
        sequence = ("number", *fields)


class RegionForm(TypedText, forms.Form):
    """A region by code and name; the level follows from the code."""

    code = forms.RegexField(
        r"^\d{12}$", label="区划代码", error_messages={"invalid": "区划代码应为12位数字。"}
    )
    name = forms.CharField(label="名称", max_length=50)


class RegionsView(SignedInView):
    """The list, and a form that adds or renames one."""

    action = Action.REGIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return self.show(RegionForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add or rename."""
        form = RegionForm(request.POST)
        if form.is_valid():
            try:
                save_regions(
                    regions=[(form.cleaned_data["code"], form.cleaned_data["name"])], actor=request.user
                )
                messages.success(request, "已保存。")
                return redirect("regions")
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
        return self.show(form, status=422)

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        """The page."""
        table = RegionTable(
            Region.objects.visible_to(self.request.user, Action.REGIONS).select_related("parent")
        )
        RequestConfig(self.request, paginate={"per_page": 50}).configure(table)
        return render(self.request, "regions.html", {"table": table, "form": form}, status=status)
