"""A summary in every format: what stands in names, profiles and a village's own words is said to the letter."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import quote

import pytest
from docx import Document

from funds.enums import Measure
from fupin.access import SYSTEM
from fupin.models import Region
from fupin.place import Place
from households.models import VillageYear
from reports.figures.window import Window
from reports.interfaces.files import FORMATS, file_name
from reports.models import SectionText
from reports.queries.summary import build_summary
from tests import factories as make
from tests.factories import YEAR
from tests.hostile import SAID
from tests.literal.conftest import TEXTS, reword
from tests.literal.pages import packs, page_of, put, put_in, seen, token
from tests.literal.test_rows import cells
from tests.reports.documents import W, part

pytestmark = pytest.mark.django_db

#: What a village's own words hold: also what no longer is a figure, since it may have been one when it was saved.
OWN = [text for text in TEXTS if text not in SAID]


def said(region: Region) -> dict[str, Any]:
    """The village's summary in every format, each as its reader reads it."""
    region = Region.objects.unscoped("tests").select_related("parent").get(pk=region.pk)
    summary = build_summary(kind="village", window=Window(region, YEAR, YEAR, 2014), actor=SYSTEM)
    files = {code: format.render(summary, SYSTEM) for code, format in FORMATS.items()}
    document = Document(io.BytesIO(files["docx"]))
    tree = part(files["docx"], "word/document.xml")
    return {
        "text": files["text"].decode(),
        "json": json.loads(files["json"]),
        "html": seen(files["html"].decode()),
        "docx": [(p.style.name, p.text) for p in document.paragraphs],
        "fields": len(list(tree.iter(f"{W}instrText", f"{W}hyperlink", f"{W}object", f"{W}fldSimple"))),
        "xlsx": cells(files["xlsx"]),
        "name": [file_name(summary, format) for format in FORMATS.values()],
    }


@pytest.fixture
def rows(world: Any) -> dict[str, list[Any]]:
    """Rows of everything that a summary names, with tokens for texts."""
    own = {"region": world.a, "household": world.household_a.household}
    firms = [make.EnterpriseFactory(region=world.a, name=token(i, 2)) for i in range(len(TEXTS))]
    for firm in firms:
        home = make.HouseholdYearFactory(region=world.a)
        make.BenefitFactory(
            region=world.a, household=home.household, measure=Measure.LOAN, amount=50_000, enterprise=firm
        )
    return {
        "projects": [
            # Twice the same length, and one a thousand times the usual: named in remarks.
            make.ProjectFactory(
                region=world.a, position=i + 1, name=token(i), unit=token(i, 1), quantity=2000 + i // 2,
                amount=10 ** (8 if i % 10 == 0 else 4),
            )
            for i in range(len(TEXTS))
        ],
        "firms": firms,
        "texts": [
            make.SectionTextFactory(region=world.a, chapter=str(1 + i % 7), position=i + 1, text=token(i, 3))
            for i in range(len(OWN))
        ],
        "benefits": [make.BenefitFactory(**own, amount=1, remark=token(0, 4), unit=token(0, 5), quantity=1)],
    }  # fmt: skip


def test_what_a_summary_names_is_said_to_the_letter_in_every_format(
    world: Any, personas: Any, client_of: Any, rows: dict[str, list[Any]]
) -> None:
    client, url = client_of(personas["clerk_a"]), Place(world.a, YEAR).url("summary", kind="village")
    page, harmless = page_of(client.get(url)), said(world.a)
    assert token(0) in str(harmless["json"]["remarks"])

    words = reword(rows["projects"], TEXTS, "name", "unit") | reword(rows["firms"], TEXTS, "name", first=2)
    words |= reword(rows["texts"], OWN, "text", first=3)
    hostile = said(world.a)

    assert seen(page_of(client.get(url))) == seen(page, words)
    for format in harmless:
        assert hostile[format] == put_in(harmless[format], words), format
    assert harmless["fields"] == hostile["fields"] == 0
    for text in TEXTS:
        assert text in hostile["text"]


def test_places_and_profiles_are_said_to_the_letter_in_every_format(
    world: Any, personas: Any, client_of: Any
) -> None:
    """The names of village and township, in its title and in the name of its files too; the words of its profile."""
    client, url = client_of(personas["clerk_a"]), Place(world.a, YEAR).url("summary", kind="village")
    named = {world.a.pk: "name", world.township.pk: "name", world.county.pk: "name"}
    profile = VillageYear.objects.unscoped("tests").filter(region=world.a)

    def put_there(texts: list[str]) -> dict[str, str]:
        for code, text in zip(named, texts, strict=False):
            Region.objects.unscoped("tests").filter(pk=code).update(name=text)
        profile.update(position=texts[3], main_industries=texts[4], main_income=texts[5])
        return {token(0, at): text for at, text in enumerate(texts)}

    put_there([token(0, at) for at in range(6)])
    page, harmless = page_of(client.get(url)), said(world.a)
    names, places = packs(TEXTS, 50), len(packs(TEXTS, 50))
    for number, name in enumerate(names):
        wide = packs(TEXTS, 100)[number % 8]
        words = put_there(
            [name, names[number - 1], names[number - 2], names[(number + 3) % places], wide, wide]
        )
        assert seen(page_of(client.get(url))) == seen(page, words)
        if number % 6:
            continue
        hostile = said(world.a)
        for format in harmless:
            assert hostile[format] == put_in(harmless[format], words), format
        header = client.get(url, {"format": "docx"})["Content-Disposition"]
        title = put(f"{token(0)}精准扶贫工作总结.docx", words)
        assert header == f"attachment; filename*=UTF-8''{quote(title)}"
        assert header.isascii() and header.isprintable()


def test_a_villages_own_words_may_hold_figures_and_clauses(world: Any) -> None:
    """What is a figure by design is one; what is none is said as it stands."""
    for number, text in enumerate(["{poor:户人}", "{place}", "有[[x]]", "{text.7}", "{nothing:户}", "# 甲"]):
        SectionText.objects.create(region=world.a, year=YEAR, chapter="7", position=number + 1, text=text)
    words = said(world.a)["json"]["sections"][-1]["text"]
    assert words.split("\n") == ["1户2人", "甲村", "有x", "{text.7}", "{nothing:户}", "# 甲"]
