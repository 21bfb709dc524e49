"""What pages about a place and a period share."""

from __future__ import annotations

from django.contrib import messages

from fupin.access import Action
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from reports.figures.declare import Figure
from reports.figures.window import Window
from reports.interfaces.periods import PeriodForm, query_of, window_from_query


class WindowView(PlacedView):
    """A page about a place and a period."""

    action = Action.REPORT
    form: PeriodForm
    window: Window

    def enter(self) -> None:
        """Find the place, then the period."""
        super().enter()
        try:
            self.form, self.window = window_from_query(self.request.GET.dict(), self.place)
        except Refused as refused:
            messages.error(self.request, str(refused))
            self.form, self.window = window_from_query({}, self.place)

    def figure_url(self, figure: Figure) -> str:
        """Where the rows behind a figure are listed."""
        window = self.window
        query = query_of(window)
        place = type(self.place)(self.place.region, window.last)
        return f"{place.url('figure_rows', code=figure.code)}?{query}"
