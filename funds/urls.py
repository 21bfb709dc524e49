"""Routes of this room."""

from django.urls import path

from funds.interfaces.projects import PROJECTS
from funds.interfaces.resources import RESOURCES
from funds.interfaces.steps import STEPS_LIST
from funds.views.steps import BackView, StepView

_PLACE = "<region:region>/<year:year>"
urlpatterns = [
    path(
        f"{_PLACE}/projects/<int:key>/step/<str:kind>/",
        StepView.as_view(resource=PROJECTS),
        name="projects_step",
    ),
    path(f"{_PLACE}/steps/<int:key>/back/", BackView.as_view(resource=STEPS_LIST), name="steps_back"),
    *(route for resource in RESOURCES for route in resource.urls()),
]
