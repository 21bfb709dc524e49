"""Forms of the money: appropriations, what becomes of them, allocations, payments. Amounts in 元."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from funds.enums import ProjectStage
from funds.interfaces.doubts import unit_doubt
from funds.models import Allocation, Appropriation, AppropriationEntry, Payment, Project
from funds.queries.money import fundable, usual_of, with_paid
from funds.validators import tidy_document
from fupin.access import Action
from fupin.place import Place
from fupin.resource import RowForm
from households.interfaces.tables import money

#: Money is allocated to projects planned so many years before, and to those of the year after.
PLANNED_BEFORE, PLANNED_AFTER = 3, 1


class MoneyForm(RowForm):
    """A form whose document numbers are written in one way, and whose amount may have been meant in 万元."""

    #: What the amount is called, and what it is held against.
    what, others = "金额", "其他金额"

    def clean(self) -> dict[str, Any]:
        """The fields' own rules; then documents in their written form, so that the same one twice is told."""
        values = super().clean()
        if values.get("document"):
            values["document"] = tidy_document(values["document"])
        return values

    def usual(self) -> QuerySet:
        """The rows whose amounts are the usual ones."""
        raise NotImplementedError

    def doubts(self) -> Iterator[tuple[str, str]]:
        """An amount that looks as if 元 and 万元 were mixed up."""
        amount = self.cleaned_data["amount"]
        usual = usual_of(self.usual(), without=self.instance)
        if "amount" in self.changed_data and (doubt := unit_doubt(amount, usual, self.what, self.others)):
            yield "amount", doubt

    def begun_with(self, name: str) -> Any:
        """The row with which a link begins the form; None if it names none."""
        begun = str(self.initial.get(name, ""))
        return int(begun) if begun.isascii() and begun.isdigit() and len(begun) < 18 else None


class AppropriationForm(MoneyForm):
    """An appropriation of the place, in the place's budget year."""

    what, others = "下达金额", "本地其他指标"
    fieldsets_spec = (
        ("下达文件", ("document", "title", "issued_on", "batch")),
        ("资金", ("level", "item", "amount")),
        ("其他", ("remark",)),
    )

    class Meta:
        model = Appropriation
        fields = ("document", "title", "issued_on", "batch", "level", "item", "amount", "remark")

    def __init__(self, *args: Any, place: Place, instance: Any = None, **kwargs: Any) -> None:
        instance = instance or Appropriation(region=place.region, year=place.year)
        super().__init__(*args, place=place, instance=instance, **kwargs)
        year = self.instance.year
        self.fields["issued_on"].help_text = f"{year}年度的指标；提前下达的，日期可以在{year - 1}年。"

    def usual(self) -> QuerySet:
        """What else was granted to the same."""
        return Appropriation.objects.visible_to(self.actor).filter(region=self.instance.region)


class ChangeForm(MoneyForm):
    """What becomes of an appropriation."""

    what, others = "金额", "本地的其他指标和变动"

    class Meta:
        model = AppropriationEntry
        fields = ("appropriation", "kind", "on", "amount", "document", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kind"]
        kinds.help_text = "结转下年的，自动在下一年登记一笔同文号的指标。"

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """The appropriations of the place and its year with which one may fund."""
        rows = Appropriation.objects.visible_to(self.actor, Action.FUND)
        return rows.filter(self.place.holds(Appropriation), year=self.place.year)

    def usual(self) -> QuerySet:
        """What was granted to the same."""
        region = self.cleaned_data["appropriation"].region_id
        return Appropriation.objects.visible_to(self.actor).filter(region=region)


class AllocationForm(MoneyForm):
    """A part of an appropriation for a project at the place."""

    what, others = "安排金额", "本地其他安排和项目"

    class Meta:
        model = Allocation
        fields = ("appropriation", "project", "on", "amount", "document", "remark")

    def __init__(self, *args: Any, place: Place, instance: Any = None, **kwargs: Any) -> None:
        instance = instance or Allocation(region=place.region, year=place.year)
        super().__init__(*args, place=place, instance=instance, **kwargs)
        if source := self.fields.get("appropriation"):
            source.label_from_instance = lambda row: f"{row}，余额{money(row.left)}元"
            source.help_text = "只列出还有余额的指标。"
        if project := self.fields.get("project"):
            project.label_from_instance = lambda row: f"{row.region} {row}"
            project.help_text = "已终止的项目不列出。"

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """Appropriations of which something is left; projects that are not too old, and not stopped."""
        year = self.place.year
        if queryset.model is Appropriation:
            rows = fundable(self.actor, self.place).filter(year__range=(year - 1, year + 1))
            begun = Q(pk=self.begun_with("appropriation"))
            return rows if self.is_bound else rows.filter(Q(left__gt=0) | begun)
        rows = super().choices_of(queryset).select_related("region")
        planned = self.place.holds(Project, (year - PLANNED_BEFORE, year + PLANNED_AFTER))
        open_ = planned & ~Q(stage=ProjectStage.STOPPED)
        return rows.filter(open_ | Q(pk=self.begun_with("project")))

    def clean(self) -> dict[str, Any]:
        """It lies at the project's village, in the year of its day."""
        values = super().clean()
        if project := values.get("project"):
            self.instance.region = project.region
        if on := values.get("on"):
            self.instance.year = on.year
        return values

    def usual(self) -> QuerySet:
        """What else was allocated here."""
        return Allocation.objects.visible_to(self.actor).filter(region=self.instance.region)

    def doubts(self) -> Iterator[tuple[str, str]]:
        """元 and 万元; and more than the project is to cost."""
        yield from super().doubts()
        project = self.cleaned_data.get("project") or self.instance.project
        amounts = usual_of(
            Allocation.objects.visible_to(self.actor).filter(project=project), without=self.instance
        )
        total = sum(amounts, Decimal(0)) + self.cleaned_data["amount"]
        changed = {"amount", "project"} & set(self.changed_data)
        if changed and project.amount is not None and total > project.amount:
            yield (
                "amount",
                f"该项目安排合计将为{money(total)}元，超过投入资金{money(project.amount)}元，请核对。",
            )


class AllocationEditForm(AllocationForm):
    """An allocation that was made: another appropriation or project is another allocation."""

    class Meta(AllocationForm.Meta):
        fields = ("on", "amount", "document", "remark")


class PaymentForm(MoneyForm):
    """A payment against an allocation at the place."""

    what, others = "支付金额", "本地其他支付和这笔安排"

    class Meta:
        model = Payment
        fields = ("allocation", "on", "amount", "payee", "voucher", "remark")

    def __init__(self, *args: Any, place: Place, instance: Any = None, **kwargs: Any) -> None:
        instance = instance or Payment(region=place.region, year=place.year)
        super().__init__(*args, place=place, instance=instance, **kwargs)
        if allocation := self.fields.get("allocation"):
            allocation.label_from_instance = lambda row: (
                f"{row.region} {row.project.name} ← {row.appropriation.document}，未支付{money(row.unpaid)}元"
            )
            allocation.help_text = "只列出没有付完的安排。"
        self.fields["voucher"].help_text = "如：记-15；同一笔安排一年内不重复。"

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """The allocations at the place of which something is not yet paid."""
        year = self.place.year
        rows = with_paid(super().choices_of(queryset)).select_related("region", "project", "appropriation")
        begun = Q(pk=self.begun_with("allocation"))
        rows = rows.filter(
            self.place.holds(Allocation, (year - PLANNED_BEFORE, year + PLANNED_AFTER)) | begun
        )
        return rows if self.is_bound else rows.filter(Q(unpaid__gt=0) | begun)

    def clean(self) -> dict[str, Any]:
        """It lies where the allocation does, in the year of its day."""
        values = super().clean()
        if allocation := values.get("allocation"):
            self.instance.region = allocation.region
        if on := values.get("on"):
            self.instance.year = on.year
        return values

    def usual(self) -> QuerySet:
        """What else was paid here."""
        return Payment.objects.visible_to(self.actor).filter(region=self.instance.region)

    def doubts(self) -> Iterator[tuple[str, str]]:
        """元 and 万元; and a voucher that stands at another allocation of the village."""
        yield from super().doubts()
        allocation = self.cleaned_data.get("allocation") or self.instance.allocation
        same = self.usual().filter(voucher=self.cleaned_data["voucher"], year=self.instance.year)
        other = same.exclude(allocation=allocation).select_related("allocation__project").first()
        if other is not None and "voucher" in self.changed_data:
            yield (
                "voucher",
                f"这个凭证号已登记在“{other.allocation.project.name}”（{money(other.amount)}元），请核对是否重复。",
            )


class PaymentEditForm(PaymentForm):
    """A payment that was made: one against another allocation is another payment."""

    class Meta(PaymentForm.Meta):
        fields = ("on", "amount", "payee", "voucher", "remark")
