"""The list 变动台账, the page of an act, and the panel of a household's acts."""

from __future__ import annotations

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from fupin.access import Action, Actor, may
from fupin.models import RegionYear
from fupin.place import Place
from fupin.resource import Panel, Resource, RowTable
from fupin.resource.buttons import Button
from fupin.resource.tables import NUMERIC
from fupin.scope import ScopedQuerySet
from fupin.sheets.columns import CodeColumn, DateColumn, IntegerColumn, PersonalNumberColumn, TextColumn
from households.acts import ACTS
from households.domain.undo import obstacle_to
from households.enums import ActKind, PovertyStatus
from households.interfaces.act_forms import villages_to
from households.models import LIVE, Act, HouseholdYear, Membership
from households.queries.journal import (
    former_members,
    journal_of,
    movement_of_household,
    movement_of_place,
    with_names,
)
from households.queries.register import matching_person

#: Acts shown on a household's page; the rest are in the list.
SHOWN = 50
COLUMNS = (
    DateColumn(name="on", label="日期"),
    CodeColumn(name="kind", label="事项", codes=ActKind, width=12),
    TextColumn(name="village", label="行政村", width=14),
    TextColumn(name="household_number", label="户编号", width=14),
    TextColumn(name="head_name", label="户主"),
    TextColumn(name="person_name", label="人员"),
    PersonalNumberColumn(name="id_number", label="证件号码", width=20),
    IntegerColumn(name="change", label="人数增减"),
    TextColumn(name="other", label="对方户或村", width=14),
    TextColumn(name="reason", label="原因", width=28),
    TextColumn(name="recorded_by", label="登记人"),
    TextColumn(name="state", label="状态", width=10),
)


def signed(change: int) -> str:
    """A change of the number of people, with its sign; nothing for none."""
    return f"{change:+d}人" if change else ""


def state_of(act: Act) -> str:
    """Whether an act stands, in a word."""
    return "已撤销" if act.undone_by_id else "撤销记录" if act.kind == ActKind.TAKEN_BACK else "有效"


def other_of(act: Act) -> str:
    """The household or the village at the other end of an act."""
    if act.other_household is not None:
        number = act.other_household.number
        if act.kind == ActKind.MERGED:
            return f"并入户{number}" if act.part_of_id is None else f"户{number}并入"
        return f"分出户{number}" if act.part_of_id is None else f"由户{number}分出"
    if act.other_region is not None:
        return f"{'迁往' if act.change < 0 else '来自'}{act.other_region}"
    return ""


class ActTable(RowTable):
    """Acts of a place and year, the newest first."""

    on = tables.DateColumn(verbose_name="日期", linkify=lambda record, table: table.context_url(record))
    person = tables.Column("人员", order_by="person__pinyin")
    household = tables.Column("户编号", accessor="household__number", order_by="household__number")
    head_name = tables.Column("户主", orderable=False)
    change = tables.Column("人数增减", attrs=NUMERIC)
    other = tables.Column("对方户或村", empty_values=(), orderable=False)
    reason = tables.Column("原因", orderable=False, attrs={"td": {"class": "text"}})
    recorded_by = tables.Column("登记人", orderable=False)
    state = tables.Column("状态", empty_values=(), orderable=False)

    class Meta(RowTable.Meta):
        model = Act
        fields = ("on", "kind", "person", "household", "head_name", "region", "change", "other", "reason",
                  "recorded_by", "state")  # fmt: skip
        sequence = ("number", *fields)

    def render_change(self, value: int) -> str:
        """With its sign."""
        return signed(value) or "—"

    def render_other(self, record: Act) -> str:
        """Where to, or where from."""
        return other_of(record) or "—"

    def render_state(self, record: Act) -> str:
        """Whether it stands."""
        return state_of(record)


class ActFilter(filters.FilterSet):
    """Acts by kind, by month, by whether they stand, and by household or person."""

    month = filters.ChoiceFilter("on__month", label="月份", choices=[(n, f"{n}月") for n in range(1, 13)])
    live = filters.ChoiceFilter(
        label="状态", method="standing", choices=[("1", "有效"), ("0", "已撤销和撤销记录")]
    )
    q = filters.CharFilter(label="户编号、姓名或证件号", method="search")

    class Meta:
        model = Act
        fields = ("kind", "month", "live", "q")

    def standing(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Rows that stand, or do not."""
        return rows.filter(LIVE if value == "1" else ~Q(LIVE))

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose household's number begins with the text, or whose person it fits."""
        return rows.filter(Q(household__number__startswith=text.strip()) | matching_person(text))


class ActResource(Resource):
    """The journal of a place: 变动台账."""

    model = Act
    name = "acts"
    label = "变动台账"
    table_class = ActTable
    filterset_class = ActFilter
    export_columns = COLUMNS
    export_name = "变动台账"

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Acts with what they name, the newest first."""
        return with_names(super().rows(actor, place, years)).order_by("-on", "-pk")

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """How many of each kind stand."""
        # A split is an act of two households, and counts once.
        whole = Count(Coalesce("part_of", "pk"), distinct=True)
        counts = dict(rows.filter(LIVE).order_by().values_list("kind").annotate(n=whole))
        return [{"label": kind.label, "value": counts[kind]} for kind in ActKind if kind in counts]

    def above(self, actor: Actor, place: Place) -> SafeString:
        """The year's increase and decrease."""
        context = {"movement": movement_of_place(actor, place), "year": place.year}
        return render_to_string("households/movement.html", context)

    def record(self, row: Act) -> dict[str, Any]:
        """The act as a row of the list; numbers masked."""
        person = row.person
        values = {
            "on": row.on, "kind": row.kind, "village": row.region.name, "household_number": row.household.number,
            "head_name": row.head_name, "person_name": person.name if person else None,
            "id_number": person.masked_number or None if person else None, "change": row.change or None,
            "other": other_of(row), "reason": row.reason,
            "recorded_by": str(row.recorded_by) if row.recorded_by else None, "state": state_of(row),
        }  # fmt: skip
        return {name: None if value == "" else value for name, value in values.items()}

    def list_buttons(self, actor: Actor, place: Place) -> list[Button]:
        """A household that is taken in."""
        if not place.region.is_village or not may(actor, Action.EDIT, place.region.code):
            return []
        return [Button("识别纳入新户", place.url("households_create"), "primary")]

    def detail_buttons(self, actor: Actor, place: Place, row: Act) -> list[Button]:
        """Taking it back."""
        buttons = super().detail_buttons(actor, place, row)
        if can_be_taken_back(row, actor, {(row.region_id, row.year): _state(row)}):
            buttons.append(Button("撤销", place.url("acts_undo", key=row.pk), "danger"))
        return buttons

    def panels(self, actor: Actor, place: Place, row: Act) -> list[Panel]:
        """What happened, and who said so."""
        person = row.person
        facts = [
            ("事项", row.get_kind_display(), ""),  # type: ignore[attr-defined]  # Django makes it
            ("日期", row.on, ""), ("状态", state_of(row), ""), ("所在村", row.region, ""),
            ("户编号", row.household.number, ""), ("户主", row.head_name, "现在的户主" if row.head_name else ""),
            ("人员", person.name if person else "", person.masked_number if person else ""),
            ("人数增减", signed(row.change), ""), ("对方户或村", other_of(row), ""), ("原因", row.reason, ""),
            ("登记人", row.recorded_by or "", obstacle_to(row) or "" if row.is_live else ""),
            ("登记时间", f"{row.recorded_at:%Y-%m-%d %H:%M}" if row.recorded_at else "", ""),
        ]  # fmt: skip
        if row.undone_by:
            facts += [("撤销人", row.undone_by.recorded_by, ""), ("撤销原因", row.undone_by.reason, "")]
        homes = HouseholdYear.objects.visible_to(actor).filter(
            place.holds(HouseholdYear), household=row.household_id
        )
        actions = []
        if homes.exists():
            actions.append(Button("查看所在户", place.url("households_detail", key=row.household_id)))
        return [Panel("变动情况", facts, actions=actions)]


ACTS_LIST = ActResource()


def _state(act: Act) -> str | None:
    states = RegionYear.objects.unscoped("whether the year of an act that is shown is open")
    return states.filter(region=act.region_id, year=act.year).values_list("state", flat=True).first()


def can_be_taken_back(act: Act, actor: Actor, states: dict[tuple[str, int], str | None]) -> bool:
    """Whether the button is worth drawing; the domain decides."""
    return (
        act.is_live
        and act.part_of_id is None
        and obstacle_to(act) is None
        and states.get((act.region_id, act.year)) == RegionYear.State.OPEN
        and may(actor, Action.EDIT, act.region_id)
    )


def offered(home: HouseholdYear, actor: Actor) -> list[ActKind]:
    """The kinds of act that make sense for a household as it stands."""
    if not home.on_roll:
        return []
    exited = home.status in (PovertyStatus.EXITED_THIS_YEAR, PovertyStatus.EXITED_BEFORE)
    senseless = {ActKind.LEFT_POVERTY if exited else ActKind.RETURNED}
    if home.people < 2:
        senseless |= {ActKind.SPLIT, ActKind.HEAD_CHANGED}
    if not former_members(home).exists():
        senseless.add(ActKind.MEMBER_RETURNED)
    if not villages_to(actor, home.region).exists():
        senseless.add(ActKind.TRANSFERRED)
    return [kind for kind in ACTS if kind not in senseless]


def journal_panel(place: Place, row: HouseholdYear, actor: Actor) -> Panel:
    """A household's acts, the newest first, on its page; and the year's increase and decrease."""
    acts = list(journal_of(row.household, actor)[: SHOWN + 1])
    members = Membership.objects.visible_to(actor).filter(household_year=row, present=True)
    pages = dict(members.values_list("person_id", "pk"))
    others = {act.other_household_id for act in acts if act.other_household_id}
    homes = HouseholdYear.objects.visible_to(actor).filter(place.holds(HouseholdYear), household__in=others)
    known = set(homes.values_list("household_id", flat=True)) if others else set()
    years = RegionYear.objects.visible_to(actor).filter(region__in={act.region_id for act in acts})
    states = {
        (region, year): state for region, year, state in years.values_list("region_id", "year", "state")
    }
    entries = [
        {
            "act": act,
            "url": Place(act.region, act.year).url("acts_detail", key=act.pk),
            "change": signed(act.change),
            "person_url": place.url("members_detail", key=pages[act.person_id])
            if act.person_id in pages
            else "",
            "other": other_of(act),
            "other_url": (
                place.url("households_detail", key=act.other_household_id)
                if act.other_household_id in known
                else ""
            ),
            "undo_url": (
                Place(act.region, act.year).url("acts_undo", key=act.pk)
                if can_be_taken_back(act, actor, states)
                else ""
            ),
        }
        for act in acts[:SHOWN]
    ]
    context = {
        "entries": entries, "more": len(acts) > SHOWN,
        "movement": movement_of_household(actor, row.household, row.year), "year": row.year,
    }  # fmt: skip
    actions = []
    if may(actor, Action.EDIT, place.region.code) and row.on_roll:
        actions.append(Button("登记变动", place.url("acts_menu", key=row.household_id), "primary"))
    return Panel("人口与户情变动", html=render_to_string("households/journal.html", context), actions=actions)
