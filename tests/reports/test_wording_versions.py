"""A county's wording, version by version: who may write it, what is refused, and which wording a report speaks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fupin.access import SYSTEM, Role
from fupin.models import Region
from fupin.refusals import Refused, explain
from reports.domain import wording as domain
from reports.domain.wording import Overtaken, check_wording, restore_shipped, restore_version, save_wording
from reports.figures.window import Window
from reports.models import Era, NarrativeTemplate, era_of
from reports.queries.catalogue import ABOUT, WORDS, describe_names, sample_window
from reports.queries.summary import KINDS, build_summary, words_about
from reports.queries.wordings import county_code, shipped_text, shipped_wording, wording_for
from reports.wording.grammar import Wording, parse
from tests import factories as make
from tests.database.tools import blockers_of, sessions
from tests.reports.support import region, write_report

pytestmark = pytest.mark.django_db

TEXT = "# {place}总结\n\n## 一、贫困户\n全村在册{poor:户人}。"
UNTIL, SINCE = Era.UNTIL_2020, Era.SINCE_2021


def wording_of(world: Any, **more: Any) -> dict[str, Any]:
    """Arguments of save_wording, valid where nothing else is said."""
    usual = {
        "region": world.county,
        "kind": "village",
        "era": UNTIL,
        "text": TEXT,
        "based_on": 0,
        "actor": SYSTEM,
    }
    return {**usual, **more}


def versions(**of: Any) -> list[tuple[int, str, str]]:
    rows = NarrativeTemplate.objects.unscoped("tests").filter(**of).order_by("era", "version")
    return [(row.version, row.text, row.note) for row in rows]


def spoken(place: Any, wording: Wording | None = None) -> str:
    """What a village's summary says, in the county's wording if no other is given."""
    window = Window(region(place.code), 2017, 2017, 2017)
    sections = build_summary(kind="village", window=window, actor=SYSTEM, wording=wording).sections
    return "\n".join(section.text for section in sections)


def shipped(place: Any) -> str:
    """What it says in the shipped wording."""
    return spoken(place, shipped_wording("village", UNTIL))


# --- saving -------------------------------------------------------------------------------------------------


def test_a_saved_wording_is_spoken_by_every_village_of_the_county_and_by_no_other(world):
    make.region("421198000000", "邻县")
    other = make.village("421198103206", "邻村")
    make.VillageYearFactory(region=other)
    make.household(other)
    county = make.user(Role.COUNTY, world.county, name="陈主任")

    version = save_wording(**wording_of(world, note=" 按县里统一格式 ", actor=county))

    assert (version.version, version.note, version.created_by, str(version)) == (
        1,
        "按县里统一格式",
        county,
        "第1版",
    )
    assert [spoken(place) for place in (world.a, world.b, world.far)] == ["全村在册1户2人。"] * 3
    assert spoken(other) == shipped(other)


def test_the_newest_version_is_in_force(world):
    for number in range(1, 12):  # 11 is not before 2
        save_wording(**wording_of(world, text=f"{TEXT}第{number}次。", based_on=number - 1))
    assert spoken(world.a) == "全村在册1户2人。第11次。"
    assert [version for version, *_ in versions()] == list(range(1, 12))


def test_text_is_kept_with_one_kind_of_line_break(world):
    typed = "# 总结  \r\n\r\n## 一\r甲\u2028乙 \n\n\n"
    save_wording(**wording_of(world, text=typed))
    assert versions() == [(1, "# 总结\n\n## 一\n甲\n乙", "")]


@pytest.mark.parametrize("typed", [TEXT, TEXT.replace("\n", "\r\n") + "\r\n\r\n", TEXT + "  "])
def test_the_same_text_again_writes_nothing(world, typed):
    save_wording(**wording_of(world))
    # Also for who has not seen that it was saved, as after a second click.
    assert [save_wording(**wording_of(world, text=typed, based_on=seen)) for seen in (0, 1)] == [None, None]
    assert versions() == [(1, TEXT, "")]


def test_the_shipped_text_typed_again_is_the_shipped_wording(world):
    as_shipped = shipped_text("village", UNTIL)
    assert save_wording(**wording_of(world, text=as_shipped)) is None
    save_wording(**wording_of(world))
    save_wording(**wording_of(world, text=as_shipped.replace("\n", "\r\n"), based_on=1))
    assert versions() == [(1, TEXT, ""), (2, "", "")]
    assert spoken(world.a) == shipped(world.a)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COUNTY], ids=str)
def test_nobody_but_the_county_office_may(world, role):
    user = make.user(role, world.county)
    version = save_wording(**wording_of(world))
    for write in (
        lambda: save_wording(**wording_of(world, actor=user, text=TEXT + "改", based_on=1)),
        lambda: restore_shipped(region=world.county, kind="village", era=UNTIL, based_on=1, actor=user),
        lambda: restore_version(version=version, based_on=1, actor=user),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert str(refused.value) == "您没有编辑云岭县措辞的权限。"
    assert versions() == [(1, TEXT, "")]


def test_a_county_office_of_elsewhere_or_of_a_part_may_not(world):
    elsewhere = make.user(Role.COUNTY, make.region("421198000000", "邻县"))
    part = make.user(Role.COUNTY, world.township)
    for user in (elsewhere, part):
        with pytest.raises(Refused, match="您没有编辑云岭县措辞的权限。"):
            save_wording(**wording_of(world, actor=user))
    assert versions() == []


def test_a_wording_is_a_countys(world):
    for place in (world.township, world.a, world.county.parent or make.region("421100000000", "黄冈市")):
        with pytest.raises(Refused) as refused:
            save_wording(**wording_of(world, region=place))
        assert str(refused.value) == f"措辞按县保存，{place}不是县。"


# --- what a text may not be -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TEXT + "\n其中{poor:户人。", "第5行：“{”不是完整的指标，应写成“{指标:单位}”。"),
        (TEXT + "\n[[其中{general:户人}。", "第5行：“[[”没有用“]]”结束。"),
        (TEXT + "\n其中{general:个}。", "第5行：指标“general”不能用“个”表示。"),
        (TEXT.replace("\n", "\r\n") + "\r\n其中{general}。", "第5行：指标“general”不能用“无格式”表示。"),
        (TEXT + "\n其中｛general:户人｝。", "第5行：“｛”是全角符号，指标和可省略部分要用半角的“{ }”“[[ ]]”。"),
        (TEXT + "\n［［其中］］", "第5行：“［［”是全角符号，指标和可省略部分要用半角的“{ }”“[[ ]]”。"),
        (TEXT + "\n##二、措施", "第5行：标题写作“# 标题”，小标题写作“## 小标题”，“#”后面要有一个空格。"),
        (TEXT + "\n### 措施", "第5行：标题写作“# 标题”，小标题写作“## 小标题”，“#”后面要有一个空格。"),
        (TEXT + "\n## {last}年", "第5行：小标题里不能放指标和“[[ ]]”，请写到下面的正文里。"),
        (TEXT + "\n甲\n乙\x0b", "第6行：有看不见的控制字符，请删去这一行，重新输入。"),
        (TEXT + "\n甲\x07", "第5行：有看不见的控制字符，请删去这一行，重新输入。"),
        ("## 一、贫困户\n在册{poor:户人}。", "缺少标题，请在第一行写“# 标题”（“#”后面有一个空格）。"),
        ("# 总结", "还没有正文，请写“## 小标题”，再在下面写文字；要用系统自带措辞，请点“恢复系统自带措辞”。"),
        ("# 总结\n## 一", "还没有正文，请写“## 小标题”，再在下面写文字；要用系统自带措辞，请点“恢复系统自带措辞”。"),
        ("", "缺少标题，请在第一行写“# 标题”（“#”后面有一个空格）。"),
        ("# 总\n## 一\n" + "字" * 19_992, "措辞有20001个字，最多20000个字，请删减。"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_line_and_writes_nothing(world, text, sentence):
    with pytest.raises(Refused) as refused:
        save_wording(**wording_of(world, text=text))
    assert str(refused.value) == sentence
    assert versions() == []


def test_the_longest_text_is_taken(world):
    assert save_wording(**wording_of(world, text="# 总\n## 一\n" + "字" * 19_991)).version == 1


def test_an_unknown_kind_of_report_is_refused(world):
    with pytest.raises(Refused) as refused:
        save_wording(**wording_of(world, kind="yearbook"))
    assert str(refused.value) == "没有“yearbook”这种报告，可选：village、region、projects。"


# --- two at once ------------------------------------------------------------------------------------------------


def test_who_was_overtaken_is_told_and_nothing_is_lost(world):
    first = make.user(Role.COUNTY, world.county, name="陈主任")
    save_wording(**wording_of(world, actor=first))
    with pytest.raises(Overtaken) as overtaken:
        save_wording(**wording_of(world, text=TEXT + "另一人。", based_on=0))
    assert str(overtaken.value) == (
        "您打开之后，陈主任保存了第1版，您的文字还没有保存。"
        "请先查看第1版，把要保留的内容并到下面的文字里，再点“保存”；第1版仍留在版本记录里。"
    )
    assert versions() == [(1, TEXT, "")]
    for restore in (
        lambda: restore_shipped(region=world.county, kind="village", era=UNTIL, based_on=0, actor=SYSTEM),
        lambda: restore_version(version=older(world), based_on=1, actor=SYSTEM),
    ):
        with pytest.raises(Overtaken):
            restore()
    assert [version for version, *_ in versions()] == [1, 2]


def older(world: Any) -> NarrativeTemplate:
    """Version 1, after another person's version 2."""
    save_wording(**wording_of(world, text=TEXT + "第二人。", based_on=1))
    return NarrativeTemplate.objects.unscoped("tests").get(version=1)


def test_who_has_seen_the_newest_version_is_not_held_up(world):
    """Negative control of the guard: the same write, based on what is there."""
    save_wording(**wording_of(world))
    assert save_wording(**wording_of(world, text=TEXT + "另一人。", based_on=1)).version == 2


def test_without_the_guard_a_version_is_overtaken_unseen(world, monkeypatch):
    """Negative control: who takes whatever is newest for what was seen overwrites without a word."""
    save_wording(**wording_of(world))
    newest = domain.newest_version

    class Seen:
        """The newest version, which says to any question that it is the one that was seen."""

        def __init__(self, row: NarrativeTemplate) -> None:
            self.text, self.version = row.text, AnyNumber(row.version)

    class AnyNumber(int):
        def __ne__(self, other: object) -> bool:
            return False

    monkeypatch.setattr(domain, "newest_version", lambda *args: Seen(newest(*args)))
    assert save_wording(**wording_of(world, text=TEXT + "另一人。", based_on=0)).version == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_refused(world):
    """The second reads before the first commits: the unique index holds it up, then refuses it."""
    with sessions(2) as (first, second):
        first.begin()
        first.do(save_wording, **wording_of(world))
        waiting = second.start(save_wording, **wording_of(world, text=TEXT + "同时。"))
        assert blockers_of(second, waiting) == [first.pid]
        first.commit()
        with pytest.raises(Refused) as refused:
            waiting.result(60)
    assert str(refused.value) == "有人刚刚保存了同一版本，请打开新版本核对后再保存。"
    assert versions() == [(1, TEXT, "")]


# --- having a wording back ----------------------------------------------------------------------------------------


def test_the_shipped_wording_is_had_back_as_a_version(world):
    place = {"region": world.county, "kind": "village", "era": UNTIL, "actor": SYSTEM}
    assert restore_shipped(**place, based_on=0) is None
    save_wording(**wording_of(world))
    assert spoken(world.a) == "全村在册1户2人。"

    restored = restore_shipped(**place, based_on=1)

    assert versions() == [(1, TEXT, ""), (2, "", "恢复系统自带措辞")]
    assert restored.is_shipped
    assert spoken(world.a) == shipped(world.a)
    assert restore_shipped(**place, based_on=2) is None


def test_an_older_version_is_had_back_as_a_new_one(world):
    first = save_wording(**wording_of(world))
    second = save_wording(**wording_of(world, text=TEXT + "第二。", based_on=1))
    restore_shipped(region=world.county, kind="village", era=UNTIL, based_on=2, actor=SYSTEM)
    back = restore_version(version=second, based_on=3, actor=SYSTEM)
    assert restore_version(version=second, based_on=4, actor=SYSTEM) is None
    bare = NarrativeTemplate.objects.unscoped("tests").get(version=3)
    restore_version(version=first, based_on=4, actor=SYSTEM)
    restore_version(version=bare, based_on=5, actor=SYSTEM)
    assert versions() == [
        (1, TEXT, ""),
        (2, TEXT + "第二。", ""),
        (3, "", "恢复系统自带措辞"),
        (4, TEXT + "第二。", "恢复第2版"),
        (5, TEXT, "恢复第1版"),
        (6, "", "恢复第3版"),
    ]
    assert back.created_by is None


def test_an_older_version_that_no_longer_holds_is_not_had_back(world):
    stale = NarrativeTemplate.objects.create(
        region=world.county, kind="village", era=UNTIL, version=1, text=TEXT + "{rich:户人}"
    )
    save_wording(**wording_of(world, based_on=1))
    with pytest.raises(Refused, match="第4行：没有“rich”这个指标"):
        restore_version(version=stale, based_on=2, actor=SYSTEM)
    assert [version for version, *_ in versions()] == [1, 2]


# --- eras -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "era"),
    [(2000, UNTIL), (2014, UNTIL), (2020, UNTIL), (2021, SINCE), (2025, SINCE), (2100, SINCE)],
)
def test_the_era_is_chosen_by_year(year, era):
    assert era_of(year) == era


def test_a_report_speaks_the_vocabulary_of_its_last_year(world):
    def title(first: int, last: int) -> str:
        window = Window(region(world.a.code), first, last, first)
        return build_summary(kind="village", window=window, actor=SYSTEM).title

    assert title(2020, 2020) == "甲村精准扶贫工作总结"
    assert title(2020, 2021) == title(2021, 2021) == "甲村巩固拓展脱贫攻坚成果工作总结"
    save_wording(**wording_of(world, era=SINCE, text="# {place}二〇二一\n## 一\n有。"))
    assert title(2020, 2020) == "甲村精准扶贫工作总结"
    assert title(2021, 2021) == "甲村二〇二一"
    save_wording(**wording_of(world, era=UNTIL, text="# {place}二〇二〇\n## 一\n有。"))
    assert (title(2020, 2020), title(2021, 2021)) == ("甲村二〇二〇", "甲村二〇二一")


def test_the_shipped_wording_since_2021_speaks_of_poor_households_as_of_the_past():
    text = shipped_text("village", SINCE)
    assert re.findall("(?<!原)(?<!原建档立卡)贫困户|精准扶贫|非贫困", text) == []
    assert re.findall("脱贫户|巩固拓展脱贫攻坚成果", text)[:2] == [
        "巩固拓展脱贫攻坚成果",
        "巩固拓展脱贫攻坚成果",
    ]
    assert "脱贫户" in text
    assert re.findall("(?<!原)(?<!原建档立卡)贫困户|精准扶贫|非贫困", shipped_text("village", UNTIL)) != []


@pytest.mark.parametrize("era", Era)
@pytest.mark.parametrize("kind", KINDS)
def test_shipped_wordings_hold_and_could_be_saved(kind, era):
    assert check_wording(shipped_text(kind, era), kind=kind) == shipped_wording(kind, era)


# --- which wording is taken -------------------------------------------------------------------------------------


def chosen(place: Any, year: int = 2017) -> Any:
    window = Window(place, year, year, year)
    return wording_for("village", window, names=KINDS["village"].names, words=words_about(window))


def test_the_wording_is_found_by_one_statement(world):
    save_wording(**wording_of(world))
    place = region(world.a.code)
    with CaptureQueriesContext(connection) as captured:
        assert chosen(place).wording == parse(TEXT)
    assert len(captured) == 1


def test_the_county_of_a_place_is_found_by_its_code(world):
    codes = {place: county_code(place) for place in (world.a, world.township, world.county)}
    assert set(codes.values()) == {"421199000000"}
    assert county_code(make.region("421100000000", "黄冈市")) == ""
    save_wording(**wording_of(world))
    assert chosen(Region(code="421100000000", name="黄冈市", level=4)).wording == shipped_wording(
        "village", UNTIL
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# 总结\n## 一\n{poor:户人", "第3行：“{”不是完整的指标，应写成“{指标:单位}”。"),
        ("# 总结\n## 一\n{poor:逐年户人}", "第3行：指标“poor”不能用“逐年户人”表示。"),
    ],
)
def test_a_stored_text_that_no_longer_holds_does_not_take_the_report_down(
    world, personas, client_of, capsys, text, reason
):
    """As after an update of the portal that took a figure away."""
    NarrativeTemplate.objects.create(region=world.county, kind="village", era=UNTIL, version=7, text=text)
    notice = (
        "本县的措辞（2020年及以前的用语，第7版）已不能使用，现按系统自带措辞编写，请县级办公室修改措辞。"
        + reason
    )
    found = chosen(region(world.a.code))
    assert (found.wording, found.notice) == (shipped_wording("village", UNTIL), notice)
    assert spoken(world.a) == shipped(world.a)
    client = client_of(personas["clerk_a"])
    page = client.get(f"/{world.a.code}/2017/summary/village/")
    assert (page.status_code, [str(message) for message in page.context["messages"]]) == (200, [notice])
    assert client.get(f"/{world.a.code}/2017/summary/village/?format=text").status_code == 200
    assert shipped(world.a).splitlines()[-1] in write_report(world.a.code, period="2017", format="text")
    assert capsys.readouterr().err == notice + "\n"


# --- the names to choose from --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_is_described_with_slots_that_may_be_written(kind):
    described = describe_names(kind)
    assert [named.name for named in described if named.group == ABOUT] == list(words_about(sample_window()))
    assert sorted(named.name for named in described if named.group != ABOUT) == sorted(KINDS[kind].names)
    assert set(WORDS) == set(words_about(sample_window()))
    for named in described:
        assert named.label and named.definition and named.slots, named
        assert "{years}" not in named.label + named.definition
        assert len(set(named.slots)) == len(named.slots)
    slots = [slot for named in described for slot in named.slots]
    assert len(set(slots)) == len(slots)
    check_wording("# 总结\n## 一\n" + "\n".join(slots), kind=kind)


def test_names_are_described_as_a_cadre_reads_them():
    by_name = {named.name: named for named in describe_names("village")}
    assert by_name["poor"].slots == ("{poor:户人}", "{poor:户}")
    assert by_name["poor"].label == "建档立卡贫困户"
    assert by_name["poor"].definition == "期末年度在册的建档立卡贫困户（含已脱贫）"
    assert by_name["exited"].slots[0] == "{exited:逐年户人}"
    assert (by_name["exited"].label, by_name["exited"].definition) == (
        "各年度脱贫", "期末年度在册、脱贫年度为各年度的户",
    )  # fmt: skip
    assert by_name["profile.groups"].slots == ("{profile.groups:个}", "{profile.groups}")
    assert by_name["profile.position"].slots == ("{profile.position}",)
    assert by_name["place"].slots == ("{place}",)


# --- the database -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"version": 1}, "有人刚刚保存了同一版本，请打开新版本核对后再保存。"),
        ({"version": 0}, "版本从1开始。"),
        ({"era": "since_1949"}, "用语应为2020年及以前，或2021年起。"),
        ({"region_id": "421199103206"}, "措辞按县保存，不能属于乡镇或村。"),
        ({"text": "字" * 20_001}, "措辞最多20000个字，请删减后再保存。"),
    ],
)
def test_the_database_refuses_in_words(world, values, sentence):
    save_wording(**wording_of(world))
    row = {
        "region_id": world.county.code,
        "kind": "village",
        "era": UNTIL,
        "version": 2,
        "text": TEXT,
        **values,
    }
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        NarrativeTemplate.objects.create(**row)
    assert explain(error.value) == sentence
    assert versions() == [(1, TEXT, "")]
