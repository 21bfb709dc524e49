"""Routes of this room."""

from django.urls import path

from households.interfaces.acts import ACTS_LIST
from households.interfaces.corrections import CorrectionResource, correction_route
from households.interfaces.resources import HOUSEHOLDS, MEMBERS, RESOURCES
from households.views.acts import MenuView
from households.views.finding import FindView
from households.views.journal import UndoView
from households.views.numbers import NumberView
from households.views.printing import CardView, CollectionView
from households.views.recording import RecordView
from households.views.rosters import ORDERS, FullRosterView, RosterView

HERE = "<region:region>/<year:year>/"
HOME = f"{HERE}households/<int:key>/acts/"

urlpatterns = [
    path(f"{HERE}find/", FindView.as_view(), name="find"),
    path(f"{HERE}households/number/", NumberView.as_view(), name="households_number"),
    path(f"{HERE}acts/<int:key>/undo/", UndoView.as_view(), name="acts_undo"),
    path(HOME, MenuView.as_view(), name="acts_menu"),
    path(f"{HOME}<slug:kind>/", RecordView.as_view(), name="acts_record"),
    path(f"{HERE}households/card/", CardView.as_view(), name="households_cards"),
    path(f"{HERE}households/<int:key>/card/", CardView.as_view(), name="households_card"),
    path(f"{HERE}households/collect/", CollectionView.as_view(), name="households_collects"),
    path(f"{HERE}households/<int:key>/collect/", CollectionView.as_view(), name="households_collect"),
    *(
        path(
            f"{HERE}members/export/{edition}/{url}",
            view.as_view(resource=MEMBERS, edition=edition),
            name=f"members_roster_{edition}{more}",
        )
        for edition in ORDERS
        for url, view, more in (("", RosterView, ""), ("full/", FullRosterView, "_full"))
    ),
    *(route for resource in (*RESOURCES, ACTS_LIST, CorrectionResource()) for route in resource.urls()),
    *map(correction_route, (HOUSEHOLDS, MEMBERS)),
]
