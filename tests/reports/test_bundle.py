"""The summaries of many villages as one file: what is in it, who has it, what becomes of it."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from fupin.access import Role
from fupin.domain.jobs import run_next_job
from fupin.models import Job, Region, RoleAssignment
from fupin.refusals import Refused
from fupin.sheets.styles import today_line
from reports.domain.bundle import queue_bundle
from reports.models import Era, NarrativeTemplate
from reports.queries.bundles import Bundle
from tests import factories as make
from tests.fupin.walking import body_of

pytestmark = pytest.mark.django_db

TOWNSHIP, COUNTY, OTHER = "421199103000", "421199000000", "421199104000"
YEARS = {"first": 2016, "last": 2017, "since": 2014}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """The storage is a folder of the test."""
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    return tmp_path


def url(route: str, region: str = TOWNSHIP, year: int = 2017, **kwargs: Any) -> str:
    return reverse(route, kwargs={"region": region, "year": year, **kwargs})


def asked(actor: Any, region: Any, **changed: Any) -> Job:
    return queue_bundle(**{**YEARS, "formats": ["docx"], "region": region, "actor": actor} | changed)


def done(job: Job) -> Job:
    """The job after the worker has done it."""
    assert run_next_job() == job
    job.refresh_from_db()
    return job


def package(files: Path, job: Job) -> dict[str, bytes]:
    """What is in the file, by name, in its order."""
    with zipfile.ZipFile(files / "bundles" / f"{job.pk}.zip") as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def told(content: dict[str, bytes]) -> list[str]:
    """The lines of the note."""
    return content["说明.txt"].decode("utf-8-sig").split("\r\n")


def status_of(client: Any, page: str) -> int:
    """The status of an answer, which is read to its end."""
    response = client.get(page)
    body_of(response)
    return response.status_code


def shown(page: bytes) -> str:
    """The words of a page's content, without the blanks of the layout."""
    return " ".join(html.fromstring(page.decode()).get_element_by_id("main").text_content().split())


# --- the whole way -----------------------------------------------------------------------------------------------


def test_from_the_form_to_the_file(world, personas, client_of, files):
    make.village("421199103208", "空村")
    make.ProjectFactory(region=world.a, name="路灯", amount="115000.00")
    make.BenefitFactory(region=world.a, household=world.household_a.household)
    client = client_of(personas["township"])
    page = client.get(url("bundles"))
    form = html.fromstring(page.content.decode()).forms[-1]
    assert (form.fields["first"], form.fields["last"], form.fields["since"]) == ("2017", "2017", "2014")
    boxes = form.xpath(".//input[@type='checkbox']")
    assert [(box.get("value"), box.checked) for box in boxes] == [("docx", True), ("xlsx", False)]

    answer = client.post(url("bundles"), {**YEARS, "formats": ["xlsx", "docx"]})

    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, url("bundle", key=job.pk))
    waiting = client.get(answer["Location"]).content.decode()
    assert '<progress id="progress">' in waiting
    assert client.get(url("bundle_file", key=job.pk)).status_code == 404

    done(job)

    assert (job.state, job.message, job.step, job.steps) == ("done", "已生成2村，1村没有数据。", 3, 3)
    page = client.get(answer["Location"])
    assert "<progress" not in page.content.decode()
    assert "✓ 已生成2村，1村没有数据。" in shown(page.content)
    download = client.get(url("bundle_file", key=job.pk))
    assert download["Content-Disposition"] == (
        "attachment; filename*=utf-8''"
        "%E4%B8%83%E9%87%8C%E5%9D%AA%E9%95%87%E5%90%84%E6%9D%91%E5%B9%B4%E5%BA%A6%E6%80%BB%E7%BB%93"
        "%EF%BC%882016-2017%E5%B9%B4%EF%BC%89.zip"
    )
    content = package(files, job)
    with zipfile.ZipFile(io.BytesIO(body_of(download))) as had:
        assert {name: had.read(name) for name in had.namelist()} == content
    assert list(content) == [
        "七里坪镇/421199103206甲村.docx", "七里坪镇/421199103206甲村.xlsx",
        "七里坪镇/421199103207乙村.docx", "七里坪镇/421199103207乙村.xlsx",
        "说明.txt",
    ]  # fmt: skip
    for village in (world.a, world.b):
        for code in ("docx", "xlsx"):
            single = client.get(url("summary", village.code, kind="village"), {**YEARS, "format": code})
            assert content[f"七里坪镇/{village.code}{village.name}.{code}"] == single.content
    assert told(content) == [
        "村年度总结（2016-2017年，累计自2014年）",
        f"已生成2村，1村没有数据。生成日期：{today_line(timezone.localdate())}",
        "",
        "没有生成的村：",
        "421199103208 空村：没有2017年度的数据。",
        "",
    ]
    assert [path.name for path in (files / "bundles").iterdir()] == [f"{job.pk}.zip"]


def test_the_files_are_those_of_the_years_asked_for(world, personas, files):
    """Negative control of the comparison above: other years are other files."""
    job, other = (asked(personas["township"], world.township, since=since) for since in (2014, 2017))
    for each in (job, other):
        done(each)
    name = "七里坪镇/421199103206甲村.docx"
    assert package(files, job)[name] != package(files, other)[name]


def test_a_county_has_a_folder_for_each_township(world, personas, files):
    job = done(asked(personas["county"], world.county))
    assert list(package(files, job)) == [
        "七里坪镇/421199103206甲村.docx", "七里坪镇/421199103207乙村.docx", "松坡镇/421199104201远村.docx", "说明.txt",
    ]  # fmt: skip
    assert job.message == "已生成3村。"


def test_a_ledger_declared_nil_is_data(world, personas, files):
    nil = make.village("421199103208", "零报告村")
    from fupin.models import Ledger

    Ledger.objects.create(region=nil, year=2017, kind="households", state=Ledger.State.NIL)
    Ledger.objects.create(region=make.village("421199103209", "旧村"), year=2016, kind="profile", state="nil")
    job = done(asked(personas["township"], world.township))
    assert job.message == "已生成3村，1村没有数据。"
    assert "七里坪镇/421199103208零报告村.docx" in package(files, job)


def test_a_village_that_was_not_there_in_the_year_is_not_asked_for(world, personas):
    Region.objects.unscoped("tests").filter(pk=world.b.pk).update(valid_to=2016)
    assert asked(personas["township"], world.township).arguments["villages"] == [world.a.code]


def test_names_lead_out_of_no_folder(world, personas, files):
    Region.objects.unscoped("tests").filter(pk=world.a.pk).update(name='../..\\甲:村*?"<>|')
    Region.objects.unscoped("tests").filter(pk=world.township.pk).update(name="..")
    job = done(asked(personas["township"], world.township))
    assert list(package(files, job)) == [
        "_/421199103206.._.._甲_村______.docx", "_/421199103207乙村.docx", "说明.txt",
    ]  # fmt: skip


def test_what_a_reader_must_know_of_the_wording_is_in_the_note(world, personas, files):
    NarrativeTemplate.objects.create(
        region=world.county, kind="village", era=Era.UNTIL_2020, version=1, text="## 一\n{gone:户人}"
    )
    content = package(files, done(asked(personas["township"], world.township)))
    *_, heading, notice, last = told(content)
    assert (heading, last) == ("关于措辞：", "")
    assert notice.startswith("本县的措辞（2020年及以前的用语，第1版）已不能使用，现按系统自带措辞编写")


# --- rights ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("anonymous", 302), ("clerk_a", 404), ("team", 404), ("helper", 404), ("township", 200), ("department", 200),
        ("county", 200), ("leader", 403), ("auditor", 200), ("administrator", 403),
    ],
)  # fmt: skip
def test_who_may_ask(personas, client_of, persona, status):
    assert client_of(personas[persona]).get(url("bundles")).status_code == status
    answer = client_of(personas[persona]).post(url("bundles"), {**YEARS, "formats": ["docx"]})
    assert answer.status_code == (302 if status == 200 else status)
    assert Job.objects.count() == (status == 200)


def test_only_whoever_asked_has_it_and_where_it_was_asked_for(world, personas, client_of):
    colleague = make.user(Role.TOWNSHIP, world.township)
    elsewhere = make.user(Role.TOWNSHIP, make.region(OTHER, "松坡镇"))
    job = done(asked(personas["county"], world.township))
    pages = {route: url(route, key=job.pk) for route in ("bundle", "bundle_file")}
    for page in pages.values():
        statuses = {
            name: status_of(client_of(user), page)
            for name, user in {**personas, "colleague": colleague, "elsewhere": elsewhere}.items()
        }
        assert statuses == {
            "anonymous": 302, "clerk_a": 404, "clerk_b": 404, "team": 404, "helper": 404, "township": 404,
            "department": 404, "county": 200, "leader": 403, "auditor": 404, "administrator": 403,
            "colleague": 404, "elsewhere": 404,
        }  # fmt: skip
    client = client_of(personas["county"])
    for route, page in pages.items():
        assert client.get(page.replace(TOWNSHIP, COUNTY)).status_code == 404
        assert client.get(page.replace(TOWNSHIP, OTHER)).status_code == 404
        assert client.get(page.replace(TOWNSHIP, world.a.code)).status_code == 404
        assert client.get(page.replace("/2017/", "/2016/")).status_code == 404
        assert client.get(url(route, key=2_000_000_000)).status_code == 404
    listed = {
        (name, region): url("bundle", key=job.pk)
        in client_of(user).get(url("bundles", region)).content.decode()
        for name, user in (("county", personas["county"]), ("auditor", personas["auditor"]))
        for region in (TOWNSHIP, COUNTY)
    }
    assert [where for where, is_listed in listed.items() if is_listed] == [("county", TOWNSHIP)]


def test_a_village_lost_since_is_not_in_it(world, personas, files):
    user = personas["township"]
    job = asked(user, world.township)
    RoleAssignment.objects.filter(user=user).delete()
    RoleAssignment.objects.create(user=user, role=Role.CLERK, region=world.a)
    done(job)
    content = package(files, job)
    assert list(content) == ["七里坪镇/421199103206甲村.docx", "说明.txt"]
    assert told(content)[-2] == "421199103207：已不在您的权限范围内。"
    assert (job.state, job.message) == ("done", "已生成1村，1村已不在您的权限范围内。")


def lose_role(user: Any) -> None:
    RoleAssignment.objects.filter(user=user).delete()


def lose_export(user: Any) -> None:
    RoleAssignment.objects.filter(user=user).update(role=Role.LEADER)


def be_switched_off(user: Any) -> None:
    user.is_active = False
    user.save()


@pytest.mark.parametrize("lose", [lose_role, lose_export, be_switched_off])
def test_whoever_has_lost_all_gets_nothing_and_is_told_why(world, personas, client_of, files, lose):
    job = asked(personas["township"], world.township)
    lose(personas["township"])
    done(job)
    assert (job.state, job.message) == (
        "failed", "已生成0村，2村已不在您的权限范围内，没有可以下载的文件。",
    )  # fmt: skip
    assert list((files / "bundles").iterdir()) == []


def test_a_failed_one_says_why(world, personas, client_of):
    make.region("421199105000", "空镇")
    make.village("421199105201", "空村")
    region = Region.objects.unscoped("tests").get(pk="421199105000")
    job = done(asked(personas["county"], region))
    sentence = "已生成0村，1村没有数据，没有可以下载的文件。"
    assert (job.state, job.message) == ("failed", sentence)
    client = client_of(personas["county"])
    page = client.get(url("bundle", region.code, key=job.pk))
    assert f"✗ 没有生成。{sentence}" in shown(page.content)
    assert client.get(url("bundle_file", region.code, key=job.pk)).status_code == 404


def test_a_refused_village_is_told_and_left_out(world, personas, files, monkeypatch):
    from reports.interfaces import bundle as module

    build = module.build_summary

    def refuse_b(*, window: Any, **kwargs: Any) -> Any:
        if window.region.code == world.b.code:
            raise Refused("措辞第3行有误。")
        return build(window=window, **kwargs)

    monkeypatch.setattr(module, "build_summary", refuse_b)
    job = done(asked(personas["township"], world.township))
    content = package(files, job)
    assert list(content) == ["七里坪镇/421199103206甲村.docx", "说明.txt"]
    assert told(content)[-2] == "421199103207 乙村：措辞第3行有误。"
    assert job.message == "已生成1村，1村未能生成。"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"first": 2018}, "期间的开始年度2018晚于结束年度2017，请改正。"),
        ({"since": 2018}, "累计开始年度2018晚于结束年度2017，请改正。"),
        ({"formats": []}, "请选择要生成的格式：Word、Excel。"),
        ({"formats": ["docx", "pdf"]}, "请选择要生成的格式：Word、Excel。"),
        ({"region": "a"}, "批量总结按乡镇及以上生成，一个村的总结请在“村年度总结”里下载。"),
        ({"actor": "leader"}, "您没有下载七里坪镇各村总结的权限。"),
        ({"actor": "clerk_a"}, "您没有下载七里坪镇各村总结的权限。"),
        ({"actor": "helper"}, "您没有下载七里坪镇各村总结的权限。"),
        ({"region": "empty"}, "空镇在2017年度没有村。"),
    ],
)
def test_what_is_refused_at_once(world, personas, changed, sentence):
    regions = {"a": world.a, "empty": make.region("421199105000", "空镇")}
    if "region" in changed:
        changed = {"region": regions[changed["region"]], "actor": personas["county"]}
    if isinstance(changed.get("actor"), str):
        changed = {"actor": personas[changed["actor"]]}
    with pytest.raises(Refused) as refused:
        asked(**{"actor": personas["township"], "region": world.township} | changed)
    assert (str(refused.value), Job.objects.count()) == (sentence, 0)


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"first": "2018"}, "期间的开始年度2018晚于结束年度2017，请改正。"),
        ({"formats": []}, "请至少选择一种格式。"),
        ({"formats": ["html"]}, "选择一个有效的选项。 html 不在可用的选项中。"),
        ({"last": "201７年"}, "输入整数。"),
        ({"last": ""}, "这个字段是必填项。"),
    ],
)
def test_what_is_typed_wrong_is_said_and_kept(personas, client_of, posted, sentence):
    answer = client_of(personas["township"]).post(url("bundles"), {**YEARS, "formats": ["xlsx"]} | posted)
    assert (answer.status_code, Job.objects.count()) == (422, 0)
    page = html.fromstring(answer.content.decode())
    assert sentence in page.get_element_by_id("main").text_content()
    assert page.get_element_by_id("id_since").get("value") == "2014"


def test_what_is_on_its_way_is_not_asked_for_twice(world, personas):
    user = personas["county"]
    first = asked(user, world.township)
    assert asked(user, world.township) == first
    others = [
        asked(user, world.township, since=2015), asked(user, world.township, formats=["docx", "xlsx"]),
        asked(user, world.county), asked(personas["auditor"], world.township),
    ]  # fmt: skip
    assert len({first, *others}) == 5
    done(first)
    assert asked(user, world.township) not in {first, *others}


# --- files -------------------------------------------------------------------------------------------------------


def test_an_old_file_is_removed_by_the_next_bundle(world, personas, client_of, files):
    user, client = personas["township"], client_of(personas["township"])
    old, young, cut_off = (done(asked(user, world.township)) for _ in range(3))
    folder = files / "bundles"
    now = timezone.now()
    Job.objects.filter(pk=old.pk).update(finished_at=now - timedelta(days=7, minutes=1))
    Job.objects.filter(pk=young.pk).update(finished_at=now - timedelta(days=7) + timedelta(minutes=1))
    (folder / f"{cut_off.pk}.1.part").write_bytes(b"half")
    foreign = folder / "说明.md"
    foreign.write_bytes(b"")

    def states() -> list[tuple[str, int]]:
        pages = [shown(client.get(url("bundle", key=job.pk)).content) for job in (old, young)]
        return [
            ("已过期" if "已过期" in page else "可下载", status_of(client, url("bundle_file", key=job.pk)))
            for page, job in zip(pages, (old, young), strict=True)
        ]

    # It is had no more from the day on that was promised, whether or not anybody has removed it.
    assert states() == [("已过期", 404), ("可下载", 200)]
    assert (folder / f"{old.pk}.zip").exists()

    new = done(asked(user, world.township))

    kept = {f"{job.pk}.zip" for job in (young, cut_off, new)}
    assert {path.name for path in folder.iterdir()} == kept
    assert states() == [("已过期", 404), ("可下载", 200)]
    rows = html.fromstring(client.get(url("bundles")).content.decode()).xpath("//tbody/tr/td[2]")
    assert [row.text_content().strip() for row in rows] == ["✓ 已完成", "✓ 已完成", "✓ 已完成", "已过期"]


def test_a_file_that_was_lost_is_told_as_expired(world, personas, client_of, files):
    job = done(asked(personas["township"], world.township))
    (files / Bundle(job).path).unlink()
    page = client_of(personas["township"]).get(url("bundle", key=job.pk))
    assert "⚠ 文件已过期。" in shown(page.content)


def test_a_mistake_of_ours_leaves_no_file(world, personas, files, monkeypatch):
    monkeypatch.setattr("reports.interfaces.files.as_docx", lambda *_, **__: 1 / 0)
    job = done(asked(personas["township"], world.township))
    assert (job.state, job.message) == (
        "failed", "处理中出现意外，未写入任何数据。请稍后重试，或联系系统管理员。",
    )  # fmt: skip
    assert list((files / "bundles").iterdir()) == []


# --- size --------------------------------------------------------------------------------------------------------

#: Statements of the job for no village, and for each village in both formats: the progress, the summary's, and for
#: each of the two tables its rows (where there are any, their sum).
ONCE, EACH = 15, 22


@pytest.mark.parametrize("count", [1, 3, 12])
def test_each_village_takes_its_statements(personas, count):
    town = make.region("421199106000", "大镇")
    for index in range(count):
        village = make.village(f"4211991062{index:02d}", f"{index}村")
        home = make.household(village)
        for n in range(index % 4 + 1):
            make.ProjectFactory(region=village, name=f"{n}号路")
            make.BenefitFactory(region=village, household=home.household, year=2017 - n)
    job = asked(personas["county"], town, formats=["docx", "xlsx"])
    with CaptureQueriesContext(connection) as captured:
        run_next_job()
    job.refresh_from_db()
    assert job.message == f"已生成{count}村。"
    assert len(captured) == ONCE + EACH * count
