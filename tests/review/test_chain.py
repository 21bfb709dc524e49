"""The review chain: every move in every state for every role, by function and by page."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from fupin.access import SYSTEM
from fupin.domain.review import move_years
from fupin.domain.years import close_years, open_years, reopen_years, set_due
from fupin.models import Ledger, Move, RegionYear, YearMove
from fupin.models.review import REMARK_LENGTH, SINGLE, STEPS, WITH
from fupin.place import LOCKED
from fupin.queries.review import steps_for
from fupin.refusals import Refused
from tests.conftest import A, B
from tests.database.tools import run
from tests.factories import YEAR
from tests.review.conftest import LIES, journal, lay, lies

pytestmark = pytest.mark.django_db

#: The chain written a second time, by hand: (state, read by the township) -> move -> (new state, whose move it is).
CHAIN: dict[tuple[str, bool], dict[str, tuple[str, str]]] = {
    ("open", False): {"submit": ("submitted", "village")},
    ("submitted", False): {
        "take_back": ("open", "village"), "start": ("submitted", "township"), "return": ("open", "township"),
        "pass_on": ("passed", "township"),
    },
    ("submitted", True): {"return": ("open", "township"), "pass_on": ("passed", "township")},
    ("passed", False): {"send_back": ("open", "county"), "accept": ("accepted", "county")},
    ("accepted", False): {"send_back": ("open", "county")},
    ("closed", False): {},
}  # fmt: skip
WHO = {"village": {"clerk_a", "township"}, "township": {"township"}, "county": {"county"}}
PERSONAS = ("clerk_a", "clerk_b", "team", "helper", "township", "department", "county", "leader", "auditor",
            "administrator")  # fmt: skip
REMARK = "户编号4200000001没有户主"


def try_move(move: str, village: Any, actor: Any, remark: str = REMARK) -> str | None:
    """What is said of a refusal; None where the move was made."""
    try:
        with transaction.atomic():
            move_years(move=Move(move), villages=[village], year=YEAR, actor=actor, remark=remark)
    except Refused as refused:
        return str(refused)
    return None


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_role_makes_its_moves_and_no_other(persona: str, world: Any, personas: dict[str, Any]) -> None:
    user = personas[persona]
    for (state, opened), move in product(LIES, SINGLE):
        lay(world.a, state, opened)
        before = journal(world.a)
        to, whose = CHAIN[state, opened].get(move, ("", ""))
        said = try_move(move, world.a, user)
        if to and persona in WHO[whose]:
            assert (said, lies(world.a)) == (None, (to, move == "start"))
            assert journal(world.a) == [*before, (move, user.pk, REMARK)]
        else:
            assert said and said.endswith("。")
            assert ("权限" in said) == (persona not in WHO[OWNER[move]])
            assert (lies(world.a), journal(world.a)) == ((state, opened), before)
    for state, opened in LIES:  # the buttons are what may be done, and nothing else
        lay(world.a, state, opened)
        year = RegionYear.objects.unscoped("tests").get(region=world.a, year=YEAR)
        offered = {str(step.move) for step in steps_for(user, year)}
        assert offered == {move for move, (_, whose) in CHAIN[state, opened].items() if persona in WHO[whose]}


#: Whose a move is, wherever it begins.
OWNER = {move: whose for moves in CHAIN.values() for move, (_, whose) in moves.items()}


def test_the_chain_above_is_the_declared_one() -> None:
    declared = {
        lie: {
            str(step.move): str(step.to)
            for step in map(STEPS.__getitem__, SINGLE)
            if lie[0] in step.sources and step.review_opened in (None, lie[1])
        }
        for lie in LIES
    }
    assert declared == {lie: {m: to for m, (to, _) in moves.items()} for lie, moves in CHAIN.items()}
    assert {*SINGLE, Move.CLOSE, Move.REOPEN, Move.OPEN} == set(Move)
    assert set(WITH) == set(RegionYear.State.values) == set(LOCKED) - {""} | {"open"}


@pytest.mark.parametrize("persona", PERSONAS)
def test_the_page_answers_as_the_table_says(
    persona: str, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    """404 out of scope, 403 without the right, 422 with a sentence in a wrong state, else done."""
    client, url = client_of(personas[persona]), reverse("progress", kwargs={"region": A, "year": YEAR})
    for (state, opened), move in product(LIES, SINGLE):
        lay(world.a, state, opened)
        response = client.post(url, {"what": move, "remark": REMARK})
        made, allowed = move in CHAIN[state, opened], persona in WHO[OWNER[move]]
        wanted = 404 if persona == "clerk_b" else 403 if not allowed else 302 if made else 422
        assert response.status_code == wanted
        assert (lies(world.a) != (state, opened)) == (allowed and made)
        if response.status_code == 422:
            *_, said = [str(message) for message in response.context["messages"]]
            assert said.endswith("。") and (STEPS[move].button in said or "审核" in said)
            assert REMARK in response.content.decode(), "what was typed is lost"


@pytest.mark.parametrize("move", [m for m in SINGLE if STEPS[m].needs_remark])
@pytest.mark.parametrize("remark", ["", "  \n ", "\u200b", "长" * (REMARK_LENGTH + 1)])
def test_a_return_wants_a_remark(move: Move, remark: str, world: Any, personas: Any, client_of: Any) -> None:
    step = STEPS[move]
    lay(world.a, step.sources[0])
    said = try_move(move, world.a, SYSTEM, remark)
    assert said in ("请填写退回的原因，村里会看到。", "意见请不要超过500字，现在有501字。")
    user = personas["township" if move == Move.RETURN else "county"]
    url = reverse("progress", kwargs={"region": A, "year": YEAR})
    response = client_of(user).post(url, {"what": move, "remark": remark})
    assert (response.status_code, lies(world.a)) == (422, (step.sources[0], False))
    assert said in response.content.decode()


def test_reopening_wants_a_reason(world: Any) -> None:
    close_years(region=world.county, year=YEAR, actor=SYSTEM)
    with pytest.raises(Refused, match="请填写重新打开的原因"):
        reopen_years(region=world.a, year=YEAR, remark=" ", actor=SYSTEM)
    assert reopen_years(region=world.a, year=YEAR, remark="漏报一户", actor=SYSTEM) == 1
    assert (lies(world.a), lies(world.b)) == (("open", False), ("closed", False))
    assert journal(world.a)[-2:] == [("close", None, ""), ("reopen", None, "漏报一户")]


def test_closing_takes_every_village_from_wherever_it_lies(world: Any) -> None:
    lay(world.a, "submitted", True)
    lay(world.far, "accepted")
    assert close_years(region=world.county, year=YEAR, actor=SYSTEM) == 3
    assert {lies(v) for v in (world.a, world.b, world.far)} == {("closed", False)}


def test_several_villages_move_together_or_not_at_all(world: Any, personas: Any, client_of: Any) -> None:
    url = reverse("progress", kwargs={"region": world.township.code, "year": YEAR})
    client = client_of(personas["township"])
    lay(world.a, "submitted")
    response = client.post(url, {"what": "pass_on", "village": [A, B]})
    assert response.status_code == 422
    (said,) = [str(message) for message in response.context["messages"]]
    assert said == "乙村的2017年度录入中，现在在村，不能上报。请刷新页面后再办。"
    assert (lies(world.a), lies(world.b)) == (("submitted", False), ("open", False))
    lay(world.b, "submitted", True)
    assert client.post(f"{url}?state=submitted", {"what": "pass_on", "every": "1", "listed": [A, B]}).url == (
        f"{url}?state=submitted"
    )
    assert (lies(world.a), lies(world.b)) == (("passed", False), ("passed", False))
    county = reverse("progress", kwargs={"region": world.county.code, "year": YEAR})
    client = client_of(personas["county"])
    assert client.post(county, {"what": "accept", "village": [A, B]}).status_code == 302
    assert (lies(world.a), lies(world.b)) == (("accepted", False), ("accepted", False))
    for data, status in (
        ({"what": "accept"}, 422), ({"what": "accept", "village": [A, "421199103999"]}, 404),
        ({"what": "send_back", "village": [A]}, 404), ({"what": "nonsense"}, 404), ({}, 404),
    ):  # fmt: skip
        assert client.post(county, data).status_code == status
    assert lies(world.a) == ("accepted", False)


def test_a_village_elsewhere_is_not_moved(world: Any, personas: Any, client_of: Any) -> None:
    lay(world.far, "submitted")
    url = reverse("progress", kwargs={"region": world.township.code, "year": YEAR})
    response = client_of(personas["township"]).post(url, {"what": "pass_on", "village": [world.far.code]})
    assert (response.status_code, lies(world.far)) == (404, ("submitted", False))


def test_a_year_that_was_never_opened_is_not_moved(world: Any, personas: Any) -> None:
    with pytest.raises(Refused, match="^甲村的2018年度尚未开设，请联系县级办公室。$"):
        move_years(move=Move.SUBMIT, villages=[world.a], year=2018, actor=personas["clerk_a"])
    with pytest.raises(Refused, match="七里坪镇不是村"):
        move_years(move=Move.SUBMIT, villages=[world.township], year=YEAR, actor=SYSTEM)


@pytest.mark.parametrize("statement", [
    "UPDATE fupin_yearmove SET remark = 'x'", "DELETE FROM fupin_yearmove", "TRUNCATE fupin_yearmove",
])  # fmt: skip
def test_the_journal_takes_nothing_back(statement: str, world: Any) -> None:
    try_move("submit", world.a, SYSTEM)
    before = journal(world.a)
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete|is not allowed"),
        transaction.atomic(),
    ):
        run("SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would refuse it first
        run("SET LOCAL fupin.may_truncate = 'off'")
        run(statement)
    assert journal(world.a) == before == [("submit", None, REMARK)]


def test_opening_is_the_first_line_of_the_journal(world: Any, personas: Any) -> None:
    open_years(villages=[world.a, world.b], year=2018, actor=personas["county"])
    open_years(villages=[world.a, world.b], year=2018, actor=personas["county"])
    lines = YearMove.objects.unscoped("tests").filter(year=2018)
    assert set(lines.values_list("region", "move", "by")) == {
        (v, "open", personas["county"].pk) for v in (A, B)
    }
    assert lines.count() == 2


# --- where it lies ------------------------------------------------------------------------------------------


def pages(client: Any, world: Any, query: str = "") -> Any:
    return client.get(reverse("progress", kwargs={"region": world.county.code, "year": YEAR}) + query)


def test_the_list_counts_and_narrows(world: Any, personas: Any, client_of: Any) -> None:
    today = timezone.localdate()
    lay(world.a, "submitted")
    RegionYear.objects.unscoped("tests").update(due_on=today - timedelta(days=1))
    RegionYear.objects.unscoped("tests").filter(region=world.far).update(due_on=today)
    client = client_of(personas["leader"])
    page = pages(client, world)
    assert [(link["label"], link["count"]) for link in page.context["links"]] == [
        ("全部", 3), ("录入中", 2), ("已提交", 1), ("已上报", 0), ("已通过", 0), ("已关账", 0), ("逾期未提交", 1),
    ]  # fmt: skip
    shown = {
        state: [row.record.region_id for row in pages(client, world, f"?state={state}").context["table"].rows]
        for state in ("open", "submitted", "closed", "late", "")
    }
    far = world.far.code
    assert shown == {"open": [B, far], "submitted": [A], "closed": [], "late": [B], "": [A, B, far]}
    assert [page.context["steps"], 'type="checkbox"' in page.content.decode()] == [[], False]
    cells = {row.record.region_id: row.get_cell("state") for row in page.context["table"].rows}
    assert cells == {A: "已提交", B: "录入中（逾期）", far: "录入中"}


def test_the_last_remark_is_shown_to_the_village(world: Any, personas: Any, client_of: Any) -> None:
    move_years(move=Move.SUBMIT, villages=[world.a], year=YEAR, actor=personas["clerk_a"])
    move_years(move=Move.START, villages=[world.a], year=YEAR, actor=personas["township"])
    move_years(move=Move.RETURN, villages=[world.a], year=YEAR, actor=personas["township"], remark=REMARK)
    client = client_of(personas["clerk_a"])
    for route in ("overview", "progress"):
        page = client.get(reverse(route, kwargs={"region": A, "year": YEAR})).content.decode()
        assert REMARK in page
    home = client.get(reverse("overview", kwargs={"region": A, "year": YEAR}))
    assert home.context["todos"][0]["label"] == "2017年度被退回，请修改后再提交"
    assert [line.move for line in client.get(home.context["year"]["url"]).context["journal"]] == [
        "return", "start", "submit",
    ]  # fmt: skip


@pytest.mark.parametrize(("persona", "told"), [
    ("township", [("待乡镇审核的村", 1, "submitted"), ("逾期未提交的村", 1, "late")]),
    ("county", [("待县级审核的村", 1, "passed"), ("逾期未提交的村", 1, "late")]),
    ("leader", []), ("auditor", []),
])  # fmt: skip
def test_what_waits_is_on_the_first_page(
    persona: str, told: list[Any], world: Any, personas: Any, client_of: Any
) -> None:
    lay(world.a, "submitted")
    lay(world.far, "passed")
    RegionYear.objects.unscoped("tests").filter(region=world.b).update(
        due_on=timezone.localdate() - timedelta(1)
    )
    page = client_of(personas[persona]).get("/", follow=True)
    place = page.redirect_chain[-1][0]
    assert page.context["todos"] == [
        {"label": label, "count": count, "url": f"{place}progress/?state={state}"}
        for label, count, state in told
    ]
    for todo in page.context["todos"]:
        listed = client_of(personas[persona]).get(todo["url"]).context["table"]
        assert len(listed.rows) == todo["count"]


@pytest.mark.parametrize("due", ["2017-11-30", "2018-01-31", ""])
def test_the_county_sets_the_day(due: str, world: Any, personas: Any, client_of: Any) -> None:
    url = reverse("years", kwargs={"region": world.township.code, "year": YEAR})
    client = client_of(personas["county"])
    client.post(url, {"what": "due", "due_on": "2017-10-01"})
    assert client.post(url, {"what": "due", "due_on": due}).status_code == 302
    rows = RegionYear.objects.unscoped("tests").filter(year=YEAR)
    assert {str(row.due_on or "") for row in rows.filter(region__in=[A, B])} == {due}
    assert rows.get(region=world.far).due_on is None
    for wrong in ("2030-01-01", "x"):
        client.post(url, {"what": "due", "due_on": wrong})
        assert {str(row.due_on or "") for row in rows.filter(region__in=[A, B])} == {due}
    with pytest.raises(Refused, match="权限"):
        set_due(region=world.a, year=YEAR, due_on=None, actor=personas["township"])


# --- what a year that is not open says ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["submitted", "passed", "accepted", "closed", "missing"])
def test_pages_say_who_has_the_year_instead_of_a_form(
    state: str, world: Any, personas: Any, client_of: Any
) -> None:
    client, key = client_of(personas["clerk_a"]), world.household_a.household_id
    place = {"region": A, "year": YEAR}
    urls = {
        "edit": reverse("households_edit", kwargs={**place, "key": key}),
        "create": reverse("work_create", kwargs=place),
        "import": reverse("import", kwargs=place),
    }
    detail = reverse("households_detail", kwargs={**place, "key": key})
    lists = reverse("work_list", kwargs=place)
    home = reverse("overview", kwargs=place)
    for url in urls.values():
        assert "<textarea" in (page := client.get(url).content.decode()) or 'type="submit"' in page
    assert urls["edit"] in client.get(detail).content.decode()
    assert urls["create"] in client.get(lists).content.decode()
    if state == "missing":
        Ledger.objects.unscoped("tests").filter(region=world.a)
        RegionYear.objects.unscoped("tests").filter(region=world.a).delete()
    else:
        lay(world.a, state)
    words = f"甲村2017年度{LOCKED[state if state != 'missing' else '']}"
    for url in urls.values():
        page = client.get(url)
        assert (page.status_code, page.context.get("form") is None or bool(page.context.get("locked"))) == (
            200,
            True,
        )
        assert words in page.content.decode()
        assert 'class="form"' not in page.content.decode()
    assert urls["edit"] not in client.get(detail).content.decode()
    assert urls["create"] not in client.get(lists).content.decode()
    assert "/nil/" not in client.get(home).content.decode()


def test_what_lasts_beyond_a_year_is_still_edited(world: Any, personas: Any, client_of: Any) -> None:
    """A pairing is no row of a year: it is changed while the year is closed."""
    lay(world.a, "closed")
    page = client_of(personas["township"]).get(reverse("pairings_create", kwargs={"region": A, "year": YEAR}))
    assert page.context["form"]
