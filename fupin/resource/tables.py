"""Lists as django-tables2 tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_tables2 as tables
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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

    def drawn_rows(self) -> Iterator[SafeString]:
        """The rows of the page as HTML.

        Not in the template: a list of fifty rows has six hundred cells, and a variable of a template costs more than
        all the rest of a cell. Attributes are a column's, the same in each row.
        """
        tags = {column.name: format_html("<td {}>", column.attrs["td"].as_html()) for column in self.columns}
        for row in self.paginated_rows:
            cells = format_html_join(
                "", "{}{}</td>", ((tags[column.name], localize(cell)) for column, cell in row.items())
            )
            yield format_html("<tr {}>{}</tr>", row.attrs.as_html(), cells)


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
