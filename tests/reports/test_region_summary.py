"""The year's summary of a township and a county: the figures of its villages, with their coverage, in every format."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from docx import Document
from lxml import html

from fupin.access import Role
from fupin.models import Level
from reports.figures.measure import measure
from reports.figures.village import BASES, NAMES_ABOVE
from reports.figures.window import Window
from reports.models import Era
from reports.queries.summary import KINDS, words_about
from reports.queries.wordings import shipped_wording
from reports.wording.saying import figures_of
from tests import factories as make
from tests.conftest import A
from tests.reports.support import numbers_in, region

pytestmark = pytest.mark.django_db

TOWNSHIP, COUNTY = "421199103000", "421199000000"


def written(code: str, format: str) -> str:
    out = io.StringIO()
    call_command("write_report", "region", code, period="2017", since=2016, format=format, stdout=out)
    return out.getvalue()


@pytest.fixture
def furnished(world: Any) -> Any:
    """Village A has benefits and a project; the far one has no ledger of either."""
    for home in (
        world.household_a,
        make.household(world.a, size=3, category="04", exit_year=2017, status="05"),
    ):
        make.BenefitFactory(region=world.a, household=home.household, measure="501", amount=2400)
    make.ProjectFactory(region=world.a, amount=123_400)
    return world


@pytest.mark.parametrize("code", [TOWNSHIP, COUNTY])
def test_its_numbers_are_the_figures_measured(furnished: Any, code: str) -> None:
    told = json.loads(written(code, "json"))
    window = Window(region(code), 2017, 2017, 2016)
    fresh = measure([figure for base in BASES for figure in base.all_figures(window)], window)
    found = {figure["code"]: figure["value"] for section in told["sections"] for figure in section["figures"]}
    assert len(found) > 60
    for name, value in found.items():
        shown = fresh[name].shown
        assert (name, value) == (name, None if shown is None else pytest.approx(float(shown)))
    assert found["poor.households"] == {TOWNSHIP: 3, COUNTY: 4}[code]


def test_it_says_of_how_many_villages_it_speaks(furnished: Any) -> None:
    text = written(COUNTY, "text")
    assert text.splitlines()[0] == "云岭县精准扶贫工作总结"
    assert "全县在册建档立卡贫困户4户9人" in text
    assert re.search("到村项目1个.*（(本节数字)?覆盖1/3村）", text)
    assert "全镇" in written(TOWNSHIP, "text")


def test_every_format_says_the_same_numbers(furnished: Any, client_of: Any, tmp_path: Any) -> None:
    whole = written(COUNTY, "text")
    # What does not tie is told in no Word file.
    text, said = numbers_in(whole), numbers_in(whole.partition("核对提示")[0])
    page = html.fromstring(written(COUNTY, "html")).text_content()
    assert [number for number in text if number not in numbers_in(page)] == []
    client = client_of(make.user(Role.COUNTY, furnished.county))
    shown = client.get(f"/{COUNTY}/2017/summary/region/?first=2017&last=2017&since=2016")
    assert shown.status_code == 200
    assert [
        n for n in text if n not in numbers_in(html.fromstring(shown.content.decode()).text_content())
    ] == []
    for format in ("docx", "xlsx"):
        file = tmp_path / f"总结.{format}"
        call_command(
            "write_report", "region", COUNTY, period="2017", since=2016, format=format, output=file,
            stdout=io.StringIO(),
        )  # fmt: skip
        assert file.read_bytes()[:2] == b"PK"
        if format == "docx":
            words = "\n".join(paragraph.text for paragraph in Document(str(file)).paragraphs)
            assert [number for number in said if number not in numbers_in(words)] == []


@pytest.mark.parametrize("era", Era)
@pytest.mark.parametrize("code", [TOWNSHIP, COUNTY])
def test_both_eras_wordings_name_figures_that_add_up(furnished: Any, era: Era, code: str) -> None:
    """None is a village's own word, nor one of a list of single rows."""
    kind, window = KINDS["region"], Window(region(code), 2017, 2017, 2016)
    wording = shipped_wording("region", era)
    codes = {figure.code for figure in figures_of(wording, kind.names, words_about(window), window)}
    assert {"poor.households", "projects.amount", "dibao_pay.amount", "profile.villages"} <= codes
    assert codes <= {figure.code for thing in NAMES_ABOVE.values() for figure in thing.figures(window)}


def test_a_village_has_its_own_kind(furnished: Any, client_of: Any) -> None:
    assert KINDS["region"].levels == (Level.TOWNSHIP, Level.COUNTY)
    client = client_of(make.user(Role.CLERK, furnished.a))
    assert client.get(f"/{A}/2017/summary/region/").status_code in (302, 404)
