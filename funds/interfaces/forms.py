"""Forms of this room's ledgers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet

from funds.domain.claims import doubts_if_saved
from funds.enums import Doubt, LoanUse, Measure
from funds.models import Benefit, Enterprise, Loan, Partnership
from funds.validators import benefit_doubts, benefit_problems
from fupin.resource import RowForm
from households.interfaces.forms import LedgerForm
from households.interfaces.tables import money
from households.models import Household, Person
from households.queries.register import members_of
from households.validators import Problem


class SuggestInput(forms.TextInput):
    """A text that may be one of some suggestions."""

    template_name = "ui/suggest.html"
    suggestions: Iterable[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Tie the list of suggestions to the input."""
        listed = f"{(attrs or {}).get('id', name)}-list"
        context = super().get_context(name, value, {**(attrs or {}), "list": listed})
        context["widget"] |= {"list": listed, "suggestions": self.suggestions}
        return context


class EnterpriseField(forms.ModelChoiceField):
    """An enterprise by its name, those in sight suggested.

    An enterprise is one in the whole county: a village whose neighbour has registered it can name it too.
    """

    widget = SuggestInput
    default_error_messages = {"invalid_choice": "没有登记“%(value)s”，请核对名称，或先在“市场主体”中登记。"}

    def __init__(self, **kwargs: Any) -> None:
        everywhere = Enterprise.objects.unscoped(
            "one in the whole county; whoever knows the name may name it"
        )
        super().__init__(queryset=everywhere, to_field_name="name", empty_label=None, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The enterprise, however many blanks stand around its name."""
        return super().to_python(value.strip() if isinstance(value, str) else value)


class OfEnterprise(LedgerForm):
    """A row of a ledger that may name an enterprise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.enterprise_id:
            self.initial["enterprise"] = self.instance.enterprise
        seen = Enterprise.objects.visible_to(self.actor)
        self.fields["enterprise"].widget.suggestions = seen.values_list("name", flat=True)

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """Any enterprise of the county can be named."""
        return queryset if queryset.model is Enterprise else super().choices_of(queryset)


#: At which field a doubt is told that other rows give rise to, and what it is concluded from besides.
DOUBTED = {
    Doubt.OFF_ROLL: ("household", "on"), Doubt.LEFT: ("person", "on"),
    Doubt.POSTS: ("person", "measure", "quantity", "tranche"), Doubt.PUPIL: ("person", "measure", "household"),
    Doubt.TWICE: ("measure", "household", "person", "on", "tranche", "amount"),
    Doubt.LOAN: ("amount", "measure", "person"),
}  # fmt: skip


class BenefitForm(OfEnterprise):
    """What a household or one person of it was given."""

    enterprise = EnterpriseField(
        label="投放主体", required=False, help_text="贷款、分红等投入的市场主体，填名称。"
    )
    fieldsets_spec = (
        ("享受对象", ("household", "person")),
        ("措施", ("measure", "grade", "on", "tranche")),
        ("数量与金额", ("quantity", "unit", "standard", "amount", "enterprise")),
        ("其他", ("remark",)),
    )

    class Meta:
        model = Benefit
        fields = (
            "household",
            "person",
            "measure",
            "grade",
            "on",
            "tranche",
            "quantity",
            "unit",
            "standard",
            "amount",
            "enterprise",
            "remark",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        person.label_from_instance = lambda row: f"{row.household_number} {row}"
        person.help_text = "按人享受的选本户的人，按户享受的留空。"
        person.error_messages["invalid_choice"] = "本村没有登记这个人，请重新选择。"
        self.fields["unit"].help_text = "填了数量的须填，如：头、箱、平方米。"
        self.fields["standard"].help_text = "每一单位数量补助多少元。"

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """People whom the village has registered in any year; where the household is given, its own."""
        chosen = super().choices_of(queryset)
        if queryset.model is not Person:
            return chosen
        known = self.instance.household_id or self.initial.get("household")
        # What was posted may name another household: then the rule below says so.
        given = not self.is_bound and re.fullmatch("[0-9]{1,18}", str(known))
        return members_of(self.instance.region, chosen, Household(pk=int(known)) if given else None)

    def problems(self, values: dict[str, Any]) -> Iterator[Problem]:
        """The rules of the sheet; and the person belongs to the household."""
        yield from benefit_problems({**values, "year": self.instance.year}, self.instance.year)
        home, person = values.get("household"), values.get("person")
        if home and person and not self.of_household(home, person):
            yield Problem("person", f"{person}不是户编号 {home} 的成员", "请核对户和享受人")
        yield from self.problems_of_loan(values)

    def problems_of_loan(self, values: dict[str, Any]) -> Iterator[Problem]:
        """What a loan's terms, and what was paid back of it, do not let the benefit be any more."""
        loan = Loan.objects.unscoped("the row's own").filter(benefit=self.instance.pk).first()
        if loan is None:
            return
        if values.get("measure") not in (None, "", Measure.LOAN):
            yield Problem("measure", "这笔贷款已登记贷款条款", "不是贷款的，请先删除这条记录再重新登记")
        elif loan.repaid and (values.get("amount") or 0) < loan.repaid:
            yield Problem("amount", f"小于已还金额{money(loan.repaid)}元", "请核对贷款金额")
        if loan.use == LoanUse.ENTERPRISE and not values.get("enterprise"):
            yield Problem("enterprise", "这笔贷款是户贷企用，没有填用款的企业", "请填写企业")

    def doubtful(self, values: dict[str, Any]) -> Iterator[Problem]:
        """An amount that is not quantity times standard, and what other rows make hardly true."""
        yield from benefit_doubts(values)
        for kind in doubts_if_saved(self.instance):
            if kind != Doubt.PRODUCT:
                name, *also = DOUBTED[kind]
                yield Problem(name, *kind.told, also=tuple(also))

    def of_household(self, home: Household, person: Person) -> bool:
        """Whether the village has registered the person in the household, in any year."""
        people = Person.objects.visible_to(self.actor).filter(pk=person.pk)
        return members_of(self.instance.region, people, home).exists()


class PartnershipForm(OfEnterprise):
    """A household that an enterprise brings along, or that is a member of a cooperative."""

    enterprise = EnterpriseField(label="市场主体", help_text="填名称；没有登记过的先在“市场主体”中登记。")

    class Meta:
        model = Partnership
        fields = ("enterprise", "household", "remark")

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """None between its fields."""
        return ()


class EnterpriseForm(RowForm):
    """An enterprise; a new one lies at the place."""

    class Meta:
        model = Enterprise
        fields = ("name", "kind", "business")

    def __init__(self, *args: Any, instance: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance or Enterprise(region=kwargs["place"].region), **kwargs)
