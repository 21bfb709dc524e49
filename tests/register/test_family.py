"""All members of a household edited in place."""

from __future__ import annotations

from typing import Any

from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.register.conftest import Desk, rows_of
from tests.register.test_intake import errors_of


def family(row: HouseholdYear) -> list[Membership]:
    return list(
        Membership.objects.unscoped("tests")
        .filter(household_year=row, present=True)
        .order_by("relation", "pk")
    )


def posted(members: list[Membership], *changes: dict[str, Any]) -> dict[str, Any]:
    """The grid as a browser posts it, with changes to its rows in turn."""
    rows = [{"row": member.pk, "relation": member.relation, "work_months": ""} for member in members]
    for row, change in zip(rows, changes, strict=False):
        row |= change
    return rows_of(rows)


def test_members_are_changed_in_place_and_keep_the_rest(desk: Desk) -> None:
    row = desk.world.household_a
    head, other = family(row)
    Membership.objects.unscoped("tests").filter(pk=other.pk).update(dibao="02", remark="在外", education="03")
    page = desk.client.get(desk.url(f"{row.household_id}/family/")).content.decode()
    assert head.person.name in page and head.person.id_number not in page
    data = posted(
        [other, head],
        {"relation": "02", "education": "02", "work_place": "03", "work_months": "3.5"},
        {"health": "02"},
    )
    response = desk.client.post(desk.url(f"{row.household_id}/family/"), data)
    assert response["Location"] == desk.url(f"{row.household_id}/")
    head.refresh_from_db(), other.refresh_from_db()
    assert (other.relation, other.education, other.work_months, other.dibao, other.remark) == (
        "02", "02", 3.5, "02", "在外",
    )  # fmt: skip
    assert (head.relation, head.health) == ("01", "02")


def test_two_heads_and_none_are_refused(desk: Desk) -> None:
    row = desk.world.household_a
    for relations, said in (
        (("01", "01"), "2 relation：一户有两名户主"),
        (("03", "02"), "请把一名成员的与户主关系"),
    ):
        changes = [{"relation": relation} for relation in relations]
        response = desk.client.post(desk.url(f"{row.household_id}/family/"), posted(family(row), *changes))
        assert response.status_code == 422
        assert any(said in error for error in errors_of(response)), errors_of(response)


def test_rows_are_told_by_their_key_and_others_are_shown_again(desk: Desk) -> None:
    """Somebody joined while the page was open; a member of another household is none of these."""
    row = desk.world.household_a
    data = posted(family(row), {}, {"relation": "02"})
    joined = make.MembershipFactory(household_year=row, relation="03")
    response = desk.client.post(desk.url(f"{row.household_id}/family/"), data)
    assert response.status_code == 422
    assert "__all__：这一页打开后，其中的行有增减，请核对后再保存。" in errors_of(response)
    shown = response.context["form"].members.set.forms
    assert {form.instance.pk: form["relation"].value() for form in shown} == {
        family(row)[0].pk: "01", family(row)[1].pk: "03" if family(row)[1].pk == joined.pk else "02",
        family(row)[2].pk: "03" if family(row)[2].pk == joined.pk else "02",
    }  # fmt: skip
    foreign = family(desk.world.household_b)
    response = desk.client.post(desk.url(f"{row.household_id}/family/"), posted(foreign, {"relation": "11"}))
    assert response.status_code == 422
    foreign[0].refresh_from_db()
    assert foreign[0].relation == "01"
