"""The pages of a resource that show: list, export, row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from fupin.access import Action
from fupin.views.base import PlacedView

if TYPE_CHECKING:
    from fupin.resource.base import Resource


class ResourceView(PlacedView):
    """A page of a resource at a place."""

    resource: Resource = None  # type: ignore[assignment] - given by as_view()

    def enter(self) -> None:
        """The right to change is the resource's own, the rest goes by the action."""
        if self.action == Action.EDIT:
            self.action = self.resource.edit_action
        super().enter()

    def rows(self) -> QuerySet:
        """The rows of the list that this page is about."""
        return self.resource.rows(self.request.user, self.place)

    def row(self) -> Any:
        """The row named by the URL; 404 outside the scope."""
        return get_object_or_404(self.rows(), **{self.resource.lookup: self.kwargs["key"]})

    def way_back(self) -> dict[str, Any]:
        """The list, for the breadcrumb."""
        return {"list_label": self.resource.label, "list_url": self.place.url(f"{self.resource.name}_list")}

    def filtered(self) -> tuple[Any, QuerySet]:
        """The filter (or None) and the rows it leaves."""
        if self.resource.filterset_class is None:
            return None, self.rows()
        chosen = self.resource.filterset_class(self.request.GET, queryset=self.rows())
        return chosen, chosen.qs


class DetailView(ResourceView):
    """A row's page."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        return self.show(self.row())

    def show(self, row: Any, *, full: bool = False) -> HttpResponse:
        """The page of a row; with its numbers in full where it is told so."""
        request = self.request
        buttons = [] if full else self.resource.reveal_buttons(request, self.place, row)
        panels = self.resource.panels(request.user, self.place, row)
        panels += [make(self.place, row, request.user) for make in self.resource.extra_panels]
        panels += self.resource.attachment_panels(request, self.place, row)
        context = {
            "title": str(row),
            "panels": panels,
            "full": full,
            **self.way_back(),
            "actions": [*self.resource.detail_buttons(request.user, self.place, row), *buttons],
        }
        return render(request, "resource/detail.html", context)
