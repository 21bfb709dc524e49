"""Official rosters of households and people: shapes, many villages, what is missing stays, what contradicts itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fupin.access import SYSTEM
from fupin.domain.bulk import Written
from fupin.domain.imports import recognise
from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun, RegionYear
from fupin.words import initials, pinyin
from households.conditions import Housing
from households.enums import PovertyCategory, PovertyStatus, Relation, WorkPlace
from households.interfaces.roster_columns import ROSTER_2019, ROSTER_2022, ROSTER_SHEET
from households.models import Act, HouseholdYear, Membership, Person
from tests import factories as make
from tests.factories import YEAR, id_number
from tests.imports.exports import export, export_of, ignored, registered, take
from tests.imports.support import YEAR as REFERENCE_YEAR
from tests.imports.support import command, state_of_database, step

NEW = "4299000001"


def person(name="吴一", sequence=901, number=NEW, place="甲村", **values):
    """A row of a file, by column name: of a household that is not registered yet, unless another number is given."""
    return {
        "county_name": "云岭县", "township_name": "七里坪镇", "village_name": place, "household_number": number,
        "name": name, "id_number": id_number(sequence) if sequence else None, "people": 2, "relation": "户主",
        "category": "一般贫困户", "status": "未脱贫", "main_cause": "因病", **values,
    }  # fmt: skip


def family(number=NEW, first=901, **values):
    """A household of two."""
    return [
        person(f"吴{first}", first, number, **values),
        person(f"吴{first + 1}", first + 1, number, relation="配偶", **values),
    ]


def settle():
    """Give the factories' people the sounds that the register finds by their names."""
    people = list(Person.objects.unscoped("tests"))
    for person in people:
        person.pinyin, person.initials = pinyin(person.name), initials(person.name)
    Person.objects.unscoped("tests").bulk_update(people, ["pinyin", "initials"])


@pytest.fixture
def world(world):
    """The world, its people as the register keeps them."""
    settle()
    return world


def lines(outcome):
    return [str(error) for error in outcome.errors]


def home_of(number=NEW):
    return HouseholdYear.objects.unscoped("tests").get(household__number=number, year=YEAR)


def member_of(name):
    return Membership.objects.unscoped("tests").get(person__name=name, year=YEAR)


# --- round trips --------------------------------------------------------------------------------------------------


def test_a_village_exported_in_the_order_of_2019_comes_back_unchanged(office, reference, tmp_path):
    command(reference.save(tmp_path / "a.xlsx"), office)
    before = state_of_database()
    path = export_of(tmp_path / "户人.xlsx", registered(REFERENCE_YEAR, region=office.village))

    ended = command(path, office, user="township")

    assert (ended.status, ended.err) == (0, [ignored()])
    assert ended.out == [
        "户：新增0，变更0，未变66", "人：新增0，变更0，未变156", "与现有数据完全一致，没有写入任何数据。",
    ]  # fmt: skip
    assert state_of_database() == before


def test_the_same_as_a_csv_without_a_tab_is_recognised_by_its_header(world, tmp_path):
    path = export_of(tmp_path / "户人.csv", registered())

    assert recognise(path).kind == "roster"
    outcome = take(path, SYSTEM)
    assert (outcome.state, lines(outcome)) == (ImportRun.State.UNCHANGED, [])
    assert outcome.counts == {"户": Written(0, 0, 3), "人": Written(0, 0, 6)}


@pytest.mark.parametrize("tab", ["Sheet1", "户信息", "花名册"])
def test_the_tab_may_be_called_anything(tab, world, tmp_path):
    path = export_of(tmp_path / "a.xlsx", registered(), tab=tab)

    assert recognise(path).kind == "roster"
    assert take(path, SYSTEM).state == ImportRun.State.UNCHANGED


def test_every_header_of_the_official_orders_means_its_column():
    for order in (ROSTER_2019, ROSTER_2022):
        named = [name for _, name in order if name]
        assert len(set(named)) == len(named)
        assert set(named) <= set(ROSTER_SHEET.by_name)


def test_a_header_of_two_rows_and_a_merged_title_are_read(world, tmp_path):
    headers = ["行政村", "户编号", "姓名", "证件号码", "人数", "与户主关系", "务工情况", None]
    rows = [
        [None, None, None, None, None, None, "务工状况", "务工时间"],
        *(
            [row["village_name"], row["household_number"], row["name"], row["id_number"], row["people"],
             row["relation"], "省外", "10"]
            for row in registered(region=world.a)
        ),
    ]  # fmt: skip
    path = export(tmp_path / "a.xlsx", headers, rows)

    outcome = take(path, SYSTEM)

    assert (lines(outcome), outcome.counts) == ([], {"户": Written(0, 0, 1), "人": Written(0, 2, 0)})
    found = Membership.objects.unscoped("tests").filter(region=world.a)
    assert set(found.values_list("work_place", "work_months")) == {(WorkPlace.OTHER_PROVINCE, 10)}


def test_a_township_uploads_a_roster_of_its_villages_on_its_own_page(office, tmp_path):
    rows = [*family(place="万田畈村", number="4299000001"), *family("4299000002", 903, place="石桥畈村")]
    path = export_of(
        tmp_path / "a.xlsx", [{**row, "township_name": None, "county_name": None} for row in rows]
    )
    client = office.client("township")
    url = reverse("import", kwargs={"region": office.village.parent.code, "year": REFERENCE_YEAR})

    with path.open("rb") as file:
        sent = client.post(url, {"kind": "roster", "file": file})
    run_next_job()
    run = step(client, sent.url, "take")

    assert (run.state, run.errors) == (ImportRun.State.DONE, [])
    assert {sheet: count["new"] for sheet, count in run.counts.items()} == {"户": 2, "人": 4}
    assert set(Membership.objects.unscoped("tests").values_list("region__name", flat=True)) == {
        "万田畈村", "石桥畈村",
    }  # fmt: skip
    page = client.get(sent.url).content.decode()
    assert "4299000001" in page and step(client, sent.url, "undo").state == ImportRun.State.UNDONE
    assert not Membership.objects.unscoped("tests").filter(person__name__startswith="吴9").exists()


def test_the_good_households_of_a_roster_can_be_taken_alone(office, tmp_path):
    """A family that is not whole, and all of a village that is refused, stay behind in one go."""
    bad = family("4299000003", 905, place="万田畈村")
    bad[1]["relation"] = "户主"
    rows = [*family(place="万田畈村"), *bad, *family("4299000004", 907, place="无此村")]
    path = export_of(
        tmp_path / "a.xlsx", [{**row, "township_name": None, "county_name": None} for row in rows]
    )
    client = office.client("township")
    url = reverse("import", kwargs={"region": office.village.parent.code, "year": REFERENCE_YEAR})
    with path.open("rb") as file:
        sent = client.post(url, {"kind": "roster", "file": file})
    run_next_job()

    run = step(client, sent.url, "take", good_only="1")

    assert run.state == ImportRun.State.DONE
    assert {sheet: (count["new"], count.get("wrong", 0)) for sheet, count in run.counts.items()} == {
        "户": (1, 0), "人": (2, 0), "花名册": (0, 4),
    }  # fmt: skip
    assert [error["cell"] for error in run.errors] == ["J7", "C8"]


# --- what is told, and what is not --------------------------------------------------------------------------------


def test_new_households_of_two_villages_are_written_with_their_acts(world, tmp_path):
    rows = [
        *family(status="已脱贫", exit_year=2016, dangerous_house="否"),
        *family("4299000002", 903, place="乙村", status="已脱贫", exit_year=YEAR, dangerous_house="是"),
    ]

    outcome = take(export_of(tmp_path / "a.xlsx", rows), SYSTEM)

    assert (lines(outcome), outcome.counts) == ([], {"户": Written(2, 0, 0), "人": Written(4, 0, 0)})
    assert outcome.notes == [
        ignored(),
        "1户是危房户，文件没有写明C级还是D级，住房安全未作改动。",
        "2户新登记的户没有识别时间，请以后补填。",
        "系统中有、文件中没有的：2户、4名有证件号码的成员，未作改动。",
    ]
    first, second = home_of(), home_of("4299000002")
    assert (first.region, first.people, first.category) == (world.a, 2, PovertyCategory.GENERAL)
    assert (first.status, first.exit_year, first.housing) == (PovertyStatus.EXITED_BEFORE, 2016, Housing.SAFE)
    assert (second.region, second.status, second.housing) == (world.b, PovertyStatus.EXITED_THIS_YEAR, "")
    acts = Act.objects.unscoped("tests").filter(household__number__in=(NEW, "4299000002"))
    assert sorted(acts.values_list("household__number", "kind")) == [
        (NEW, "left_poverty"), (NEW, "registered"), ("4299000002", "left_poverty"), ("4299000002", "registered"),
    ]  # fmt: skip


def test_a_column_that_the_file_has_not_stays_as_it_stands(world, tmp_path):
    home = world.household_a
    HouseholdYear.objects.unscoped("tests").filter(pk=home.pk).update(
        status=PovertyStatus.EXITED_BEFORE, exit_year=2015, housing=Housing.DANGEROUS_C, farmland=3, remark="旧",
        other_causes=["02"], phone="13800000001", relocated=True, relocation="01",
    )  # fmt: skip
    members = Membership.objects.unscoped("tests").filter(household_year=home)
    members.update(health="02", disability_kind="4", disability_grade="2", work_place="04")
    rows = [{**row, "main_cause": "因学"} for row in registered(region=world.a)]
    order = [("村", "village_name"), ("户编号", "household_number"), ("姓名", "name"), ("身份证号", "id_number"),
             ("家庭人口数", "people"), ("与户主关系", "relation"), ("致贫原因", "main_cause")]  # fmt: skip

    outcome = take(export_of(tmp_path / "a.xlsx", rows, order=order), SYSTEM)

    assert (lines(outcome), outcome.counts) == ([], {"户": Written(0, 1, 0), "人": Written(0, 0, 2)})
    home.refresh_from_db()
    assert (home.status, home.exit_year, home.housing, home.farmland, home.remark, home.main_cause) == (
        PovertyStatus.EXITED_BEFORE, 2015, Housing.DANGEROUS_C, 3, "旧", "03"
    )  # fmt: skip
    assert (home.other_causes, home.phone, home.relocated, home.relocation) == (
        ["02"],
        "13800000001",
        True,
        "01",
    )
    assert set(members.values_list("health", "disability_kind", "disability_grade", "work_place")) == {
        ("02", "4", "2", "04")
    }


def test_codes_as_headers_and_as_values_are_read(world, tmp_path):
    headers = ["AAR008", "AAR040", "AAC001", "AAC017", "AAC006", "AAR010", "AAC016", "AAC007", "AAB002", "AAB004",
               "AAB006", "AAB007", "AAB009", "AAB017", "AAB011", "AAB012", "AAC312", "AAB015", "AAC082"]  # fmt: skip
    rows = [
        [world.a.code, YEAR, NEW, "2", "04", "1", "2016", "1", "吴一", id_number(901), "1", "1", "01", "2", "4", "6.5", "1", "1", "3000"],
        [world.a.code, YEAR, NEW, "2", "04", "1", "2016", "1", "吴二", id_number(902), "02", "15", None, "01", None, None, "1", "01", "3000"],
        [world.a.code, YEAR, NEW, "2", "04", "1", "2016", "1", "吴三", id_number(903), "3", "1", None, "01", None, None, "1", "2", "3000"],
    ]  # fmt: skip

    outcome = take(export(tmp_path / "a.xlsx", headers, rows, titles=()), SYSTEM)

    assert lines(outcome) == []
    assert outcome.counts == {"户": Written(1, 0, 0), "人": Written(2, 0, 0)}
    assert outcome.notes[:2] == [
        "工作表“花名册”中没有用到的列：AAC082。", "生存状态为不在户的1行不在本系统登记，没有读取。",
    ]  # fmt: skip
    home, one, two = home_of(), member_of("吴一"), member_of("吴二")
    assert (home.category, home.status, home.exit_year) == (
        PovertyCategory.DIBAO,
        PovertyStatus.EXITED_BEFORE,
        2016,
    )
    assert (home.main_cause, home.water_safe) == ("01", True)
    assert (one.relation, one.health, one.work_place, one.work_months, one.school) == (
        Relation.HEAD, "02", "04", Decimal("6.5"), "01"
    )  # fmt: skip
    assert (two.relation, two.ethnicity) == (Relation.SPOUSE, "15")


def test_certificates_and_members_without_a_number(world, tmp_path):
    born = make.household(world.a, size=1)
    baby = Person.objects.create(name="试小", sex="2", birth_date=date(2017, 5, 1))
    make.MembershipFactory(household_year=born, person=baby, relation=Relation.DAUGHTER)
    disabled = Membership.objects.unscoped("tests").get(household_year=born, relation=Relation.HEAD).person
    certificate = f"{disabled.id_number}43"
    settle()
    rows = [
        {**row, "people": 2, "id_number": certificate if row["relation"] == "本人或户主" else None}
        for row in registered(household_year=born)
    ]

    outcome = take(export_of(tmp_path / "a.xlsx", rows), SYSTEM)

    assert (lines(outcome), outcome.counts) == ([], {"户": Written(0, 0, 1), "人": Written(0, 1, 1)})
    disabled.refresh_from_db()
    assert disabled.id_number == certificate
    again = take(
        export_of(tmp_path / "b.xlsx", [{**rows[0], "id_number": certificate[:18]}, rows[1]]), SYSTEM
    )
    assert again.state == ImportRun.State.UNCHANGED


# --- the list of 2022, and files of some columns ------------------------------------------------------------------


def test_the_list_of_2022_keeps_exits_and_passes_over_households_that_were_never_poor(world, tmp_path):
    HouseholdYear.objects.unscoped("tests").filter(pk=world.household_a.pk).update(
        status=PovertyStatus.EXITED_BEFORE, exit_year=2016
    )
    rows = [
        {**row, "household_type": "脱贫户", "registered_on": "2014-05-01", "member_phone": "13900000001"}
        for row in registered(region=world.a)
    ]
    rows += [{**row, "household_type": "一般农户"} for row in family("4299000009", 950)]

    outcome = take(export_of(tmp_path / "a.xlsx", rows, order=ROSTER_2022), SYSTEM)

    assert (lines(outcome), outcome.counts) == ([], {"户": Written(0, 0, 1), "人": Written(0, 2, 0)})
    assert outcome.notes == [ignored(ROSTER_2022), "一般农户的2行不在本系统登记，没有读取。"]
    assert home_of(world.household_a.household.number).exit_year == 2016


def test_a_household_that_only_the_list_of_2022_has_is_no_guess(world, tmp_path):
    rows = [{**row, "household_type": "脱贫户", "registered_on": "2014-05-01"} for row in family()]

    outcome = take(export_of(tmp_path / "a.xlsx", rows, order=ROSTER_2022), SYSTEM)

    assert lines(outcome) == [
        "花名册!第4行：已脱贫，但不知道脱贫年度。请在导出时加上“脱贫年度”列并填写，或先在系统中登记脱贫年度。"
    ]


#: A list that a county put together in 2023, after the list of monitored households.
MONITORED = [
    ("县(市、区、旗)", "county_name"), ("乡(镇)", "township_name"), ("村", "village_name"), ("户类型", "household_type"),
    ("监测对象类别", ""), ("户编号", "household_number"), ("户主姓名", "head_name"), ("户主证件号码", "head_id_number"),
    ("家庭人口数", "people"), ("人编号", ""), ("姓名", "name"), ("证件号码", "id_number"), ("与户主关系", "relation"),
    ("劳动技能/技能劳动能力", "labour_skill"), ("是否会讲普通话", "speaks_mandarin"), ("享受低保情况", "dibao"),
    ("致贫原因1", "main_cause"), ("致贫原因2", "other_causes"), ("致贫原因3", "third_cause"), ("入户道路是否硬化", "road_hardened"),
    ("合规自付支出", "out_of_pocket"), ("公益岗类型", "post_kind"), ("公益岗月数", "post_months"), ("风险是否消除", ""),
]  # fmt: skip


def test_a_list_of_monitored_households(world, tmp_path):
    number = world.household_a.household.number
    more = {
        "household_type": "脱贫户", "main_cause": "因病", "other_causes": "因残", "third_cause": "因学",
        "dibao": "农村低保", "speaks_mandarin": "是", "road_hardened": "否", "out_of_pocket": "1200.50",
        "post_kind": "护林员", "post_months": "12",
    }  # fmt: skip
    rows = registered(region=world.a)
    rows = [
        {**row, **more, "head_name": rows[0]["name"], "head_id_number": rows[0]["id_number"]} for row in rows
    ]
    rows += [{**row, "household_type": "一般农户"} for row in family("4299000009", 950)]

    outcome = take(export_of(tmp_path / "a.xlsx", rows, order=MONITORED, tab="监测对象信息"), SYSTEM)

    assert (lines(outcome), outcome.counts) == ([], {"户": Written(0, 1, 0), "人": Written(0, 2, 0)})
    home, member = home_of(number), member_of(rows[1]["name"])
    assert (home.main_cause, home.other_causes, home.road_hardened) == ("01", ["02", "03"], False)
    assert (home.out_of_pocket, home.status) == (Decimal("1200.50"), PovertyStatus.NOT_EXITED)
    assert (member.dibao, member.speaks_mandarin, member.post_kind, member.post_months) == (
        "02",
        True,
        "01",
        12,
    )

    wrong = [{**row, "head_name": "别人", "head_id_number": rows[1]["id_number"]} for row in rows[:2]]
    assert [line.partition("：")[2].partition("。")[0] for line in lines(take(
        export_of(tmp_path / "b.xlsx", wrong, order=MONITORED), SYSTEM
    ))] == ["户主姓名与表中的户主不同", "户主证件号码与表中户主的证件号码不同"]  # fmt: skip


WORK = [("户编号", "household_number"), ("姓名", "name"), ("证件号码", "id_number"), ("务工地点", "work_place"),
        ("务工月数", "work_months"), ("务工企业名称", "employer"), ("计划外出时间", "")]  # fmt: skip


def test_a_work_export_updates_known_members_alone(world, tmp_path):
    worker = registered(region=world.b)[1]
    row = {**worker, "work_place": "省外", "work_months": "9", "employer": "某公司"}

    path = export_of(tmp_path / "务工.xlsx", [row], order=WORK)
    assert recognise(path).kind == "roster"
    outcome = take(path, SYSTEM)

    assert (lines(outcome), outcome.counts) == ([], {"人": Written(0, 1, 0)})
    assert outcome.notes == ["工作表“花名册”中没有用到的列：计划外出时间。"]
    member = member_of(worker["name"])
    assert (member.work_place, member.work_months, member.employer) == ("04", 9, "某公司")
    assert member.relation == Relation.OTHER


def test_whom_the_register_has_not_is_an_error_of_a_work_export(world, tmp_path):
    worker = registered(region=world.b)[1]
    rows = [{**worker, "work_months": "9"}, {**worker, "name": "生人", "id_number": id_number(930)}]

    outcome = take(export_of(tmp_path / "务工.xlsx", rows, order=WORK), SYSTEM)

    assert lines(outcome) == [
        f"花名册!C5 “421***********{id_number(930)[-4:]}”：{YEAR}年度没有登记这个人。没有“人数”和“与户主关系”的文件"
        "（如务工监测）只更新已登记的户和人：请先导入花名册，或核对号码。"
    ]


def test_a_file_about_households_alone(world, tmp_path):
    number = world.household_a.household.number
    headers = ["行政村", "户编号", "户主姓名", "住房面积", "是否卫生厕所"]
    path = export(
        tmp_path / "户.xlsx", headers, [["甲村", number, "试", "88.5", "是"]], tab="（乡村建设）户信息"
    )

    outcome = take(path, SYSTEM)

    assert (lines(outcome), outcome.counts) == ([], {"户": Written(0, 1, 0)})
    assert home_of(number).house_area == 88.5
    stranger = take(export(tmp_path / "b.xlsx", headers, [["甲村", NEW, "试", "88.5", "是"]]), SYSTEM)
    assert [line.partition("。")[0] for line in lines(stranger)] == [
        f"花名册!B4 “{NEW}”：{YEAR}年度没有登记这一户"
    ]


# --- what is wrong ------------------------------------------------------------------------------------------------

AGREE = "请核对后改成一致。"
MORE = "请在导出时加上“贫困户属性”“脱贫属性”“脱贫年度”三列，或先用行政村年度台账登记这一户。"


def numbered(count):
    """So many new households, each of two."""
    return [family(f"429900010{n}", 2 * n + 902, phone="13800000001") for n in range(count)]


def test_rows_of_a_household_that_contradict_one_another(world, tmp_path):
    before = state_of_database()
    homes = numbered(6)
    for home, wrong in zip(
        homes,
        (
            {"main_cause": "因残"}, {"phone": "13900000002"}, {"people": 3}, {"village_name": "乙村"},
            {"relation": "户主"}, {"village_name": "无此村"},
        ),
        strict=True,
    ):  # fmt: skip
        home[1].update(wrong)

    outcome = take(export_of(tmp_path / "a.xlsx", [row for home in homes for row in home]), SYSTEM)

    assert lines(outcome) == [
        f"花名册!V5 “因残”：同一户的“主要致贫原因”前后不一：第4行是“因病”，这里是“因残”。{AGREE}",
        f"花名册!AA7 “139***********0002”：同一户的“联系电话”前后不一：第6行是“138****0001”，这里是“139****0002”。{AGREE}",
        f"花名册!I9 “3”：同一户的“人数”前后不一：第8行是“2”，这里是“3”。{AGREE}",
        "花名册!C11 “乙村”：同一户写在两个村：第10行是甲村，这里是乙村。请核对户编号和村。",
        "花名册!J13 “户主”：一户有两名户主。只保留一名户主，其余改为与户主的实际关系。",
        "花名册!C15 “无此村”：不是您可以导入的村。请核对县、乡镇、村的名称或村代码，或在页面上方选择所属的乡镇或县后再导入。",
    ]
    assert state_of_database() == before


def test_families_that_are_not_whole(world, tmp_path):
    homes = numbered(7)
    headless, few, twice, category, status, returned, newborn = homes
    headless[0]["relation"] = "之子"
    twice[1]["id_number"] = twice[0]["id_number"]
    newborn[1]["id_number"] = None
    for home, wrong in (
        (few, {"people": 3}), (category, {"category": None}), (status, {"status": None}),
        (returned, {"status": "返贫", "exit_year": 2016}),
    ):  # fmt: skip
        for row in home:
            row.update(wrong)

    outcome = take(export_of(tmp_path / "a.xlsx", [row for home in homes for row in home]), SYSTEM)

    masked = f"421***********{twice[0]['id_number'][-4:]}"
    assert lines(outcome) == [
        "花名册!第4行：表中该户没有户主。请把户主的与户主关系填为“本人或户主”。",
        "花名册!I6 “3”：人数为3，表中该户有2人。请核对后改成一致。",
        f"花名册!H8 “{masked}”：证件号码在本表出现多次。同一人只能登记一次，请删去重复的行。",
        f"花名册!H9 “{masked}”：证件号码在本表出现多次。同一人只能登记一次，请删去重复的行。",
        f"花名册!U10：这一户尚未登记，文件没有写明贫困户属性。{MORE}",
        f"花名册!S12：这一户尚未登记，文件没有写明脱贫状态。{MORE}",
        "花名册!T14 “2016”：未脱贫或返贫的户不应有脱贫年度。请删去脱贫年度，或改正脱贫状态。",
        "花名册!第17行：没有证件号码的人员须填出生日期。请填写出生日期，或填写证件号码。",
        "花名册!第17行：没有证件号码的人员须填性别。请填写性别，或填写证件号码。",
    ]


def test_who_is_registered_elsewhere_is_told_no_more(world, tmp_path):
    theirs, number = registered(region=world.far)[0], world.household_b.household.number
    rows = [*family(), *family(number, 911)]
    rows[1]["id_number"] = theirs["id_number"]

    outcome = take(export_of(tmp_path / "a.xlsx", rows), SYSTEM)

    tail = theirs["id_number"][-4:]
    assert sorted(lines(outcome)) == [
        f"花名册!E6 “{number}”：该户编号已在本县他处登记。请核对户编号。",
        f"花名册!H5 “421***********{tail}”：此人已在本县他处登记。请核对证件号码，或先办理转出。",
    ]


def test_township_reaches_its_own_villages_alone(world, personas, tmp_path):
    path = export_of(tmp_path / "a.xlsx", [*registered(region=world.a), *registered(region=world.far)])
    reach = "请核对县、乡镇、村的名称或村代码，或在页面上方选择所属的乡镇或县后再导入。"

    assert take(path, personas["county"]).state == ImportRun.State.UNCHANGED
    outcome = take(path, personas["township"])
    assert lines(outcome) == [f"花名册!C6 “远村”：不是您可以导入的村。{reach}"]
    assert lines(take(path, personas["county"], region=world.township)) == [
        f"花名册!C6 “远村”：不是七里坪镇中您可以导入的村。{reach}"
    ]
    assert lines(take(path, personas["clerk_a"])) == lines(outcome)


def test_without_the_scope_the_township_would_reach_the_far_village(world, personas, tmp_path, monkeypatch):
    """Negative control."""
    from fupin.models import Region

    path = export_of(tmp_path / "a.xlsx", registered(region=world.far))
    assert take(path, personas["township"]).state == ImportRun.State.REFUSED

    monkeypatch.setattr(type(Region.objects), "visible_to", lambda self, *_: self.unscoped("control"))
    refused = take(path, personas["township"])
    assert lines(refused) == ["整个文件：您没有在远村录入数据的权限。"]


def test_villages_of_one_name_are_told_apart_by_their_township(world, tmp_path):
    twin = make.village("421199104208", "甲村")
    rows = family(township_name=None)

    assert lines(take(export_of(tmp_path / "a.xlsx", rows), SYSTEM)) == [
        "花名册!C4 “甲村”：有2个村叫“甲村”。请补上乡镇列，或补上村代码列。"
    ]
    take(export_of(tmp_path / "b.xlsx", family(township_name="松坡镇")), SYSTEM)
    assert home_of().region == twin


def test_a_village_whose_year_is_closed_is_refused_by_name(world, tmp_path):
    RegionYear.objects.unscoped("tests").filter(region=world.b).update(state=RegionYear.State.SUBMITTED)

    outcome = take(export_of(tmp_path / "a.xlsx", registered()), SYSTEM)

    assert lines(outcome) == [
        f"花名册!C6 “乙村”：乙村{YEAR}年度已提交，不能导入。请核对年度，或联系县级办公室。"
    ]


def test_a_file_of_another_year_is_refused(world, tmp_path):
    order = [*ROSTER_2019, ("年度", "told_year")]
    rows = [{**row, "told_year": 2016} for row in registered()]

    outcome = take(export_of(tmp_path / "a.xlsx", rows, order=order), SYSTEM)

    assert lines(outcome) == [
        "花名册!AB4 “2016”：文件是2016年度的，选择的是2017年度。请选择文件的年度后再导入。"
    ]


# --- size ---------------------------------------------------------------------------------------------------------


def test_statements_do_not_grow_with_villages_and_people(world, tmp_path):
    def statements(rows):
        path = export_of(tmp_path / "a.xlsx", rows)
        with CaptureQueriesContext(connection) as queries:
            outcome = take(path, SYSTEM)
        assert lines(outcome) == []
        return len(queries)

    few = statements(family())
    many = statements(
        [
            row
            for n in range(20)
            for row in family(f"42990001{n:02}", 2 * n + 2, place=("甲村", "乙村")[n % 2])
        ]
    )

    assert many == few
