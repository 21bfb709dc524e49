"""Pages of lists: a long list is shown by its first rows, and counted and added up only where that is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

#: A list of more rows is long: to count and to add up a county's two million reads every one of them.
COUNTED = 10_000
#: Asks for all rows of a list, however long it is.
WHOLE = "whole"


class Pages(Paginator):
    """The pages of a table over a queryset; of a long one those of its first rows, unless the whole is asked for."""

    def __init__(
        self, rows: Any, per_page: int, *, whole: bool = False, most: int | None = None, **more: Any
    ) -> None:
        super().__init__(rows, per_page, **more)
        self.whole, self.most = whole, most or COUNTED

    @cached_property
    def found(self) -> int:
        """How many rows there are; of a long list one more than are shown."""
        # Neither the order nor what is shown of a row matters: without them there is less to join.
        rows = self.object_list.data.data.order_by().values("pk")
        return rows.count() if self.whole else rows[: self.most + 1].count()

    @cached_property
    def is_cut(self) -> bool:
        """Whether there are more rows than are shown."""
        return not self.whole and self.found > self.most

    @cached_property
    def count(self) -> int:  # type: ignore[override]  # as the base has it
        """How many rows are shown."""
        return self.most if self.is_cut else self.found
