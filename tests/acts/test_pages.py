"""The pages of acts: menu, forms, the household's panel, the list, taking back, and odd input."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from fupin.access import SYSTEM
from fupin.numbers import masked
from fupin.queries.history import changes_of
from households.domain.undo import take_back
from households.enums import Relation
from households.interfaces.act_forms import FORMS
from households.models import Act, HouseholdYear, Membership, Person
from households.queries.trails import trails_of_household
from tests import factories as make
from tests.acts.doing import DAY, K, Scene, do, members, rows, scene
from tests.database.rows import put
from tests.factories import YEAR


@pytest.fixture
def at(world: Any) -> Scene:
    return scene(world)


@pytest.fixture
def clerk(personas: Any, client_of: Any) -> Any:
    return client_of(personas["clerk_a"])


def url(at: Scene, route: str, region: Any = None, **kwargs: Any) -> str:
    """A page in the household's village."""
    place = {"region": (region or at.home.region).code, "year": YEAR}
    return reverse(route, kwargs={**place, **kwargs})


def record(at: Scene, kind: Any, query: str = "") -> str:
    """The address of a kind's form."""
    return url(at, "acts_record", key=at.home.household_id, kind=kind.value) + query


def posted(at: Scene, kind: Any) -> tuple[str, dict[str, Any]]:
    """Query and data of a valid post of a kind."""
    head, spouse, son, mother, *_ = at.family
    said = {"on": "2017-06-01", "reason": "按实际"}
    gone = rows(Person).filter(memberships__household_year=at.home, memberships__present=False)
    who = {"name": "来人", "sex": "1", "birth_date": "1990-05-06", "relation": "99"}
    return {
        **dict.fromkeys((K.MEMBER_MARRIED_IN, K.MEMBER_MOVED_IN), ("", {**said, **who})),
        K.MEMBER_BORN: ("", {"name": "新生", "sex": "2", "birth_date": "2017-06-01", "relation": "04"}),
        K.MEMBER_RETURNED: ("", {**said, "person": [person.pk for person in gone], "relation": "04"}),
        K.HEAD_CHANGED: (f"?head={spouse.pk}", {
            **said, f"relation_{head.pk}": "02", f"relation_{son.pk}": "03", f"relation_{mother.pk}": "16"}),
        K.SPLIT: (f"?members={son.pk}&members={mother.pk}&head={mother.pk}", {
            **said, "number": "4209000001", f"relation_{son.pk}": "07"}),
        K.MERGED: (f"?into={at.second.household.number}", {
            **said, **{f"relation_{member.pk}": "99" for member in at.family}}),
        K.CORRECTED: (f"?member={son.pk}", {**said, "name": "改名"}),
        K.TRANSFERRED: ("", {**said, "to": at.elsewhere.pk}),
        **dict.fromkeys((K.LEFT_POVERTY, K.RETURNED, K.REMOVED), ("", said)),
    }.get(kind, ("", {**said, "member": mother.pk}))  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_is_recorded_by_its_form(kind: Any, at: Scene, personas: Any, client_of: Any) -> None:
    if kind == K.RETURNED:
        rows(HouseholdYear).filter(pk=at.home.pk).update(status="03", exit_year=2016)
    client = client_of(personas["township"])
    # The township's own place: the transfer is from one of its villages to another.
    here = {"region": at.home.region.parent}
    menu = client.get(url(at, "acts_menu", **here, key=at.home.household_id))
    query, data = posted(at, kind)
    address = url(at, "acts_record", **here, key=at.home.household_id, kind=kind.value)
    assert f'href="{address}"' in menu.content.decode()
    form = client.get(address + query)
    assert (form.status_code, str(kind.label) in form.content.decode()) == (200, True)
    response = client.post(address + query, data)
    assert response.status_code == 302, response.content.decode()[-3000:]
    acts = rows(Act).filter(kind=kind, part_of=None).order_by("pk")
    assert [(act.on, act.recorded_by) for act in acts] == [(DAY, personas["township"])]
    page = client.get(response["Location"]).content.decode()
    assert f"已登记：{kind.label}，2017-06-01。" in page


def test_proposals_for_a_new_head(at: Scene, clerk: Any) -> None:
    head, spouse, son, mother = at.family
    rows(Person).filter(pk=head.person_id).update(sex="1")
    rows(Person).filter(pk__in=[spouse.person_id, mother.person_id]).update(sex="2")
    form = clerk.get(record(at, K.HEAD_CHANGED, f"?head={spouse.pk}")).context["form"]
    assert {name: form[name].value() for name in form.fields if name.startswith("relation_")} == {
        f"relation_{head.pk}": Relation.SPOUSE, f"relation_{son.pk}": Relation.SON,
        f"relation_{mother.pk}": Relation.HUSBANDS_MOTHER,
    }  # fmt: skip


def test_the_first_of_those_who_leave_is_the_head_unless_another_is_chosen(at: Scene, clerk: Any) -> None:
    _, spouse, son, mother = at.family
    page = clerk.get(record(at, K.SPLIT, f"?members={son.pk}&members={mother.pk}"))
    assert page.context["form"].head.pk == min(son.pk, mother.pk)
    wrong = clerk.get(record(at, K.SPLIT, f"?members={son.pk}&head={spouse.pk}"))
    assert (wrong.status_code, "新户的户主应是分出的成员" in wrong.content.decode()) == (422, True)


def test_the_menu_offers_what_makes_sense(at: Scene, clerk: Any) -> None:
    def offered() -> set[str]:
        page = clerk.get(url(at, "acts_menu", key=at.home.household_id)).content.decode()
        return {kind.value for kind in FORMS if record(at, kind) + '"' in page}

    everything = {kind.value for kind in FORMS}
    # A clerk has no other village to send a household to.
    assert offered() == everything - {"returned", "transferred"}
    do(K.LEFT_POVERTY, at, SYSTEM)
    assert offered() == everything - {"left_poverty", "transferred"}
    do(K.REMOVED, at, SYSTEM)
    assert offered() == set()
    page = clerk.get(url(at, "households_detail", key=at.home.household_id)).content.decode()
    assert url(at, "acts_menu", key=at.home.household_id) not in page


# --- odd and hostile input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"on": "2016-12-31"}, "日期不在2017年度内"),
        ({"on": "2018-01-01"}, "日期不在2017年度内"),
        ({"on": "不知道"}, "输入一个有效的日期"),
        ({"on": ""}, "这个字段是必填项"),
        ({"member": ""}, "这个字段是必填项"),
        ({"member": "x"}, "选择一个有效的选项"),
        ({"reason": "长" * 201}, "确保该变量包含不超过 200 字符"),
        ({"reason": "两\n行"}, "内有换行"),
    ],
)
def test_a_form_says_what_is_wrong(more: dict[str, str], said: str, at: Scene, clerk: Any) -> None:
    data = {"member": at.family[-1].pk, "on": "2017-06-01", "reason": "病故", **more}
    response = clerk.post(record(at, K.MEMBER_DIED), data)
    assert (response.status_code, rows(Act).count()) == (422, 0)
    assert said in response.content.decode()


def test_others_are_no_members(at: Scene, clerk: Any, world: Any) -> None:
    """The dead, members of another household, and of another village."""
    mother = at.family[-1]
    do(K.MEMBER_DIED, at, SYSTEM)
    stranger = members(world.household_b)[0]
    for member in (mother.pk, members(at.second)[0].pk, stranger.pk):
        response = clerk.post(record(at, K.MEMBER_DIED), {"member": member, "on": "2017-07-01"})
        assert (response.status_code, "选择一个有效的选项" in response.content.decode()) == (422, True)
    for query in (f"?head={stranger.pk}", f"?head={mother.pk}", "?head=", "?head=x"):
        assert clerk.post(record(at, K.HEAD_CHANGED, query), {}).status_code == 422
    assert clerk.get(record(at, K.MERGED, f"?into={world.household_b.household.number}")).status_code == 422
    assert clerk.get(record(at, K.MERGED, f"?into={at.home.household.number}")).status_code == 422
    assert rows(Act).count() == 1
    for kind in ("registered", "taken_back", "nonsense"):
        address = url(at, "acts_record", key=at.home.household_id, kind=kind)
        assert clerk.get(address).status_code == 404


def test_who_is_registered_elsewhere_is_refused_without_a_word_of_where(
    at: Scene, clerk: Any, world: Any
) -> None:
    theirs = members(world.household_b)[0].person
    data = {
        "name": theirs.name,
        "id_number": theirs.id_number,
        "relation": "99",
        "on": "2017-06-01",
        "reason": "投靠",
    }
    body = clerk.post(record(at, K.MEMBER_MOVED_IN), data).content.decode()
    assert "此人已在本县他处登记" in body
    assert not any(word in body for word in ("乙村", world.b.code, world.household_b.household.number))
    # Left there, but in a year that is closed: the same words.
    rows(Membership).filter(person=theirs).update(present=False, departure="05")
    put(world.b, "closed")
    body = clerk.post(record(at, K.MEMBER_MOVED_IN), data).content.decode()
    assert "此人已在本县他处登记" in body and world.b.code not in body
    assert clerk.post(record(at, K.MEMBER_MOVED_IN), {**data, "name": "别人"}).status_code == 422
    put(world.b, "open")
    assert clerk.post(record(at, K.MEMBER_MOVED_IN), data).status_code == 302
    assert rows(Membership).get(person=theirs).household_year == at.home


def test_the_dead_do_not_come_back(at: Scene, clerk: Any) -> None:
    dead = at.family[-1].person
    do(K.MEMBER_DIED, at, SYSTEM)
    data = {
        "name": dead.name,
        "id_number": dead.id_number,
        "relation": "99",
        "on": "2017-07-01",
        "reason": "投靠",
    }
    assert "已登记去世" in clerk.post(record(at, K.MEMBER_MOVED_IN), data).content.decode()
    form = clerk.get(record(at, K.MEMBER_RETURNED)).context["form"]
    assert dead not in form.fields["person"].queryset


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"name": ""}, "这个字段是必填项"),
        ({"sex": ""}, "没有证件号码的，请填写性别"),
        ({"birth_date": ""}, "没有证件号码的，请填写出生日期"),
        ({"birth_date": "2017-06-02", "on": "2017-06-01"}, "出生日期晚于变动日期"),
        ({"birth_date": "2015-12-31", "on": "2017-06-01"}, "不是新生儿"),
        ({"birth_date": "2016-12-30"}, "日期不在2017年度内"),
        ({"id_number": "42119920170601123"}, "证件号码有17位"),
        ({"id_number": make.id_number(2, DAY), "sex": "1"}, "性别或出生日期与证件号码不符"),
        ({"relation": "01"}, "选择一个有效的选项"),
        ({"relation": "21"}, "选择一个有效的选项"),  # a code since 2022
    ],
)
def test_a_newborn_is_looked_at(who: dict[str, str], said: str, at: Scene, clerk: Any) -> None:
    data = {"name": "新生", "sex": "2", "birth_date": "2017-06-01", "relation": "04", **who}
    response = clerk.post(record(at, K.MEMBER_BORN), data)
    assert (response.status_code, rows(Act).count()) == (422, 0)
    assert said in response.content.decode()


def test_a_double_post_writes_once(at: Scene, clerk: Any) -> None:
    for kind in (K.MEMBER_BORN, K.MEMBER_MARRIED_IN, K.LEFT_POVERTY):
        _, data = posted(at, kind)
        assert [clerk.post(record(at, kind), data).status_code for _ in range(2)] == [302, 422]
        assert rows(Act).filter(kind=kind).count() == 1


def test_a_correction_changes_only_what_is_typed(at: Scene, clerk: Any) -> None:
    member = at.family[2]
    before, number = member.person.name, member.person.id_number
    address = record(at, K.CORRECTED, f"?member={member.pk}")
    page = clerk.get(address).content.decode()
    assert masked(number) in page and number not in page
    data = {"name": before, "on": "2017-06-01", "reason": "录入有误"}
    assert "没有改动，无须更正" in clerk.post(address, data).content.decode()
    theirs = at.family[0].person.id_number
    assert "该证件号码已在本县他处登记" in clerk.post(address, {**data, "id_number": theirs}).content.decode()
    right = make.id_number(777, date(1988, 2, 3))
    assert clerk.post(address, {**data, "id_number": right.lower()}).status_code == 302
    member.person.refresh_from_db()
    assert (member.person.name, member.person.id_number, member.person.birth_date) == (
        before,
        right,
        date(1988, 2, 3),
    )
    act = rows(Act).get()
    assert number not in str(act.rows) and right not in str(act.rows)
    take_back(act=act, reason="误", actor=SYSTEM)
    member.person.refresh_from_db()
    assert (member.person.id_number, member.person.id_number_tail) == (number, number[-4:])


# --- panel, list, history --------------------------------------------------------------------------------------


def test_the_panel_tells_and_takes_back(at: Scene, clerk: Any, personas: Any, client_of: Any) -> None:
    clerk.post(record(at, K.MEMBER_BORN), posted(at, K.MEMBER_BORN)[1])
    act = rows(Act).get()
    home = url(at, "households_detail", key=at.home.household_id)
    undo = url(at, "acts_undo", key=act.pk)
    page = clerk.get(home).content.decode()
    assert all(said in page for said in ("人口与户情变动", "新生儿", "+1人", undo, f"{personas['clerk_a']} "))
    for persona in ("county", "helper"):
        assert undo not in client_of(personas[persona]).get(home).content.decode()
    assert clerk.post(undo, {"reason": ""}).status_code == 422
    response = clerk.post(undo, {"reason": "登错了户"})
    assert response.status_code == 302
    page = clerk.get(home).content.decode()
    assert undo not in page
    assert all(said in page for said in ("已撤销", "原因：登错了户", "撤销"))
    assert clerk.post(undo, {"reason": "再来"}).status_code == 422
    put(at.home.region, "closed")
    assert "acts_undo" not in page


def test_the_list_is_filtered_and_exported_with_masked_numbers(at: Scene, clerk: Any) -> None:
    born = do(K.MEMBER_BORN, at, SYSTEM, on=date(YEAR, 7, 1))
    came = do(K.MEMBER_MARRIED_IN, at, SYSTEM)
    gone = do(K.MEMBER_DIED, at, SYSTEM, on=date(YEAR, 8, 1), member=at.family[-3].pk)
    back = take_back(act=gone, reason="误", actor=SYSTEM)

    def listed(query: str) -> list[Act]:
        return list(clerk.get(url(at, "acts_list") + query).context["table"].data.data)

    assert listed("") == [back, gone, born, came]
    assert listed("?kind=member_born") == [born]
    assert listed("?month=6") == [came]
    assert listed("?live=1") == [born, came]
    assert listed("?live=0") == [back, gone]
    assert listed(f"?q={at.home.household.number}") == [back, gone, born, came]
    assert listed(f"?q={came.person.name}") == [came]
    summary = clerk.get(url(at, "acts_list")).context["summary"]
    assert [(item["label"], item["value"]) for item in summary] == [("新生儿", 1), ("嫁入", 1)]
    book = load_workbook(BytesIO(b"".join(clerk.get(url(at, "acts_export")))))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    text = "\n".join(str(cell) for row in cells for cell in row)
    assert came.person.masked_number in text and came.person.id_number not in text
    assert len([row for row in cells if "嫁入" in row]) == 1


def test_the_history_is_of_the_whole_household(at: Scene, clerk: Any, world: Any, personas: Any) -> None:
    head = at.family[0]
    clerk.post(url(at, "members_edit", key=head.pk), {"relation": "01", "health": "03", "remark": "体弱"})
    clerk.post(record(at, K.CORRECTED, f"?member={head.pk}"), {
        "name": "新名", "id_number": make.id_number(778), "on": "2017-06-01", "reason": "录错",
    })  # fmt: skip
    clerk.post(record(at, K.LEFT_POVERTY), {"on": "2017-06-03"})
    clerk.post(url(at, "benefits_create"), {"household": at.home.household_id, "measure": "501"})
    clerk.post(record(at, K.SPLIT, posted(at, K.SPLIT)[0]), posted(at, K.SPLIT)[1])
    page = clerk.get(url(at, "households_history", key=at.home.household_id)).content.decode()
    for said in ("家庭成员：新名（2017年）", "健康状况", "人员：新名", "证件号码", "户年度信息（2017年）", "脱贫状态",
                 "未脱贫", "新脱贫", "变动记录：脱贫（2017年）", "到户措施与资金：", "变动记录：分户（2017年）",
                 str(personas["clerk_a"])):  # fmt: skip
        assert said in page, said
    for number in (make.id_number(778), head.person.id_number):
        assert number not in page
    # No raw key stands where a name should.
    told = changes_of(trails_of_household(at.home.household, personas["clerk_a"]), personas["clerk_a"])
    values = {value for change in told for _, old, new in change.changes for value in (old, new)}
    assert not {str(row.pk) for row in (at.home, at.home.household, head)} & values


def test_the_history_of_a_member_is_told_while_here(at: Scene, personas: Any, world: Any) -> None:
    """Who came from another village brings no word of it, and is not followed to the next household."""
    theirs = members(world.household_b)[1]
    rows(Membership).filter(pk=theirs.pk).update(remark="乙村时的话", present=False, departure="05")
    who = {"name": theirs.person.name, "id_number": theirs.person.id_number}
    do(K.MEMBER_MOVED_IN, at, SYSTEM, identity=who)
    clerk = personas["clerk_a"]

    def told() -> str:
        return str(changes_of(trails_of_household(at.home.household, clerk), clerk))

    assert "（他处）" in told()
    assert not any(word in told() for word in ("乙村", world.household_b.household.number))
    do(K.MEMBER_MARRIED_OUT, at, SYSTEM, member=theirs.pk, on=date(YEAR, 7, 1))
    home = at.home
    at.home = world.household_b
    do(K.MEMBER_MOVED_IN, at, SYSTEM, identity=who, on=date(YEAR, 8, 1))
    rows(Membership).filter(pk=theirs.pk).update(remark="又是乙村的话")
    at.home = home
    assert not any(word in told() for word in ("乙村", "又是", world.household_b.household.number))


def test_a_long_history_is_paged(at: Scene, clerk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("fupin.resource.history.PAGE_CHANGES", 3)
    do(K.MEMBER_BORN, at, SYSTEM)
    address = url(at, "households_history", key=at.home.household_id)
    first, second = clerk.get(address), clerk.get(address + "?page=2")
    assert len(first.context["history"]) == 3
    assert first.context["history"] != second.context["history"]
    assert clerk.get(address + "?page=nonsense").status_code == 200


def test_a_household_that_moved_is_found_by_the_new_village(
    at: Scene, personas: Any, client_of: Any, world: Any
) -> None:
    make.HouseholdYearFactory(household=at.home.household, region=world.a, year=YEAR - 1)
    do(K.TRANSFERRED, at, SYSTEM)
    a, b = (client_of(personas[name]) for name in ("clerk_a", "clerk_b"))
    assert a.get(url(at, "households_detail", key=at.home.household_id)).status_code == 404
    page = b.get(url(at, "households_detail", region=world.b, key=at.home.household_id)).content.decode()
    assert "整户迁移" in page and "+4人" in page
    earlier = {"region": world.a.code, "year": YEAR - 1, "key": at.home.household_id}
    assert a.get(reverse("households_detail", kwargs=earlier)).status_code == 200
    listed = a.get(url(at, "acts_list")).content.decode()
    assert "迁往乙村" in listed
    act = rows(Act).get(part_of=None)
    detail = a.get(url(at, "acts_detail", key=act.pk))
    assert (detail.status_code, "查看所在户" in detail.content.decode()) == (200, False)
