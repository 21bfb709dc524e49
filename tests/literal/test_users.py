"""Who works here: names and units of users, wherever somebody is named."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fupin.access import Role
from fupin.domain.attachments import attach_file
from fupin.models import User
from fupin.place import Place
from fupin.views.user_parts import UserForm
from reports.domain.wording import save_wording
from reports.models import Era
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import PNG
from tests.hostile import BROKEN, HOSTILE, UNSEEN
from tests.literal.conftest import TEXTS, reword
from tests.literal.pages import packs, page_of, seen, shape, token, typed

pytestmark = pytest.mark.django_db

COVERS = ("fupin.User.name", "fupin.User.unit", "fupin.User.username")


def test_names_and_units_are_kept_and_listed_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client = client_of(personas["administrator"])
    users = [
        make.user(Role.CLERK, world.a, username=f"u{i:03d}", name=token(i), unit=token(i, 1))
        for i in range(len(TEXTS))
    ]
    urls = [f"/users/?page={page}" for page in (1, 2, 3)]
    harmless = [page_of(client.get(url)) for url in urls]
    words = reword(users, TEXTS, "name", "unit")
    for url, before in zip(urls, harmless, strict=True):
        assert seen(page_of(client.get(url))) == seen(before, words)


def test_a_users_page_keeps_and_shows_texts_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client = client_of(personas["administrator"])
    user = make.user(Role.CLERK, world.a, username="someone")
    url = f"/users/{user.pk}/"

    def post(texts: dict[str, str], status: int = 200) -> str:
        data = {"what": "user", "username": "someone", "is_active": "on", **texts}
        return page_of(client.post(url, data, follow=True), status)

    harmless = post({"name": token(0), "unit": token(0, 1)})
    names, units = packs(TEXTS, 50), packs(TEXTS, 100)
    for number, name in enumerate(names):
        unit = units[number % len(units)]
        assert seen(post({"name": name, "unit": unit})) == seen(harmless, {token(0): name, token(0, 1): unit})
        user.refresh_from_db()
        assert (user.name, user.unit) == (name, unit)
    for text in BROKEN:
        page = post({"name": text, "unit": text}, 422)
        if "\x00" not in text:
            lines = text.replace("\r\n", "\n")
            assert (typed(page)["name"], typed(page)["unit"]) == (lines, lines)
    for text, kept in UNSEEN.items():
        form = UserForm({"username": "someone", "name": text, "unit": text}, instance=user)
        assert form.is_valid(), form.errors
        assert (form.cleaned_data["name"], form.cleaned_data["unit"]) == (kept, kept)


def test_a_name_to_log_in_with_is_letters_and_digits_or_refused_as_typed(
    personas: Any, client_of: Any
) -> None:
    client = client_of(personas["administrator"])

    def post(username: str, status: int = 422) -> str:
        data = {"what": "user", "username": username, "name": "某", "is_active": "on"}
        return page_of(client.post("/users/new/", data, follow=True), status)

    harmless, taken = post("不 行"), set()
    for text in TEXTS:
        if re.fullmatch(r"[\w.@+-]+", text):
            assert "初始密码是" in post(text, 200)
            taken.add(unicodedata.normalize("NFKC", text))  # as what is typed at log-in is
        else:
            assert seen(post(text)) == seen(harmless.replace("不 行", token(0)), {token(0): text})
    assert taken and set(User.objects.values_list("username", flat=True)) >= taken
    assert User.objects.filter(name="某").count() == len(taken)


def test_whoever_did_something_is_named_to_the_letter(
    world: Any, personas: Any, client_of: Any, settings: Any, tmp_path: Any
) -> None:
    """In band, history, versions, messages, files, the helper of an account, and on a workbook's last line."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    county, place = personas["county"], Place(world.a, YEAR)
    helper = personas["helper"]
    cadre = make.user(Role.TOWNSHIP, world.township, name=token(0), username="cadre")
    clients = {"county": client_of(county), "cadre": client_of(cadre)}
    attach_file(target=world.household_a, file=SimpleUploadedFile("照片.png", PNG), actor=cadre)
    project = make.ProjectFactory(region=world.a)
    edit = {"name": "路灯", "stage": "03"}
    clients["cadre"].post(place.url("projects_edit", key=project.pk), edit)
    text = "# {place}总结\n## 一\n甲"
    save_wording(region=world.county, kind="village", era=Era.UNTIL_2020, text=text, based_on=0, actor=county)
    listed = make.helper_of(helper)
    pages = [
        ("cadre", place.url("overview")),
        ("cadre", place.url("projects_history", key=project.pk)),
        ("cadre", place.url("households_detail", key=world.household_a.household_id)),
        ("county", place.url("wording", kind="village")),
        ("county", place.url("wording_version", kind="village", era="until_2020", version=1)),
        ("county", place.url("helpers_detail", key=listed.pk)),
        ("county", place.url("helpers_edit", key=listed.pk)),
    ]
    overtaken = {"what": "save", "text": text + "乙", "note": "", "village": "", "based_on": "0"}

    def shown() -> list[str]:
        got = [clients[who].get(url) for who, url in pages]
        got.append(clients["county"].post(place.url("wording", kind="village"), overtaken))
        return [response.content.decode() for response in got]

    def name(users: Any, first: str) -> dict[str, str]:
        for at, user in enumerate(users):
            User.objects.filter(pk=user.pk).update(name=first if at == 0 else f"{first[:48]}{at}")
        return {token(0, at): User.objects.get(pk=user.pk).name for at, user in enumerate(users)}

    users = (cadre, county, helper)
    for at, user in enumerate(users):
        User.objects.filter(pk=user.pk).update(name=token(0, at))
    shown()  # the message of the change above is read
    harmless = shown()
    assert all(any(token(0, at) in page for page in harmless) for at in range(3))
    for pack in packs(TEXTS, 50)[::4]:
        words = name(users, pack)
        for page, before in zip(shown(), harmless, strict=True):
            assert sorted(seen(page)) == sorted(seen(before, words))


def test_the_log_in_page_shows_what_was_typed_as_it_was_typed(client: Any) -> None:
    harmless = page_of(client.post("/login/", {"username": "nobody", "password": "x"}))
    for number, text in enumerate(HOSTILE):
        address = f"10.1.{number // 250}.{number % 250}"
        page = page_of(client.post("/login/", {"username": text, "password": text}, REMOTE_ADDR=address))
        assert shape(page) == shape(harmless)
