"""Names of regions: on the pages about them, in messages, in what is downloaded."""

from __future__ import annotations

import re
import zipfile
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage import default_storage

from fupin.access import SYSTEM, Role
from fupin.domain.jobs import run_next_job
from fupin.models import Region
from fupin.place import Place
from fupin.views.regions import RegionForm
from reports.domain.bundle import queue_bundle
from reports.models import Era, NarrativeTemplate
from reports.queries.bundles import Bundle
from tests import factories as make
from tests.factories import YEAR
from tests.hostile import BROKEN, HOSTILE, UNSEEN
from tests.literal.conftest import TEXTS, reword
from tests.literal.pages import packs, page_of, seen, shape, token, typed

pytestmark = pytest.mark.django_db

COVERS = ("fupin.Region.name",)


def tree(count: int) -> list[Region]:
    """Townships of one village each, whose profile makes them appear in lists; tokens for names."""
    townships = [make.region(f"421199{200 + i:03d}000", token(i)) for i in range(count)]
    for i in range(count):
        make.VillageYearFactory(region=make.village(f"421199{200 + i:03d}201", token(i, 1)))
    return townships


def villages_of(townships: list[Region]) -> list[Region]:
    return list(Region.objects.unscoped("tests").filter(parent__in=townships).order_by("code"))


def test_names_of_places_are_shown_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    """Where regions are listed and chosen: below one another, in lists, to be previewed."""
    townships, client = tree(len(TEXTS)), client_of(personas["county"])
    place, administrator = Place(world.county, YEAR), client_of(personas["administrator"])
    urls = [
        *(place.url(route) for route in ("places", "overview", "years", "bundles")),
        *(f"{place.url('villages_list')}?page={page}" for page in (1, 2, 3)),
        *(f"{place.url('ledger', kind='profile')}?page={page}" for page in (1, 2, 3)),
        f"{place.url('years')}?page=2",
        f"{place.url('places')}?q=〇",
        place.url("wording", kind="village"),
    ]
    harmless = [page_of(client.get(url)) for url in urls]
    regions = page_of(administrator.get("/regions/?page=2"))
    title = client.get(place.url("villages_export"))["Content-Disposition"]

    words = reword(townships, TEXTS, "name") | reword(villages_of(townships), TEXTS, "name", first=1)

    for url, before in zip(urls, harmless, strict=True):
        if "q=" not in url:
            assert seen(page_of(client.get(url))) == seen(before, words), url
    assert seen(page_of(administrator.get("/regions/?page=2"))) == seen(regions, words)
    assert client.get(place.url("villages_export"))["Content-Disposition"] == title


def test_the_name_of_a_place_is_shown_to_the_letter_around_every_page(
    world: Any, personas: Any, client_of: Any
) -> None:
    """As the county's in band and foot, on the way down, in titles and in the names of files."""
    client = client_of(personas["county"])
    place, county = Place(world.a, YEAR), Region.objects.unscoped("tests").filter(level=6)
    above = Region.objects.unscoped("tests").filter(pk=world.township.pk)
    here = Region.objects.unscoped("tests").filter(pk=world.a.pk)

    def put_there(*names: str) -> dict[str, str]:
        for row, name in zip((county, above, here), names, strict=True):
            row.update(name=name)
        return {token(0, at): name for at, name in enumerate(names)}

    put_there(*(token(0, at) for at in range(3)))
    urls = [place.url("overview"), place.url("projects_create"), place.url("households_list")]
    urls += [Place(world.township, YEAR).url("bundles")]
    harmless = {url: client.get(url).content.decode() for url in urls}
    names = packs(TEXTS, 50)
    for number, name in enumerate(names):
        words = put_there(name, names[number - 1], names[number - 2])
        for url, before in harmless.items():
            assert seen(client.get(url).content.decode()) == seen(before, words)
        header = client.get(place.url("projects_export"))["Content-Disposition"]
        assert header == f"attachment; filename*=UTF-8''{quote(f'{names[number - 2]}{YEAR}年到村项目')}.xlsx"
        assert header.isascii() and header.isprintable()


def test_a_message_quotes_a_name_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    """A township's page on which villages alone are entered refuses with a message; so does a closed right."""
    client = client_of(personas["township"])
    here = Region.objects.unscoped("tests").filter(pk=world.township.pk)
    url = Place(world.township, YEAR).url("enterprises_create")
    data = {"name": "", "kind": "02"}
    here.update(name=token(0))
    harmless = page_of(client.post(url, data), 422)
    for name in packs(TEXTS, 50):
        here.update(name=name)
        assert seen(page_of(client.post(url, data), 422)) == seen(harmless, {token(0): name})


def test_a_wording_that_no_longer_holds_is_quoted_to_the_letter(
    world: Any, personas: Any, client_of: Any
) -> None:
    """The message above the summary, and what the editor says: the text was stored past the form."""
    client, place = client_of(personas["county"]), Place(world.a, YEAR)
    wording = NarrativeTemplate.objects.create(
        region=world.county, kind="village", era=Era.UNTIL_2020, version=1, text="x"
    )
    stored = NarrativeTemplate.objects.unscoped("tests").filter(pk=wording.pk)

    def told(text: str) -> str:
        stored.update(text=f"# 总结\n## 一\n{text}")
        return page_of(client.get(place.url("summary", kind="village")))

    harmless = shape(told("{一}"))
    texts = [re.sub("[{}]", "", text) for text in HOSTILE]
    for text in [text for text in texts if not re.match("[a-z]", text)][::6]:
        page = told(f"{{{text}}}")
        assert f"“{{{text}}}”不是完整的指标" in "".join(
            words for *_, text, tail in seen(page) for words in (text, tail)
        )
        assert shape(page) == harmless


def test_an_administrator_names_places_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client = client_of(personas["administrator"])

    def post(name: str, status: int = 200) -> str:
        data = {"code": world.a.pk, "name": name}
        return page_of(client.post("/regions/", data, follow=True), status)

    harmless = post(token(0))
    for name in packs(TEXTS, 50):
        assert seen(post(name)) == seen(harmless, {token(0): name})
        assert Region.objects.unscoped("tests").get(pk=world.a.pk).name == name
    for name in BROKEN:
        page = post(name, 422)
        if "\x00" not in name:
            assert typed(page)["name"] == name.replace("\r\n", "\n")
    for name, kept in UNSEEN.items():
        form = RegionForm({"code": world.a.pk, "name": name})
        assert (form.is_valid(), form.cleaned_data.get("name")) == (True, kept)
    assert not RegionForm({"code": world.a.pk, "name": "\u200b"}).is_valid()


def test_the_files_of_a_bundle_are_called_what_every_system_can_call_a_file(
    world: Any, settings: Any, tmp_path: Any
) -> None:
    """Nothing leaves its folder, no name is a path, and each village has its own."""
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = storages
    townships = tree(len(packs(TEXTS, 50)))
    names = packs(TEXTS, 50)
    reword(townships, names, "name")
    reword(villages_of(townships), names, "name", first=1)
    make.HouseholdYearFactory(region=villages_of(townships)[0])
    user = make.user(Role.COUNTY, world.county)
    job = queue_bundle(region=world.county, first=YEAR, last=YEAR, since=2014, formats=["docx"], actor=user)
    run_next_job()
    job.refresh_from_db()
    assert job.message.startswith(f"已生成{3 + len(names)}村")
    with zipfile.ZipFile(default_storage.path(Bundle(job).path)) as package:
        entries = package.namelist()
    assert len(entries) == len(set(entries)) == 3 + len(names) + 1
    for entry in entries[:-1]:
        folder, _, name = entry.partition("/")
        assert name.endswith(".docx") and not set(name + folder) & set('\\/:*?"<>|')
        assert not re.search("[\x00-\x1f\x7f]", entry) and folder.strip(" .") == folder
        assert (tmp_path / entry).resolve().parent.parent == tmp_path.resolve()


def test_a_place_that_is_no_village_refuses_by_its_name(world: Any) -> None:
    from fupin.domain.rows import may_enter_or_refuse
    from fupin.refusals import Refused

    for text in HOSTILE:
        with pytest.raises(Refused) as refused:
            may_enter_or_refuse(SYSTEM, Region(code=world.township.pk, name=text, level=9))
        assert str(refused.value) == f"{text}不是村，台账按村登记。"
