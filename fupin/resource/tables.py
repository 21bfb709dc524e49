"""Lists as django-tables2 tables."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables

EMPTY = "—"
#: Cells of numbers: right-aligned, figures of one width.
NUMERIC = {"td": {"class": "num"}, "th": {"class": "num"}, "tf": {"class": "num"}}


class RowTable(tables.Table):
    """The base of every list: a running number first, a dash where nothing was collected."""

    number = tables.Column("序号", empty_values=(), orderable=False)

    class Meta:
        template_name = "ui/table.html"
        empty_text = "没有符合条件的数据。"
        default = EMPTY
        sequence = ("number", "...")

    def render_number(self, bound_row: Any) -> int:
        """The row's number over all pages."""
        first = self.page.start_index() if hasattr(self, "page") else 1
        return first + bound_row.row_counter


class YesNoColumn(tables.Column):
    """是 or 否; not collected is a dash."""

    def render(self, value: bool) -> str:
        """The word for the value."""
        return "是" if value else "否"


def table_for(model: Any, columns: tuple[str, ...], link: str = "") -> type[RowTable]:
    """A plain table of some fields of a model; the field named by `link` leads to the row's page."""
    attributes: dict[str, Any] = {}
    if link:
        attributes[link] = tables.Column(linkify=lambda record, table: table.context_url(record))
    shown = {"model": model, "fields": columns, "sequence": ("number", *columns)}
    meta = type("Meta", (RowTable.Meta,), shown)
    return type(f"{model.__name__}Table", (RowTable,), {**attributes, "Meta": meta})
