"""Each write is told with the actor who made it, and with nobody where nobody is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from fupin.access import SYSTEM
from fupin.audit import acting
from fupin.refusals import Refused
from households.models import Household
from tests import factories as make
from tests.database.tools import event_of

YEAR = make.YEAR


def name_household(number: str) -> None:
    make.HouseholdFactory(number=number)


def actors_by_number() -> dict[str, Any]:
    events = event_of(Household).objects.filter(number__startswith="W").select_related("pgh_context")
    return {e.number: e.pgh_context.metadata["user"] if e.pgh_context else None for e in events}


@pytest.mark.parametrize("whole", [pytest.param(True, id="one transaction"), pytest.param(False, id="many")])
@pytest.mark.django_db(transaction=True)
def test_each_actor_gets_their_own_name(whole: bool) -> None:
    """Also within one transaction: the database keeps the name to its end, unless it is told to forget it."""
    one, two = make.UserFactory(), make.UserFactory()

    def write() -> None:
        name_household("W-before")
        with acting(one, via="form"):
            name_household("W-one")
        name_household("W-between")
        with acting(two, via="import"):
            name_household("W-two")
            with acting(SYSTEM, via="years"):
                name_household("W-inner")
            name_household("W-two-again")
            with acting(two, via="form"):
                name_household("W-two-inside")
        with pytest.raises(Refused), acting(one, via="form"):
            name_household("W-one-refused")
            raise Refused
        name_household("W-after")

    if whole:
        with transaction.atomic():
            write()
    else:
        write()
    assert actors_by_number() == {
        "W-before": None, "W-one": one.pk, "W-between": None, "W-two": two.pk, "W-inner": "system",
        "W-two-again": two.pk, "W-two-inside": two.pk, "W-one-refused": one.pk, "W-after": None,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_failed_write_leaves_its_actor_to_nobody() -> None:
    one = make.UserFactory()
    name_household("W-there")
    with transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic(), acting(one, via="form"):
            name_household("W-there")
        name_household("W-after")
    with pytest.raises(DatabaseError), acting(one, via="form"), transaction.atomic():
        name_household("W-there")
    name_household("W-last")
    assert actors_by_number() == {"W-there": None, "W-after": None, "W-last": None}


def test_copy_into_a_table_tells_the_actor_of_the_transaction_only(db: None) -> None:
    """A plain COPY names nobody by itself; which is why bulk.upsert goes through a temporary table."""
    import io

    one = make.UserFactory()
    with acting(one, via="form"), connection.cursor() as cursor:
        name_household("W-one")
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY households_household (number) FROM STDIN", io.StringIO("W-copy\n"))
    assert actors_by_number() == {"W-one": one.pk, "W-copy": None}


def test_without_forgetting_an_actor_is_inherited(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: within one transaction the database goes on naming who acted last."""
    monkeypatch.setattr("fupin.audit._forget", lambda: None)
    one = make.UserFactory()
    with acting(one, via="form"):
        name_household("W-one")
    name_household("W-after")
    assert actors_by_number() == {"W-one": one.pk, "W-after": one.pk}
