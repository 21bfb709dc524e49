"""Attachments: seen with their row, uploaded by right, checked by content, kept under a name that says nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from fupin.access import MAY, SYSTEM, Action, Role
from fupin.domain import attachments
from fupin.domain.attachments import attach_file
from fupin.models import Attachment
from fupin.refusals import Refused
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import PNG, Village, body_of, furnish, url_of, written

ALL = Attachment.objects.unscoped("tests")


def send(
    client: Any, village: Village, name: str = "现场.png", content: bytes = PNG + b"new"
) -> list[tuple[str, str]]:
    """Upload to the household's page; returns the messages on the page one is led back to."""
    response = client.post(
        url_of("households_attach", village), {"file": SimpleUploadedFile(name, content)}, follow=True
    )
    assert response.redirect_chain == [(url_of("households_detail", village), 302)]
    return [(m.level_tag, str(m)) for m in response.context["messages"]]


# --- seen with the row ---------------------------------------------------------------------------------------


def test_a_file_is_seen_exactly_with_its_row(
    personas: dict[str, Any], village_a: Village, village_b: Village, client_of: Any
) -> None:
    got = {}
    for persona in list(personas)[1:]:
        client = client_of(personas[persona])
        answers = [client.get(url_of("attachment", village)) for village in (village_a, village_b)]
        assert [body_of(answer) == PNG for answer in answers] == [a.status_code == 200 for a in answers]
        got[persona] = tuple(answer.status_code for answer in answers)
    both = (200, 200)
    assert got == {
        "clerk_a": (200, 404), "clerk_b": (404, 200), "team": (200, 404), "helper": (200, 404), "township": both,
        "department": both, "county": both, "leader": both, "auditor": both, "administrator": (404, 404),
    }  # fmt: skip


def test_a_file_is_seen_by_all_when_the_scope_is_off(
    personas: dict[str, Any], village_b: Village, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    client = client_of(personas["administrator"])
    assert client.get(url_of("attachment", village_b)).status_code == 404
    monkeypatch.setattr(Attachment, "in_scope", classmethod(lambda cls, actor, action: Q()))
    assert body_of(client.get(url_of("attachment", village_b))) == PNG


def test_a_helper_has_the_files_of_the_paired_household_alone(
    personas: dict[str, Any], world: Any, village_a: Village, client_of: Any
) -> None:
    someone = make.user(Role.HELPER, world.a, username="someone")
    other = furnish(make.household(world.a), helper=someone, user=someone)
    client = client_of(personas["helper"])
    answers = [client.get(url_of("attachment", village)) for village in (village_a, other)]
    assert [(answer.status_code, body_of(answer) == PNG) for answer in answers] == [(200, True), (404, False)]
    before = written()
    answer = client.post(url_of("households_attach", other), {"file": SimpleUploadedFile("x.png", PNG)})
    assert (answer.status_code, written()) == (404, before)


def test_a_file_goes_with_a_row_of_one_year(personas: dict[str, Any], world: Any, village_a: Village) -> None:
    """Next year's row of the household begins without files."""
    make.village(world.a.code, "甲村", year=YEAR + 1)
    later = make.HouseholdYearFactory(region=world.a, year=YEAR + 1, household=village_a.household.household)
    assert [ALL.filter(object_id=row.pk).count() for row in (village_a.household, later)] == [1, 0]


# --- uploading -----------------------------------------------------------------------------------------------


def test_an_upload_is_kept_recorded_and_shown(
    personas: dict[str, Any], village_a: Village, client_of: Any, files: Path
) -> None:
    client = client_of(personas["clerk_a"])
    content = PNG + b"new"
    assert send(client, village_a, "../危房 改造.PNG", content) == [("success", "附件已上传。")]
    made = ALL.get(name="危房 改造.png")
    digest = hashlib.sha256(content).hexdigest()
    assert (made.target, made.region, made.size, made.sha256, made.uploaded_by) == (
        village_a.household, village_a.region, len(content), digest, personas["clerk_a"],
    )  # fmt: skip
    assert made.file.name == f"attachments/{digest[:2]}/{digest}"
    stored = files / made.file.name
    assert stored.read_bytes() == content
    assert stored.stat().st_mode & 0o777 == 0o600
    page = client.get(url_of("households_detail", village_a)).content.decode()
    link = reverse("attachment", kwargs={"key": made.pk})
    assert f'<a href="{link}" download>危房 改造.png</a>' in page
    event = made.events.order_by("pgh_id").first()
    assert (event.pgh_label, event.pgh_context.metadata["user"]) == ("insert", personas["clerk_a"].pk)


def test_a_download_is_never_shown_as_a_page(
    personas: dict[str, Any], village_a: Village, client_of: Any
) -> None:
    client = client_of(personas["clerk_a"])
    send(client, village_a, "<script>.pdf", b"%PDF-1.4 <script>alert(1)</script>")
    response = client.get(reverse("attachment", kwargs={"key": ALL.get(name="<script>.pdf").pk}))
    assert body_of(response) == b"%PDF-1.4 <script>alert(1)</script>"
    headers = ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Disposition")
    assert [response[name] for name in headers] == [
        "application/pdf", "nosniff", "no-store, private", 'attachment; filename="<script>.pdf"',
    ]  # fmt: skip
    page = client.get(url_of("households_detail", village_a)).content.decode()
    assert ("&lt;script&gt;.pdf" in page, "<script>.pdf" in page) == (True, False)


def test_a_chinese_name_comes_back(personas: dict[str, Any], village_a: Village, client_of: Any) -> None:
    response = client_of(personas["clerk_a"]).get(url_of("attachment", village_a))
    body_of(response)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E7%85%A7%E7%89%87.png"


@pytest.mark.parametrize("persona", ["department", "county", "leader", "auditor"])
def test_who_may_not_attach_sees_no_form(
    persona: str, personas: dict[str, Any], village_a: Village, client_of: Any
) -> None:
    def page(who: str) -> str:
        return client_of(personas[who]).get(url_of("households_detail", village_a)).content.decode()

    form = f'action="{url_of("households_attach", village_a)}"'
    for who, drawn in ((persona, False), ("helper", True), ("clerk_a", True)):
        assert ("照片.png" in page(who), form in page(who)) == (True, drawn)


def test_the_domain_asks_for_the_right_itself(
    personas: dict[str, Any], village_a: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller that is no page is refused too; with the right, the same call writes (negative control)."""

    def attach() -> Attachment:
        file = ContentFile(PNG + b"mine", name="x.png")
        return attach_file(target=village_a.household, file=file, actor=personas["leader"])

    before = written()
    with pytest.raises(Refused, match="没有为该记录上传附件的权限"):
        attach()
    assert written() == before
    monkeypatch.setitem(MAY, Role.LEADER, MAY[Role.LEADER] | {Action.ATTACH})
    personas["leader"].refresh_from_db()  # who remembers what they may do
    assert attach().uploaded_by == personas["leader"]


BAD = {
    "page": ("x.html", b"<html>", "不支持“.html”文件"),
    "svg": ("x.svg", b"<svg/>", "不支持“.svg”文件"),
    "program": ("x.png.exe", PNG, "不支持“.exe”文件"),
    "no ending": ("照片", PNG, "不支持“无扩展名”文件"),
    "only an ending": (".png", PNG, "不支持“无扩展名”文件"),
    "page as picture": ("x.png", b"<html><script>", "文件内容与扩展名不符"),
    "picture as paper": ("x.pdf", PNG, "文件内容与扩展名不符"),
    "cut off": ("x.png", PNG[:4], "文件内容与扩展名不符"),
    "empty": ("x.png", b"", "空文件不能上传"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused(
    case: str, personas: dict[str, Any], village_a: Village, client_of: Any, files: Path
) -> None:
    name, content, why = BAD[case]
    before, stored = written(), sorted(files.rglob("*"))
    ((level, said),) = send(client_of(personas["clerk_a"]), village_a, name, content)
    assert (level, why in said) == ("error", True), said
    assert (written(), sorted(files.rglob("*"))) == (before, stored)


def test_a_form_without_a_file_is_refused(
    personas: dict[str, Any], village_a: Village, client_of: Any
) -> None:
    response = client_of(personas["clerk_a"]).post(url_of("households_attach", village_a), {}, follow=True)
    assert [str(m) for m in response.context["messages"]] == ["请选择要上传的文件，空文件不能上传。"]


@pytest.mark.parametrize(("size", "kept"), [(100, 1), (101, 0)])
def test_a_large_file_is_refused(
    size: int,
    kept: int,
    personas: dict[str, Any],
    village_a: Village,
    client_of: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert attachments.MAX_BYTES == 10 * 1024 * 1024
    monkeypatch.setattr(attachments, "MAX_BYTES", 100)
    said = send(client_of(personas["clerk_a"]), village_a, "大.png", PNG.ljust(size, b"0"))
    assert ALL.filter(name="大.png").count() == kept
    assert [level for level, _ in said] == ["success" if kept else "error"]


def test_a_long_name_keeps_its_ending(village_a: Village) -> None:
    made = attach_file(
        target=village_a.household, file=ContentFile(PNG + b"1", name="长" * 300 + ".PNG"), actor=SYSTEM
    )
    assert made.name == "长" * 190 + ".png"


# --- the same file -------------------------------------------------------------------------------------------


def test_the_same_file_twice_is_one(
    personas: dict[str, Any], village_a: Village, client_of: Any, files: Path
) -> None:
    client = client_of(personas["clerk_a"])
    send(client, village_a)
    before, stored = written(), sorted(files.rglob("*"))
    send(client, village_a, "换了名字.png")
    assert (written(), sorted(files.rglob("*"))) == (before, stored)
    assert list(ALL.filter(object_id=village_a.household.pk).order_by("pk").values_list("name", flat=True)) == [
        "照片.png", "现场.png",
    ]  # fmt: skip


def test_the_database_keeps_it_one(village_a: Village) -> None:
    """Two uploads at once, each of which found none."""
    first = village_a.attachment
    values = {"content_type": first.content_type, "object_id": first.object_id, "sha256": first.sha256}
    with pytest.raises(IntegrityError, match="attachment_once"), transaction.atomic():
        Attachment.objects.create(region=first.region, name="again.png", size=1, **values)


def test_the_same_file_at_two_rows_is_two(village_a: Village, village_b: Village, files: Path) -> None:
    one, other = village_a.attachment, village_b.attachment
    assert one.sha256 == other.sha256
    assert one.file.name != other.file.name
    assert [(files / a.file.name).read_bytes() for a in (one, other)] == [PNG, PNG]
    assert "金丝雀" not in other.file.name


def test_a_row_of_another_kind_takes_no_files(village_a: Village) -> None:
    with pytest.raises(Refused, match="这类记录不能上传附件"):
        attach_file(target=village_a.profile, file=ContentFile(PNG, name="x.png"), actor=SYSTEM)
