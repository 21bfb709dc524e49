"""Columns: chosen and ordered in a panel, told in the address, followed by the list and by its export."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from fupin.resource.base import BY_NAME
from fupin.resource.columns import Columns
from households.models import HouseholdYear
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import rows_of
from tests.literal.fields import RESOURCES

pytestmark = pytest.mark.django_db

PLACE = {"region": "421199103206", "year": YEAR}


def headings(page: Any) -> list[str]:
    return [str(column.header) for column in page.context["table"].columns]


def test_the_columns_of_the_address_are_shown_in_their_order(
    village_a: Any, personas: Any, client_of: Any
) -> None:
    HouseholdYear.objects.unscoped("tests").filter(pk=village_a.household.pk).update(
        phone="13871004321", water_safe=False
    )
    client = client_of(personas["clerk_a"])
    url = f"{reverse('households_list', kwargs=PLACE)}?cols=phone,household,water_safe,people,nonsense,phone"
    page = client.get(url)
    assert headings(page) == ["序号", "联系电话", "户编号", "饮水安全", "人数"]
    assert [str(cell) for cell in page.context["table"].rows[0].cells][1] == "138****4321"
    download = f"{reverse('households_export', kwargs=PLACE)}?cols=phone,household,water_safe,people"
    assert f'href="{download.split("?")[0]}?cols=phone,household' in page.content.decode().replace("%2C", ",")
    number = village_a.household.household.number
    assert rows_of(client.get(download))[:2] == [
        ["联系电话", "户编号", "饮水安全", "人数"], ["138****4321", number, "否", 3],
    ]  # fmt: skip


def test_a_column_always_leads_to_the_row(village_a: Any, personas: Any, client_of: Any) -> None:
    page = client_of(personas["clerk_a"]).get(reverse("households_list", kwargs=PLACE), {"cols": "people"})
    assert headings(page) == ["序号", "户编号", "人数"]


def test_the_panel_is_sent_without_script(village_a: Any, personas: Any, client_of: Any) -> None:
    client, url = client_of(personas["clerk_a"]), reverse("households_list", kwargs=PLACE)
    data = {
        "category": "01",
        "col": ["household", "people", "phone"],
        "at-phone": "1",
        "at-household": "2",
        "at-people": "9",
    }
    response = client.get(url, data)
    assert (response.status_code, response["Location"]) == (
        302,
        f"{url}?category=01&cols=phone%2Chousehold%2Cpeople",
    )
    own = Columns(BY_NAME["households"], client.get(url, {"view": "none"}).wsgi_request.GET).default
    places = {f"at-{name}": str(at) for at, name in enumerate(own, 1)}
    assert (
        client.get(url, {"col": own, **places})["Location"] == f"{url}?view=none"
    )  # as it was: nothing to say


def test_a_query_and_an_order_keep_the_columns(village_a: Any, personas: Any, client_of: Any) -> None:
    page = client_of(personas["clerk_a"]).get(
        reverse("households_list", kwargs=PLACE), {"cols": "household,people", "sort": "-people"}
    )
    text = page.content.decode()
    assert '<input type="hidden" name="cols" value="household,people">' in text
    assert '<input type="hidden" name="sort" value="-people">' in text


def test_an_export_is_in_the_order_of_the_list(world: Any, personas: Any, client_of: Any) -> None:
    for group in (2, 9, 5):
        make.household(world.a, group=group)
    client = client_of(personas["clerk_a"])
    lines = rows_of(
        client.get(reverse("households_export", kwargs=PLACE), {"cols": "household,group", "sort": "-group"})
    )
    assert [line[1] for line in lines[1:] if isinstance(line[1], int)] == [9, 5, 2]
    whole = rows_of(client.get(reverse("households_export", kwargs=PLACE), {"sort": "-group"}))
    at = next(place for place, head in enumerate(whole[0]) if "组" in str(head))
    assert [line[at] for line in whole[1:] if isinstance(line[at], int)] == [9, 5, 2]


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_every_list_shows_every_column_it_offers(
    name: str, village_a: Any, personas: Any, client_of: Any
) -> None:
    """All columns of all resources at once: page and export agree."""
    user = personas["township"]
    client = client_of(user)
    url = reverse(f"{name}_list", kwargs=PLACE)
    offered = [choice.name for choice in client.get(f"{url}?view=none").context["columns"]] or [
        choice.name for choice in Columns(BY_NAME[name], client.get(url).wsgi_request.GET).choices()
    ]
    page = client.get(url, {"cols": ",".join(offered)})
    assert page.status_code == 200
    assert len(headings(page)) == len(offered) + 1
    if BY_NAME[name].export_columns:
        rows = rows_of(client.get(reverse(f"{name}_export", kwargs=PLACE), {"cols": ",".join(offered)}))
        assert rows[0] == headings(page)[1:]
