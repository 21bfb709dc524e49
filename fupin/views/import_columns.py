"""Which column of an uploaded file is read as which: seen, corrected, and remembered for the next of its shape."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from openpyxl.utils import get_column_letter

from fupin.domain.import_runs import GONE, match_columns
from fupin.domain.imports import IMPORTERS
from fupin.refusals import Refused
from fupin.sheets.layout import Sheet
from fupin.views.import_runs import RunView

NOT_READ = "（不读取）"


def _plain(one: dict[str, Any]) -> str:
    """A header as the file has it, but for the star that our own templates put before a column that must be filled."""
    header = str(one["header"])
    return header.removeprefix("*") if one["column"] else header


class ColumnForm(forms.Form):
    """The headers of one sheet of a file, each with the column it means."""

    def __init__(self, sheet: Sheet, found: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.found = sheet, found
        choices = [("", NOT_READ), *((column.name, column.header) for column in sheet.columns)]
        self.fields.update(
            {
                str(one["position"]): forms.ChoiceField(
                    label=f"{get_column_letter(one['position'])}列“{_plain(one)}”",
                    choices=choices,
                    required=False,
                    initial=one["column"] or one["proposed"],
                    help_text="按写法或内容推测，请核对。" if one["proposed"] and not one["column"] else "",
                )
                # What nobody has matched yet stands first.
                for one in sorted(found, key=lambda one: bool(one["column"]))
            }
        )

    def said(self) -> dict[str, str]:
        """What each header was said to mean."""
        return {one["header"]: self.cleaned_data[str(one["position"])] for one in self.found}


class ColumnsView(RunView):
    """Match the columns of a file; what is saved is used at once, and for the next file with the same headers."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """The headers as they were read."""
        return self.show(self.forms())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Remember what was chosen, and compare the file anew."""
        bound = self.forms(request.POST)
        if not all(form.is_valid() for form in bound):
            return self.show(bound, status=422)
        try:
            match_columns(
                run=self.run, columns={form.sheet.name: form.said() for form in bound}, actor=request.user
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return self.show(bound, status=422)
        return redirect(self.url())

    def forms(self, data: Any = None) -> list[ColumnForm]:
        """A form for each sheet of the file in which a header means nothing; for each that has headers on request."""
        sheets = IMPORTERS[self.run.kind].book.sheets
        found = {s.name: [one for one in self.run.columns if one["sheet"] == s.name] for s in sheets}
        open_ones = {name for name, some in found.items() if not all(one["column"] for one in some)}
        shown = open_ones if open_ones and not self.whole else {name for name, some in found.items() if some}
        return [
            ColumnForm(sheet, found[sheet.name], data, prefix=f"s{at}")
            for at, sheet in enumerate(sheets)
            if sheet.name in shown
        ]

    @property
    def whole(self) -> bool:
        """Whether all sheets were asked for."""
        return "all" in self.request.GET

    def show(self, bound: list[ColumnForm], status: int = 200) -> HttpResponse:
        """The page."""
        context = {
            "run": self.run, "forms": bound, "back_url": self.url(),
            "all_url": "" if self.whole else "?all=1",
            "locked": "" if self.run.stored and not self.run.is_at_work else GONE,
        }  # fmt: skip
        return render(self.request, "imports/columns.html", context, status=status)
