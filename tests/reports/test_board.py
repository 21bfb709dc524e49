"""The dashboard and the statistics builder: addresses, saved tables, another year beside, statements. Numbers: test_board_numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from fupin.models import RegionYear, SavedView
from tests import factories as make
from tests.conftest import A
from tests.reports.rosters import COLUMNS, body, said

pytestmark = pytest.mark.django_db

COUNTY = "421199000000"


def test_a_table_is_saved_shown_again_and_removed(world: Any, personas: Any, client_of: Any) -> None:
    client, here = client_of(personas["county"]), f"/{COUNTY}/2017/"
    query = f"rows=villages&{COLUMNS}"
    answer = client.post(f"{here}views/", {"list": "statistics", "name": "月报", "query": query})
    view = SavedView.objects.get(name="月报")
    assert answer.status_code == 302 and answer["Location"].startswith(f"{here}statistics/?")
    page = body(client.get(answer["Location"])).decode()
    assert html.fromstring(page).xpath("//section[@id='statistics']//h2")[0].text == "月报"
    # Another's view is not shown: neither in the list, nor by its key.
    foreign = body(client_of(personas["leader"]).get(f"{here}statistics/?{query}&view={view.pk}")).decode()
    assert "月报" not in foreign
    assert (
        client_of(personas["leader"]).post(f"{here}views/{view.pk}/", {"what": "remove"}).status_code == 404
    )
    assert client.post(f"{here}views/{view.pk}/", {"what": "remove"}).status_code == 302
    assert not SavedView.objects.filter(pk=view.pk).exists()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("dashboard/?sort=households.x", ""),
        ("dashboard/?sort=households.99&against=abc", ""),
        ("dashboard/?sort=households.²&against=²", ""),
        ("dashboard/?sort=.&against=99999999999999999999&screen=2", ""),
        ("statistics/?rows=villages&c=nothing", "没有“nothing”这个指标。"),
        ("statistics/?rows=villages", "请至少选择一个指标。"),
        ("statistics/?rows=nowhere&c=poor.people", "选择一个有效的选项"),
        ("statistics/?rows=townships&c=poor.people&view=²&sort=x.²&q=%00", ""),
        ("statistics/?rows=townships&c=poor.people&view=99999999999999999999", ""),
        ("statistics/?rows=townships&c=profile.position", "没有“profile.position”这个指标。"),
    ],
)
def test_a_hostile_address_ends_in_words(
    world: Any, personas: Any, client_of: Any, path: str, words: str
) -> None:
    assert words in body(client_of(personas["county"]).get(f"/{COUNTY}/2017/{path}")).decode()


def test_what_does_not_fit_is_said(world: Any, personas: Any, client_of: Any) -> None:
    from reports.interfaces.statistics_form import choices_of

    clerk = client_of(personas["clerk_a"])
    assert (
        "选择一个有效的选项" in body(clerk.get(f"/{A}/2017/statistics/?rows=villages&c=poor.people")).decode()
    )
    place = type("Place", (), {"region": world.county, "year": 2017})()
    codes = [figure.code for _, figures in choices_of(place) for figure in figures][:41]
    query = "&".join(f"c={code}" for code in codes)
    page = body(
        client_of(personas["county"]).get(f"/{COUNTY}/2017/statistics/?rows=townships&{query}")
    ).decode()
    assert "一张表最多40列，现在选了41列。" in page
    assert clerk.get(f"/{A}/2017/dashboard/nothing/").status_code == 404
    assert clerk.get(f"/{A}/2017/dashboard/households/").status_code == 404  # a village has no places below


def test_another_year_is_compared_in_words(world: Any, personas: Any, client_of: Any) -> None:
    RegionYear.objects.bulk_create(RegionYear(region=place, year=2016) for place in (world.a, world.b))
    for _ in range(3):
        make.household(world.a, year=2016)
    page = body(client_of(personas["township"]).get("/421199103000/2017/dashboard/?against=2016")).decode()
    changes = html.fromstring(page).xpath("//span[@class='tile__change']/text()")
    assert changes[0] == "较2016年 −1户"
    years = said(page.encode())["years"]
    assert years["建档立卡贫困户户数（户）"] == ["3", "2"]


@pytest.mark.parametrize("villages", [3, 30])
def test_statements_do_not_grow_with_villages(
    world: Any, personas: Any, client_of: Any, villages: int
) -> None:
    for index in range(villages - 3):
        make.household(make.village(f"4211991032{index + 20}", f"村{index}"), size=1)
    client, counted = client_of(personas["county"]), {}
    statistics = f"statistics/?rows=villages&{COLUMNS}"
    for path in ("dashboard/", statistics, f"{statistics}&status=not&q=甲村&by=poor.people&least=1"):
        with CaptureQueriesContext(connection) as captured:
            body(client.get(f"/{COUNTY}/2017/{path}"))
        counted[path] = len(captured)
    assert [*counted.values()] == [DASHBOARD, STATISTICS, FILTERED]


#: Statements, whatever there is.
DASHBOARD, STATISTICS, FILTERED = 34, 19, 19
