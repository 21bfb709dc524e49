"""Two people at one row: nothing is written unseen over what the other has written meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.urls import get_resolver

from fupin.access import SYSTEM
from fupin.domain.rows import lock_row
from fupin.resource import editing
from fupin.resource import stamp as stamps
from fupin.resource.editing import EditView
from fupin.resource.stamp import FIELD, Stamp
from fupin.words import plain
from households.domain.registration import HOUSEHOLD_FIELDS, save_households
from households.models import IncomeItem, Membership
from tests.database.tools import PATIENCE, blockers_of, run, sessions
from tests.editing.conftest import CHANGES, Editor, sent_by
from tests.literal.fields import RESOURCES
from tests.long import lasting

PAIRS = lasting(40)

concurrent = pytest.mark.django_db(transaction=True)


#: Of the money's rows the page of deletion names another row than that of changing: one on which nothing stands.
MONEY = ("appropriations", "changes", "allocations", "payments")
REMOVED = [name for name, resource in RESOURCES.items() if resource.removes and name not in MONEY]


def test_every_form_of_a_row_is_tried() -> None:
    editable = {resource.name for resource in RESOURCES.values() if resource.form_class}
    assert set(CHANGES) == editable
    routed = {
        pattern.name.removesuffix("_edit")
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [resolver])
        if getattr(getattr(pattern.callback, "view_class", None), "__mro__", ())
        and issubclass(pattern.callback.view_class, EditView)
    }
    assert routed == editable | {"households_family"}, "the table of members has tests of its own below"


def value_of(editor: Editor) -> str:
    if editor.name == "income":  # whose fields are rows of their own
        return plain(IncomeItem.objects.unscoped("tests").get(household_year=editor.row()).amount)
    value = getattr(editor.row(), CHANGES[editor.name][0])
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", CHANGES)
def test_the_second_to_save_sees_both_versions_and_keeps_what_was_typed(name: str, editors: Callable) -> None:
    field, one, two = CHANGES[name]
    first, second = editors(name)
    sent = {first: first.open(), second: second.open()}
    before = value_of(first)
    assert first.client.post(first.url(), {**sent[first], field: one}).status_code == 302
    page = second.client.post(second.url(), {**sent[second], field: two})

    assert (page.status_code, value_of(first)) == (409, one)
    assert page.context["form"][field].value() == two
    (difference,) = page.context["differences"]
    assert (difference.texts["typed"], difference.texts["now"]) == (two, one)
    assert difference.texts["before"] == (before or "（空）")
    assert (difference.who, difference.taken) == (str(first.user), False)
    said = page.content.decode()
    assert f"您填的是{two}，现在的是{one}" in said and f"原来的：{before or '（空）'}" in said

    # Saving again without choosing asks again; a choice is obeyed.
    again = {**sent_by(page), field: two}
    assert second.client.post(second.url(), again).status_code == 409
    assert value_of(first) == one
    assert second.client.post(second.url(), {**again, f"_keep-{field}": "mine"}).status_code == 302
    assert value_of(first) == two


@pytest.mark.django_db
def test_the_other_version_can_be_chosen(editors: Callable) -> None:
    first, second = editors("households")
    sent = {first: first.open(), second: second.open()}
    first.client.post(first.url(), {**sent[first], "remark": "甲写", "group": "3"})
    page = second.client.post(second.url(), {**sent[second], "remark": "乙写", "hamlet": "上湾"})
    chosen = {**sent_by(page), "remark": "乙写", "hamlet": "上湾", "_keep-remark": "theirs"}
    assert second.client.post(second.url(), chosen).status_code == 302
    row = first.row()
    assert (row.remark, row.group, row.hamlet) == ("甲写", type(row.group)(3), "上湾")


@pytest.mark.django_db
def test_what_only_the_other_has_changed_is_taken_over_and_said(editors: Callable) -> None:
    first, second = editors("households")
    sent = {first: first.open(), second: second.open()}
    first.client.post(
        first.url(), {**sent[first], "housing": "03", "other_causes": ["02", "05"], "water_safe": "false"}
    )
    page = second.client.post(second.url(), {**sent[second], "remark": "乙写"})
    assert page.status_code == 409
    assert {d.name: d.taken for d in page.context["differences"]} == dict.fromkeys(
        ("housing", "other_causes", "water_safe"), True
    )
    assert "别人改过这条记录" in page.content.decode()
    # The page as it stands, sent again, is what both have written.
    assert page.context["form"]["remark"].value() == "乙写"
    assert second.client.post(second.url(), {**sent_by(page)}).status_code == 302
    row = first.row()
    assert (row.housing, row.other_causes, row.water_safe, row.remark) == ("03", ["02", "05"], False, "乙写")


@pytest.mark.django_db
def test_a_third_change_while_one_chooses_is_seen_too(editors: Callable) -> None:
    first, second = editors("households")
    sent = {first: first.open(), second: second.open()}
    first.client.post(first.url(), {**sent[first], "remark": "甲写"})
    page = second.client.post(second.url(), {**sent[second], "remark": "乙写"})
    first.client.post(first.url(), {**first.open(), "remark": "甲又写"})
    page = second.client.post(second.url(), {**sent_by(page), "remark": "乙写", "_keep-remark": "mine"})
    assert (page.status_code, first.row().remark) == (409, "甲又写")
    assert page.context["differences"][0].texts["now"] == "甲又写"


@pytest.mark.django_db
def test_the_same_change_by_both_is_no_conflict(editors: Callable) -> None:
    """However it was typed."""
    first, second = editors("households")
    sent = {first: first.open(), second: second.open()}
    first.client.post(first.url(), {**sent[first], "house_area": "85.50"})
    assert second.client.post(second.url(), {**sent[second], "house_area": " 85.5 "}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("stamp", ["", "x", "another row", "another user"])
def test_a_page_without_a_stamp_of_ours_overwrites_nothing(stamp: str, editors: Callable) -> None:
    first, second = editors("households")
    sent = first.open()
    form = f"households_edit/{first.row().pk}"
    given = {
        "another row": str(Stamp(first.user.pk, "households_edit/0", {})),
        "another user": str(Stamp(second.user.pk, form, {})),
    }.get(stamp, stamp)
    page = first.client.post(first.url(), {**sent, FIELD: given, "remark": "写"})
    assert (page.status_code, first.row().remark) == (409, "")
    assert page.context["form"]["remark"].value() == "写"
    assert "无法确认这一页是什么时候打开的" in page.content.decode()
    # Nothing typed otherwise than it stands: nothing to ask.
    assert first.client.post(first.url(), {**sent, FIELD: given}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("name", REMOVED)
def test_deleting_what_was_changed_meanwhile_asks_again(name: str, editors: Callable) -> None:
    field, one, _ = CHANGES[name]
    first, second = editors(name)
    stamp = second.client.stamp(second.url("remove"))
    first.client.post(first.url(), {**first.open(), field: one})
    page = second.client.post(second.url("remove"), stamp)
    assert (page.status_code, value_of(first)) == (409, one)
    assert f"这条记录被改过（{first.user}，" in page.content.decode()
    assert second.client.post(second.url("remove"), {FIELD: ""}).status_code == 409
    again = dict(page.context["answer"])
    assert second.client.post(second.url("remove"), again).status_code == 302
    with pytest.raises(RESOURCES[name].model.DoesNotExist):
        first.row()


@pytest.mark.django_db
@pytest.mark.parametrize("name", REMOVED)
def test_what_was_typed_into_a_row_that_is_gone_can_be_saved_anew(name: str, editors: Callable) -> None:
    field, one, _ = CHANGES[name]
    first, second = editors(name)
    sent = {**second.open(), field: one}
    assert first.client.post(first.url("remove")).status_code == 302
    page = second.client.post(second.url(), sent)
    assert (page.status_code, page.context["form"][field].value()) == (409, one)
    assert "这条记录已经不在了" in page.content.decode()
    create = second.url("create")
    assert f'action="{create}"' in page.content.decode()
    answer = second.client.post(create, {**sent, FIELD: str(page.context["stamp"])})
    assert answer.status_code == 302
    assert list(RESOURCES[name].model.objects.unscoped("tests").values_list(field, flat=True)).count(one) == 1
    # A page of nobody's is answered like a row that never was.
    assert second.client.post(second.url(), {**sent, FIELD: ""}).status_code == 404


def family(editor: Editor) -> dict[str, Any]:
    """The page on which a household's members are edited in place, as it is sent unchanged."""
    sent = sent_by(editor.client.get(editor.url("family")))
    rows = sum(name.endswith("-row") for name in sent)
    return {**sent, "members-TOTAL_FORMS": str(rows), "members-INITIAL_FORMS": "0"}


def at_work(editor: Editor) -> None:
    """Let the members be at work somewhere, so that months of it are not doubted."""
    Membership.objects.unscoped("tests").filter(household_year=editor.row()).update(work_place="01")


def members(editor: Editor) -> list[Any]:
    rows = Membership.objects.unscoped("tests").filter(household_year=editor.row(), present=True)
    return list(rows.order_by("relation", "pk"))


@pytest.mark.django_db
def test_members_that_are_edited_in_place_are_guarded_row_by_row(editors: Callable) -> None:
    first, second = editors("households")
    at_work(first)
    sent = {first: family(first), second: family(second)}
    mine = {"members-0-work_months": "3", "members-1-work_months": "5"}
    theirs = {"members-1-work_months": "6"}
    assert first.client.post(first.url("family"), {**sent[first], **theirs}).status_code == 302
    page = second.client.post(second.url("family"), {**sent[second], **mine})
    assert page.status_code == 409
    (difference,) = page.context["differences"]
    who = members(second)[1].person.name
    assert (difference.label, difference.texts["typed"], difference.texts["now"]) == (
        f"{who} 务工时间（月）",
        "5",
        "6.0",
    )
    assert difference.who == str(first.user)
    again = {
        **sent[second],
        **mine,
        FIELD: str(page.context["stamp"]),
        "_keep-members-1-work_months": "theirs",
    }
    assert second.client.post(second.url("family"), again).status_code == 302
    assert [member.work_months for member in members(second)][:2] == [3, 6]


@pytest.mark.django_db
def test_a_member_is_told_by_the_row_and_not_by_the_place_in_the_table(editors: Callable) -> None:
    """The other makes the second member the head: the rows change places."""
    first, second = editors("households")
    at_work(first)
    sent = {first: family(first), second: family(second)}
    head, other, *rest = members(first)
    change = {"members-0-relation": "99", "members-1-relation": "01"}
    if (answer := first.client.post(first.url("family"), {**sent[first], **change})).status_code != 302:
        raise AssertionError(answer.context["form"].errors)
    page = second.client.post(second.url("family"), {**sent[second], "members-0-work_months": "3"})
    assert page.status_code == 409
    assert {d.label: d.taken for d in page.context["differences"]} == {
        f"{member.person.name} 与户主关系": True for member in (head, other)
    }
    shown = page.context["form"].members.set.forms
    typed = {row.instance.person_id: row["work_months"].value() for row in shown}
    assert typed == {head.person_id: "3", **{member.person_id: "" for member in (other, *rest)}}


@pytest.mark.django_db
def test_a_members_own_page_and_the_table_guard_each_other(editors: Callable) -> None:
    first, second = editors("households")
    at_work(first)
    table = family(second)
    member = members(first)[1]
    own = first.url().replace(f"households/{member.household_year.household_id}", f"members/{member.pk}")
    assert first.client.post(own, {**sent_by(first.client.get(own)), "work_months": "6"}).status_code == 302
    page = second.client.post(second.url("family"), {**table, "members-1-work_months": "5"})
    assert (page.status_code, members(first)[1].work_months) == (409, 6)


# --- at the same time ----------------------------------------------------------------------------------------


@concurrent
def test_a_form_waits_for_a_writer_and_compares_with_what_it_wrote(editors: Callable) -> None:
    first, second = editors("households")
    sent = {first: first.open(), second: second.open()}
    with sessions(2) as (one, two):
        one.begin()
        assert one.do(first.client.post, first.url(), {**sent[first], "remark": "甲写"}).status_code == 302
        saving = two.start(second.client.post, second.url(), {**sent[second], "remark": "乙写"})
        assert blockers_of(two, saving) == [one.pid]
        one.commit()
        assert saving.result(PATIENCE).status_code == 409
    assert first.row().remark == "甲写"


@concurrent
def test_a_form_waits_for_an_import_and_shows_what_it_wrote(editors: Callable) -> None:
    """Both lock in the same order: neither is given up by the database."""
    first, _ = editors("households")
    sent, row = {**first.open(), "remark": "页面写的"}, first.row()
    values = {name: getattr(row, name) for name in HOUSEHOLD_FIELDS}
    rows = [{**values, "household_number": row.household.number, "remark": "导入的"}]
    with sessions(2) as (importing, form):
        importing.begin()
        importing.do(save_households, region=row.region, year=row.year, rows=rows, actor=SYSTEM)
        saving = form.start(first.client.post, first.url(), sent)
        assert blockers_of(form, saving) == [importing.pid]
        importing.commit()
        page = saving.result(PATIENCE)
    (difference,) = page.context["differences"]
    assert (page.status_code, difference.texts["now"], difference.who) == (409, "导入的", "系统")
    assert first.row().remark == "导入的"


@concurrent
def test_without_the_lock_the_comparison_is_a_race(
    editors: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control of the test above."""
    monkeypatch.setattr(stamps, "lock_row", lambda row, first: None)
    first, second = editors("partners")
    sent = {first: first.open(), second: second.open()}
    with sessions(2) as (one, two):
        one.begin()
        assert one.do(first.client.post, first.url(), {**sent[first], "remark": "甲写"}).status_code == 302
        saving = two.start(second.client.post, second.url(), {**sent[second], "remark": "乙写"})
        assert blockers_of(two, saving) == [one.pid]
        one.commit()
        assert saving.result(PATIENCE).status_code == 302
    assert first.row().remark == "乙写"


@concurrent
def test_rows_that_refer_to_a_locked_one_can_be_written(editors: Callable, world: Any) -> None:
    """A household whose form is being saved can be given something."""
    from tests import factories as make

    first, _ = editors("households")
    with sessions(2) as (one, two):
        one.begin()
        one.do(lock_row, first.row(), first=("household",))
        adding = two.start(make.BenefitFactory, region=world.a, household=world.household_a.household)
        assert blockers_of(two, adding) == []
        one.commit()


@concurrent
def test_a_form_that_is_stopped_by_another_writer_tries_again(editors: Callable) -> None:
    """A writer that takes rows in the opposite order; the database gives one of the two up, and it is the form."""
    first, _ = editors("households")
    sent, row = {**first.open(), "remark": "甲写"}, first.row()
    with sessions(2) as (writer, form):
        writer.do(run, "SET deadlock_timeout = '1min'")
        writer.begin()
        writer.do(lock_row, row)
        saving = form.start(first.client.post, first.url(), sent)
        assert blockers_of(form, saving) == [writer.pid]
        writer.do(lock_row, row.household)
        writer.commit()
        assert saving.result(PATIENCE).status_code == 302
    assert first.row().remark == "甲写"


def race(editors: Callable, name: str, pairs: int) -> list[int]:
    """Pairs of edits from one page each, at the same moment; which of them lost one of the two silently."""
    first, second = editors(name)
    field = CHANGES[name][0]
    shown = first.open()
    del shown[FIELD]
    key = f"{name}_edit/{first.row().pk}"
    lost = []
    with sessions(2) as crew:
        start = threading.Barrier(2)

        def save(editor: Editor, number: int) -> int:
            stamp = Stamp(editor.user.pk, key, shown)
            start.wait(PATIENCE)
            data = {**shown, FIELD: str(stamp), field: f"{editor.user.pk} {number}"}
            return editor.client.post(editor.url(), data).status_code

        for number in range(pairs):
            futures = [
                session.start(save, editor, number)
                for session, editor in zip(crew, (first, second), strict=True)
            ]
            statuses = [future.result(PATIENCE) for future in futures]
            stands = value_of(first)
            winners = [e for e, status in zip((first, second), statuses, strict=True) if status == 302]
            if sorted(statuses) != [302, 409] or stands != f"{winners[0].user.pk} {number}":
                lost.append(number)
            shown[field] = [stands]
    return lost


@concurrent
def test_of_many_pairs_of_edits_none_is_silently_lost(editors: Callable) -> None:
    assert race(editors, "enterprises", PAIRS) == []
    assert connection.in_atomic_block is False


@concurrent
def test_edits_of_what_the_domain_writes_as_a_set_are_not_lost_either(editors: Callable) -> None:
    assert race(editors, "households", 10) == []


@concurrent
def test_without_the_comparison_edits_are_lost(editors: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the test above."""
    monkeypatch.setattr(editing.merging, "merge", lambda *_, **__: [])
    assert race(editors, "enterprises", 10) != []
