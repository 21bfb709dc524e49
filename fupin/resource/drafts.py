"""Drafts of a form's page: what is typed is kept on the server before it is saved, and offered again.

The script posts the form to its own address a few seconds after the last key (static/src/drafts.js); without script
there is a button. See docs/decisions/0014-editing.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.timezone import localtime

from fupin.domain.forms import draft_of, drop_draft, keep_draft, may_still_keep
from fupin.models import Draft, User
from fupin.resource import merging
from fupin.resource.stamp import FIELD, Stamp, StampedPage, read_stamp

#: Fields of a post that are not the row's.
SURE = "_sure"
OUR_OWN = (FIELD, "csrfmiddlewaretoken", "what", SURE)
RESTORE = "restore"
LOGGED_OUT = (
    "登录已经过期，刚才提交的没有保存，填写的内容已经存为草稿。请重新登录，登录后在这张表上点“恢复”。"
)
IN_THE_WAY = "这张表另有草稿没有处理，本页填写的没有暂存。"


class DraftedPage(StampedPage):
    """A form's page whose content is kept while it is typed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lose nothing of what comes after the log-in has ended."""
        if request.method == "POST" and not request.user.is_authenticated:
            return self.keep_for_stranger()
        return super().dispatch(request, *args, **kwargs)

    def keep_for_stranger(self) -> HttpResponse:
        """Keep the post as a draft of the user for whom the page was made, and ask for the log-in.

        The stamp proves that we gave the page to that user, within the life of a session; it lets a draft be kept
        and nothing else: neither read nor saved.
        """
        stamp = read_stamp(self.request.POST.get(FIELD, ""), max_age=settings.SESSION_COOKIE_AGE)
        user = may_still_keep(stamp.user) if stamp else None
        draft = self.keep(user, stamp) if user and stamp else None
        if self.by_script:
            back = {"next": self.request.path}
            login = f"{resolve_url(settings.LOGIN_URL)}?{urlencode(back)}"
            return JsonResponse({"kept": time_of(draft), "login": login}, status=401)
        if draft:
            messages.warning(self.request, LOGGED_OUT)
        return self.handle_no_permission()

    @property
    def by_script(self) -> bool:
        """Whether the page's script asks, not a person at a button."""
        return self.request.headers.get("Accept", "").startswith("application/json")

    def fields_sent(self) -> dict[str, list[str]]:
        """What was typed, by field; without NUL, which no column takes."""
        return {
            name: [text.replace("\x00", "") for text in texts]
            for name, texts in self.request.POST.lists()
            if name not in OUR_OWN
        }

    def keep(self, user: User, stamp: Stamp) -> Draft | None:
        """Keep what was sent; what a person has sent by a button wins over another page's draft."""
        return keep_draft(
            user=user,
            form=stamp.form,
            token=stamp.token,
            base=[stamp.shown, stamp.asked],
            typed=self.fields_sent(),
            replace=not self.by_script,
        )

    def answer_draft(self, row: Any) -> HttpResponse:
        """Keep a draft, and say so."""
        stamp = self.stamp_sent(row) or Stamp(self.request.user.pk, self.form_key(row), None)
        draft = self.keep(self.request.user, stamp)
        if self.by_script:
            said = {"kept": time_of(draft)} if draft else {"kept": "", "said": IN_THE_WAY}
            return JsonResponse(said, status=200 if draft else 409)
        if draft:
            messages.success(self.request, f"草稿已保存（{time_of(draft)}），还没有正式保存。")
        return redirect(f"{self.request.path}?{RESTORE}=1")

    def answer_discard(self, row: Any) -> HttpResponse:
        """Forget the draft."""
        drop_draft(user=self.request.user, form=self.form_key(row))
        messages.success(self.request, "草稿已放弃。")
        return redirect(self.request.path)

    def draft(self, row: Any) -> Draft | None:
        """The user's draft of this form."""
        return draft_of(self.request.user, self.form_key(row))


def time_of(draft: Draft | None) -> str:
    """When a draft was kept, as the page says it."""
    return f"{localtime(draft.saved_at):%H:%M}" if draft else ""


def as_posted(typed: Mapping[str, list[str]]) -> QueryDict:
    """Texts by field, as if they were sent."""
    sent = QueryDict(mutable=True)
    for name, texts in typed.items():
        sent.setlist(name, texts)
    return sent


def stamp_of(draft: Draft) -> Stamp:
    """The page that goes on where the draft's page ended: it guards what that page had shown."""
    shown, asked = draft.base
    return Stamp(draft.user_id, draft.form, shown, asked, draft.token)


def mark_drafted(form: Any, now: dict[str, list[str]]) -> bool:
    """Say beside each field that was typed otherwise than it stands what stands there; whether there is one."""
    found = False
    for bound in merging.fields_of(form):
        typed, stands = form.data.getlist(bound.html_name), now.get(bound.html_name, [""])
        if merging.differ(bound, typed, stands):
            bound.drafted_over = merging.as_read(bound, stands)
            found = True
    return found
