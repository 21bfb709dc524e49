"""The pages of a sealed report: not there for anybody elsewhere; then and now, with who made the difference."""

from __future__ import annotations

from typing import Any
from zipfile import ZipFile

from django.core.files.storage import default_storage
from django.urls import reverse

from fupin.access import SYSTEM, Role
from fupin.domain.jobs import run_next_job
from households.enums import PovertyCategory, PovertyStatus
from reports.domain.bundle import queue_bundle
from reports.interfaces.files import FORMATS
from reports.queries.bundles import Bundle
from reports.queries.summary import build_summary
from tests import factories as make
from tests.conftest import A
from tests.reports.test_sealing import YEAR, at, sealed

HOME = {"category": PovertyCategory.GENERAL.value, "status": PovertyStatus.NOT_EXITED.value, "remark": ""}


def test_a_sealed_report_elsewhere_is_not_there(world: Any, personas: Any, client_of: Any) -> None:
    """Of another township, of another village: 404 as if there were none; and of the year beside."""
    report, _ = sealed(world.a)
    other = make.user(Role.TOWNSHIP, world.far.parent)
    routes = [reverse(name, kwargs=at(report)) for name in ("report", "report_since")]
    routes.append(reverse("report_file", kwargs=at(report, format="docx")))
    for url in routes:
        assert [client_of(user).get(url).status_code for user in (other, personas["clerk_b"])] == [404, 404]
        assert client_of(personas["clerk_a"]).get(url).status_code == 200
        own = url.replace(world.a.code, world.far.code)
        assert client_of(other).get(own).status_code == 404
        assert client_of(personas["clerk_a"]).get(url.replace("/2017/", "/2016/")).status_code == 404


def test_the_page_tells_then_now_and_by_whom(world: Any, personas: Any, client_of: Any) -> None:
    report, _ = sealed(world.a)
    client = client_of(personas["clerk_a"])
    url = reverse("report_since", kwargs=at(report))
    assert "✓ 没有不同" in client.get(url).content.decode()
    edit = reverse("households_edit", kwargs={**at(report), "key": world.household_a.household_id})
    assert client.post(edit, {**HOME, "category": PovertyCategory.DIBAO.value}).status_code == 302
    page = client.get(url)
    told = {each["label"]: each for each in page.context["differences"]}
    dibao = told["低保贫困户户数"]
    assert (dibao["then"].said, dibao["now"].said) == ("0户", "1户")
    (item,) = dibao["changes"]
    assert (item["change"].kind, item["change"].by) == ("修改", str(personas["clerk_a"]))
    assert item["url"] == reverse(
        "households_history", kwargs={**at(report), "key": world.household_a.household_id}
    )
    assert "建档立卡贫困户户数" not in told
    assert client.get(item["url"]).status_code == 200
    # Back again: nothing differs, though rows were written.
    client.post(edit, HOME)
    assert client.get(url).context["differences"] == []


def test_a_bundle_has_what_was_sealed(world: Any, personas: Any) -> None:
    """Of the sealed village the sealed file, though its rows have changed; of the other what the rows say."""
    report, seal = sealed(world.a)
    make.households([world.a])
    county = personas["county"]
    years = {"first": YEAR, "last": YEAR, "since": 2014}
    job = queue_bundle(region=world.township, formats=["docx"], actor=county, **years)
    run_next_job()
    with default_storage.open(Bundle(job).path) as file, ZipFile(file) as package:
        files = {name: package.read(name) for name in package.namelist() if name.endswith(".docx")}
    kept = bytes(seal.files.unscoped("tests").get(format="docx").content)
    assert {A in name: data == kept for name, data in files.items()} == {True: True, False: False}
    live = build_summary(kind="village", window=report.window, actor=SYSTEM)
    assert FORMATS["docx"].render(live, SYSTEM) != kept
