"""A lookup for many values: `number__among={...}`, by one array where Django's `in` makes a parameter of each.

Of the hundred thousand numbers of a county's roster, `in` took as long to put together as to run. Give a set or the keys of a
dict: the items of a list are looked at one by one all the same. A relation is asked by `household__pk__among`.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.lookups import Lookup


@models.Field.register_lookup
class Among(Lookup):
    """Whether a column has one of the values, which are of the column's own type."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column = ANY (array)`; without a value nothing is found."""
        column, params = self.process_lhs(compiler, connection)
        kind = str(self.lhs.output_field.rel_db_type(connection))
        # Of the column's own type, else they are compared one by one; a cast to a length would cut them.
        kind = "text" if kind.startswith("varchar") else kind
        return f"{column} = ANY (%s::{kind}[])", (*params, list(self.rhs))
