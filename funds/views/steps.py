"""The pages on which a step of a project is taken, and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from funds.domain.projects import action_for, take_back
from funds.interfaces.steps import BackForm, StepForm
from funds.library import ALL_STEPS, StepKind
from funds.models import Project, ProjectStep
from funds.queries.projects import standing_steps
from fupin.access import Action, may
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.editing import still_doubted
from fupin.resource.views import ResourceView


class ShortForm(ResourceView):
    """A short form about a row; what the domain refuses is said above it."""

    # Who sees the row finds the page; the right depends on the step.
    action = Action.VIEW

    def form(self, *data: Any) -> Any:
        """The form."""
        raise NotImplementedError

    def around(self) -> dict[str, Any]:
        """What is around the form."""
        raise NotImplementedError

    def record(self, form: Any) -> str:
        """Hand it to the domain, and say where to go from there; raises Refused."""
        raise NotImplementedError

    def find(self) -> None:
        """The row, for whoever may do this with it: raises PermissionDenied."""
        self.found = self.row()
        if not may(self.request.user, self.wanted(), self.found.region_id):
            raise PermissionDenied

    def wanted(self) -> Action:
        """The right that it takes."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        self.find()
        return render(request, "resource/short_form.html", {"form": self.form(), **self.around()})

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Record it, or show it again with what is wrong."""
        self.find()
        form, doubted = self.form(request.POST), []
        if form.is_valid() and not (doubted := still_doubted(form, request.POST)):
            try:
                return redirect(self.record(form))
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
        context = {"form": form, "doubted": doubted, **self.around()}
        return render(request, "resource/short_form.html", context, status=422)


class StepView(ShortForm):
    """A step of a project."""

    found: Project

    @property
    def kind(self) -> StepKind:
        """Which."""
        if self.kwargs["kind"] not in StepKind.values:
            raise Http404
        return StepKind(self.kwargs["kind"])

    def wanted(self) -> Action:
        """That of the step."""
        return action_for(self.kind, {step.kind for step in standing_steps(self.found, self.request.user)})

    def form(self, *data: Any) -> StepForm:
        """What the step asks."""
        return StepForm(*data, kind=self.kind, project=self.found, actor=self.request.user)

    def around(self) -> dict[str, Any]:
        """The project, and what the step means."""
        home = self.resource.detail_url(self.place, self.found)
        return {
            "title": f"{self.kind.label}：{self.found.name}", "hint": ALL_STEPS[self.kind].hint, "list_label": self.found.name,
            "list_url": home, "cancel_url": home, "submit_label": f"登记{self.kind.label}",
        }  # fmt: skip

    def record(self, form: StepForm) -> str:
        """Take the step."""
        step = form.record()
        messages.success(self.request, f"已登记：{step.get_kind_display()}，{step.on:%Y-%m-%d}。")  # type: ignore[attr-defined]
        return self.resource.detail_url(self.place, self.found)


class BackView(ShortForm):
    """Taking a step back."""

    found: ProjectStep

    def wanted(self) -> Action:
        """That of the step."""
        return ALL_STEPS[StepKind(self.found.kind)].action

    def form(self, *data: Any) -> BackForm:
        """Why."""
        return BackForm(*data)

    def around(self) -> dict[str, Any]:
        """The step."""
        home = self.resource.detail_url(self.place, self.found)
        return {
            "title": f"撤销：{self.found}", "hint": "撤销后记录仍保留，但不再有效；可以重新登记这一环节。",
            "list_label": self.found.project.name, "list_url": home, "cancel_url": home, "submit_label": "确认撤销",
        }  # fmt: skip

    def record(self, form: BackForm) -> str:
        """Take it back, and go to the project."""
        step = take_back(step=self.found, reason=form.cleaned_data["reason"], actor=self.request.user)
        messages.success(self.request, f"已撤销：{step.get_kind_display()}。")  # type: ignore[attr-defined]
        return Place(step.region, step.project.year).url("projects_detail", key=step.project_id)
