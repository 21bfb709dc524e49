"""What stands above the list behind a number: the words of the summary, whichever of the pair was asked for."""

import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.conftest import A

YEAR = make.YEAR


def banner(client, code):
    url = reverse("figure_rows", kwargs={"region": A, "year": YEAR, "code": code})
    return re.findall(r"背后的行：<strong>(.*?)</strong>", client.get(url).content.decode())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("poor.households", "2户5人"),
        ("poor.people", "2户5人"),
        ("exited.2016.people", "1户3人"),
        ("dibao.households", "0户0人"),
        ("profile.people", "400人"),
    ],
)
def test_banner_says_the_pair(world, personas, client_of, code, said):
    make.household(world.a, size=3, status="03", exit_year=2016)

    assert banner(client_of(personas["clerk_a"]), code) == [said]


def test_banner_of_a_village_without_the_ledger_says_so_once(world, personas, client_of):
    place = make.village("421199103208", "丙村")
    clerk = make.user("clerk", place)
    url = reverse("figure_rows", kwargs={"region": place.code, "year": YEAR, "code": "poor.people"})

    page = client_of(clerk).get(url).content.decode()

    assert re.findall(r"背后的行：<strong>(.*?)</strong>", page) == ["暂无数据"]
