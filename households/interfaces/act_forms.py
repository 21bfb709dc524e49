"""The forms by which acts are recorded: one for each kind, short; what they say goes to households/domain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms

from fupin.access import Actor
from fupin.models import Region
from fupin.place import Place
from fupin.resource.forms import TypedText
from households.acts import ACTS
from households.domain import household_acts, member_acts
from households.domain.acts import REASON_LENGTH
from households.domain.undo import take_back
from households.enums import ActKind, Relation
from households.interfaces.identity_forms import BLANK, DayField, Identity, tells
from households.kinship import proposed
from households.models import Act, HouseholdYear, Membership, Person
from households.queries.journal import former_members
from households.validators import HOUSEHOLD_NUMBER

RELATION = "relation_"


class ActForm(TypedText, forms.Form):
    """What every act asks: the day, and why."""

    kind: ActKind
    #: Fields of the kind, before day and reason.
    own: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, *args: Any, kind: ActKind, home: HouseholdYear, place: Place, actor: Actor, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.home, self.place, self.actor = kind, home, place, actor
        facts = ACTS[kind]
        self.fields["on"] = DayField(year=place.year, label=facts.date_label)
        self.fields["reason"] = forms.CharField(
            label="原因" if facts.needs_reason else "原因或备注", max_length=REASON_LENGTH,
            required=facts.needs_reason,
        )  # fmt: skip
        if "id_number" in self.fields:
            tells(self, place)
        self.prepare()

    def prepare(self) -> None:
        """Give fields their choices."""

    def record(self) -> Act:
        """Hand it to the domain; raises Refused."""
        raise NotImplementedError

    @property
    def said(self) -> dict[str, Any]:
        """What every act of a household is recorded by."""
        return {
            "household": self.home.household, "year": self.home.year, "on": self.cleaned_data["on"],
            "reason": self.cleaned_data["reason"], "actor": self.actor,
        }  # fmt: skip

    def family(self) -> list[Membership]:
        """The members present, the head first."""
        rows = Membership.objects.visible_to(self.actor).filter(household_year=self.home, present=True)
        return list(rows.select_related("person").order_by("relation", "pk"))


def named(member: Membership) -> str:
    """A member as forms name one: 张三（之子，35岁）."""
    return f"{member.person}（{member.get_relation_display()}，{member.age}岁）"  # type: ignore[attr-defined]


def relation_choices(year: int, *, head: bool = False) -> list[tuple[str, str]]:
    """Relations of a year, without 户主 where there is one."""
    found = Relation.for_year(year)
    return BLANK + [choice for choice in found if head or choice[0] != Relation.HEAD]


class StatusForm(ActForm):
    """Out of poverty, back into it, off the roll: a day and a reason."""

    def record(self) -> Act:
        """Record it."""
        act = {
            ActKind.LEFT_POVERTY: household_acts.leave_poverty,
            ActKind.RETURNED: household_acts.return_to_poverty,
            ActKind.REMOVED: household_acts.remove_household,
        }[self.kind]
        return act(**self.said)


class LeavingForm(ActForm):
    """Who leaves."""

    member = forms.TypedChoiceField(label="成员", coerce=int)

    def prepare(self) -> None:
        """The members present."""
        self.fields["member"].choices = [*BLANK, *((row.pk, named(row)) for row in self.family())]

    def record(self) -> Act:
        """Record it."""
        return member_acts.let_go(kind=self.kind, member=self.cleaned_data["member"], **self.said)


class ComingForm(Identity, ActForm):
    """Who is new in a household."""

    relation = forms.ChoiceField(label="与户主关系")

    def prepare(self) -> None:
        """Relations of the year; a newborn comes on the day of birth unless another is given."""
        self.fields["relation"].choices = relation_choices(self.place.year)
        if self.kind == ActKind.MEMBER_BORN:
            self.fields["on"].required, self.fields["on"].initial = False, None
            self.fields["on"].help_text = "一般就是出生日期，可以不填。"

    def clean(self) -> dict[str, Any]:
        """The day of birth, where no other is given."""
        values = super().clean()
        if self.kind == ActKind.MEMBER_BORN and not values.get("on") and "on" not in self.errors:
            number = values.get("id_number")
            values["on"] = member_acts.birth_date(number) if number else values.get("birth_date")
        return values

    def record(self) -> Act:
        """Record it."""
        relation = self.cleaned_data["relation"]
        return member_acts.add_member(kind=self.kind, identity=self.identity, relation=relation, **self.said)


class ReturningForm(ActForm):
    """Who is back."""

    person = forms.ModelChoiceField(
        Person.objects.unscoped("no row: prepare() says which").none(), label="转回的人"
    )
    relation = forms.ChoiceField(label="与户主关系")

    def prepare(self) -> None:
        """People who have left the household."""
        self.fields["person"].queryset = former_members(self.home)
        self.fields["person"].label_from_instance = lambda row: f"{row.name}（{row.birth_date:%Y-%m-%d}出生）"
        self.fields["person"].empty_label = "请选择"
        self.fields["relation"].choices = relation_choices(self.place.year)

    def record(self) -> Act:
        """Record it."""
        values = self.cleaned_data
        return member_acts.bring_back(person=values["person"], relation=values["relation"], **self.said)


class CorrectionForm(Identity, ActForm):
    """Who a member really is."""

    def __init__(self, *args: Any, chosen: Membership, **kwargs: Any) -> None:
        self.member, person = chosen, chosen.person
        initial = {"name": person.name}
        if not person.id_number:
            initial |= {"sex": person.sex, "birth_date": person.birth_date}
        super().__init__(*args, initial=initial, **kwargs)

    def prepare(self) -> None:
        """What stands there is not shown in full: left blank, it stays."""
        if self.member.person.id_number:
            self.fields["id_number"].help_text = f"现为 {self.member.person.masked_number}；不改的留空。"

    def clean(self) -> dict[str, Any]:
        """A number that is left blank stays as it is."""
        if self.member.person.id_number and not self.data.get("id_number", "").strip():
            self.cleaned_data["id_number"] = self.member.person.id_number
        return super().clean()

    def record(self) -> Act:
        """Record it."""
        return member_acts.correct_identity(member=self.member.pk, identity=self.identity, **self.said)


class RelationsForm(ActForm):
    """What each of some members is to a head."""

    relations_title: ClassVar[str] = "与新户主的关系"

    def __init__(
        self, *args: Any, people: Iterable[Membership], head: Membership | None, **kwargs: Any
    ) -> None:
        self.people, self.head = list(people), head
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """A field for each member but the head, with what follows from what is known as a proposal."""
        for member in self.people:
            if member == self.head:
                continue
            self.fields[f"{RELATION}{member.pk}"] = forms.ChoiceField(
                label=named(member), choices=relation_choices(self.place.year), initial=self.proposal(member)
            )

    def proposal(self, member: Membership) -> str:
        """What the member is to the head, if it follows; else nothing."""
        if self.head is None:
            return ""
        return proposed(
            member.relation, member.person.sex, new_head=self.head.relation, head_sex=self.head.person.sex,
            year=self.place.year,
        ).value  # fmt: skip

    @property
    def relations(self) -> dict[int, str]:
        """Each member's relation, by id."""
        return {
            member.pk: Relation.HEAD.value
            if member == self.head
            else self.cleaned_data[f"{RELATION}{member.pk}"]
            for member in self.people
        }

    @property
    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """The members by themselves."""
        asked = [name for name in self.fields if name.startswith(RELATION)]
        other = [self[name] for name in self.fields if name not in asked]
        title = f"{self.relations_title}（新户主：{self.head.person}）" if self.head else self.relations_title
        return [(ACTS[self.kind].group, other), *([(title, [self[name] for name in asked])] if asked else [])]


class HeadForm(RelationsForm):
    """A new head."""

    def record(self) -> Act:
        """Record it."""
        return member_acts.change_head(relations=self.relations, **self.said)


class SplitForm(RelationsForm):
    """A new household."""

    number = forms.CharField(label="新户编号", max_length=20, help_text="县里给新户的编号。")

    def clean_number(self) -> str:
        """As numbers are."""
        number = self.cleaned_data["number"].strip()
        if not HOUSEHOLD_NUMBER.fullmatch(number):
            raise forms.ValidationError("户编号应为4至20位数字或字母。")
        return number

    def record(self) -> Act:
        """Record it."""
        return household_acts.split_household(
            number=self.cleaned_data["number"], relations=self.relations, **self.said
        )


class MergeForm(RelationsForm):
    """Into another household."""

    relations_title = "与并入户户主的关系"

    def __init__(self, *args: Any, into: HouseholdYear, **kwargs: Any) -> None:
        self.into = into
        super().__init__(*args, **kwargs)

    def record(self) -> Act:
        """Record it."""
        return household_acts.merge_households(
            into=self.into.household, relations=self.relations, **self.said
        )


class TransferForm(ActForm):
    """To another village."""

    to = forms.ModelChoiceField(
        Region.objects.unscoped("no row: prepare() says which").none(), label="迁往的村", empty_label="请选择"
    )

    def prepare(self) -> None:
        """Villages where the actor may enter rows too."""
        self.fields["to"].queryset = villages_to(self.actor, self.home.region)

    def record(self) -> Act:
        """Record it."""
        return household_acts.transfer_household(to=self.cleaned_data["to"], **self.said)


def villages_to(actor: Actor, region: Region) -> Any:
    """The villages of the county, other than this one, in which the actor may enter rows."""
    return (
        household_acts.villages_where_entering(actor)
        .filter(code__startswith=region.code[:6])
        .exclude(pk=region.pk)
    )


FORMS: dict[ActKind, type[ActForm]] = {
    **dict.fromkeys(member_acts.COMING, ComingForm),
    **{kind: LeavingForm for kind, facts in ACTS.items() if facts.departure},
    **dict.fromkeys((ActKind.LEFT_POVERTY, ActKind.RETURNED, ActKind.REMOVED), StatusForm),
    ActKind.MEMBER_RETURNED: ReturningForm,
    ActKind.HEAD_CHANGED: HeadForm,
    ActKind.SPLIT: SplitForm,
    ActKind.MERGED: MergeForm,
    ActKind.TRANSFERRED: TransferForm,
    ActKind.CORRECTED: CorrectionForm,
}


class UndoForm(TypedText, forms.Form):
    """Why an act is taken back."""

    reason = forms.CharField(label="撤销原因", max_length=REASON_LENGTH)

    def __init__(self, *args: Any, act: Act, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act, self.actor = act, actor

    def record(self) -> Act:
        """Take it back; raises Refused."""
        return take_back(act=self.act, reason=self.cleaned_data["reason"], actor=self.actor)
