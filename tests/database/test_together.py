"""Operations of a migration that are carried out together are right in that."""

from __future__ import annotations

from collections import Counter

from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from fupin.together import Together, together


def touched(operation: Operation) -> tuple[str, str]:
    """The model and the field, constraint or trigger of it that an operation is about."""
    model = getattr(operation, "model_name", None) or operation.name  # type: ignore[attr-defined]
    for part in ("constraint", "index", "trigger"):
        if hasattr(operation, part):
            return model.lower(), getattr(operation, part).name
    return model.lower(), getattr(operation, "name", "")


def groups() -> list[Together]:
    """Every group of the project's migrations."""
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    return [one for migration in found for one in migration.operations if isinstance(one, Together)]


def test_nothing_is_touched_twice_in_a_group() -> None:
    # The first would find the models as the second leaves them.
    assert len(groups()) > 20
    for group in groups():
        assert [key for key, times in Counter(map(touched, group.operations)).items() if times > 1] == []


def test_groups_are_of_one_class_and_in_order() -> None:
    add = migrations.AddField("Row", "first", models.TextField())
    index = migrations.AddIndex("Row", models.Index(fields=["first"], name="i"))
    alter = migrations.AlterField("Row", "first", models.TextField(blank=True))
    last = migrations.AddField("Row", "last", models.TextField())
    one, two, three = together([add, index, alter, last])
    assert isinstance(one, Together) and one.operations == [add, index]
    assert two is alter
    assert isinstance(three, Together) and three.operations == [last]
