"""The line that holds for a household: the nearest region's own of its year, else the nation's, else none."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from fupin.access import Role
from fupin.refusals import Refused
from households.domain.income import save_line
from households.income import IncomeKind, LineKind
from households.models import HouseholdYear, PovertyLine
from households.queries.income import lines_of, with_line
from tests import factories as make
from tests.conftest import World
from tests.factories import YEAR
from tests.income.conftest import Desk

national = import_module("households.migrations.0010_national_lines")


@pytest.fixture(autouse=True)
def _no_lines(db: None) -> None:
    """Each test enters its own: a test that emptied the tables has taken the shipped ones along."""
    PovertyLine.objects.unscoped("tests").delete()


def holding(home: HouseholdYear) -> Any:
    """The amount by the annotation, which must be that of the first of lines_of()."""
    row = with_line(HouseholdYear.objects.unscoped("tests").filter(pk=home.pk)).get()
    lines = lines_of(home.region, home.year)
    assert row.line == (lines[0].amount if lines else None)
    return row.line


def test_the_nearest_line_of_the_year_holds(world: World) -> None:
    home, province = world.household_a, make.region("420000000000", "江北省")
    assert holding(home) is None
    make.PovertyLineFactory(region=None, year=YEAR - 1, amount=2900)
    assert holding(home) is None
    make.PovertyLineFactory(region=None, amount=2952)
    assert holding(home) == 2952
    make.PovertyLineFactory(region=province, amount=3100)
    assert holding(home) == 3100
    make.PovertyLineFactory(region=make.region("420600000000", "邻市"), amount=9)
    assert holding(home) == 3100
    make.PovertyLineFactory(region=world.county, amount=3300)
    assert holding(home) == 3300
    make.PovertyLineFactory(region=world.county, kind=LineKind.MONITORING, amount=5000)
    assert holding(home) == 3300
    assert [line.amount for line in lines_of(home.region, YEAR)] == [3300, 5000]


def test_a_year_without_a_poverty_line_goes_by_the_monitoring_line(world: World) -> None:
    make.PovertyLineFactory(region=None, kind=LineKind.MONITORING, amount=6000)
    assert holding(world.household_a) == 6000


def test_the_nations_lines_are_shipped_each_with_its_source() -> None:
    national.enter_lines(apps)
    national.enter_lines(apps)
    lines = PovertyLine.objects.unscoped("tests").filter(region=None)
    assert lines.count() == len(national.LINES)
    found = dict(lines.filter(kind=LineKind.POVERTY).values_list("year", "amount"))
    assert (found[2014], found[2016], found[2020]) == (2800, 2952, 4000)
    assert 2018 not in found, "no source is known"
    assert not lines.filter(source="").exists()


def test_the_county_enters_its_own_and_nobody_changes_the_nations(
    world: World, personas: dict[str, Any], client_of: Any
) -> None:
    nation = make.PovertyLineFactory(region=None, amount=2952)
    client = client_of(personas["county"])
    for at in (world.a, world.county):
        # Also from a village's page it is the county's line that is entered.
        data = {"year": YEAR + (at == world.a), "kind": "01", "amount": "3300", "source": "县文件"}
        assert client.post(f"/{at.code}/{YEAR}/lines/new/", data).status_code == 302
    own = PovertyLine.objects.unscoped("tests").exclude(region=None)
    assert list(own.order_by("year").values_list("year", "region", "amount")) == [
        (YEAR, world.county.code, 3300), (YEAR + 1, world.county.code, 3300),
    ]  # fmt: skip
    twice = client.post(f"/{world.county.code}/{YEAR}/lines/new/", {**data, "year": YEAR})
    assert twice.status_code == 422 and "本地区这一年度的这类标准已经登记。" in twice.content.decode()
    page = client.get(f"/{world.county.code}/{YEAR}/lines/{nation.pk}/edit/").content.decode()
    assert "国家标准由系统提供，不能修改" in page
    with pytest.raises(Refused, match="国家标准"):
        save_line(line=nation, actor=personas["county"])
    with pytest.raises(Refused, match="没有在云岭县登记收入标准的权限"):
        save_line(line=own[0], actor=personas["clerk_a"])


def test_who_sees_which_lines(world: World, personas: dict[str, Any]) -> None:
    lines = [
        make.PovertyLineFactory(region=place)
        for place in (None, make.region("420000000000", "江北省"), world.county)
    ]
    other = make.PovertyLineFactory(region=make.region("421198000000", "邻县"))
    for name, expected in {"clerk_a": lines, "helper": lines, "leader": lines, "administrator": []}.items():
        seen = PovertyLine.objects.visible_to(personas[name])
        assert sorted(line.pk for line in seen) == [line.pk for line in expected], name
    province = make.user(Role.LEADER, lines[1].region, username="province")
    assert PovertyLine.objects.visible_to(province).filter(pk=other.pk).exists()


def test_the_page_says_which_line_holds_or_that_there_is_none(desk: Desk) -> None:
    make.IncomeItemFactory(household_year=desk.home, kind=IncomeKind.WAGES, amount=Decimal("6600"))
    page = desk.client.get(desk.url()).content.decode()
    assert "2017年没有登记收入标准，无法比较。" in page
    make.PovertyLineFactory(region=desk.world.county, amount="3300.01", source="县2017年1号文件")
    page = desk.client.get(desk.url()).content.decode()
    assert "人均纯收入低于2017年扶贫标准（云岭县，3,300.01元）" in page and "依据：县2017年1号文件" in page
    PovertyLine.objects.unscoped("tests").update(amount=3300)
    assert "人均纯收入达到2017年扶贫标准（云岭县，3,300元）" in desk.client.get(desk.url()).content.decode()
