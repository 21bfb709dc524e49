"""Migrations whose operations are carried out together, because each costs a new picture of all models.

Django renders the models anew after each operation of a migration, as it would have to if the next were code. With a
trigger, an audit table and a constraint for every field a fresh database took most of a minute, nearly all of it there.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import pgtrigger.migrations
from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

#: Operations that are right with the models as they stand after the last of a row of them. Each class comes alone: what
#: is added in a row is never altered or taken away in it.
_CLASSES: tuple[tuple[type[Operation], ...], ...] = (
    (migrations.CreateModel,),
    (migrations.AddField, migrations.AddConstraint, migrations.AddIndex, pgtrigger.migrations.AddTrigger),
    (migrations.RemoveConstraint, migrations.RemoveIndex, pgtrigger.migrations.RemoveTrigger),
)


class Together(Operation):
    """Operations of one class, between two pictures of the models: before the first and after the last."""

    reduces_to_sql = True

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the declarations; the models are rendered when they are next asked for."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Each in its turn."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Each in its turn, the last first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate --plan` prints."""
        return "; ".join(operation.describe() for operation in self.operations)


def together(operations: Iterable[Operation]) -> list[Operation]:
    """A migration's operations, with those that follow one another in one class carried out together."""

    def kind(operation: Operation) -> int:
        return next((i for i, kinds in enumerate(_CLASSES) if type(operation) in kinds), -1)

    found: list[Operation] = []
    for which, each in groupby(operations, kind):
        row = list(each)
        found += row if which < 0 else [Together(row)]
    return found
