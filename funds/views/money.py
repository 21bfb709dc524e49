"""The fund overview, the check sheet, and the allocations as a notice has them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_tables2 import RequestConfig

from funds.enums import FundLevel
from funds.interfaces.money_sheets import SUBSIDY_COLUMNS
from funds.interfaces.money_tables import ProjectMoneyTable
from funds.interfaces.overview import CHECK_COLUMNS, lines_of_checks, shown, tables_of
from funds.queries.agreement import groups_of, paid_elsewhere
from funds.queries.money import projects_at, subsidies_of
from funds.queries.sums import cells_of
from fupin.access import Action, may
from fupin.domain.exports import record_export
from fupin.place import Place
from fupin.resource.buttons import Button
from fupin.resource.exports import ExportView, digest_of, download_of
from fupin.resource.paging import Pages
from fupin.sheets.columns import Column
from fupin.sheets.writing import export_rows
from fupin.views.base import PlacedView
from households.interfaces.tables import money

PREFIX = "p-"
#: So many projects are listed below the overview of a county; more are seen township by township.
LISTED = 2_000


class OverviewView(PlacedView):
    """资金总览: what was granted, arrived, allocated, paid and left, by level, part of the place, year and project."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        table = ProjectMoneyTable(projects_at(request.user, self.place), prefix=PREFIX)
        table.context_url = lambda row: Place(row.region, row.year).url("projects_detail", key=row.pk)
        RequestConfig(
            request, paginate={"per_page": settings.PAGE_ROWS, "paginator_class": partial(Pages, most=LISTED)}
        ).configure(table)
        context = {
            "place": self.place,
            "tables": tables_of(cells_of(request.user, self.place), self.place),
            "projects": table,
            "elsewhere": [
                {"source": each.source, "projects": each.projects, "money": money(each.amount)}
                for each in paid_elsewhere(request.user, self.place)
            ],
            "projects_url": self.place.url("projects_list"),
            "checks_url": self.place.url("money_checks"),
        }
        return render(request, "funds/overview.html", context)


class ChecksView(PlacedView):
    """资金勾稽: what must agree, whether it does, and where to look."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        groups = shown(groups_of(request.user, self.place))
        actions = []
        if may(request.user, Action.EXPORT, self.place.region.code):
            actions.append(Button("导出Excel", self.place.url("money_checks_export"), download=True))
        context = {
            "place": self.place,
            "groups": groups,
            "wrong": sum(wrong for group, _, wrong in groups if not group.is_hint),
            "hints": sum(wrong for group, _, wrong in groups if group.is_hint),
            "actions": actions,
            "overview_url": self.place.url("money"),
        }
        return render(request, "funds/checks.html", context)


class ChecksExportView(PlacedView):
    """The check sheet as a workbook."""

    action = Action.EXPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it, after it is recorded."""
        title = f"{self.place.region}{self.place.year}年资金勾稽表"
        lines = lines_of_checks(groups_of(request.user, self.place))
        file = io.BytesIO()
        export_rows(
            CHECK_COLUMNS, lines, file, title=title, unit_line=f"填报单位：{self.place.region}　　单位：元", numbered=True,
            reporter=str(request.user), at=timezone.localtime(), sheet_name="勾稽",
        )  # fmt: skip
        record_export(
            actor=request.user, region=self.place.region, year=self.place.year, title=title, row_count=len(lines),
            columns=[column.label for column in CHECK_COLUMNS], digest=digest_of(file),
        )  # fmt: skip
        return download_of(file, title)


class SubsidiesView(ExportView):
    """The allocations that the list shows, a line for each project, its money by level in 万元: a notice's table."""

    def sheet(self, rows: QuerySet) -> tuple[Sequence[Column], Iterable[Mapping[str, Any]]]:
        """The lines, the project's money under its level."""
        return SUBSIDY_COLUMNS, subsidies_of(rows)

    def summed(self) -> tuple[str, ...]:
        """The money."""
        return (*(f"of_{level.value}" for level in FundLevel), "total")

    def title(self) -> str:
        """As notices are called."""
        return f"{self.place.region}{self.place.year}年项目资金安排表"
