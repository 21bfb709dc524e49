"""Filters derived from the model: each code, number, day and answer alone, against a plain reading of the rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.urls import reverse

from fupin.resource.filters import UNFILLED, filter_of
from households.conditions import Housing
from households.enums import Cause, Departure, Education, Health, PovertyCategory, PovertyStatus
from households.interfaces.filters import HouseholdFilter, MemberFilter
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.factories import YEAR

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(world: Any) -> dict[str, HouseholdYear]:
    """Three households of village A that differ in everything."""
    HouseholdYear.objects.unscoped("tests").filter(pk=world.household_a.pk).update(on_roll=False)
    return {
        "one": make.household(
            world.a, category=PovertyCategory.DIBAO, status=PovertyStatus.EXITED_BEFORE, exit_year=2015,
            main_cause=Cause.ILLNESS, other_causes=[Cause.SCHOOLING], housing=Housing.values[0], water_safe=True,
            farmland=Decimal("3.50"), group=2, registered_on=date(2014, 5, 1), household__number="5100000001",
        ),
        "two": make.household(
            world.a, main_cause=Cause.SCHOOLING, water_safe=False, farmland=Decimal("0"), group=3,
            registered_on=date(2016, 1, 1), household__number="5100000002",
        ),
        "three": make.household(world.a, registered_on=None, household__number="5100000003"),
    }  # fmt: skip


HOUSEHOLDS = {
    "category=04": "one", "status=03": "one", "exit_year_from=2015&exit_year_to=2015": "one", "exit_year_from=2016": "",
    "main_cause=01": "one", "main_cause=03": "two", f"main_cause={UNFILLED}": "three", "cause=03": "one two",
    "other_causes=03": "one", f"other_causes={UNFILLED}": "two three", f"housing={Housing.values[0]}": "one",
    f"housing={UNFILLED}": "two three", "water_safe=true": "one", "water_safe=false": "two",
    f"water_safe={UNFILLED}": "three", "farmland_from=0&farmland_to=1": "two", "farmland_from=1": "one",
    "group_to=2": "one", "registered_on_from=2014-05-01&registered_on_to=2014-12-31": "one", "on_roll=true": "one two three",
    "q=5100000002": "two", "category=01&water_safe=false": "two", "category=nonsense": "one two three",
    "farmland_from=x": "one two three",
}  # fmt: skip


@pytest.mark.parametrize("query", HOUSEHOLDS)
def test_households_by_every_kind_of_field(query: str, rows: Any, personas: Any, client_of: Any) -> None:
    url = reverse("households_list", kwargs={"region": "421199103206", "year": YEAR})
    page = client_of(personas["clerk_a"]).get(f"{url}?{query}")
    names = {row.pk: name for name, row in rows.items()}
    shown = [names[record.pk] for record in page.context["table"].data if record.pk in names]
    assert sorted(shown) == sorted(HOUSEHOLDS[query].split())


@pytest.fixture
def members(world: Any) -> dict[str, Membership]:
    """Three members of a household of A, of several ages; one has left."""
    home = make.HouseholdYearFactory(region=world.a)
    ages = {"old": date(1957, 12, 31), "middle": date(1958, 1, 1), "gone": date(1990, 1, 1)}
    found = {
        name: make.MembershipFactory(
            household_year=home, person=make.PersonFactory(birth_date=born, sequence=801 + at),
            education=Education.values[at], health=Health.values[0] if at else "", medical_insurance=at == 0 or None,
        )
        for at, (name, born) in enumerate(ages.items())
    }  # fmt: skip
    Membership.objects.unscoped("tests").filter(pk=found["gone"].pk).update(
        present=False, departure=next(iter(Departure)).value
    )
    return found


MEMBERS = {
    "": "old middle", "present=all": "old middle gone", "present=gone": "gone", "age_from=60": "old",
    "age_to=59": "middle", "age_from=59&age_to=60": "old middle", "present=all&age_to=30": "gone",
    f"education={Education.values[1]}": "middle", f"health={UNFILLED}": "old", "medical_insurance=true": "old",
    f"medical_insurance={UNFILLED}": "middle", "sex=1": "old", "sex=2": "middle",
}  # fmt: skip


@pytest.mark.parametrize("query", MEMBERS)
def test_members_by_every_kind_of_field(query: str, members: Any, personas: Any, client_of: Any) -> None:
    url = reverse("members_list", kwargs={"region": "421199103206", "year": YEAR})
    page = client_of(personas["clerk_a"]).get(f"{url}?view=none&{query}")
    names = {row.pk: name for name, row in members.items()}
    shown = [names[record.pk] for record in page.context["table"].data if record.pk in names]
    assert sorted(shown) == sorted(MEMBERS[query].split())


@pytest.mark.parametrize("kind", [HouseholdFilter, MemberFilter], ids=lambda kind: kind.__name__)
def test_no_coded_field_is_without_a_filter(kind: Any) -> None:
    """Whoever adds a code, a number, a day or a question to the form has its filter too."""
    fields = [
        f
        for f in kind._meta.model._meta.concrete_fields
        if f.editable and not f.primary_key and f.name != "year"
    ]
    wanted = {field.name for field in fields if filter_of(field) is not None}
    assert wanted <= set(kind.base_filters)
    assert len(wanted) > 8
    assert set(kind.common) <= set(kind.base_filters)


def test_what_is_in_use_keeps_the_panel_open(rows: Any, personas: Any, client_of: Any) -> None:
    url = reverse("households_list", kwargs={"region": "421199103206", "year": YEAR})
    client = client_of(personas["clerk_a"])
    closed, asked, used = (
        client.get(f"{url}?{query}").content.decode()
        for query in ("category=04&page=1", "category=04&more=1", "water_safe=true")
    )
    # The link keeps the query, and begins the list anew.
    assert 'href="?category=04&amp;more=1"' in closed and 'name="water_safe"' not in closed
    for page in (asked, used):
        assert '<details class="query__more" id="more" open>' in page and 'name="water_safe"' in page
    assert "已用1项" in used and "已用" not in asked


def test_both_ends_of_a_span_are_named(rows: Any, personas: Any, client_of: Any) -> None:
    form = HouseholdFilter({}, queryset=HouseholdYear.objects.unscoped("tests")).form
    assert isinstance(form.fields["farmland"].widget, forms.MultiWidget)
    assert str(form["farmland"]).count("aria-label") == 2


def test_a_full_number_goes_no_further_than_the_first_address(
    world: Any, personas: Any, client_of: Any
) -> None:
    number = Membership.objects.unscoped("tests").filter(region=world.a)[0].person.id_number
    client = client_of(personas["clerk_a"])
    url = reverse("members_list", kwargs={"region": "421199103206", "year": YEAR})
    response = client.get(url, {"q": number, "relation": "99"})
    assert (response.status_code, response["Location"]) == (302, f"{url}?relation=99")
    page = client.get(response["Location"]).content.decode()
    assert number not in page and "上方的查找框" in page
