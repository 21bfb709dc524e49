"""What the pages, imports and domain functions write is told by the audit with the user, and no secret is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fupin.access import SYSTEM, Role
from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun, Ledger, User
from fupin.refusals import Refused
from fupin.words import initials, pinyin
from households.domain.registration import save_households, save_members
from households.enums import PovertyCategory, PovertyStatus
from households.models import Membership, Person
from tests import factories as make
from tests.conftest import A
from tests.database.rows import all_rows
from tests.database.tools import Audit, event_of, fetch
from tests.database.workbooks import import_book, small_rows, write_book

YEAR = make.YEAR


def test_posts_are_told_with_the_user(
    world: Any, personas: dict[str, Any], client_of: Any, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path},
        },
    }  # fmt: skip
    place = {"region": A, "year": YEAR}
    clerk, township, admin = personas["clerk_a"], personas["township"], personas["administrator"]
    county = personas["county"]
    village = all_rows(apps.get_model("households", "VillageYear")).get(region=world.a)
    member = all_rows(Membership).filter(household_year=world.household_a).first()
    project = make.ProjectFactory(region=world.a, name="路")
    home = world.household_a
    for person in all_rows(Person):  # what the forms write; the factories invent their own
        person.pinyin, person.initials = pinyin(person.name), initials(person.name)
        person.save()
    all_rows(Ledger).filter(region=world.a, kind="profile").delete()
    in_county = {"region": world.county.code, "year": YEAR}
    png = SimpleUploadedFile("图.png", b"\x89PNG\r\n\x1a\n0", content_type="image/png")

    def url(route: str, **more: Any) -> str:
        return reverse(route, kwargs={**place, **more})

    household = {"category": "01", "status": "04", "registered_on": "2014-05-01"}
    exited = {**household, "status": "05", "exit_year": YEAR}
    wording = {"what": "save", "based_on": 0, "text": "# {place}总结\n## 一、贫困户\n在册{poor:户人}。"}
    own = {
        "old_password": make.PASSWORD, "new_password1": "korrekt pferd batterie",
        "new_password2": "korrekt pferd batterie",
    }  # fmt: skip
    posts: list[tuple[User, str, dict[str, Any], dict[tuple[str, str], int]]] = [
        (clerk, url("villages_edit", key=village.pk), {"groups": 8}, {
            ("VillageYear", "update"): 1, ("Ledger", "insert"): 1}),
        (clerk, url("villages_edit", key=village.pk), {"groups": 8}, {}),
        (clerk, url("households_edit", key=home.household_id), {**household, "remark": "改"}, {
            ("HouseholdYear", "update"): 1}),
        (clerk, url("households_edit", key=home.household_id), exited, {
            ("HouseholdYear", "update"): 1, ("Act", "insert"): 1}),
        (clerk, url("households_edit", key=home.household_id), exited, {}),
        (clerk, url("members_edit", key=member.pk), {"relation": "01", "remark": "改"}, {
            ("Membership", "update"): 1}),
        (clerk, url("members_edit", key=member.pk), {"relation": "01", "remark": "改"}, {}),
        (clerk, url("households_attach", key=home.household_id), {"file": png}, {
            ("Attachment", "insert"): 1, ("Attachment", "update"): 1}),
        (township, url("pairings_create"), {
            "household": home.household_id, "helper": make.helper_of(personas["helper"]).pk, "starts_on": "2017-05-01"}, {
            ("Pairing", "insert"): 1}),
        (clerk, url("enterprises_create"), {"name": "茶油合作社", "kind": "02"}, {("Enterprise", "insert"): 1}),
        (clerk, url("partners_create"), {"enterprise": "茶油合作社", "household": home.household_id}, {
            ("Partnership", "insert"): 1, ("Ledger", "insert"): 1}),
        (clerk, url("benefits_create"), {"household": home.household_id, "measure": "501"}, {
            ("Benefit", "insert"): 1, ("Ledger", "insert"): 1}),
        (clerk, url("projects_edit", key=project.pk), {"name": "路灯", "stage": "03"}, {
            ("Project", "update"): 1}),
        (clerk, url("projects_edit", key=project.pk), {"name": "路灯", "stage": "03"}, {}),
        (township, url("projects_remove", key=project.pk), {}, {
            ("Project", "delete"): 1, ("Ledger", "delete"): 1}),
        (county, reverse("years", kwargs={**in_county, "year": 2018}), {"what": "open"}, {}),
        (county, reverse("closing", kwargs=in_county), {"what": "close", "sure": "1"}, {}),
        (county, reverse("years", kwargs=in_county), {"what": "due", "due_on": "2017-12-31"}, {
            ("RegionYear", "update"): 3}),
        (clerk, url("progress"), {"what": "submit"}, {("RegionYear", "update"): 1}),
        (township, url("progress"), {"what": "return", "remark": "缺户主"}, {("RegionYear", "update"): 1}),
        (county, reverse("wording", kwargs={**in_county, "kind": "village"}), wording, {
            ("NarrativeTemplate", "insert"): 1}),
        (county, reverse("wording", kwargs={**in_county, "kind": "village"}), wording, {}),
        (admin, reverse("regions"), {"code": "421199103288", "name": "新村"}, {("Region", "insert"): 1}),
        (admin, reverse("user_create"), {"username": "new", "name": "新人", "is_active": "on"}, {
            ("User", "insert"): 1}),
        (admin, reverse("user", kwargs={"key": clerk.pk}), {
            "what": "role", "role": "team", "region": world.b.code}, {("RoleAssignment", "insert"): 1}),
        (clerk, reverse("password_change"), own, {}),
    ]  # fmt: skip
    for user, where, values, told in posts:
        audit = Audit()
        response = client_of(user).post(where, values)
        assert (response.status_code, audit.told()) == (302, told), where
        assert audit.discrepancies() == []
        metadata = [event.pgh_context.metadata for event in audit.events()]
        assert metadata == [{"user": user.pk, "via": "form", "path": where}] * len(metadata)


def test_logging_in_is_no_change_of_the_register(world: Any, client: Any) -> None:
    make.user(Role.CLERK, world.a, username="clerk")
    audit = Audit()
    response = client.post(reverse("login"), {"username": "clerk", "password": make.PASSWORD})
    assert (response.status_code, audit.told(), audit.discrepancies()) == (302, {}, [])


def test_an_import_is_told_and_the_same_file_again_is_not(world: Any, tmp_path: Path) -> None:
    path = write_book(tmp_path / "甲村.xlsx", world.a, *small_rows(), groups=7)
    clerk = make.user(Role.CLERK, world.a)
    audit = Audit()
    assert import_book(path, world.a, clerk).state == ImportRun.State.DONE
    assert audit.told() == {
        ("VillageYear", "update"): 1, ("Household", "insert"): 1, ("HouseholdYear", "insert"): 1,
        ("Act", "insert"): 1, ("Person", "insert"): 2, ("Membership", "insert"): 2,
    }  # fmt: skip
    assert (audit.discrepancies(), audit.actors()) == ([], {(clerk.pk, "import")})
    assert len({event.pgh_context_id for event in audit.events()}) == 1
    audit = Audit()
    assert import_book(path, world.a, clerk).state == ImportRun.State.UNCHANGED
    assert (audit.told(), audit.discrepancies()) == ({}, [])
    audit = Audit()
    write_book(path, world.a, *small_rows(), groups=8)
    assert import_book(path, world.a, SYSTEM, dry_run=True).state == ImportRun.State.DONE
    assert (audit.told(), audit.discrepancies()) == ({}, [])
    assert import_book(path, world.a, SYSTEM).state == ImportRun.State.DONE
    assert (audit.told(), audit.actors()) == ({("VillageYear", "update"): 1}, {("system", "import")})


@pytest.mark.django_db(transaction=True)
def test_an_uploaded_import_is_told_with_its_user(
    world: Any, client_of: Any, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "f"},
        },
    }  # fmt: skip
    clerk = make.user(Role.CLERK, world.a)
    path = write_book(tmp_path / "甲村.xlsx", world.a, *small_rows())
    audit = Audit()
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    place = {"region": A, "year": YEAR}
    response = client_of(clerk).post(reverse("import", kwargs=place), {"kind": "village", "file": upload})
    assert (response.status_code, audit.told()) == (302, {})
    run_next_job()
    assert audit.told() == {}  # what was tried was taken back
    client_of(clerk).post(f"{response.url}take/")
    run_next_job()
    assert audit.told() == {
        ("Household", "insert"): 1, ("HouseholdYear", "insert"): 1, ("Act", "insert"): 1,
        ("Person", "insert"): 2, ("Membership", "insert"): 2,
    }  # fmt: skip
    assert (audit.discrepancies(), audit.actors()) == ([], {(clerk.pk, "import")})


def test_domain_functions_are_told_with_their_actor(world: Any) -> None:
    clerk = make.user(Role.CLERK, world.a)
    households, members = small_rows()
    place = {"region": world.a, "year": YEAR, "actor": clerk}
    audit = Audit()
    save_households(rows=households, **place)
    save_members(rows=members, **place)
    assert audit.told() == {
        ("Household", "insert"): 1, ("HouseholdYear", "insert"): 1, ("Act", "insert"): 1,
        ("Person", "insert"): 2, ("Membership", "insert"): 2,
    }  # fmt: skip
    assert (audit.discrepancies(), audit.actors()) == ([], {(clerk.pk, "form")})
    audit = Audit()
    save_households(rows=households, **place)
    save_members(rows=members, **place)
    with pytest.raises(Refused):
        save_households(rows=households, region=world.b, year=YEAR, actor=SYSTEM)
    assert (audit.told(), audit.discrepancies()) == ({}, [])


def test_no_secret_is_in_the_audit(world: Any, personas: dict[str, Any], client_of: Any) -> None:
    clerk = personas["clerk_a"]
    client_of(personas["administrator"]).post(
        reverse("user_create"), {"username": "new", "name": "新人", "is_active": "on"}
    )
    client_of(clerk).post(
        reverse("password_change"),
        {
            "old_password": make.PASSWORD, "new_password1": "korrekt pferd batterie",
            "new_password2": "korrekt pferd batterie",
        },
    )  # fmt: skip
    client_of(personas["administrator"]).post(reverse("user", kwargs={"key": clerk.pk}), {"what": "password"})
    clerk.refresh_from_db()
    hashes = list(User.objects.values_list("password", flat=True))
    assert clerk.must_change_password and clerk.password in hashes
    columns = {f.column for f in event_of(User)._meta.concrete_fields if not f.name.startswith("pgh_")}
    assert columns == {"id", "username", "name", "unit", "is_active", "must_change_password"}
    told = str(fetch("SELECT * FROM fupin_userevent")) + str(fetch("SELECT * FROM pghistory_context"))
    assert "新人" in told
    assert [secret for secret in (*hashes, make.PASSWORD, "korrekt pferd batterie") if secret in told] == []


def test_status_and_category_of_the_fixtures_are_codes() -> None:
    """The posts above name codes by hand; this says that they are the ones meant."""
    assert (PovertyCategory.GENERAL, PovertyStatus.NOT_EXITED, PovertyStatus.EXITED_THIS_YEAR) == (
        "01", "04", "05",
    )  # fmt: skip
