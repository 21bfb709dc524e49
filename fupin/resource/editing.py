"""The pages of a resource that write: create, edit and delete.

What was typed is never lost, and nothing is written unseen over what somebody else has written meanwhile
(docs/decisions/0014-editing.md): a page says hidden what it showed, and saving compares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime

from fupin.domain.forms import claim_form, form_was_saved
from fupin.queries.history import Trail, changes_of
from fupin.refusals import Refused, said_plainly
from fupin.resource import merging
from fupin.resource.drafts import RESTORE, SURE, DraftedPage, as_posted, mark_drafted, stamp_of
from fupin.resource.merging import Difference
from fupin.resource.stamp import FIELD, Stamp, StampedPage, digest_of, read_stamp

AGAIN = "这张表已经保存过，没有重复保存。"
DEADLOCK = "40P01"
#: How the names of buttons end that ask for one more row of a table (fupin/resource/grids.py).
MORE = "-more"


def say_locked(page: StampedPage, row: Any, text: str) -> HttpResponse:
    """Why there is no form, in place of it."""
    is_there = row is not None and row.pk
    back = page.resource.detail_url(page.place, row) if is_there else page.way_back()["list_url"]
    title = str(row) if is_there else f"新增{page.resource.label}"
    context = {"title": title, "text": text, "back_url": back, **page.way_back()}
    return render(page.request, "resource/locked.html", context)


def still_doubted(form: Any, sent: QueryDict) -> list[tuple[str, Any]]:
    """What of a valid form is unlikely, if nobody has said of all of it that it is right: (where, field).

    It is said beside the field. What is ticked is this doubt about this value: another value asks anew.
    """
    sure, found = sent.getlist(SURE), []
    for where, bound, text in form.doubted_fields():
        mark = digest_of([bound.html_name, text, bound.data])
        bound.doubt = {"text": text, "mark": mark, "sure": mark in sure}
        found.append((where, bound))
    return [] if all(bound.doubt["sure"] for _, bound in found) else found


class NotSaved(Exception):
    """The transaction is given up; then the page is made that comes back."""

    def __init__(self, page: Callable[[], HttpResponse]) -> None:
        self.page = page


class FormPage(DraftedPage):
    """Create or edit by a form; what the domain or the database refuses is said beside the fields."""

    template_name = "resource/form.html"

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the form; or, where it would be refused, who has the year."""
        row = self.instance()
        form = self.form(row)
        if text := self.resource.why_locked(self.place, form.instance):
            return say_locked(self, form.instance, text)
        now = merging.shown_by(form)
        if draft := self.draft(row):
            restored = self.form(row, as_posted(draft.typed)).as_typed()
            if mark_drafted(restored, now):
                if RESTORE in request.GET:
                    return self.show(restored, row, stamp_of(draft), restored=draft)
                return self.show(form, row, self.stamp(row, now), draft=draft)
        return self.show(form, row, self.stamp(row, now))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Save, or show the form again with what is wrong; or keep or forget a draft."""
        if request.POST.get("what") == "draft":
            return self.answer_draft(self.instance())
        if request.POST.get("what") == "discard":
            return self.answer_discard(self.instance())
        if any(name.endswith(MORE) for name in request.POST):
            row = self.instance()
            form = self.form(row, request.POST, request.FILES)
            if any(grid.asks_for_more for grid in form.grids):
                return self.show(form, row, self.stamp_sent(row) or self.stamp(row, None))
        for last in (False, True):
            try:
                return self.save()
            except OperationalError as error:
                # Two writers stopped each other; nothing of this one is written yet.
                if last or getattr(error.__cause__, "pgcode", "") != DEADLOCK:
                    raise
        raise AssertionError

    def save(self) -> HttpResponse:
        """Save in one transaction; the page again if it cannot be."""
        form = row = None
        try:
            with said_plainly(), transaction.atomic():
                row = self.locked()
                stamp = self.stamp_sent(row)
                digest = digest_of(sorted(self.fields_sent().items()))
                sent = None
                if stamp:
                    sent, free = claim_form(user=self.request.user, token=stamp.token, digest=digest)
                    if not free and sent.digest == digest:
                        messages.info(self.request, AGAIN)
                        return redirect(sent.url)
                form, differences, now = self.compared(row, stamp)
                if differences:
                    raise NotSaved(lambda: self.conflict(form, row, stamp, differences, now))
                if row is None and (sent is None or not free):
                    raise NotSaved(lambda: self.unknown_page(form, sent))
                if not form.is_valid():
                    raise NotSaved(lambda: self.show(form, row, stamp or self.stamp(row, now), status=422))
                if doubted := still_doubted(form, self.request.POST):
                    raise NotSaved(
                        lambda: self.show(
                            form, row, stamp or self.stamp(row, now), status=422, doubted=doubted
                        )
                    )
                saved = self.resource.save(form=form, place=self.place, actor=self.request.user)
                url = self.resource.detail_url(self.place, saved)
                if sent:
                    form_was_saved(form=sent, digest=digest, url=url)
        except NotSaved as kept:
            return kept.page()
        except Refused as refused:
            assert form is not None  # what came before it refuses nothing
            form.add_error(NON_FIELD_ERRORS, str(refused))
            return self.show(form, row, stamp or self.stamp(row, now), status=422)
        messages.success(self.request, "已保存。")
        for warning in self.resource.warnings(saved):
            messages.warning(self.request, warning)
        return redirect(url)

    def form(self, row: Any, *sent: Any) -> Any:
        """The form, bound to what was sent if anything was; a link may say what a new row begins with."""
        initial = None if row else {k: v for k, v in self.request.GET.items() if k != RESTORE}
        return self.form_class()(
            *sent, instance=row, initial=initial, place=self.place, actor=self.request.user
        )

    def form_class(self) -> Any:
        """The form's class."""
        return self.resource.form_class

    def instance(self) -> Any:
        """The row to edit, None for a new one."""
        return None

    def locked(self) -> Any:
        """The same, locked."""
        return None

    def stamp(self, row: Any, shown: Any) -> Stamp:
        """The stamp of a new page."""
        return Stamp(self.request.user.pk, self.form_key(row), shown)

    def compared(self, row: Any, stamp: Stamp | None) -> tuple[Any, list[Difference], dict[str, list[str]]]:
        """The form as typed, what others have changed of it meanwhile, and what stands there now."""
        return self.form(row, self.request.POST, self.request.FILES), [], {}

    def conflict(
        self,
        form: Any,
        row: Any,
        stamp: Stamp | None,
        differences: list[Difference],
        now: dict[str, list[str]],
    ) -> HttpResponse:
        """The page with both versions of each field that somebody else has changed, and what was typed."""
        bounds = {bound.html_name: bound for bound in merging.fields_of(form)}
        for difference in differences:
            difference.for_page(bounds[difference.name])
        asked = {each.name: each.before for each in differences if not each.taken}
        # The same page still, so that its draft goes on.
        fresh = replace(stamp or self.stamp(row, now), shown=now, asked=asked)
        return self.show(form, row, fresh, status=409, differences=differences, unseen=stamp is None)

    def unknown_page(self, form: Any, sent: Any) -> HttpResponse:
        """The page of a new row that cannot be told from one that was saved already."""
        saved = sent.url if sent else ""
        return self.show(form, None, self.stamp(None, None), status=409, unknown=True, saved_url=saved)

    def show(self, form: Any, row: Any, stamp: Stamp | None, status: int = 200, **more: Any) -> HttpResponse:
        """The page with the form."""
        if row:
            heading, back = f"修改{row}", self.resource.detail_url(self.place, row)
        else:
            heading, back = f"新增{self.resource.label}", self.place.url(f"{self.resource.name}_list")
        context = {
            "form": form,
            "stamp": stamp,
            "title": heading,
            "cancel_url": back,
            **more,
            **self.way_back(),
        }
        return render(self.request, self.template_name, context, status=status)


class CreateView(FormPage):
    """A new row."""

    def form_class(self) -> Any:
        """The form for a new row, where it is another one."""
        return self.resource.create_form_class or self.resource.form_class

    def show(self, form: Any, row: Any, stamp: Stamp | None, status: int = 200, **more: Any) -> HttpResponse:
        """The page; above a village, back to the list with a word. (What is posted there the domain refuses.)"""
        if self.resource.creates_at(self.place):
            return super().show(form, row, stamp, status, **more)
        messages.warning(self.request, f"{self.resource.label}{self.resource.created_where}。")
        return redirect(self.place.url(f"{self.resource.name}_list"))


class EditView(FormPage):
    """Changes to a row."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save; if the row is gone meanwhile, offer what was typed as a new one."""
        try:
            return super().post(request, **kwargs)
        except Http404:
            stamp = read_stamp(request.POST.get(FIELD, ""))
            known = (
                stamp and stamp.user == request.user.pk and stamp.form.startswith(f"{self.resource.name}_")
            )
            if not known or not self.resource.creates_at(self.place):
                raise
            form = self.form(None, request.POST, request.FILES).as_typed()
            anew = self.place.url(f"{self.resource.name}_create")
            return self.show(form, None, self.stamp(None, {}), status=409, gone=True, action=anew)

    def instance(self) -> Any:
        """The row named by the URL."""
        return self.row()

    def locked(self) -> Any:
        """The row named by the URL, locked."""
        return self.locked_row()

    def compared(self, row: Any, stamp: Stamp | None) -> tuple[Any, list[Difference], dict[str, list[str]]]:
        """Compare with the row as it stands; what only others have changed is taken over into the form."""
        fresh = self.form(row)
        now = merging.shown_by(fresh)
        sent = dict(self.request.POST.lists())
        shown = stamp.shown or {} if stamp else {}
        chosen, asked = merging.choose(sent, shown=shown, asked=stamp.asked if stamp else {})
        chosen = merging.aligned(chosen, fresh, by=chosen)
        asked = merging.aligned(asked, fresh, by=shown)
        before = merging.aligned(shown, fresh, by=shown) if stamp and stamp.shown is not None else None
        differences = merging.merge(fresh, before=before, now=now, sent=chosen)
        told = {difference.name for difference in differences if not difference.taken}
        open_ = merging.undecided(fresh, now=now, sent=chosen, asked=asked)
        differences += [difference for difference in open_ if difference.name not in told]
        chosen |= {difference.name: difference.now for difference in differences if difference.taken}
        return self.form(row, as_posted(chosen), self.request.FILES), differences, now


class RemoveView(StampedPage):
    """Deletes a row that was entered by mistake, after asking; and asks again if it was changed meanwhile."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask; or say who has the year."""
        row = self.row()
        if text := self.resource.why_locked(self.place, row):
            return say_locked(self, row, text)
        return self.ask(row)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Delete it, and go back to the list."""
        try:
            with transaction.atomic():
                row = self.locked_row()
                stamp = self.stamp_sent(row)
                if stamp is None or stamp.shown != self.state_of(row):
                    return self.ask(row, status=409)
                self.resource.remove(row=row, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(self.resource.detail_url(self.place, row))
        messages.success(request, "已删除。")
        return redirect(self.place.url(f"{self.resource.name}_list"))

    def state_of(self, row: Any) -> dict[str, list[str]]:
        """What tells this state of the row from another."""
        return {"row": [digest_of([field.value_to_string(row) for field in row._meta.concrete_fields])]}

    def ask(self, row: Any, status: int = 200) -> HttpResponse:
        """The question, and what is known of a change meanwhile."""
        text = "只有录入错误的才应删除，删除后不能恢复，修改记录仍会保留。"
        if status != 200:
            last = changes_of([Trail(type(row), [row.pk])], self.request.user)[:1]
            by = f"（{last[0].who}，{localtime(last[0].when):%Y-%m-%d %H:%M}）" if last else ""
            text = f"您打开删除页面之后，这条记录被改过{by}。请先点“取消”核对，仍要删除的再次确认。{text}"
        stamp = Stamp(self.request.user.pk, self.form_key(row), self.state_of(row))
        context = {
            "title": f"删除{row}",
            "text": text,
            "answer": [(FIELD, stamp)],
            "submit_label": "确认删除",
            "cancel_url": self.resource.detail_url(self.place, row),
            **self.way_back(),
        }
        return render(self.request, "resource/confirm.html", context, status=status)
