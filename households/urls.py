"""Routes of this room."""

from households.interfaces.resources import RESOURCES

urlpatterns = [route for resource in RESOURCES for route in resource.urls()]
