"""The page of an import: the difference before anything is written, and what became of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fupin.access import Action, may
from fupin.domain.import_runs import drop_import, may_be_marked, take_import, undo_import
from fupin.domain.imports import IMPORTERS
from fupin.models import ImportRun
from fupin.queries.imports import kinds_of, since_last
from fupin.refusals import Refused
from fupin.resource.buttons import Button
from fupin.views.base import PlacedView

State = ImportRun.State


class RunView(PlacedView):
    """A page about one import."""

    action = Action.IMPORT

    @cached_property
    def run(self) -> ImportRun:
        """The import of the URL, or 404."""
        runs = ImportRun.objects.visible_to(self.request.user).select_related(
            "job", "actor", "region", "undone_by"
        )
        return get_object_or_404(runs.filter(self.place.holds(ImportRun)), pk=self.kwargs["key"])

    @property
    def may_in_full(self) -> bool:
        """Whether the user may have the numbers of the import's region in full."""
        return may(self.request.user, Action.REVEAL, self.run.region.code)

    def url(self, name: str = "import_run", **more: Any) -> str:
        """A page of the import."""
        return self.place.url(name, key=self.run.pk, **more)


class ImportRunView(RunView):
    """The difference that an import makes, and what came of it."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        run = self.run
        # The order of the tabs; a JSON object in the database has none. A sheet may hold rows of two sorts, under their names.
        tabs = [sheet.name for sheet in IMPORTERS[run.kind].book.sheets if sheet.name in run.counts]
        run.counts = {name: run.counts[name] for name in (*tabs, *run.counts)}
        total = {
            key: sum(count.get(key, 0) for count in run.counts.values())
            for key in ("new", "changed", "unchanged", "wrong")
        }
        kinds = kinds_of(run)
        chosen = request.GET.get("kind", "")
        if chosen not in kinds:
            chosen = next(iter(kinds), "")
        pages = Paginator(run.lines.filter(kind=chosen), settings.PAGE_ROWS)
        context = {
            "run": run,
            "total": total if run.counts else None,
            "actions": self.actions(),
            "good": total["new"] + total["changed"] + total["unchanged"],
            "kinds": [
                (kind, label, count, f"?{urlencode({'kind': kind})}")
                for kind, (label, count) in kinds.items()
            ],
            "chosen": chosen,
            "page": pages.get_page(request.GET.get("page")),
            "take_url": self.url("import_step", step="take"),
            "marked_url": self.url("import_marked") if may_be_marked(run, request.user) else "",
            "columns_url": self.url("import_columns") if run.columns else "",
            "unmatched": any(not one["column"] for one in run.columns),
            "backfill_url": self.url("import_backfill") if kinds.keys() & {"changed", "absent"} else "",
            "full_backfill": self.may_in_full,
            "since": since_last(run),
        }
        return render(request, "imports/run.html", context)

    def actions(self) -> list[Button]:
        """Where one goes on."""
        run = self.run
        actions = [Button("再次上传", self.place.url("import"))]
        if run.may_be_taken:
            actions.append(Button("放弃", self.url("import_step", step="drop")))
        if run.state == State.DONE and run.context:
            actions.append(Button("撤销这次导入", self.url("import_step", step="undo"), "danger"))
        if run.state in (State.DONE, State.UNCHANGED):
            actions.append(Button(*IMPORTERS[run.kind].onward(self.place), "primary"))
        return actions


class ImportStepView(RunView):
    """Write what was shown, give it up, or take back what was written; the last two ask first."""

    asks = {
        "drop": ("放弃这次导入", "上传的文件将被删除，系统中的数据不变。", "放弃"),
        "undo": (
            "撤销这次导入",
            "这次导入新增的行将被删除，变更的行恢复为原来的内容。之后又修改过的，不能撤销。",
            "撤销",
        ),
    }

    def get(self, request: HttpRequest, step: str, **_: Any) -> HttpResponse:
        """Ask."""
        if step not in self.asks:
            raise Http404
        title, text, label = self.asks[step]
        context = {
            "title": title, "text": text, "submit_label": label, "list_label": str(self.run.file_name),
            "list_url": self.url(), "cancel_url": self.url(),
        }  # fmt: skip
        return render(request, "resource/confirm.html", context)

    def post(self, request: HttpRequest, step: str, **_: Any) -> HttpResponse:
        """Do it, and go to the import's page."""
        try:
            if step == "take":
                take_import(run=self.run, good_only="good_only" in request.POST, actor=request.user)
            elif step == "drop":
                drop_import(run=self.run, actor=request.user)
            elif step == "undo":
                undo_import(run=self.run, actor=request.user)
            else:
                raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(self.url())
