"""The ledgers' forms: what a good one writes, and what is said beside the field of a bad one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS
from django.urls import reverse

from funds.domain.enterprises import save_enterprise
from funds.models import Benefit, Enterprise, Partnership, Project
from fupin.access import SYSTEM
from fupin.domain.imports import IMPORTERS, import_file
from fupin.domain.rows import save_row
from fupin.models import ImportRun
from fupin.refusals import Refused
from households.models import LedgerEntry
from households.work import WORK
from reports.models import SectionText
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import written
from tests.ledgers.conftest import Office

MODELS = {
    "benefits": Benefit, "projects": Project, "partners": Partnership, "enterprises": Enterprise,
    "work": LedgerEntry, "texts": SectionText,
}  # fmt: skip
OF_A_VILLAGE = [name for name in MODELS if name != "enterprises"]


def rows(ledger: str) -> Any:
    return MODELS[ledger].objects.unscoped("tests")


def messages_of(response: Any) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in response.context["messages"]]


# --- what is good ------------------------------------------------------------------------------------------


def test_a_benefit_is_written_as_it_was_typed(office: Office) -> None:
    response = office.post("benefits")
    row = rows("benefits").get()
    assert response["Location"] == office.url("benefits_detail", key=row.pk)
    assert (row.region, row.year, row.household, row.person, row.measure, row.on) == (
        office.world.a, YEAR, office.home.household, office.member(office.home), "401", date(2017, 9, 1),
    )  # fmt: skip
    assert (row.quantity, row.unit, row.amount, row.enterprise, row.remark) == (
        Decimal(2), "人次", Decimal("1500.50"), office.firm, "秋季",
    )  # fmt: skip
    assert (row.standard, row.tranche, row.grade) == (Decimal("750.25"), "第一批", "")


def test_a_project_is_written_as_it_was_typed(office: Office) -> None:
    assert office.post("projects").status_code == 302
    row = rows("projects").get()
    assert (row.region, row.year, row.position, row.name, row.nature, row.stage, row.site) == (
        office.world.a, YEAR, 2, "路灯", "01", "03", "三组",
    )  # fmt: skip
    assert (row.quantity, row.unit, row.amount, row.source, row.remark) == (
        Decimal(80), "盏", Decimal(115_000), "财政专项", "已验收",
    )  # fmt: skip


def test_long_texts_have_room_and_lines_that_a_workbook_keeps(office: Office, tmp_path: Path) -> None:
    fields = office.client.get(office.url("projects_create")).context["form"]
    kinds = {name: fields[name].widget_type for name in ("name", "content", "target", "sharing", "remark")}
    assert kinds == {
        "name": "text",
        **dict.fromkeys(("content", "target", "sharing"), "textarea"),
        "remark": "wide",
    }
    typed = {**office.good["projects"], "content": "1.硬化路面500米\r\n2.路灯80盏", "sharing": "务工"}
    assert office.post("projects", **typed).status_code == 302
    assert rows("projects").get().content == "1.硬化路面500米\n2.路灯80盏"
    response = office.post("projects", **{**typed, "name": "水渠", "remark": "两\r\n行"})
    assert "请改成一行" in str(response.context["form"].errors["remark"])
    path = tmp_path / "projects.xlsx"
    path.write_bytes(office.client.get(office.url("projects_export")).getvalue())
    outcome = import_file(
        path, importer=IMPORTERS["projects"], region=office.world.a, year=YEAR, actor=SYSTEM
    )
    assert (outcome.state, list(outcome.errors)) == (ImportRun.State.UNCHANGED, [])


def test_a_partnership_is_written_as_it_was_typed(office: Office) -> None:
    assert office.post("partners").status_code == 302
    row = rows("partners").get()
    assert (row.region, row.year, row.enterprise, row.household, row.remark) == (
        office.world.a, YEAR, office.firm, office.home.household, "社员",
    )  # fmt: skip


def test_an_enterprise_of_another_village_can_be_named(office: Office) -> None:
    """It is one in the whole county; only those in sight are suggested."""
    page = office.client.get(office.url("partners_create"))
    assert list(page.context["form"].fields["enterprise"].widget.suggestions) == ["将军红山茶油"]
    assert "杉宝生态农业" not in page.content.decode()
    assert office.post("partners", enterprise="杉宝生态农业").status_code == 302
    assert rows("partners").get().enterprise == office.firm_b


def test_an_enterprise_lies_where_it_is_registered(office: Office, personas: Any, client_of: Any) -> None:
    assert office.post("enterprises").status_code == 302
    client_of(personas["township"]).post(
        office.url("enterprises_create", place=office.world.township),
        {**office.good["enterprises"], "name": "镇办企业"},
    )
    lies = {row.name: row.region.name for row in rows("enterprises").select_related("region")}
    assert lies == {
        "将军红山茶油": "甲村",
        "杉宝生态农业": "乙村",
        "新合作社": "甲村",
        "镇办企业": "七里坪镇",
    }


def test_an_entry_of_the_work_ledger_is_written_as_it_was_typed(office: Office) -> None:
    assert office.post("work").status_code == 302
    row = rows("work").get()
    assert (row.region, row.year, row.kind, row.on, row.title, row.attendance, row.household, row.remark) == (
        office.world.a, YEAR, "102", date(2017, 5, 6), "移风易俗", 31, None, "晴",
    )  # fmt: skip
    # 0 is a number that somebody has counted, and empty is none.
    assert office.post("work", title="无人到场", attendance="0", remark="").status_code == 302
    assert [(r.title, r.attendance, r.households) for r in rows("work").order_by("pk")] == [
        ("移风易俗", 31, None), ("无人到场", 0, None),
    ]  # fmt: skip


def test_a_paragraph_is_written_and_the_next_one_is_offered_its_place(office: Office) -> None:
    assert office.client.get(office.url("texts_create")).context["form"].initial["position"] == 1
    assert office.post("texts", text="一、抓产业。\r\n二、抓教育。").status_code == 302
    row = rows("texts").get()
    assert (row.region, row.year, row.chapter, row.position, row.text) == (
        office.world.a, YEAR, "7", 1, "一、抓产业。\n二、抓教育。",
    )  # fmt: skip
    offered = [
        office.client.get(office.url("texts_create") + query).context["form"].initial["position"]
        for query in ("", "?chapter=6")
    ]
    assert offered == [2, 1]


@pytest.mark.parametrize("ledger", MODELS)
def test_a_change_is_written_to_the_row_itself(ledger: str, office: Office) -> None:
    before = set(rows(ledger).values_list("pk", flat=True))
    office.post(ledger)
    (row,) = rows(ledger).exclude(pk__in=before)
    name = {"enterprises": "business", "texts": "text"}.get(ledger, "remark")
    edit = office.url(f"{ledger}_edit", key=row.pk)
    assert office.client.get(edit).status_code == 200
    response = office.client.post(edit, {**office.good[ledger], name: "改了"})
    assert (response.status_code, response["Location"]) == (302, office.url(f"{ledger}_detail", key=row.pk))
    row.refresh_from_db()
    assert (getattr(row, name), rows(ledger).count()) == ("改了", len(before) + 1)


def test_the_form_to_edit_shows_what_stands_there(office: Office) -> None:
    office.post("benefits")
    form = office.client.get(office.url("benefits_edit", key=rows("benefits").get().pk)).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    assert shown == {
        "household": office.home.household_id, "person": office.member(office.home).pk, "measure": "401",
        "grade": "", "on": date(2017, 9, 1), "tranche": "第一批", "quantity": Decimal(2), "unit": "人次",
        "standard": Decimal("750.25"), "amount": Decimal("1500.50"), "enterprise": "将军红山茶油", "remark": "秋季",
    }  # fmt: skip


# --- choices -----------------------------------------------------------------------------------------------


def labels(form: Any, name: str) -> list[str]:
    return [str(label) for value, label in form.fields[name].choices if value]


def test_households_to_choose_are_the_villages_with_their_heads(office: Office) -> None:
    """Those that it has registered in any year: a measure of 2015 is entered for a household registered in 2016."""
    wanted = [f"{home.household} {people_of(home)[0]}" for home in (office.home, office.other)]
    for ledger in ("benefits", "partners", "work"):
        for year in (YEAR, 2015):
            form = office.client.get(office.url(f"{ledger}_create", year=year)).context["form"]
            assert labels(form, "household") == wanted


def people_of(home: Any) -> list[Any]:
    members = home.members.model.objects.unscoped("tests").filter(household_year=home)
    return [member.person for member in members.select_related("person").order_by("pk")]


def test_people_to_choose_are_the_villages_and_of_a_given_household_its_own(office: Office) -> None:
    def offered(query: str = "") -> list[str]:
        return labels(office.client.get(office.url("benefits_create") + query).context["form"], "person")

    everybody = [
        f"{home.household} {person}" for home in (office.home, office.other) for person in people_of(home)
    ]
    assert sorted(offered()) == sorted(everybody)
    own = f"?household={office.other.household_id}"
    assert sorted(offered(own)) == sorted(f"{office.other.household} {p}" for p in people_of(office.other))
    foreign = f"?household={office.world.household_b.household_id}"
    assert [offered(query) for query in (foreign, "?household=" + "9" * 30)] == [[], offered()]


def test_the_form_says_which_counts_a_kind_of_work_has(office: Office) -> None:
    form = office.client.get(office.url("work_create")).context["form"]
    said = {name: form.fields[name].help_text for name in ("attendance", "household", "households", "amount")}
    assert said == {
        "attendance": "走访慰问不填。",
        "household": "只用于：走访慰问、其他。",
        "households": "",
        "amount": "只用于：技能培训、走访慰问、环境整治、其他。",
    }
    assert [kind.label for kind in WORK if "attendance" not in WORK[kind].uses] == ["走访慰问"]


# --- what is wrong -----------------------------------------------------------------------------------------

NO_HOME, NOBODY = "本村没有登记这一户，请重新选择。", "本村没有登记这个人，请重新选择。"
REQUIRED = "这个字段是必填项。"

#: ledger, what is posted instead of what is good, the fields that are refused with what is said. In the posted
#: values, @ stands for the key of a row of the test.
BAD: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("benefits", {"household": "", "person": "", "measure": ""}, {"household": REQUIRED, "measure": REQUIRED}),
    ("benefits", {"household": "@foreign household"}, {"household": NO_HOME}),
    ("benefits", {"household": "9" * 30}, {"household": NO_HOME}),
    ("benefits", {"person": "@foreign person"}, {"person": NOBODY}),
    ("benefits", {"person": "@other person"}, {"person": "{other}不是户编号 {home} 的成员。请核对户和享受人。"}),
    ("benefits", {"unit": ""}, {"unit": "填了数量，没有填单位。请填写单位，如：米、盏、头；没有数量的都留空。"}),
    ("benefits", {"on": "2016-12-31"}, {"on": "日期不在2017年。请核对日期和享受年度。"}),
    ("benefits", {"on": "2017-02-30"}, {"on": "输入一个有效的日期。"}),
    ("benefits", {"measure": "000"}, {"measure": "选择一个有效的选项。 000 不在可用的选项中。"}),
    ("benefits", {"amount": "-1", "quantity": "-1"}, {
        "amount": "确保该值大于或等于0。", "quantity": "确保该值大于或等于0。"}),
    ("benefits", {"amount": "一千"}, {"amount": "输入一个数字。"}),
    ("benefits", {"enterprise": "无名公司"}, {
        "enterprise": "没有登记“无名公司”，请核对名称，或先在“市场主体”中登记。"}),
    ("projects", {"name": "", "stage": ""}, {"name": REQUIRED, "stage": REQUIRED}),
    ("projects", {"unit": ""}, {
        "unit": "填了建设规模，没有填单位。请填写单位，如：米、盏、头；没有数量的都留空。"}),
    ("projects", {"amount": "-0.01"}, {"amount": "确保该值大于或等于0。"}),
    ("projects", {"stage": "77"}, {"stage": "选择一个有效的选项。 77 不在可用的选项中。"}),
    ("partners", {"enterprise": "", "household": ""}, {"enterprise": REQUIRED, "household": REQUIRED}),
    ("partners", {"household": "@foreign household"}, {"household": NO_HOME}),
    ("partners", {"enterprise": "无名公司"}, {
        "enterprise": "没有登记“无名公司”，请核对名称，或先在“市场主体”中登记。"}),
    ("enterprises", {"name": "", "kind": ""}, {"name": REQUIRED, "kind": REQUIRED}),
    ("enterprises", {"name": "杉宝生态农业"}, {"name": "该市场主体已在本县登记。"}),
    ("work", {"kind": "", "on": ""}, {"kind": REQUIRED, "on": REQUIRED}),
    ("work", {"kind": "201"}, {"attendance": "“走访慰问”不登记参加人数。请留空，或改正类别。"}),
    ("work", {"household": "@household", "people": "3", "pieces": "0", "amount": "0"}, {
        name: f"“院子会”不登记{label}。请留空，或改正类别。" for name, label in (
            ("household", "户编号"), ("people", "涉及人数"), ("pieces", "发放份数"), ("amount", "金额"))}),
    ("work", {"household": "@foreign household", "kind": "999"}, {"household": NO_HOME}),
    ("work", {"on": "2018-01-01"}, {"on": "日期晚于2017年度。请核对日期。"}),
    ("work", {"on": "2016-12-31"}, {
        NON_FIELD_ERRORS: "日期不在所选年度内，请核对日期，或在页面上方选择相应年度。"}),
    ("work", {"attendance": "-1"}, {"attendance": "确保该值大于或等于0。"}),
    ("texts", {"chapter": "", "position": "", "text": ""}, {
        "chapter": REQUIRED, "position": REQUIRED, "text": REQUIRED}),
    ("texts", {"chapter": "9"}, {"chapter": "选择一个有效的选项。 9 不在可用的选项中。"}),
    ("texts", {"position": "0"}, {"position": "确保该值大于或等于1。"}),
]  # fmt: skip


@pytest.mark.parametrize(("ledger", "changes", "said"), BAD, ids=lambda value: str(value)[:40])
def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(
    ledger: str, changes: dict[str, Any], said: dict[str, str], office: Office
) -> None:
    foreign, other = office.world.household_b, office.member(office.other)
    keys = {
        "@household": office.home.household_id, "@foreign household": foreign.household_id,
        "@foreign person": office.member(foreign).pk, "@other person": other.pk,
    }  # fmt: skip
    posted = {name: keys.get(value, value) for name, value in changes.items()}
    before = written()
    response = office.post(ledger, **posted)
    form = response.context["form"]
    wanted = {name: [text.format(other=other, home=office.home.household)] for name, text in said.items()}
    assert (response.status_code, dict(form.errors)) == (422, wanted)
    assert written() == before
    kept = {**office.good[ledger], **posted}
    assert {name: form.data[name] for name in kept} == {name: str(value) for name, value in kept.items()}


@pytest.mark.parametrize(
    "text", ["在册{pooor:户人}。", "在册{poor:万元}。", "[[在册{poor:户人}。", "在册{poor。"]
)
def test_a_text_with_a_broken_figure_is_refused_at_its_field(text: str, office: Office) -> None:
    before = written()
    response = office.post("texts", text=text)
    assert (response.status_code, list(response.context["form"].errors), written()) == (422, ["text"], before)
    ((said,),) = response.context["form"].errors.values()
    assert said.startswith("第1行：")
    assert office.post("texts", text="在册{poor:户人}。").status_code == 302


#: What is said of a row that stands there already.
TWICE = {
    "benefits": "该户（人）同一年度、同一日期的这项措施已经登记，请核对日期或改正原有记录。",
    "projects": "本村这一年度已有同名项目。",
    "partners": "该户这一年度与该市场主体的关系已经登记。",
    "work": "同一天、同一主题的这类工作已经登记；一天几场的请写不同的主题。",
    "texts": "这一章节已有这个序号的文字，请换一个序号。",
}


@pytest.mark.parametrize("ledger", TWICE)
def test_a_row_that_stands_there_is_not_written_twice(ledger: str, office: Office) -> None:
    office.post(ledger)
    before = written()
    response = office.post(ledger)
    assert (response.status_code, response.context["form"].non_field_errors()) == (422, [TWICE[ledger]])
    assert (rows(ledger).count(), written()) == (1, before)


def test_a_measure_for_the_household_and_one_for_its_person_are_two(office: Office) -> None:
    """And so are two days; without a day there is one a year. Most of it is doubted, and saved by who is sure."""
    doubted = []
    for changes in (
        {"person": ""},
        {},
        {"on": "2017-03-01", "tranche": ""},
        {"on": ""},
        {"on": "", "person": ""},
    ):
        response = office.post("benefits", **changes)
        doubted.append(response.status_code == 422)
        if doubted[-1]:
            response = office.post("benefits", **changes, _sure=office.sure(response))
        assert response.status_code == 302
    assert doubted == [False, True, True, True, True]
    assert office.post("benefits", on="", person="").status_code == 422
    assert rows("benefits").count() == 5


# --- where and when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ledger", OF_A_VILLAGE)
def test_above_a_village_one_is_told_to_choose_one(
    ledger: str, office: Office, personas: Any, client_of: Any
) -> None:
    client = client_of(personas["township"])
    create, listed = (
        office.url(f"{ledger}_{verb}", place=office.world.township) for verb in ("create", "list")
    )
    label = client.get(listed).context["resource"].label
    before = written()
    sent = {**office.good[ledger], "_page": ""}
    for response in (client.get(create, follow=True), client.post(create, sent, follow=True)):
        assert response.redirect_chain == [(listed, 302)]
        assert messages_of(response) == [("warning", f"{label}按村登记，请先在页面上方选择一个村。")]
    assert written() == before
    drawn = [create in client.get(listed).content.decode()]
    drawn += [office.url(f"{ledger}_create") in client.get(office.url(f"{ledger}_list")).content.decode()]
    assert drawn == [False, True]
    assert client.post(office.url(f"{ledger}_create"), office.good[ledger]).status_code == 302


@pytest.mark.parametrize("ledger", OF_A_VILLAGE)
def test_a_closed_year_takes_no_row(ledger: str, office: Office) -> None:
    from tests.database.rows import SENTENCES, put

    stamp = office.client.stamp(office.url(f"{ledger}_create"))
    put(office.world.a, "closed")
    before = written()
    response = office.post(ledger, **stamp)
    assert (response.status_code, response.context["form"].non_field_errors()) == (422, [SENTENCES["closed"]])
    assert written() == before


def test_the_domain_asks_for_the_right_itself(office: Office, personas: Any) -> None:
    before = written()
    project = make.ProjectFactory.build(region=office.world.a)
    with pytest.raises(Refused, match="您没有在甲村“录入修改”的权限。"):
        save_row(row=project, actor=personas["leader"])
    with pytest.raises(Refused, match="七里坪镇不是村，台账按村登记。"):
        save_row(row=make.ProjectFactory.build(region=office.world.township), actor=personas["township"])
    with pytest.raises(Refused, match="您没有在甲村登记、修改市场主体的权限。"):
        save_enterprise(enterprise=office.firm, actor=personas["clerk_b"])
    assert written() == before
    save_row(row=project, actor=personas["clerk_a"])
    assert written() > before


def test_an_enterprise_is_changed_where_it_lies(office: Office) -> None:
    """One that only has households here is seen, but neither changed nor offered to be."""
    make.PartnershipFactory(region=office.world.a, household=office.home.household, enterprise=office.firm_b)
    pages = {
        firm: office.client.get(office.url("enterprises_detail", key=firm.pk)).context["actions"]
        for firm in (office.firm, office.firm_b)
    }
    offered = {firm.name: [button.label for button in buttons] for firm, buttons in pages.items()}
    assert offered == {"将军红山茶油": ["修改", "修改记录"], "杉宝生态农业": []}
    response = office.client.post(
        office.url("enterprises_edit", key=office.firm_b.pk), office.good["enterprises"]
    )
    said = response.context["form"].non_field_errors()
    assert (response.status_code, said) == (422, ["您没有在乙村登记、修改市场主体的权限。"])
    office.firm_b.refresh_from_db()
    assert office.firm_b.name == "杉宝生态农业"


# --- odd amounts -------------------------------------------------------------------------------------------


def saved_with(office: Office, **changes: Any) -> list[tuple[str, str]]:
    """What is said after a project was saved."""
    response = office.client.post(
        reverse("projects_create", kwargs={"region": office.world.a.code, "year": YEAR}),
        {**office.good["projects"], **changes}, follow=True,
    )  # fmt: skip
    assert response.status_code == 200
    return messages_of(response)


def doubt_of(office: Office, **changes: Any) -> tuple[str, Any]:
    """The doubt about a new project's amount; and what is posted with a tick that it is right."""
    url = office.url("projects_create")
    page = office.client.post(url, {**office.good["projects"], **changes})
    assert (page.status_code, rows("projects").filter(name=changes["name"]).exists()) == (422, False)
    doubt = page.context["form"]["amount"].doubt
    assert page.content.decode().count(doubt["text"]) == 2
    ticked = {
        **office.good["projects"],
        **changes,
        "_sure": doubt["mark"],
        "_page": str(page.context["stamp"]),
    }
    return doubt["text"], ticked


def test_an_amount_in_the_wrong_unit_is_asked_about(office: Office) -> None:
    """The paper printed 16元 for 16万元."""
    url = office.url("projects_create")
    for name, amount in (("小道", 100_000), ("公厕", 80_000), ("路基", 80_000)):
        make.ProjectFactory(region=office.world.a, name=name, amount=amount)
    make.ProjectFactory(region=office.world.b, name="别村", amount=16)
    saved = ("success", "已保存。")
    odd = "投入资金16元（0.0016万元）与其他项目相差悬殊，请核对单位是元还是万元。"
    text, ticked = doubt_of(office, name="文化广场", amount="16")
    assert text == odd
    # The tick is for this amount and no other.
    assert office.client.post(url, {**ticked, "amount": "17"}).status_code == 422
    assert office.client.post(url, ticked).status_code == 302
    assert saved_with(office, name="党群中心", amount="250000") == [saved]
    assert saved_with(office, name="规划的", stage="01", amount="") == [saved]
    large = "投入资金2,500,000,000元（250000万元）与其他项目相差悬殊，请核对单位是元还是万元。"
    text, ticked = doubt_of(office, name="错填", amount="2500000000")
    assert (text, office.client.post(url, ticked).status_code) == (large, 302)
    assert rows("projects").filter(region=office.world.a).count() == 3 + 4
