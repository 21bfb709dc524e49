"""The county's wording of a report: edited, previewed on a real village, saved as a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property

from fupin.models import Level, Region
from fupin.refusals import Refused
from reports.domain.wording import Overtaken, check_wording, save_wording
from reports.interfaces.renderers import for_page
from reports.interfaces.wording import (
    VERSIONS_SHOWN,
    WordingForm,
    figure_groups,
    preview_villages,
    preview_window,
    preview_year,
)
from reports.models import Era
from reports.queries.summary import build_summary
from reports.queries.wordings import newest_version, text_in_force, versions_of
from reports.views.wording_page import WordingPage


class WordingView(WordingPage):
    """The editor."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the wording in force."""
        newest = newest_version(self.county.code, self.kind.code, self.era)
        text = text_in_force(newest, self.kind.code, self.era)
        initial = {
            "text": text,
            "village": self.place.region.code,
            "based_on": newest.version if newest else 0,
        }
        return self.show(WordingForm(initial=initial, villages=self.villages))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Preview or save."""
        what = request.POST.get("what")
        if what not in ("preview", "save"):
            raise Http404
        form = WordingForm(request.POST, villages=self.villages)
        preview = None
        if form.is_valid():
            try:
                if what == "save":
                    return self.save(form)
                preview = self.preview(form)
            except Refused as refused:
                form.refuse(str(refused))
                if isinstance(refused, Overtaken):
                    # The next save is over the version that the user has now been told of.
                    form.data = {**form.data.dict(), "based_on": refused.newest.version}
        return self.show(form, preview, status=422 if form.errors else 200)

    def save(self, form: WordingForm) -> HttpResponse:
        """Add a version."""
        said = {name: form.cleaned_data[name] for name in ("text", "note", "based_on")}
        version = save_wording(**self.wording, **said)
        if version is None:
            messages.info(self.request, "内容没有变化，没有另存新版本。")
        else:
            messages.success(self.request, f"已保存为{version}，各村总结从现在起按它编写。")
        return redirect(self.editor_url)

    def preview(self, form: WordingForm) -> dict[str, Any]:
        """The typed text said of a village; nothing is written."""
        wording = check_wording(form.cleaned_data["text"], kind=self.kind.code)
        village = next((v for v in self.villages if v.code == form.cleaned_data["village"]), None)
        if village is None:
            raise Refused("没有可以预览的村：请先导入一个村的数据，或选择一个已有数据的村。")
        at = village if Level.VILLAGE in self.kind.levels or village.parent is None else village.parent
        window = preview_window(at, self.year)
        summary = build_summary(kind=self.kind.code, window=window, actor=self.request.user, wording=wording)
        return {**for_page(summary, lambda figure: ""), "village": at}

    @cached_property
    def year(self) -> int:
        """The year whose rows a preview shows."""
        return preview_year(self.county, self.era, self.place.year, self.request.user)

    @cached_property
    def villages(self) -> list[Region]:
        """The villages that a preview can be made of."""
        return list(preview_villages(self.county, self.year, self.request.user))

    def show(
        self, form: WordingForm, preview: dict[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        """The page."""
        rows = versions_of(self.request.user, self.county.code, self.kind.code, self.era)
        versions = [{"row": row, "url": self.version_url(row.version)} for row in rows[:VERSIONS_SHOWN]]
        context = {
            "form": form,
            "preview": preview,
            "preview_year": self.year,
            "county": self.county,
            "kind_label": self.kind.label,
            "eras": [{"value": e.value, "label": e.label, "current": e == self.era} for e in Era],
            "groups": figure_groups(self.kind.code),
            "versions": versions,
            "newest": versions[0]["row"] if versions else None,
            "editor_url": self.editor_url,
            "shipped_url": self.version_url(0),
        }
        return render(self.request, "reports/wording.html", context, status=status)
