"""The rows of a trial, kept so that writing them needs no reading, checking and matching again.

An import is tried and taken back (import_jobs.py). How each row stood at the end of the trial lies beside the upload, under the id
that it was given then: a sequence gives no id twice, so it is still free. A zip of a part for each table: what is half
there, or damaged, has no directory or a wrong checksum.
"""

from __future__ import annotations

import json
import logging
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.db import connection, models, transaction

from fupin.domain.bulk import analyse, quote, staged
from fupin.models import Ledger
from fupin.queries.differences import Touched

logger = logging.getLogger(__name__)

#: The part that says of what the rows are, and of which tables and columns.
HEAD = "head.json"


def keep_rows(path: Path, groups: Sequence[Touched], *, of: Mapping[str, Any]) -> None:
    """Keep how the touched rows stand now; `of` says what they are good for, and must be the same when they are written.

    Nothing is kept of a group that has deleted rows, and nothing where the disk takes no more: writing then reads the
    file again.
    """
    path.unlink(missing_ok=True)
    # Ledgers follow from the other rows, by the database.
    groups = [touched for touched in groups if touched.model is not Ledger]
    if any(touched.gone for touched in groups):
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with transaction.atomic():  # a copy that is cut off leaves its transaction broken
            _write_rows(half, groups, of)
        half.replace(path)
    except OSError:
        logger.warning("The rows of a trial could not be kept at %s.", path, exc_info=True)
        half.unlink(missing_ok=True)


def _write_rows(half: Path, groups: Sequence[Touched], of: Mapping[str, Any]) -> None:
    with (
        open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        zipfile.ZipFile(file, "w") as archive,
        connection.cursor() as cursor,
    ):
        parts = [
            (touched.model, new, pks)
            for touched in groups
            for new, pks in ((True, touched.new), (False, touched.changed))
            if pks
        ]
        archive.writestr(HEAD, _head(of, [(model, new) for model, new, _ in parts]))
        for at, (model, _, pks) in enumerate(parts):
            names, table = ", ".join(_columns(model)), quote(model._meta.db_table)
            rows = cursor.mogrify(
                f"SELECT {names} FROM {table} WHERE {_key(model)} = ANY(%s)", [pks]
            ).decode()
            with archive.open(f"{at}", "w", force_zip64=True) as part:
                cursor.copy_expert(f"COPY ({rows}) TO STDOUT", part)


def write_kept(path: Path, *, of: Mapping[str, Any]) -> bool:
    """Write the kept rows as they were; False where there are none, or not of this. Inside a transaction, under an actor.

    After False the transaction is to be rolled back: a damage may show late. Raises DatabaseError for what cannot be written
    any more, such as a key that somebody else has taken.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            head = json.loads(archive.read(HEAD))
            parts = [(apps.get_model(label), new) for label, new, _ in head["parts"]]
            if head != json.loads(_head(of, parts)):
                return False
            for at, (model, new) in enumerate(parts):
                with archive.open(f"{at}") as part:
                    (_insert if new else _update)(model, part)
    except (OSError, LookupError, zipfile.BadZipFile, EOFError):
        return False
    return True


def _head(of: Mapping[str, Any], parts: Sequence[tuple[type[models.Model], bool]]) -> str:
    """Rows of other columns, as before the portal was renewed, are no rows to be written."""
    return json.dumps({"of": of, "parts": [[m._meta.label, new, _columns(m)] for m, new in parts]})


def _insert(model: type[models.Model], rows: IO[bytes]) -> None:
    table, columns = model._meta.db_table, _columns(model)
    # No sheet has a column for a moment: what a new row says of one is when it was written, and that is now.
    moments = {quote(str(f.column)) for f in _fields(model) if isinstance(f, models.DateTimeField)}
    values = [f"CASE WHEN {name} IS NOT NULL THEN now() END" if name in moments else name for name in columns]
    with connection.cursor() as cursor, staged(cursor, table, columns, rows) as staging:
        cursor.execute(
            f"INSERT INTO {quote(table)} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE"
            f" SELECT {', '.join(values)} FROM {staging} ORDER BY {_key(model)}"
        )
        analyse(cursor, model, cursor.rowcount)


def _update(model: type[models.Model], rows: IO[bytes]) -> None:
    table, columns, key = model._meta.db_table, _columns(model), _key(model)
    sets = ", ".join(f"{name} = staged.{name}" for name in columns if name != key)
    with connection.cursor() as cursor, staged(cursor, table, columns, rows) as staging:
        cursor.execute(
            f"UPDATE {quote(table)} AS now SET {sets} FROM {staging} AS staged WHERE now.{key} = staged.{key}"
        )


def _fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _columns(model: type[models.Model]) -> list[str]:
    return [quote(str(field.column)) for field in _fields(model)]


def _key(model: type[models.Model]) -> str:
    return quote(str(model._meta.pk.column))
