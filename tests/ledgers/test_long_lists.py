"""A long list: its first rows are shown, and the rest is neither counted nor added up unless that is asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from lxml import html

from fupin.domain.saved import query_to_keep
from fupin.place import Place
from fupin.resource import paging
from tests import factories as make
from tests.bench.measuring import statements_of
from tests.factories import YEAR

SHOWN = 60


@pytest.fixture
def listed(world: Any, personas: dict[str, Any], client_of: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Opens the county's list of benefits, of which there are four more than a list that is not long may have."""
    monkeypatch.setattr(paging, "COUNTED", SHOWN)
    homes = make.households([world.a] * (SHOWN + 4))
    for home in homes:
        make.BenefitFactory(region=world.a, household=home.household, amount=Decimal("10.01"))
    client, url = client_of(personas["county"]), Place(world.county, YEAR).url("benefits_list")

    def open_(**query: str) -> tuple[Any, list[str]]:
        pages: list[Any] = []
        sent = statements_of(lambda: pages.append(client.get(url, query)))
        return html.fromstring(pages[0].content), [sql for sql, _ in sent]

    return open_


NOTICE, SUMS, PAGER = "//p[@class='notice']", "//dl[@class='summary']//dd", "//nav[@class='pager']/span"


def words(page: Any, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]


def test_a_long_list_is_not_read_to_its_end(listed: Any) -> None:
    page, sent = listed()
    assert words(page, NOTICE) == [
        f"符合条件的超过{SHOWN}条：只列前{SHOWN}条，没有计算合计。可以用筛选缩小范围，或者全部列出并计算合计（需要等一会儿）。"
    ]
    assert words(page, SUMS) == []
    assert words(page, PAGER) == [f"前 {SHOWN} 条 每页 50 条 第 1/2 页"]
    assert [sql for sql in sent if "SUM(" in sql or "COUNT(" in sql and f"LIMIT {SHOWN + 1}" not in sql] == []
    last, _ = listed(page="9")
    assert len(last.xpath("//tbody/tr")) == SHOWN - 50, "the last page is that of the last row shown"


def test_the_whole_of_it_is_counted_where_that_is_asked_for(listed: Any) -> None:
    (link,) = listed(measure="501")[0].xpath(f"{NOTICE}/a")
    assert link.get("href") == "?measure=501&whole=1"
    page, sent = listed(measure="501", whole="1")
    assert words(page, NOTICE) == []
    assert words(page, SUMS) == [f"{SHOWN + 4}", f"{SHOWN + 4}", "640.64元（0.0641万元）"]
    assert words(page, PAGER) == [f"共 {SHOWN + 4} 条 每页 50 条 第 1/2 页"]
    # The negative control: this is what the long list does not ask.
    assert [sql for sql in sent if "SUM(" in sql] != []
    assert query_to_keep("measure=501&whole=1") == "measure=501", "no saved view asks for it each time"


def test_a_list_that_is_just_not_long_is_shown_as_ever(listed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", SHOWN + 4)
    page, _ = listed()
    assert words(page, NOTICE) == []
    assert words(page, PAGER) == [f"共 {SHOWN + 4} 条 每页 50 条 第 1/2 页"]
    assert words(page, SUMS)[0] == f"{SHOWN + 4}"
