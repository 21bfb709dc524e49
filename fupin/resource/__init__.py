"""A model's pages, declared once: list, detail, create, edit, export, history.

    class PairingResource(Resource):
        model = Pairing
        name = "pairings"
        list_columns = ("household", "helper", "starts_on", "ends_on")
        form_class = PairingForm

    urlpatterns = [*PairingResource().urls()]

docs/adding-a-model.md walks through it.
"""

from fupin.resource.base import Panel, Resource
from fupin.resource.forms import RowForm
from fupin.resource.tables import RowTable

__all__ = ["Panel", "Resource", "RowForm", "RowTable"]
