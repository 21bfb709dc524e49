"""Routes of this room."""

from django.urls import path

from funds.interfaces.allocations import ALLOCATIONS
from funds.interfaces.benefits import BENEFITS
from funds.interfaces.projects import PROJECTS
from funds.interfaces.resources import RESOURCES
from funds.interfaces.shapes import SHAPES
from funds.interfaces.steps import STEPS_LIST
from funds.views.ledgers import CheckView, FullShapeView, LedgersView, ShapeView
from funds.views.money import ChecksExportView, ChecksView, OverviewView, SubsidiesView
from funds.views.steps import BackView, StepView

_PLACE = "<region:region>/<year:year>"
urlpatterns = [
    path(
        f"{_PLACE}/projects/<int:key>/step/<str:kind>/",
        StepView.as_view(resource=PROJECTS),
        name="projects_step",
    ),
    path(f"{_PLACE}/steps/<int:key>/back/", BackView.as_view(resource=STEPS_LIST), name="steps_back"),
    path(f"{_PLACE}/benefits/ledgers/", LedgersView.as_view(resource=BENEFITS), name="benefits_ledgers"),
    path(f"{_PLACE}/benefits/check/", CheckView.as_view(resource=BENEFITS), name="benefits_check"),
    *(
        path(
            f"{_PLACE}/benefits/ledgers/{shape}/{url}",
            view.as_view(resource=BENEFITS, shape=shape),
            name=f"benefits_shape_{shape}{more}",
        )
        for shape in SHAPES
        for url, view, more in (("", ShapeView, ""), ("full/", FullShapeView, "_full"))
    ),
    path(f"{_PLACE}/money/", OverviewView.as_view(), name="money"),
    path(f"{_PLACE}/money/checks/", ChecksView.as_view(), name="money_checks"),
    path(f"{_PLACE}/money/checks/export/", ChecksExportView.as_view(), name="money_checks_export"),
    path(
        f"{_PLACE}/allocations/subsidies/",
        SubsidiesView.as_view(resource=ALLOCATIONS),
        name="allocations_subsidies",
    ),
    *(route for resource in RESOURCES for route in resource.urls()),
]
