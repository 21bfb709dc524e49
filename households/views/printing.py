"""Pages to be printed: household cards and collection sheets, of one household or of all that the list shows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from fupin.access import Action, may
from fupin.models import Region
from fupin.resource.buttons import Button
from fupin.resource.reveal import PurposeForm, ask_purpose, in_full
from fupin.resource.views import ResourceView
from fupin.scope import ScopedQuerySet
from households.interfaces.printing import MORE_GRIDS, card_of, collection_of, files_grid, journal_grid
from households.interfaces.resources import HOUSEHOLDS
from households.queries.income import with_income, with_items, with_line
from households.queries.printing import files_of, with_family, with_what_happened, with_year_before

#: Households in one batch: a large village. More is no longer a page that an old PC shows.
MOST = 600


class PrintView(ResourceView):
    """Sheets about households, one after the other; numbers masked, unless they are revealed as on any other page."""

    resource = HOUSEHOLDS
    label = ""
    template = ""

    def sheets(self, rows: ScopedQuerySet) -> list[dict[str, Any]]:
        """What the sheet of each household says: `row`, and what the template wants besides."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them."""
        rows, count, village = self.chosen()
        return self.nothing(count) or self.show(rows, village)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them with the numbers in full, after a purpose was stated for the village; and record it."""
        rows, count, village = self.chosen()
        if not self.may_reveal(village):
            raise PermissionDenied
        return self.nothing(count) or in_full(
            request,
            village,
            page=f"{self.label}：{village}{self.place.year}年{count}户",
            show=lambda: self.show(rows, village, full=True),
            ask=lambda form: self.ask(village, form),
        )

    def chosen(self) -> tuple[ScopedQuerySet, int, Region]:
        """The households of the sheets, how many they are, and where they lie."""
        if "key" in self.kwargs:
            row = self.row()
            return self.rows().filter(pk=row.pk), 1, row.region
        rows = self.filtered()[1]
        return rows, rows.count(), self.place.region

    def may_reveal(self, region: Region) -> bool:
        """Whether full numbers may be printed: those of one village at a time, since a purpose is stated for one."""
        return region.is_village and may(self.request.user, Action.REVEAL, region.code)

    def nothing(self, count: int) -> HttpResponse | None:
        """The way back to the list, with why nothing is printed, if nothing is."""
        if 0 < count <= MOST:
            return None
        text = (
            f"所选共{count}户，一次最多打印{MOST}户。请在页面上方选择一个村，或填写查询条件缩小范围。"
            if count
            else "没有符合条件的户，没有可打印的内容。"
        )
        messages.warning(self.request, text)
        query = self.request.META.get("QUERY_STRING", "")
        return redirect(f"{self.place.url('households_list')}?{query or 'view=none'}")

    def ask(self, village: Region, form: PurposeForm) -> HttpResponse:
        """The page that asks what full numbers are printed for."""
        around = {"cancel_url": self.request.get_full_path(), **self.way_back()}
        return ask_purpose(self.request, village, form, status=422, **around)

    def show(self, rows: ScopedQuerySet, village: Region, *, full: bool = False) -> HttpResponse:
        """The page."""
        actions = []
        if not full and self.may_reveal(village):
            actions.append(Button("显示完整号码", self.request.get_full_path(), method="post"))
        context = {
            "title": self.label, "sheets": self.sheets(rows), "full": full, "actions": actions,
            "year": self.place.year, "today": timezone.localdate(), **self.way_back(),
        }  # fmt: skip
        return render(self.request, self.template, context)


class CardView(PrintView):
    """Household cards: 一户一档."""

    label = "打印户卡"
    template = "households/card.html"

    def sheets(self, rows: ScopedQuerySet) -> list[dict[str, Any]]:
        """All that is known of each household."""
        actor = self.request.user
        rows = with_line(with_items(with_income(with_family(rows, actor))))
        homes = list(with_what_happened(rows, actor, self.place.year))
        others = [make(homes, actor) for make in MORE_GRIDS]
        files = files_of(homes, actor)
        sheets = []
        for row in homes:
            more = [grids[row.pk] for grids in others if row.pk in grids]
            grids = [*more, journal_grid(row), files_grid(files.get(row.pk, ()))]
            sheets.append({"row": row, **card_of(row, grids)})
        return sheets


class CollectionView(PrintView):
    """Collection sheets: 信息采集对照表."""

    label = "打印采集表"
    template = "households/collection.html"

    def sheets(self, rows: ScopedQuerySet) -> list[dict[str, Any]]:
        """What was known a year ago, beside blanks."""
        actor = self.request.user
        rows = with_items(with_year_before(with_family(rows, actor), actor, self.place.year))
        return [{"row": row, **collection_of(row)} for row in rows]
