"""A household with its members on one form: a new household, and the members of one edited in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from fupin.access import Actor
from fupin.numbers import birth_date, sex
from fupin.place import Place
from fupin.resource import RowForm
from fupin.resource.grids import OTHER_ROWS, Grid
from households.card import HOUSEHOLD_PARTS
from households.doubts import member_doubts
from households.enums import Relation, Sex
from households.interfaces.forms import HouseholdForm, RuledForm, who
from households.interfaces.identity_forms import IdNumberField, tells
from households.models import HouseholdYear, Membership
from households.queries.register import family_of, registered_problems
from households.validators import TWO_HEADS, Problem, member_problems, particulars_problems, roster_problems

#: What is asked of each member in the grid; the rest is on the member's own page.
GRID_FIELDS = (
    "relation", "ethnicity", "education", "school", "health", "labour_skill", "work_place", "work_months",
    "medical_insurance", "pension",
)  # fmt: skip
#: Rows that an empty grid begins with.
FIRST_ROWS = 5

WRONG_MEMBERS = "家庭成员中有需要改正的地方。"


def identity_of(member: Membership) -> dict[str, Any]:
    """Who a member is and where they belong, as the register's functions take it."""
    number = member.household_year.household.number
    return {"household_number": number, "name": member.person.name, **who(member)}


def say(form: forms.BaseForm, problem: Problem) -> None:
    """Put a problem beside its field, or above the row; a field that is already wrong has been told of."""
    name = problem.name if problem.name in form.fields else None
    if name is None or name not in form.errors:
        form.add_error(name, f"{problem.reason}。{problem.remedy}。")


class MemberRowForm(RuledForm):
    """A member as a row of the grid."""

    class Meta:
        model = Membership
        fields = GRID_FIELDS

    def __init__(self, *args: Any, place: Place, actor: Actor, instance: Any = None, **kwargs: Any) -> None:
        instance = instance or Membership(region=place.region, year=place.year)
        super().__init__(*args, place=place, actor=actor, instance=instance, **kwargs)

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Contradictions within the row."""
        return particulars_problems(values)


class NewMemberForm(MemberRowForm):
    """A member who is entered with the household: who they are, then what is known of them."""

    name = forms.CharField(label="姓名", max_length=50)
    id_number = IdNumberField()
    sex = forms.ChoiceField(label="性别", choices=[("", "—"), *Sex.choices], required=False)
    birth_date = forms.DateField(label="出生日期", required=False)

    field_order = ("name", "id_number", "sex", "birth_date", *GRID_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tells(self, self.place)

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Contradictions within the row; what could not be read is not taken to be empty."""
        found = member_problems(values, self.instance.year)
        return [problem for problem in found if not self.errors.keys() & set(problem.also)]

    def doubtful(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Age, labour and relation that hardly fit."""
        return member_doubts(values, self.instance.year)

    def clean(self) -> dict[str, Any]:
        """The number says sex and birth."""
        values = super().clean()
        if number := values.get("id_number"):
            values["sex"] = values.get("sex") or sex(number)
            values["birth_date"] = values.get("birth_date") or birth_date(number)
        return values


class KnownMemberForm(MemberRowForm):
    """A member who is in the household: what is known of them in the year."""

    @property
    def said(self) -> str:
        """Who it is."""
        return str(self.instance.person.name)

    def doubtful(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Age, labour and relation that hardly fit."""
        return member_doubts({**values, **who(self.instance)}, self.instance.year)


class FamilyForm(RowForm):
    """All members of a household who are present, edited in place."""

    class Meta:
        model = HouseholdYear
        fields = ()

    def __init__(
        self, *args: Any, place: Place, actor: Actor, instance: HouseholdYear, **kwargs: Any
    ) -> None:
        super().__init__(*args, place=place, actor=actor, instance=instance, **kwargs)
        present = family_of(instance, actor)
        data = args[0] if args else None
        self.members = Grid(
            KnownMemberForm,
            data,
            prefix="members",
            title="家庭成员",
            instances=present,
            place=place,
            actor=actor,
        )

    @property
    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """None: the grid is all there is."""
        return []

    @property
    def grids(self) -> list[Grid]:
        """The members."""
        return [self.members]

    def member_rows(self) -> list[dict[str, Any]]:
        """The members, as the register's functions take them."""
        return [{**row.cleaned_data, **identity_of(row.instance)} for row in self.members.checked()]

    def clean(self) -> dict[str, Any]:
        """Each member's rules, and one head."""
        values = super().clean()
        rows = self.members.checked()
        heads = [row for row in rows if row.cleaned_data.get("relation") == Relation.HEAD]
        for row in heads[1:]:
            say(row, TWO_HEADS)
        if self.members.others_stand_there:
            self.add_error(None, OTHER_ROWS)
        elif self.members.is_wrong:
            self.add_error(None, WRONG_MEMBERS)
        elif not heads:
            self.add_error(None, "请把一名成员的与户主关系填为“本人或户主”。")
        return values


class IntakeForm(HouseholdForm):
    """A household that the village takes onto its roll, with its members."""

    household_number = forms.CharField(label="户编号", max_length=20)
    fieldsets_spec = (
        ("户", ("household_number", *HOUSEHOLD_PARTS[0][1])),
        *HOUSEHOLD_PARTS[1:],
    )

    def __init__(self, *args: Any, place: Place, actor: Actor, instance: Any = None, **kwargs: Any) -> None:
        instance = instance or HouseholdYear(region=place.region, year=place.year)
        super().__init__(*args, place=place, actor=actor, instance=instance, **kwargs)
        self.fields["registered_on"].required = True
        data = args[0] if args else None
        self.members = Grid(
            NewMemberForm, data, prefix="members", rows=FIRST_ROWS, title="家庭成员", place=place, actor=actor
        )

    @property
    def grids(self) -> list[Grid]:
        """The members, after the household's own number and address."""
        return [self.members]

    def member_rows(self) -> list[dict[str, Any]]:
        """The members, as the register's functions take them."""
        return [row.cleaned_data for row in self.members.filled()]

    def family(self) -> list[dict[str, Any]]:
        """Those on the form."""
        return self.member_rows()

    def clean(self) -> dict[str, Any]:
        """The household's rules, each member's, then those between them and against the register."""
        values = super().clean()
        rows = self.members.filled()
        members = [row.cleaned_data for row in rows]
        of_household, of_members = roster_problems(
            [values], [{**member, "household_number": values.get("household_number")} for member in members]
        )
        for _, problem in of_household:
            say(self, problem)
        for index, problem in of_members:
            say(rows[index], problem)
        numbers = {i: member["id_number"] for i, member in enumerate(members) if member.get("id_number")}
        homes = dict.fromkeys(numbers, values.get("household_number"))
        villages, year = dict.fromkeys(numbers, self.place.region.code), self.place.year
        for index, problem in registered_problems(numbers, villages, year, homes, present=True):
            say(rows[index], problem)
        if self.members.is_wrong:
            self.add_error(None, WRONG_MEMBERS)
        return values
