"""The ledger of loans (小额信贷台账): list, page and forms; the panel on the benefit's own page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from funds.domain.loans import save_loan
from funds.enums import LoanUse, Measure
from funds.interfaces.sheets import HOUSEHOLD_YUAN
from funds.models import Benefit, Loan
from funds.models.loan import TERMS
from funds.queries.loans import as_of
from funds.validators import loan_doubts, loan_problems
from fupin.access import Actor, may
from fupin.models.years import FIRST_YEAR
from fupin.place import Place
from fupin.queries.history import Trail
from fupin.resource import Panel, Resource, RowForm, RowTable
from fupin.resource.buttons import Button
from fupin.resource.editing import EditView
from fupin.resource.filters import CodeFilter, ListFilter
from fupin.resource.tables import YesNoColumn as YesNoCell
from fupin.resource.values import exported
from fupin.scope import ScopedQuerySet
from fupin.sheets.columns import (
    CodeColumn,
    DateColumn,
    DecimalColumn,
    PersonalNumberColumn,
    TextColumn,
    YesNoColumn,
)
from households.interfaces.forms import RuledForm
from households.interfaces.sheets import household_number_column
from households.interfaces.tables import MoneyColumn, money, sum_of_money
from households.queries.register import matching_household, with_household
from households.validators import Problem

#: As townships keep it (小额信贷台账), as far as it is known: rating and line of credit are the bank's.
LOAN_COLUMNS = (
    household_number_column(),
    TextColumn(name="head_name", label="户主姓名"),
    TextColumn(name="person_name", label="借款人"),
    PersonalNumberColumn(name="person_number", label="借款人证件号码"),
    TextColumn(name="purpose", label="贷款用途", width=18),
    TextColumn(name="bank", label="放贷银行", width=18),
    DecimalColumn(name="amount", label="贷款金额", unit="元", maximum=HOUSEHOLD_YUAN, width=13),
    DateColumn(name="lent_on", label="放款日期"),
    DateColumn(name="due_on", label="到期日期"),
    DecimalColumn(name="rate", label="年利率", unit="%", width=9),
    YesNoColumn(name="subsidised", label="财政贴息"),
    CodeColumn(name="use", label="使用方式", codes=LoanUse, width=11),
    TextColumn(name="enterprise_name", label="用款企业", width=18),
    DecimalColumn(name="repaid", label="已还金额", unit="元", maximum=HOUSEHOLD_YUAN, width=13),
    DateColumn(name="repaid_on", label="还款日期"),
    DateColumn(name="extended_to", label="展期至"),
    DecimalColumn(name="left", label="未还金额", unit="元", width=13),
    YesNoColumn(name="overdue", label="逾期"),
    TextColumn(name="remark", label="备注", width=18),
)


class LoanTable(RowTable):
    """Loans of a place, those of earlier years among them."""

    household_number = tables.Column(
        "户编号",
        linkify=lambda record, table: table.context_url(record),
        order_by="benefit__household__number",
    )
    head_name = tables.Column("户主", orderable=False)
    person_name = tables.Column("借款人", order_by="benefit__person__pinyin")
    region = tables.Column("村", order_by="benefit__region_id")
    amount = MoneyColumn("贷款（元）", order_by="benefit__amount")
    left = MoneyColumn("未还（元）")
    bank = tables.Column(attrs={"td": {"class": "short"}})
    enterprise_name = tables.Column(
        "用款企业", order_by="benefit__enterprise__name", attrs={"td": {"class": "short"}}
    )
    overdue = YesNoCell("逾期")

    class Meta(RowTable.Meta):
        model = Loan
        # What has room on a small screen; the other days of a loan can be chosen.
        fields = (
            "household_number", "head_name", "person_name", "region", "amount", "left", "overdue", "due_on", "bank", "use",
            "enterprise_name",
        )  # fmt: skip
        sequence = ("number", *fields)


class LoanFilter(ListFilter):
    """Loans by household, bank, use, and whether they are overdue at the end of the year."""

    common = ("q", "bank", "use", "overdue")

    q = filters.CharFilter(label="户编号或姓名", method="search")
    bank = filters.CharFilter(label="放贷银行", lookup_expr="contains")
    use = CodeFilter(label="使用方式", choices=LoanUse.choices)
    overdue = filters.ChoiceFilter(
        label="年底状态",
        choices=[("overdue", "逾期"), ("left", "未还清"), ("paid", "已还清")],
        empty_label="全部",
        method="in_state",
    )

    class Meta:
        model = Loan
        fields = ()

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose household the text fits."""
        return rows.filter(matching_household(text, "benefit__"))

    def in_state(self, rows: QuerySet, _name: str, which: str) -> QuerySet:
        """Rows by what is left to pay."""
        return rows.filter({"overdue": Q(overdue=True), "left": Q(left__gt=0), "paid": Q(left__lte=0)}[which])


class RepaymentForm(RuledForm):
    """What was paid back, and until when it was extended: all that can be changed once the loan's year is closed."""

    class Meta:
        model = Loan
        fields = ("repaid", "repaid_on", "extended_to")

    def benefit(self, values: dict[str, Any]) -> Benefit | None:
        """The benefit whose terms these are."""
        chosen = values.get("benefit")
        return chosen or (self.instance.benefit if self.instance.benefit_id else None)

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """Dates out of order, more paid back than lent, a firm that uses it and that nobody names."""
        benefit = self.benefit(values)
        if benefit is None:
            return ()
        stands = {name: getattr(self.instance, name) for name in TERMS if name != "benefit"}
        return loan_problems({**stands, **values}, benefit.amount, benefit.enterprise_id is not None)


class LoanForm(RepaymentForm):
    """The terms of a loan, and how it is paid back."""

    fieldsets_spec = (
        ("贷款", ("benefit", "bank", "purpose", "use")),
        ("条款", ("lent_on", "due_on", "rate", "subsidised")),
        ("还款", ("repaid", "repaid_on", "extended_to")),
    )

    class Meta:
        model = Loan
        fields = (
            "benefit", "bank", "purpose", "use", "lent_on", "due_on", "rate", "subsidised", "repaid",
            "repaid_on", "extended_to",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["benefit"]
        chosen.label_from_instance = _label_of
        chosen.help_text = "先在“到户措施与资金”登记这笔扶贫小额信贷。"
        chosen.error_messages["invalid_choice"] = "没有这笔贷款，或已登记过条款，请重新选择。"
        self.fields["use"].help_text = "户贷企用的，这笔贷款的“投放主体”须填企业。"

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """The village's loans of the year without terms, and the row's own."""
        chosen = super().choices_of(queryset)
        if queryset.model is not Benefit:
            return chosen
        told = Exists(
            Loan.objects.unscoped("only whether a benefit has terms").filter(benefit=OuterRef("pk"))
        )
        fresh = Q(self.place.holds(Benefit)) & Q(measure=Measure.LOAN) & ~Q(told)
        rows = chosen.filter(fresh | Q(pk=self.instance.benefit_id))
        return with_household(rows).annotate(person_name=F("person__name"))

    def doubtful(self, values: dict[str, Any]) -> Iterable[Problem]:
        """What is beyond the terms of such loans."""
        benefit = self.benefit(values)
        born = benefit.person.birth_date if benefit and benefit.person else None
        return loan_doubts(values, benefit.amount if benefit else None, born)


def _label_of(benefit: Any) -> str:
    who = benefit.person_name or benefit.head_name or ""
    amount = "" if benefit.amount is None else f"{money(benefit.amount)}元"
    day = f"{benefit.on:%Y-%m-%d}" if benefit.on else ""
    return "　".join(filter(None, (f"{benefit.household_number} {who}", amount, day)))


class LoanView(EditView):
    """The form: of a year that is not open what was paid back alone."""

    def form_class(self) -> type[RowForm]:
        """As the loan's own year lies."""
        row = self.row()
        return RepaymentForm if Place(row.region, row.year).why_locked else LoanForm


class LoanResource(Resource):
    """扶贫小额信贷 with terms and repayment, at the end of the year: those of earlier years too."""

    model = Loan
    name = "loans"
    table_class = LoanTable
    filterset_class = LoanFilter
    form_class = LoanForm
    edit_view = LoanView
    creates = True
    reveals = True
    locks_first = ("benefit",)
    export_columns = LOAN_COLUMNS
    export_name = "小额信贷台账"
    summed = ("amount", "repaid", "left")

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Loans given up to the year, with borrower, amount, enterprise, and what is left at the year's end."""
        loans = super().rows(actor, place).filter(benefit__year__range=years or (FIRST_YEAR, place.year))
        loans = with_household(as_of(loans, date(place.year, 12, 31)), "benefit__")
        return loans.annotate(
            amount=F("benefit__amount"), remark=F("benefit__remark"), person_name=F("benefit__person__name"),
            enterprise_name=F("benefit__enterprise__name"),
        ).select_related("benefit__region", "benefit__household", "benefit__person", "benefit__enterprise")  # fmt: skip

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """Loans, households, money, what is left of it, and what is overdue at the end of the year."""
        late = Q(overdue=True)
        found = rows.order_by().aggregate(
            loans=Count("pk"), homes=Count("benefit__household", distinct=True), money=Sum("amount"),
            unpaid=Sum("left", filter=Q(left__gt=0)), late=Count("pk", filter=late), due=Sum("left", filter=late),
        )  # fmt: skip
        return [
            {"label": "笔数", "value": found["loans"]},
            {"label": "户数", "value": found["homes"]},
            {"label": "贷款金额", "value": sum_of_money(found["money"])},
            {"label": "年底未还", "value": sum_of_money(found["unpaid"])},
            {"label": "年底逾期", "value": f"{found['late']}笔，{money(found['due'] or 0)}元"},
        ]

    def record(self, row: Any) -> dict[str, Any]:
        """The loan as a row of the township's ledger."""
        person = row.benefit.person
        values = {
            column.name: exported(row, column.name)
            for column in self.export_columns
            if column.name != "person_number"
        }
        return {**values, "person_number": exported(person, "id_number") if person else None}

    def creates_at(self, place: Place) -> bool:
        """In a village."""
        return self.creates and place.region.is_village

    def why_locked(self, place: Place, row: Any = None) -> str:
        """The terms are the year's: a new loan waits for it, a payment does not."""
        return "" if row is not None and row.pk else place.why_locked

    def detail_url(self, place: Place, row: Any) -> str:
        """The loan's page as it stands in the year that is looked at, not in that in which it was given."""
        return Place(place.region, max(place.year, row.year)).url("loans_detail", key=row.pk)

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """Who has borrowed, the terms, and how it is paid back."""
        benefit = row.benefit
        person = benefit.person
        number = exported(person, "id_number") if person else None
        about = [
            ("所在村", row.region, ""), ("户编号", row.household_number, ""), ("户主", row.head_name, ""),
            ("借款人", row.person_name, ""), ("证件号码", number, ""), ("贷款金额（元）", money(benefit.amount), ""),
            ("用款企业", row.enterprise_name, ""),
        ]  # fmt: skip
        url = Place(place.region, benefit.year).url("benefits_detail", key=benefit.pk)
        return [
            Panel("借款人", about, actions=[Button("查看这笔措施", url)]),
            Panel("条款", list(self.attributes(row, TERMS[1:]))),
            Panel("还款", list(self.attributes(row, ("repaid", "repaid_on", "extended_to"))) + state_of(row, place.year)),
        ]  # fmt: skip

    def trails(self, actor: Actor, row: Any) -> list[Trail]:
        """The loan's own."""
        return [Trail(Loan, [row.pk])]

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the loan."""
        return save_loan(loan=form.instance, actor=actor)


def state_of(row: Any, year: int) -> list[tuple[str, Any, str]]:
    """What is left to pay at the end of a year, of a row of as_of()."""
    left = None if row.left is None else max(row.left, 0)
    return [
        (f"{year}年底未还（元）", None if left is None else money(left), ""),
        (f"{year}年底是否逾期", "是" if row.overdue else "否", ""),
    ]


LOANS = LoanResource()


def terms_panel(place: Place, benefit: Benefit, actor: Actor) -> Panel:
    """The terms of a loan, on the page of its benefit."""
    loan = LOANS.rows(actor, place).filter(benefit=benefit).first()
    enters = may(actor, LOANS.edit_action, benefit.region_id)
    if loan is None:
        village = Place(benefit.region, benefit.year)
        fresh = enters and not village.why_locked
        url = f"{village.url('loans_create')}?benefit={benefit.pk}"
        return Panel(
            "贷款条款", actions=[Button("登记条款", url)] if fresh else [], empty="没有登记贷款条款。"
        )
    names = [*TERMS[1:], "repaid", "repaid_on", "extended_to"]
    buttons = [Button("查看贷款", LOANS.detail_url(place, loan))]
    return Panel("贷款条款", [*LOANS.attributes(loan, names), *state_of(loan, place.year)], actions=buttons)
