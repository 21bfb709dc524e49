"""The page of the journal on which an act is taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from households.domain.undo import obstacle_to
from households.enums import ActKind
from households.interfaces.act_forms import UndoForm
from households.interfaces.acts import ACTS_LIST
from households.models import Act
from households.views.acts import ActPage


class UndoView(ActPage):
    """Takes an act back, for a reason."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask why; what can't be taken back is said on its page."""
        act = self.act()
        if act.undone_by_id or obstacle_to(act):
            messages.error(request, obstacle_to(act) or "这条变动已经撤销。")
            return redirect(self.place.url("acts_detail", key=act.pk))
        return render(
            request, self.template, self.context(act) | {"form": UndoForm(act=act, actor=request.user)}
        )

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Take it back."""
        act = self.act()
        return self.save(UndoForm(request.POST, act=act, actor=request.user), self.context(act))

    def act(self) -> Act:
        """The act named by the URL; 404 outside the scope."""
        return get_object_or_404(ACTS_LIST.rows(self.request.user, self.place), pk=self.kwargs["key"])

    def context(self, act: Act) -> dict[str, Any]:
        """What is around the form."""
        said = [str(ActKind(act.kind).label), act.person.name if act.person else "", f"{act.on:%Y-%m-%d}"]
        return {
            "title": "撤销：" + "，".join(filter(None, said)), "list_label": "变动台账",
            "list_url": self.place.url("acts_list"), "submit_label": "确认撤销",
            "cancel_url": self.place.url("acts_detail", key=act.pk),
        }  # fmt: skip
