"""The pages of this room, declared."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import URLPattern, path

from fupin.access import Action, Actor, may
from fupin.domain.rows import save_row
from fupin.place import Place
from fupin.queries.history import Trail
from fupin.resource import Panel, Resource, RowForm
from fupin.resource.buttons import Button
from fupin.resource.editing import EditView
from fupin.resource.values import exported
from fupin.scope import ScopedQuerySet
from households.card import HOUSEHOLD_FIELDS, HOUSEHOLD_PARTS, MEMBER_FIELDS, MEMBER_PARTS
from households.domain.household_acts import register_household
from households.domain.pairing import pair_household, save_helper
from households.domain.registration import save_households, save_members, save_profile
from households.interfaces.corrections import correction_button
from households.interfaces.family import FamilyForm, IntakeForm, identity_of
from households.interfaces.filters import (
    HelperFilter,
    HouseholdFilter,
    MemberFilter,
    VillageFilter,
    WorkFilter,
)
from households.interfaces.forms import (
    HelperForm,
    HouseholdForm,
    MemberForm,
    PairingForm,
    VillageForm,
    WorkForm,
)
from households.interfaces.income import INCOME, LINES, income_panel
from households.interfaces.panels import part_panels
from households.interfaces.sheets import (
    HELPER_COLUMNS,
    HOUSEHOLD_SHEET,
    MEMBER_SHEET,
    VILLAGE_SHEET,
    WORK_SHEET,
)
from households.interfaces.tables import (
    FamilyTable,
    HelperTable,
    HouseholdHelperTable,
    HouseholdTable,
    MemberTable,
    PairedHouseholdTable,
    VillageTable,
    WorkTable,
)
from households.models import Helper, HouseholdYear, LedgerEntry, Membership, Pairing, VillageYear
from households.queries.helpers import helpers_of, pairings_of, with_pairings
from households.queries.register import family_of, with_head, with_household
from households.queries.trails import trails_of_household


class VillageResource(Resource):
    """Villages and their profiles."""

    model = VillageYear
    name = "villages"
    label = "村情"
    table_class = VillageTable
    filterset_class = VillageFilter
    form_class = VillageForm
    export_columns = VILLAGE_SHEET.columns
    summed = ("groups", "hamlets", "households", "people", "agricultural_people", "labour", "away_labour")

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Profiles with their village and township."""
        return super().rows(actor, place, years).select_related("region__parent")

    def record(self, row: VillageYear) -> dict[str, Any]:
        """The profile as a row of the sheet 村情."""
        names = {"village_code", "village_name", "township_name"}
        values = {c.name: getattr(row, c.name) for c in self.export_columns if c.name not in names}
        township = row.region.parent.name if row.region.parent else ""
        return {
            **values,
            "village_code": row.region_id,
            "village_name": row.region.name,
            "township_name": township,
        }

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the profile."""
        save_profile(region=form.instance.region, year=place.year, values=form.cleaned_data, actor=actor)
        return form.instance


class FamilyView(EditView):
    """The members of a household, edited in place."""

    def form_class(self) -> type[RowForm]:
        """The members alone."""
        return FamilyForm


class HouseholdResource(Resource):
    """Households of a year; the URL names the household, so that the year can be changed on its page."""

    model = HouseholdYear
    name = "households"
    label = "贫困户"
    lookup = "household_id"
    locks_first = ("household",)
    table_class = HouseholdTable
    filterset_class = HouseholdFilter
    form_class = HouseholdForm
    create_form_class = IntakeForm
    creates = True
    attaches = True
    reveals = True
    export_columns = HOUSEHOLD_SHEET.columns
    summed = ("people",)
    prints = (("打印户卡", "households_cards"), ("打印采集表", "households_collects"))

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Households with their number, village and head."""
        return with_head(super().rows(actor, place, years)).select_related("household", "region")

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """Households listed, and their people."""
        return [
            {"label": "户数", "value": rows.count()},
            {"label": "人数", "value": rows.order_by().aggregate(people=Sum("people"))["people"] or 0},
        ]

    def record(self, row: HouseholdYear) -> dict[str, Any]:
        """The household as a row of the sheet 户."""
        values = {name: exported(row, name) for name in HOUSEHOLD_FIELDS}
        more = {"household_number": row.household.number, "head_name": row.head_name, "people": row.people}
        return {**values, **more, "other_causes": row.other_causes or None}

    def panels(self, actor: Actor, place: Place, row: HouseholdYear) -> list[Panel]:
        """Facts and members; the journal is in interfaces/acts.py."""
        family = FamilyTable(family_of(row, actor), prefix="m-")
        family.context_url = lambda member: place.url("members_detail", key=member.pk)
        head = [("户编号", row.household.number, ""), ("户主", row.head_name, ""), ("人数", row.people, "")]
        return [
            Panel("户信息", [*head, ("所在村", row.region, "")]),
            Panel("家庭成员", table=family, actions=self.family_buttons(actor, place, row)),
            self.helpers_panel(actor, place, row),
            income_panel(place, row, actor),
            *part_panels(self, row, HOUSEHOLD_PARTS),
        ]

    def helpers_panel(self, actor: Actor, place: Place, row: HouseholdYear) -> Panel:
        """Who looks after it, and the way to arrange that."""
        pairings = list(helpers_of(row.household, actor))
        actions = []
        # As on every page: the right is asked for the place, since the page behind the button does.
        if may(actor, Action.PAIR, place.region.code):
            url = f"{place.url('pairings_create')}?household={row.household_id}"
            actions.append(Button("安排帮扶", url))
        table = HouseholdHelperTable(pairings, prefix="h-") if pairings else None
        if table is not None:
            table.context_url = lambda pairing: place.url("pairings_detail", key=pairing.pk)
        return Panel("帮扶责任人", table=table, actions=actions, empty="没有安排帮扶责任人。")

    def family_buttons(self, actor: Actor, place: Place, row: HouseholdYear) -> list[Button]:
        """Editing all members at once."""
        if not may(actor, self.edit_action, place.region.code) or self.why_locked(place, row):
            return []
        return [Button("修改成员", place.url("households_family", key=row.household_id))]

    def urls(self) -> list[URLPattern]:
        """The resource's pages, and the members edited in place."""
        view = FamilyView.as_view(resource=self)
        route = f"<region:region>/<year:year>/{self.name}/<int:key>/family/"
        return [*super().urls(), path(route, view, name=f"{self.name}_family")]

    def detail_buttons(self, actor: Actor, place: Place, row: HouseholdYear) -> list[Button]:
        """In a closed year a correction is asked for; the household's sheets are printed in any."""
        buttons = super().detail_buttons(actor, place, row)
        buttons += correction_button(actor, place, self, row, row.household_id)
        sheets = (("打印户卡", "households_card"), ("打印采集表", "households_collect"))
        return [*buttons, *(Button(label, place.url(name, key=row.household_id)) for label, name in sheets)]

    def trails(self, actor: Actor, row: HouseholdYear) -> list[Trail]:
        """The household in all years, its members, who they are, and its acts."""
        return trails_of_household(row.household, actor)

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the household, with the acts that follow from the change; or its members; or both, if it is new."""
        row = form.instance
        if isinstance(form, FamilyForm):
            save_members(region=row.region, year=place.year, rows=form.member_rows(), actor=actor)
            return row
        if isinstance(form, IntakeForm):
            return register_household(
                region=place.region,
                year=place.year,
                household=form.cleaned_data,
                members=form.member_rows(),
                actor=actor,
            )
        values = {**form.cleaned_data, "household_number": row.household.number}
        save_households(region=row.region, year=place.year, rows=[values], actor=actor)
        return row


class MemberResource(Resource):
    """Members of the households of a year."""

    model = Membership
    name = "members"
    label = "家庭成员"
    table_class = MemberTable
    filterset_class = MemberFilter
    form_class = MemberForm
    locks_first = ("household_year.household", "person")
    reveals = True
    export_columns = MEMBER_SHEET.columns
    takes = (("按国家系统2019年格式导出", "members_roster_2019"), ("按2022年格式导出", "members_roster_2022"))

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Members with who they are and where they belong; the list shows those present, unless asked for others."""
        rows = super().rows(actor, place, years)
        return rows.select_related("person", "region", "household_year__household", "household_year__region")

    def record(self, row: Membership) -> dict[str, Any]:
        """The member as a row of the sheet 人, the number masked."""
        values = {name: exported(row, name) for name in MEMBER_FIELDS}
        person = row.person
        return {
            **values,
            "household_number": row.household_year.household.number,
            "name": person.name,
            "id_number": person.masked_number or None,
            "sex": person.sex,
            "birth_date": person.birth_date,
        }

    def panels(self, actor: Actor, place: Place, row: Membership) -> list[Panel]:
        """Who they are, and what is known of them in the year."""
        person = row.person
        identity = [
            ("姓名", person.name, ""),
            ("证件号码", person.masked_number, ""),
            ("性别", person.get_sex_display(), ""),
            ("出生日期", person.birth_date, f"{place.year}年底{row.age}岁"),
            ("所在户", row.household_year.household.number, ""),
        ]
        home = Button("查看所在户", place.url("households_detail", key=row.household_year.household_id))
        return [
            Panel("身份", identity, actions=[home]),
            *part_panels(self, row, MEMBER_PARTS),
        ]

    def detail_buttons(self, actor: Actor, place: Place, row: Membership) -> list[Button]:
        """In a closed year a correction is asked for."""
        buttons = super().detail_buttons(actor, place, row)
        return [*buttons, *correction_button(actor, place, self, row, row.pk)]

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the member."""
        row = form.instance
        rows = [{**form.cleaned_data, **identity_of(row)}]
        save_members(region=row.region, year=place.year, rows=rows, actor=actor)
        return row


class HelperResource(Resource):
    """Who looks after households, with or without an account."""

    model = Helper
    name = "helpers"
    table_class = HelperTable
    filterset_class = HelperFilter
    form_class = HelperForm
    creates = True
    edit_action = Action.PAIR
    reveals = True
    export_columns = HELPER_COLUMNS
    export_name = "帮扶责任人"

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Helpers with their village, and how many households they look after today."""
        return with_pairings(super().rows(actor, place, years), actor).select_related("region", "user")

    def creates_at(self, place: Place) -> bool:
        """Each is a village's own."""
        return place.region.is_village

    def record(self, row: Helper) -> dict[str, Any]:
        """The helper as a row of the list; the telephone masked."""
        values = {column.name: exported(row, column.name) for column in self.export_columns[:-2]}
        return {**values, "village": row.region.name, "households": row.households}

    def panels(self, actor: Actor, place: Place, row: Helper) -> list[Panel]:
        """Who it is, and whom they look after."""
        facts = list(self.attributes(row))
        table = PairedHouseholdTable(pairings_of(row, actor), prefix="p-")
        table.context_url = lambda pairing: place.url("pairings_detail", key=pairing.pk)
        return [Panel("基本信息", facts), Panel("结对户", table=table)]

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the helper."""
        return save_helper(helper=form.instance, actor=actor)


class PairingResource(Resource):
    """Which helper looks after which household."""

    model = Pairing
    name = "pairings"
    list_columns = ("household", "helper", "starts_on", "ends_on")
    form_class = PairingForm
    creates = True
    edit_action = Action.PAIR

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the pairing."""
        return pair_household(pairing=form.instance, place=place, actor=actor)


class LedgerRows:
    """What the ledgers of a village share: a row is entered, corrected and deleted by itself, beside the workbook."""

    creates = True
    removes = True

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the row."""
        return save_row(row=form.instance, actor=actor)


class WorkResource(LedgerRows, Resource):
    """The work ledger."""

    model = LedgerEntry
    name = "work"
    table_class = WorkTable
    filterset_class = WorkFilter
    form_class = WorkForm
    attaches = True
    export_columns = WORK_SHEET.columns
    summed = ("attendance",)
    export_name = WORK_SHEET.name

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Entries with their village, and the household that they are about."""
        return with_household(super().rows(actor, place, years)).select_related("region", "household")

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """Entries, and how many attended."""
        found = rows.order_by().aggregate(entries=Count("pk"), attendance=Sum("attendance"))
        attended = "—" if found["attendance"] is None else found["attendance"]
        return [{"label": "次数", "value": found["entries"]}, {"label": "参加人次", "value": attended}]


VILLAGES, HOUSEHOLDS, MEMBERS, HELPERS, PAIRINGS, WORK = (
    VillageResource(),
    HouseholdResource(),
    MemberResource(),
    HelperResource(),
    PairingResource(),
    WorkResource(),
)
RESOURCES = (VILLAGES, HOUSEHOLDS, MEMBERS, INCOME, HELPERS, PAIRINGS, WORK, LINES)
