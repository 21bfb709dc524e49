"""更正: one household of a closed year, by two people, through a door that nothing else opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from fupin.access import SYSTEM, Role
from fupin.domain.years import close_years
from fupin.models import RegionYear, RoleAssignment
from fupin.refusals import Refused
from households.domain.correction import SETTING, ask_correction, decide_correction
from households.models import Act, Correction, HouseholdYear, Membership
from tests import factories as make
from tests.conftest import A
from tests.database.rows import SENTENCES, refusal_of
from tests.database.tools import Audit, run
from tests.factories import YEAR
from tests.review.conftest import lay

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(world: Any) -> Any:
    """Village A's year, closed."""
    close_years(region=world.a, year=YEAR, actor=SYSTEM)
    return world


def fresh(world: Any) -> HouseholdYear:
    return HouseholdYear.objects.unscoped("tests").get(pk=world.household_a.pk)


def ask(world: Any, actor: Any, **values: Any) -> Correction:
    return ask_correction(row=fresh(world), values=values or {"remark": "改"}, reason="录入有误", actor=actor)


def refused(write: Any, *args: Any, **kwargs: Any) -> str | None:
    try:
        with transaction.atomic():
            write(*args, **kwargs)
    except Refused as error:
        return str(error)
    return None


def test_a_correction_is_asked_consented_to_and_applied(closed: Any, personas: Any) -> None:
    correction = ask(closed, personas["clerk_a"], remark="改", category="04", group=3, water_safe=False)
    assert fresh(closed).remark == ""
    assert (correction.old, correction.new) == (
        {"remark": "", "category": "01", "group": None, "water_safe": None},
        {"remark": "改", "category": "04", "group": 3, "water_safe": False},
    )
    audit = Audit()
    decide_correction(correction=correction, consent=True, actor=personas["county"])
    row = fresh(closed)
    assert (row.remark, row.category, row.group, row.water_safe) == ("改", "04", 3, False)
    (act,) = Act.objects.unscoped("tests").filter(household=row.household)
    assert (act.kind, act.reason, act.year) == ("corrected", "录入有误", YEAR)
    assert audit.told() == {("Correction", "update"): 2, ("HouseholdYear", "update"): 1, ("Act", "insert"): 1}
    assert (audit.discrepancies(), audit.actors()) == ([], {(personas["county"].pk, "form")})
    # The door is shut again, also within the same transaction.
    assert refusal_of(lambda: row.save()) == SENTENCES["closed"]
    run("SELECT set_config(%s, %s, true)", [SETTING, str(correction.pk)])
    assert refusal_of(lambda: row.save()) == SENTENCES["closed"]
    assert RegionYear.objects.unscoped("tests").get(region=closed.a, year=YEAR).state == "closed"


def test_a_second_correction_of_a_day_is_applied_too(closed: Any, personas: Any) -> None:
    for remark in ("一", "二"):
        correction = ask(closed, personas["clerk_a"], remark=remark)
        decide_correction(correction=correction, consent=True, actor=personas["county"])
    assert fresh(closed).remark == "二"
    assert Act.objects.unscoped("tests").count() == 1


def test_without_consent_nothing_changes(closed: Any, personas: Any) -> None:
    correction = ask(closed, personas["clerk_a"])
    decide_correction(correction=correction, consent=False, actor=personas["county"])
    correction.refresh_from_db()
    assert (correction.state, correction.applied_at, fresh(closed).remark) == ("不同意", None, "")
    said = refused(decide_correction, correction=correction, consent=True, actor=personas["county"])
    assert said == "这一更正已经决定：不同意。"


def test_whoever_asked_does_not_consent(closed: Any, personas: Any) -> None:
    both = personas["county"]
    RoleAssignment.objects.create(user=both, role=Role.CLERK, region=closed.a)
    both.refresh_from_db()
    correction = ask(closed, both)
    said = refused(decide_correction, correction=correction, consent=True, actor=both)
    assert said == "更正须由申请人以外的另一个人决定。"
    other = make.user(Role.COUNTY, closed.county, username="other")
    assert refused(decide_correction, correction=correction, consent=True, actor=other) is None
    assert fresh(closed).remark == "改"


@pytest.mark.parametrize(("persona", "asks", "decides"), [
    ("clerk_a", True, False), ("clerk_b", False, False), ("team", False, False), ("helper", False, False),
    ("township", True, False), ("department", False, False), ("county", False, True), ("leader", False, False),
    ("auditor", False, False), ("administrator", False, False),
])  # fmt: skip
def test_who_asks_and_who_decides(
    persona: str, asks: bool, decides: bool, closed: Any, personas: Any
) -> None:
    user, other = personas[persona], make.user("clerk", closed.a, username="other")
    correction = ask(closed, other)
    said = refused(decide_correction, correction=correction, consent=False, actor=user)
    assert (said is None, "权限" in (said or "权限")) == (decides, True)
    if not decides:
        decide_correction(correction=correction, consent=False, actor=personas["county"])
    said = refused(ask, closed, user)
    assert (said is None, "权限" in (said or "权限")) == (asks, True)


def test_what_cannot_be_corrected_is_refused_in_words(closed: Any, personas: Any) -> None:
    clerk, row = personas["clerk_a"], fresh(closed)
    cases = [
        ({"remark": ""}, "有误", "没有改动，请先改需要更正的内容。"),
        ({"remark": "改"}, " \u200b", "请填写更正的原因。"),
        ({"category": "99"}, "有误", "不是有效选项"),
        ({"exit_year": 2016}, "有误", "脱贫年度与脱贫状态不符"),
    ]
    for values, reason, told in cases:
        said = refused(ask_correction, row=row, values=values, reason=reason, actor=clerk)
        assert said and told in said
    ask(closed, clerk)
    assert refused(ask, closed, clerk, remark="又改") == "该户这一年度已有一项更正在等待决定。"
    for state in ("open", "submitted", "passed", "accepted"):
        lay(closed.a, state)
        assert refused(ask, closed, clerk) == "2017年度没有关账，不用更正，请直接修改。"


def test_what_was_changed_meanwhile_is_not_overwritten(closed: Any, personas: Any) -> None:
    correction = ask(closed, personas["clerk_a"])
    lay(closed.a, "open")
    HouseholdYear.objects.unscoped("tests").filter(pk=closed.household_a.pk).update(remark="别人改的")
    lay(closed.a, "closed")
    said = refused(decide_correction, correction=correction, consent=True, actor=personas["county"])
    assert said == "该户在申请更正之后又改过，请选不同意，再按现在的内容重新申请。"
    assert fresh(closed).remark == "别人改的"


def test_the_door_opens_for_a_consented_correction_of_that_village_and_year_alone(
    closed: Any, personas: Any
) -> None:
    """By raw SQL, as whoever has the database might try; and a negative control that it would be a way in."""
    close_years(region=closed.b, year=YEAR, actor=SYSTEM)
    correction = ask(closed, personas["clerk_a"])
    home, other = closed.household_a.pk, closed.household_b.pk

    def write(pk: int) -> str | None:
        return refusal_of(lambda: run("UPDATE households_householdyear SET remark = 'x' WHERE id = %s", [pk]))

    said = SENTENCES["closed"]
    for setting in ("", "0", str(correction.pk)):
        run("SELECT set_config(%s, %s, true)", [SETTING, setting])
        assert write(home) == said
    columns = "decided_by_id = %s, decided_at = now(), consented = true"
    run(f"UPDATE households_correction SET {columns} WHERE id = %s", [personas["county"].pk, correction.pk])
    assert write(other) == said.replace(A, closed.b.code)
    assert write(home) is None
    for state in ("submitted", "passed", "accepted"):
        lay(closed.a, state)
        assert write(home) == SENTENCES[state]


def test_a_member_is_corrected_alike(closed: Any, personas: Any, client_of: Any) -> None:
    """From the member's page to the consent; the act names them, and the household's own row stays."""
    clerk, county = client_of(personas["clerk_a"]), client_of(personas["county"])
    member = Membership.objects.unscoped("tests").filter(household_year=closed.household_a).order_by("pk")[0]
    place = {"region": A, "year": YEAR}
    url = reverse("members_correct", kwargs={**place, "key": member.pk})
    assert url in clerk.get(reverse("members_detail", kwargs={**place, "key": member.pk})).content.decode()
    form = {"relation": "01", "health": "03", "disability_kind": "4", "correction_reason": "体检结果填错"}
    # A page that keeps no draft: what its script sent while one types would be the request itself.
    shown = clerk.get(url).content.decode()
    assert "data-draft" not in shown and 'value="draft"' not in shown
    page = clerk.post(url, {**form, "health": "99"})
    assert page.status_code == 422
    page = clerk.post(url, form, follow=True).content.decode()
    assert f"更正内容：{member.person}" in page and "— → 患有大病" in page
    correction = Correction.objects.unscoped("tests").get()
    assert (correction.member, correction.household_year) == (member, closed.household_a)
    assert correction.new == {"health": "03", "disability_kind": "4"}
    # One of a household at a time, whatever it is of.
    assert refused(ask, closed, personas["clerk_a"]) == "该户这一年度已有一项更正在等待决定。"
    audit = Audit()
    answer = reverse("corrections_decide", kwargs={**place, "key": correction.pk, "answer": "yes"})
    assert "已更正" in county.post(answer, follow=True).content.decode()
    member.refresh_from_db()
    assert (member.health, member.disability_kind) == ("03", "4")
    act = Act.objects.unscoped("tests").get(kind="corrected")
    assert (act.person, act.household, act.reason) == (
        member.person, closed.household_a.household, "体检结果填错",
    )  # fmt: skip
    assert audit.told() == {("Correction", "update"): 2, ("Membership", "update"): 1, ("Act", "insert"): 1}
    assert refusal_of(lambda: member.save()) == SENTENCES["closed"]


def test_a_member_who_was_changed_meanwhile_is_not_overwritten(closed: Any, personas: Any) -> None:
    member = Membership.objects.unscoped("tests").filter(household_year=closed.household_a).order_by("pk")[0]
    correction = ask_correction(row=member, values={"health": "02"}, reason="有误", actor=personas["clerk_a"])
    lay(closed.a, "open")
    Membership.objects.unscoped("tests").filter(pk=member.pk).update(health="03")
    lay(closed.a, "closed")
    said = refused(decide_correction, correction=correction, consent=True, actor=personas["county"])
    assert said == "该成员在申请更正之后又改过，请选不同意，再按现在的内容重新申请。"


def test_the_pages_lead_from_the_household_to_the_consent(closed: Any, personas: Any, client_of: Any) -> None:
    clerk, county = client_of(personas["clerk_a"]), client_of(personas["county"])
    place, key = {"region": A, "year": YEAR}, closed.household_a.household_id
    url = reverse("households_correct", kwargs={**place, "key": key})
    assert url in clerk.get(reverse("households_detail", kwargs={**place, "key": key})).content.decode()
    form = {"category": "04", "status": "04", "registered_on": "2014-05-01", "correction_reason": "属性填错"}
    assert clerk.post(url, {**form, "correction_reason": ""}).status_code == 422
    page = clerk.post(url, form, follow=True)
    text = page.content.decode()
    assert "一般贫困户 → 低保贫困户" in text and "属性填错" in text and "同意更正" not in text
    correction = Correction.objects.unscoped("tests").get()
    detail = reverse("corrections_detail", kwargs={**place, "key": correction.pk})
    assert page.redirect_chain[-1][0] == detail
    answer = reverse("corrections_decide", kwargs={**place, "key": correction.pk, "answer": "yes"})
    assert answer in county.get(detail).content.decode()
    assert "已更正" in county.post(answer, follow=True).content.decode()
    assert fresh(closed).category == "04"
    assert answer not in county.get(detail).content.decode()
