"""Uploading workbooks; what comes of them is in import_runs.py."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action
from fupin.domain.import_runs import start_import
from fupin.domain.imports import Importer, importers_for
from fupin.models import ImportRun
from fupin.refusals import Refused
from fupin.resource.lists import XLSX
from fupin.sheets.writing import write_workbook
from fupin.views.base import PlacedView

RECENT = 10
RECOGNISED = "自动识别"


class UploadForm(forms.Form):
    """A workbook and its kind."""

    kind = forms.ChoiceField(label="表格种类", required=False)
    file = forms.FileField(
        label="Excel文件",
        help_text=".xlsx 或 .xls 格式；只有一张表的也可以是 .csv。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新选择。"},
    )

    def __init__(self, *args: Any, importers: list[Importer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", RECOGNISED)] + [
            (importer.kind, importer.label) for importer in importers
        ]


class UploadView(PlacedView):
    """Upload a workbook; the worker compares it with what is there."""

    action = Action.IMPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """The form and the last imports."""
        return self.show(UploadForm(importers=self.importers()))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Queue the comparison and go to its page."""
        form = UploadForm(request.POST, request.FILES, importers=self.importers())
        if form.is_valid():
            try:
                run = start_import(
                    upload=form.cleaned_data["file"], kind=form.cleaned_data["kind"],
                    region=self.place.region, year=self.place.year, actor=request.user,
                )  # fmt: skip
                return redirect(self.place.url("import_run", key=run.pk))
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
        return self.show(form, status=422)

    def importers(self) -> list[Importer]:
        """What the user may import here."""
        return importers_for(self.request.user, self.place.region)

    def show(self, form: UploadForm, status: int = 200) -> HttpResponse:
        """The page."""
        runs = ImportRun.objects.visible_to(self.request.user).filter(self.place.holds(ImportRun))
        runs = list(runs.select_related("actor")[:RECENT])
        for run in runs:
            run.url = self.place.url("import_run", key=run.pk)
        templates = [
            {
                "label": f"{importer.label}空白模板",
                "url": self.place.url("import_template", kind=importer.kind),
            }
            for importer in self.importers()
        ]
        context = {
            "form": form,
            "runs": runs,
            "templates": templates,
            "max_bytes": settings.FUPIN_UPLOAD_BYTES,
            # What was posted is answered beside the form: whoever pressed must not lose sight of it.
            "locked": "" if form.is_bound else self.place.why_locked,
        }
        return render(self.request, "imports/upload.html", context, status=status)


class TemplateView(PlacedView):
    """An empty workbook of a kind."""

    action = Action.IMPORT

    def get(self, request: HttpRequest, kind: str, **_: Any) -> HttpResponse:
        """Download it."""
        books = {i.kind: i.book for i in importers_for(request.user, self.place.region)}
        if kind not in books:
            raise Http404
        book = books[kind]
        response = HttpResponse(content_type=XLSX)
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(book.title)}.xlsx"
        values = {"place": self.place.region.name, "year": self.place.year, "date": ""}
        write_workbook(book, {}, response, title_values=values, template=True)
        return response
