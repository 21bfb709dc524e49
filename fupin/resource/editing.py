"""The pages of a resource that write: create, edit and delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action
from fupin.domain.rows import remove_row
from fupin.refusals import Refused, said_plainly
from fupin.resource.views import ResourceView


class FormPage(ResourceView):
    """Create or edit by a form; what the domain or the database refuses is said beside the fields."""

    action = Action.EDIT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the form."""
        return self.show(self.form())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Save, or show the form again with what is wrong."""
        form = self.form(request.POST, request.FILES)
        if any(grid.asks_for_more for grid in form.grids):
            return self.show(form)
        if form.is_valid():
            try:
                with said_plainly():
                    row = self.resource.save(form=form, place=self.place, actor=request.user)
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
            else:
                messages.success(request, "已保存。")
                for warning in self.resource.warnings(row):
                    messages.warning(request, warning)
                return redirect(self.resource.detail_url(self.place, row))
        return self.show(form, status=422)

    def form(self, *args: Any) -> Any:
        """The form, bound to what was posted if anything was; a link may say what a new row begins with."""
        row = self.instance()
        initial = None if row else self.request.GET.dict()
        return self.form_class()(
            *args, instance=row, initial=initial, place=self.place, actor=self.request.user
        )

    def form_class(self) -> Any:
        """The form's class."""
        return self.resource.form_class

    def instance(self) -> Any:
        """The row to edit, None for a new one."""
        return None

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        """The page with the form."""
        if form.instance.pk:
            heading, back = f"修改{form.instance}", self.resource.detail_url(self.place, form.instance)
        else:
            heading, back = f"新增{self.resource.label}", self.place.url(f"{self.resource.name}_list")
        context = {"form": form, "title": heading, "cancel_url": back, **self.way_back()}
        return render(self.request, "resource/form.html", context, status=status)


class CreateView(FormPage):
    """A new row."""

    def form_class(self) -> Any:
        """The form for a new row, where it is another one."""
        return self.resource.create_form_class or self.resource.form_class

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        """The page; above a village, back to the list with a word. (What is posted there the domain refuses.)"""
        if self.resource.creates_at(self.place):
            return super().show(form, status)
        messages.warning(self.request, f"{self.resource.label}按村登记，请先在页面上方选择一个村。")
        return redirect(self.place.url(f"{self.resource.name}_list"))


class EditView(FormPage):
    """Changes to a row."""

    def instance(self) -> Any:
        """The row named by the URL."""
        return self.row()


class RemoveView(ResourceView):
    """Deletes a row that was entered by mistake, after asking."""

    action = Action.EDIT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask."""
        row = self.row()
        context = {
            "title": f"删除{row}",
            "text": "只有录入错误的才应删除，删除后不能恢复，修改记录仍会保留。",
            "submit_label": "确认删除",
            "cancel_url": self.resource.detail_url(self.place, row),
            **self.way_back(),
        }
        return render(request, "resource/confirm.html", context)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Delete it, and go back to the list."""
        row = self.row()
        try:
            remove_row(row=row, actor=request.user, action=self.action)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(self.resource.detail_url(self.place, row))
        messages.success(request, "已删除。")
        return redirect(self.place.url(f"{self.resource.name}_list"))
