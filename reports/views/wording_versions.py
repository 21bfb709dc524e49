"""A version of a county's wording, and having it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fupin.refusals import Refused
from reports.domain.wording import restore_shipped, restore_version
from reports.models import NarrativeTemplate
from reports.queries.wordings import newest_version, text_in_force, versions_of
from reports.views.wording_page import WordingPage

SHIPPED = "系统自带措辞"


class WordingVersionView(WordingPage):
    """A version as it was saved; version 0 is the shipped wording."""

    version: NarrativeTemplate | None

    def enter(self) -> None:
        """Find the version too."""
        super().enter()
        number = self.kwargs["version"]
        rows = versions_of(self.request.user, self.county.code, self.kind.code, self.era)
        rows = rows.select_related("created_by", "region")
        self.version = get_object_or_404(rows, version=number) if number else None

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.version) if self.version else SHIPPED

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        newest = newest_version(self.county.code, self.kind.code, self.era)
        in_force = self.version == newest or (
            self.version is None and newest is not None and newest.is_shipped
        )
        context = {
            "name": self.name,
            "version": self.version,
            "is_shipped": self.version is None or self.version.is_shipped,
            "text": text_in_force(self.version, self.kind.code, self.era),
            "based_on": newest.version if newest else 0,
            "in_force": in_force,
            "county": self.county,
            "kind_label": self.kind.label,
            "era_label": self.era.label,
            "editor_url": self.editor_url,
        }
        return render(request, "reports/wording_version.html", context)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask whether it is meant, then have it back."""
        posted = request.POST.get("based_on", "")
        based_on = int(posted) if posted.isascii() and posted.isdecimal() and len(posted) < 10 else 0
        if "sure" not in request.POST:
            return self.ask(based_on)
        try:
            if self.version is None:
                restored = restore_shipped(**self.wording, based_on=based_on)
            else:
                restored = restore_version(version=self.version, based_on=based_on, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            if restored is None:
                messages.info(request, f"现在用的就是{self.name}，没有变化。")
            else:
                messages.success(request, f"已恢复{self.name}，记为{restored}；各村总结从现在起按它编写。")
        return redirect(self.editor_url)

    def ask(self, based_on: int) -> HttpResponse:
        """Say what having it back means."""
        context = {
            "title": f"恢复{self.name}",
            "text": f"{self.county}的{self.kind.label}（{self.era.label}）将改按{self.name}编写。"
            "现在的措辞留在版本记录里，随时可以恢复；页面上还没有保存的文字会丢失。",
            "answer": [("sure", "1"), ("based_on", based_on)],
            "submit_label": "确认恢复",
            "list_label": "总结措辞",
            "list_url": self.editor_url,
            "cancel_url": self.editor_url,
        }
        return render(self.request, "resource/confirm.html", context)
