"""The form: blank and 0, doubts, refusals, history, and who may."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from fupin.access import SYSTEM
from fupin.domain.bulk import Written
from fupin.models import RegionYear
from fupin.queries.history import changes_of
from fupin.refusals import Refused
from households.domain.household_acts import transfer_household
from households.domain.income import record_income, record_incomes
from households.enums import PovertyStatus
from households.income import IncomeKind
from households.models import HouseholdYear, IncomeItem, PovertyLine
from households.queries.trails import trails_of_household
from tests import factories as make
from tests.conftest import World
from tests.factories import YEAR
from tests.income.conftest import Desk, kept, reread

K = IncomeKind


def test_blank_is_no_row_and_nought_is_one(desk: Desk) -> None:
    response = desk.post(
        wages="12,000", crops="０", crops_cost="300.5元", education="2000", income_from="2016-10-01"
    )
    assert (response.status_code, response["Location"]) == (302, desk.url())
    assert kept(desk.home) == {K.WAGES: 12000, K.CROPS: 0, K.CROPS_COST: Decimal("300.5"), K.EDUCATION: 2000}
    assert desk.client.get(desk.url("edit/")).context["form"]["wages"].value() == "12000"
    page = desk.client.get(desk.url()).content.decode()
    assert '<td class="num">11,699.50</td>' in page and '<td class="num">5,849.75</td>' in page
    assert "2016-10-01 至 不详" in page
    # What is emptied is taken out, what was 0 stays so.
    assert desk.post(crops="0", crops_cost="300.5", aged="900").status_code == 302
    assert kept(desk.home) == {K.CROPS: 0, K.CROPS_COST: Decimal("300.5"), K.AGED: 900}
    assert reread(desk.home).income_from is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"wages": "-1"}, "确保该值大于或等于0"),
        ({"wages": "1.234"}, "小数"),
        ({"wages": "一万"}, "输入一个数字"),
        ({"wages": "1e400"}, "输入一个数字"),
        ({"wages": "1e3"}, "输入一个数字"),
        ({"wages": "9" * 400}, ""),
        ({"wages": "NaN"}, "输入一个数字"),
        ({"wages": "1000000001"}, "1000000000"),
        ({"wages": "<b>1</b>"}, "输入一个数字"),
        ({"income_from": "2017-02-30"}, "有效的日期"),
        ({"income_from": "2017-05-01", "income_to": "2017-04-30"}, "收入截止日期早于起始日期"),
    ],
)
def test_what_is_impossible_is_refused_beside_its_field(desk: Desk, sent: dict[str, str], said: str) -> None:
    response = desk.post(crops_cost="5", **sent)
    assert response.status_code == 422
    assert said in str(response.context["form"].errors)
    assert kept(desk.home) == {}
    # What was typed is still there.
    assert response.context["form"]["crops_cost"].value() == "5"


def doubts_of(response: Any) -> dict[str, str]:
    """What a page doubts, by field."""
    form = response.context["form"]
    return {bound.name: bound.doubt["text"] for bound in form if getattr(bound, "doubt", None)}


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"crops": "900", "wages": "9000"}, "crops", "没有填生产经营性支出"),
        ({"wages": "100", "crops_cost": "100"}, "wages", "人均纯收入0元，不大于0"),
        ({"wages": "200002"}, "wages", "人均纯收入100001元，超过10万元"),
        ({"wages": "1000001"}, "wages", "金额超过100万元"),
        ({"wages": "9000", "dibao": "120000"}, "dibao", "是上年（1200元）的100倍以上"),
        ({"wages": "6599.98"}, "wages", "人均纯收入3299.99元，低于标准3300元，但该户已脱贫"),
    ],
)
def test_what_is_unlikely_is_doubted_and_saved_once_it_is_said_to_be_right(
    desk: Desk, sent: dict[str, str], field: str, said: str
) -> None:
    PovertyLine.objects.unscoped("tests").delete()
    make.PovertyLineFactory(region=None)
    rows = HouseholdYear.objects.unscoped("tests").filter(pk=desk.home.pk)
    rows.update(status=PovertyStatus.EXITED_BEFORE, exit_year=2016)
    make.village(desk.world.a.code, "甲村", year=YEAR - 1)
    before = make.HouseholdYearFactory(region=desk.world.a, year=YEAR - 1, household=desk.home.household)
    make.IncomeItemFactory(household_year=before, kind=K.DIBAO, amount=1200)
    response = desk.post(**sent)
    assert response.status_code == 422 and kept(desk.home) == {}
    found = doubts_of(response)
    assert said in found[field]
    marks = [bound.doubt["mark"] for bound in response.context["form"] if getattr(bound, "doubt", None)]
    assert desk.client.post(desk.url("edit/"), {**sent, "_sure": marks}).status_code == 302
    assert len(kept(desk.home)) == len(sent)


def test_what_is_usual_is_not_doubted(desk: Desk) -> None:
    PovertyLine.objects.unscoped("tests").delete()
    make.PovertyLineFactory(region=None)
    assert desk.post(wages="6600", crops="900", crops_cost="0").status_code == 302
    # Below the line, and not said to have left poverty.
    assert desk.post(wages="600").status_code == 302


def test_last_year_stands_beside_and_the_calculator_says_what_follows(desk: Desk) -> None:
    make.village(desk.world.a.code, "甲村", year=YEAR - 1)
    before = make.household(desk.world.a, year=YEAR - 1, size=1, household=desk.home.household)
    make.IncomeItemFactory(household_year=before, amount=8000)
    make.IncomeItemFactory(household_year=desk.home, amount=Decimal("10000.01"))
    page = desk.client.get(desk.url("edit/"))
    assert page.context["form"].fields["wages"].help_text == "2016年：8,000"
    calculator = page.context["calculator"]
    # 5000.005 is half up.
    assert (calculator.net, calculator.per_head) == ("10,000.01", "5,000.01")
    panel = desk.client.get(
        f"/{desk.world.a.code}/{YEAR}/households/{desk.home.household_id}/"
    ).content.decode()
    assert '<th scope="row">家庭纯收入</th><td class="num">10,000.01</td><td class="num">8,000</td>' in panel


def test_two_at_one_form_lose_nothing_and_are_told_who(desk: Desk, personas: Any, client_of: Any) -> None:
    make.IncomeItemFactory(household_year=desk.home, amount=8000)
    stamp = desk.client.stamp(desk.url("edit/"))  # type: ignore[attr-defined]
    other = client_of(personas["township"])
    assert other.post(desk.url("edit/"), {"wages": "9000", "pension": "1200"}).status_code == 302
    response = desk.client.post(desk.url("edit/"), {"wages": "9500", "dibao": "2400", **stamp})
    assert response.status_code == 409
    told = {d.name: (d.taken, d.who, d.texts["now"]) for d in response.context["differences"]}
    who = str(personas["township"])
    assert told == {"wages": (False, who, "9000"), "pension": (True, who, "1200")}
    assert kept(desk.home) == {K.WAGES: 9000, K.PENSION: 1200}
    again = {
        "wages": "9500",
        "dibao": "2400",
        "pension": "1200",
        "_keep-wages": "mine",
        "_page": str(response.context["stamp"]),
    }
    assert desk.client.post(desk.url("edit/"), again).status_code == 302
    assert kept(desk.home) == {K.WAGES: 9500, K.DIBAO: 2400, K.PENSION: 1200}


def test_the_history_tells_old_and_new_also_of_what_was_taken_out(desk: Desk, personas: Any) -> None:
    for amounts in ({"wages": "8000"}, {"wages": "9000"}, {}):
        desk.post(**amounts)
    history = changes_of(trails_of_household(desk.home.household, personas["clerk_a"]), personas["clerk_a"])
    told = [(c.action, c.who, c.changes) for c in history if c.subject == "家庭收入：务工工资（2017年）"]
    who = str(personas["clerk_a"])
    assert told[1:] == [
        ("修改（页面）", who, [("金额（元）", "8000", "9000")]), ("新增（页面）", who, [("金额（元）", "—", "8000")]),
    ]  # fmt: skip
    assert told[0][0] == "删除（页面）"


def test_a_year_that_is_not_open_takes_no_income(desk: Desk) -> None:
    make.IncomeItemFactory(household_year=desk.home)
    RegionYear.objects.unscoped("tests").filter(region=desk.world.a).update(state="closed")
    page = desk.client.get(desk.url("edit/")).content.decode()
    assert "已关账，不能修改" in page and 'name="wages"' not in page
    with pytest.raises(Refused, match="2017年度已关账"), transaction.atomic():
        record_income(household_year=desk.home, amounts={}, actor=SYSTEM)
    assert kept(desk.home) == {K.WAGES: 12000}
    assert (
        "填写收入"
        not in desk.client.get(
            f"/{desk.world.a.code}/{YEAR}/households/{desk.home.household_id}/"
        ).content.decode()
    )


def test_without_the_right_and_out_of_scope(desk: Desk, personas: Any) -> None:
    far = desk.url("edit/", row=desk.world.household_b)
    assert desk.client.get(far).status_code == 404
    for name in ("leader", "clerk_b", "helper", "department"):
        with pytest.raises(Refused, match="您没有在甲村录入数据的权限"):
            record_income(household_year=desk.home, amounts={K.WAGES: Decimal(5)}, actor=personas[name])
    with pytest.raises(Refused, match="本村2017年度没有户编号"):
        number = desk.world.household_b.household.number
        record_incomes(
            region=desk.world.a, year=YEAR, rows=[{"household_number": number, "wages": 5}], actor=SYSTEM
        )
    assert not IncomeItem.objects.unscoped("tests").exists()


def test_a_helper_sees_the_income_of_the_households_assigned(world: World, personas: Any) -> None:
    other = make.household(world.a)
    own, _ = (make.IncomeItemFactory(household_year=home) for home in (world.household_a, other))
    assert list(IncomeItem.objects.visible_to(personas["helper"])) == [own]


def test_what_rows_do_not_speak_of_stays_and_counts_are_of_households(world: World) -> None:
    home, other = world.household_a, make.household(world.a)
    make.IncomeItemFactory(household_year=home, kind=K.DIBAO, amount=5)
    number, second = home.household.number, other.household.number
    rows: list[dict[str, Any]] = [
        {"household_number": number, "wages": Decimal(7)},
        {"household_number": second, "wages": None},
    ]
    assert record_incomes(region=world.a, year=YEAR, rows=rows, actor=SYSTEM) == Written(0, 1, 1)
    assert kept(home) == {K.WAGES: 7, K.DIBAO: 5}
    assert record_incomes(region=world.a, year=YEAR, rows=rows, actor=SYSTEM) == Written(0, 0, 2)
    rows[0]["wages"], rows[1]["wages"] = None, Decimal(0)
    assert record_incomes(region=world.a, year=YEAR, rows=rows, actor=SYSTEM) == Written(1, 1, 0)
    assert (kept(home), kept(other)) == ({K.DIBAO: 5}, {K.WAGES: 0})


def test_the_years_income_moves_with_the_household(world: World) -> None:
    make.IncomeItemFactory(household_year=world.household_a)
    transfer_household(
        household=world.household_a.household,
        year=YEAR,
        to=world.b,
        on=date(YEAR, 6, 1),
        reason="搬迁",
        actor=SYSTEM,
    )
    item = IncomeItem.objects.unscoped("tests").get()
    assert (item.region_id, item.household_year_id) == (world.b.code, world.household_a.pk)
