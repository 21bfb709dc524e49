"""The first step of acts that ask what each member is to a head: whom, or which household, it is about.

It is a query (GET), so that the second step's address says what was chosen; nothing is written.
"""

from __future__ import annotations

from typing import Any

from django import forms

from fupin.access import Actor
from households.enums import ActKind, Relation
from households.interfaces.act_forms import named
from households.interfaces.identity_forms import BLANK
from households.models import HouseholdYear, Membership


class ChoiceForm(forms.Form):
    """What is chosen first."""

    def __init__(self, *args: Any, home: HouseholdYear, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.home, self.actor = home, actor
        rows = Membership.objects.visible_to(actor).filter(household_year=home, present=True)
        self.family = {row.pk: row for row in rows.select_related("person").order_by("relation", "pk")}
        self.prepare()

    def prepare(self) -> None:
        """Give fields their choices."""

    def choices(self, *, head: bool) -> list[tuple[Any, str]]:
        """The members present, or those of them who are not the head."""
        return [(pk, named(row)) for pk, row in self.family.items() if head or row.relation != Relation.HEAD]

    @property
    def chosen(self) -> dict[str, Any]:
        """What the second form is made with."""
        raise NotImplementedError


class HeadChoice(ChoiceForm):
    """Who becomes the head."""

    head = forms.TypedChoiceField(label="新户主", coerce=int)

    def prepare(self) -> None:
        """Members who are not."""
        self.fields["head"].choices = [*BLANK, *self.choices(head=False)]

    @property
    def chosen(self) -> dict[str, Any]:
        """All members, and the new head."""
        return {"people": self.family.values(), "head": self.family[self.cleaned_data["head"]]}


class SplitChoice(ChoiceForm):
    """Who leaves, and who of them becomes the head."""

    members = forms.TypedMultipleChoiceField(
        label="分出的成员", coerce=int, widget=forms.CheckboxSelectMultiple
    )
    head = forms.TypedChoiceField(
        label="新户的户主", coerce=int, empty_value=None, required=False, help_text="不选的，为所选的第一人。"
    )

    def prepare(self) -> None:
        """Members who are not the head."""
        self.fields["members"].choices = self.choices(head=False)
        self.fields["head"].choices = [*BLANK, *self.choices(head=False)]

    def clean(self) -> dict[str, Any]:
        """The new head is one of those who leave."""
        values = super().clean() or {}
        if values.get("head") and values["head"] not in values.get("members", ()):
            self.add_error("head", "新户的户主应是分出的成员。")
        return values

    @property
    def chosen(self) -> dict[str, Any]:
        """Those who leave, and their head."""
        members = self.cleaned_data["members"]
        head = self.family[self.cleaned_data["head"] or members[0]]
        return {"people": [self.family[pk] for pk in members], "head": head}


class MergeChoice(ChoiceForm):
    """Which household of the village they join."""

    into = forms.CharField(label="并入户的户编号", max_length=20)

    def clean_into(self) -> str:
        """A household on the roll of the village in the year."""
        number = self.cleaned_data["into"].strip()
        rows = HouseholdYear.objects.visible_to(self.actor).filter(
            region=self.home.region_id, year=self.home.year, household__number=number, on_roll=True
        )
        self.target = rows.exclude(pk=self.home.pk).select_related("household").first()
        if self.target is None:
            raise forms.ValidationError("本村没有这个在册户，请核对户编号。不能并入本户。")
        return number

    @property
    def chosen(self) -> dict[str, Any]:
        """Everybody; what they are to the head there is not known."""
        return {"people": self.family.values(), "head": None, "into": self.target}


class MemberChoice(ChoiceForm):
    """Whose identity is corrected."""

    member = forms.TypedChoiceField(label="成员", coerce=int)

    def prepare(self) -> None:
        """All members."""
        self.fields["member"].choices = [*BLANK, *self.choices(head=True)]

    @property
    def chosen(self) -> dict[str, Any]:
        """The member."""
        return {"chosen": self.family[self.cleaned_data["member"]]}


CHOICES: dict[ActKind, type[ChoiceForm]] = {
    ActKind.HEAD_CHANGED: HeadChoice,
    ActKind.SPLIT: SplitChoice,
    ActKind.MERGED: MergeChoice,
    ActKind.CORRECTED: MemberChoice,
}
