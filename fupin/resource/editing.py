"""The pages of a resource that write: create and edit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action
from fupin.refusals import Refused, explain
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
        if form.is_valid():
            try:
                row = self.resource.save(form=form, place=self.place, actor=request.user)
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
            except IntegrityError as error:
                sentence = explain(error)
                if sentence is None:
                    raise
                form.add_error(NON_FIELD_ERRORS, sentence)
            else:
                messages.success(request, "已保存。")
                return redirect(self.resource.detail_url(self.place, row))
        return self.show(form, status=422)

    def form(self, *args: Any) -> Any:
        """The form, bound to what was posted if anything was."""
        assert self.resource.form_class is not None
        return self.resource.form_class(
            *args, instance=self.instance(), place=self.place, actor=self.request.user
        )

    def instance(self) -> Any:
        """The row to edit, None for a new one."""
        return None

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        """The page with the form."""
        back = (
            self.resource.detail_url(self.place, form.instance)
            if form.instance.pk
            else self.place.url(f"{self.resource.name}_list")
        )
        heading = f"修改{form.instance}" if form.instance.pk else f"新增{self.resource.label}"
        context = {
            "resource": self.resource,
            "form": form,
            "title": heading,
            "cancel_url": back,
            **self.way_back(),
        }
        return render(self.request, "resource/form.html", context, status=status)


class CreateView(FormPage):
    """A new row."""


class EditView(FormPage):
    """Changes to a row."""

    def instance(self) -> Any:
        """The row named by the URL, looked up once."""
        if not hasattr(self, "_row"):
            self._row = self.row()
        return self._row
