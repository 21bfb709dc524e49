"""Routes of this room."""

from households.interfaces.corrections import CorrectionResource, correction_route
from households.interfaces.resources import HOUSEHOLDS, RESOURCES

urlpatterns = [
    *(route for resource in (*RESOURCES, CorrectionResource()) for route in resource.urls()),
    correction_route(HOUSEHOLDS),
]
