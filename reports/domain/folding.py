"""Folding: the figures of villages that were written since are measured anew and kept, by the worker between its jobs.

One folder at a time, and each batch in one snapshot: marks that it does not see, of writers who have not committed yet,
outlive it. docs/decisions/0026-figure-cache.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter

from django.conf import settings
from django.db import connection

from reports.figures.cache import digest_of, measured_apart, parts_of, written
from reports.figures.snapshot import snapshot

#: Key of the advisory lock: "fupin figures", in the two halves that jobs have too.
LOCK = (0x4650_4649, 0)
#: Village-years that are measured in one transaction, which jobs wait for.
BATCH = 50


def fold_some(*, batch: int = BATCH, wait: bool = False) -> bool:
    """Take out the marks that there are, and fold some of the villages without figures, the newest year first.

    True if some are left. While another folder is at work nothing is done, unless it is waited for; nor where the cache is
    switched off. Raises RuntimeError inside a transaction.
    """
    if not settings.FUPIN_FIGURE_CACHE:
        return False
    with _alone(wait=wait) as is_alone:
        if not is_alone:
            return False
        # The lock comes first: whoever waited for it inside the snapshot would fold what was there before.
        with snapshot(writes=True) as is_one:
            if not is_one:
                raise RuntimeError("figures are folded in a transaction of their own")
            return fold_batch(batch)


def forget_folds() -> None:
    """Have every village folded anew."""
    with _alone(wait=True), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_villagefold")


@contextmanager
def _alone(*, wait: bool) -> Iterator[bool]:
    """Whether this session folds, and no other; a session that dies leaves its lock."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
            is_alone = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK)
            [is_alone] = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", LOCK)


def fold_batch(batch: int) -> bool:
    """The work itself, inside a snapshot: whether village-years are left to fold."""
    _take_out_marks()
    missing = _missing(batch + 1)
    for year, places in groupby(missing[:batch], key=itemgetter(1)):
        _fold([code for code, _ in places], year)
    return len(missing) > batch


def _take_out_marks() -> None:
    """Marks become folds that are not there: of the village, in the mark's year and all later ones.

    In a snapshot DELETE takes the marks that it sees, and leaves those of others who write meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH seen AS (DELETE FROM reports_villagemark RETURNING region_id, year, person_id),
                 marked AS (SELECT region_id, min(year) AS year FROM ({written("seen")}) w GROUP BY region_id)
            DELETE FROM reports_villagefold f USING marked m
            WHERE f.year >= m.year AND (f.region_id = m.region_id OR m.region_id IS NULL)
            """
        )


def _missing(most: int) -> list[tuple[str, int]]:
    """Places and years that are not folded, or by other declarations than ours.

    Every region in every year that is open anywhere: whether one has rows is seen when it is measured.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT year FROM fupin_regionyear ORDER BY year DESC")
        years = [year for (year,) in cursor.fetchall()]
        cursor.execute(
            """
            SELECT r.code, y.year FROM fupin_region r
            CROSS JOIN unnest(%s::smallint[], %s::varchar[]) AS y (year, digest)
            LEFT JOIN reports_villagefold f ON f.region_id = r.code AND f.year = y.year AND f.digest = y.digest
            WHERE f.id IS NULL ORDER BY y.year DESC, r.code LIMIT %s
            """,
            [years, [digest_of(year) for year in years], most],
        )
        return cursor.fetchall()


def _fold(villages: Sequence[str], year: int) -> None:
    rows = [
        (village, part.since, code, *((None, value) if isinstance(value, list) else (value, None)), count)
        for part in parts_of(year)
        for village, figures in measured_apart(part, villages).items()
        for code, (value, count) in figures.items()
        if count
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM reports_villagefigure WHERE year = %s AND region_id = ANY(%s::varchar[])",
            [year, list(villages)],
        )
        if rows:
            codes, since, names, values, ids, counts = zip(*rows, strict=True)
            cursor.execute(
                """
                INSERT INTO reports_villagefigure (region_id, year, since, code, value, ids, rows)
                SELECT code, %s, since, name, value, ids::bigint[], rows
                FROM unnest(%s::varchar[], %s::smallint[], %s::varchar[], %s::numeric[], %s::text[], %s::integer[])
                    AS kept (code, since, name, value, ids, rows)
                """,
                [year, list(codes), list(since), list(names), list(values), [_array(each) for each in ids], list(counts)],
            )  # fmt: skip
        cursor.execute(
            """
            INSERT INTO reports_villagefold (region_id, year, digest)
            SELECT code, %s, %s FROM unnest(%s::varchar[]) AS code
            ON CONFLICT (region_id, year) DO UPDATE SET digest = EXCLUDED.digest
            """,
            [year, digest_of(year), list(villages)],
        )


def _array(ids: Sequence[int] | None) -> str | None:
    """Ids as PostgreSQL writes an array: those of several rows have no common length, and so no array of arrays."""
    return None if ids is None else f"{{{','.join(map(str, sorted(set(ids))))}}}"
