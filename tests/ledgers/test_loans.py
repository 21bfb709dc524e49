"""Loans: their terms by a form, what is refused and what is only doubted, what is overdue, and the year that guards them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from funds.domain.ledgers import save_benefits
from funds.domain.loans import save_loan
from funds.guards import SENTENCES as GUARDED
from funds.models import Benefit, Loan
from funds.queries.loans import as_of
from funds.validators import loan_doubts, loan_problems
from fupin.access import SYSTEM
from fupin.refusals import Refused, explain
from households.models import Membership
from tests import factories as make
from tests.database.rows import SENTENCES, put
from tests.database.tools import blockers_of, run, sessions
from tests.factories import YEAR
from tests.fupin.walking import rows_of, written
from tests.ledgers.conftest import Office
from tests.ledgers.test_rows import listed

TERMS = {
    "bank": "农商行", "purpose": "养牛", "use": "01", "lent_on": "2017-03-01", "due_on": "2020-03-01", "rate": "4.35",
    "subsidised": "true",
}  # fmt: skip


def loans() -> Any:
    return Loan.objects.unscoped("tests")


def lent(office: Office, **values: Any) -> Benefit:
    """A loan of 50,000 元 without its terms."""
    given = {"region": office.world.a, "household": office.home.household, "measure": "111", "amount": 50_000}
    return make.BenefitFactory(**(given | values))


def post(office: Office, benefit: Benefit, **changes: Any) -> Any:
    return office.client.post(office.url("loans_create"), {**TERMS, "benefit": benefit.pk, **changes})


def test_terms_are_entered_from_the_benefits_page_and_shown_there(office: Office) -> None:
    who = office.member(office.home)
    type(who).objects.unscoped("tests").filter(pk=who.pk).update(birth_date=date(1980, 5, 1))
    benefit = lent(office, person=who)
    page = office.client.get(office.url("benefits_detail", key=benefit.pk))
    (panel,) = [panel for panel in page.context["panels"] if panel.title == "贷款条款"]
    (button,) = panel.actions
    form = office.client.get(button.url).context["form"]
    assert (button.label, str(form["benefit"].value())) == ("登记条款", str(benefit.pk))
    response = post(office, benefit)
    loan = loans().get()
    assert response["Location"] == office.url("loans_detail", key=loan.pk)
    assert (loan.bank, loan.rate, loan.subsidised, loan.lent_on, loan.due_on, loan.year, loan.region_id) == (
        "农商行", Decimal("4.35"), True, date(2017, 3, 1), date(2020, 3, 1), YEAR, office.world.a.code,
    )  # fmt: skip
    page = office.client.get(office.url("benefits_detail", key=benefit.pk))
    (panel,) = [panel for panel in page.context["panels"] if panel.title == "贷款条款"]
    said = {label: str(value) for label, value, _ in panel.rows}
    assert (said["放贷银行"], said["年利率（%）"], said["财政贴息"], said["2017年底未还（元）"]) == (
        "农商行", "4.35", "是", "50,000",
    )  # fmt: skip
    # It is no more offered: each loan has one set of terms.
    assert (
        not office.client.get(office.url("loans_create")).context["form"].fields["benefit"].queryset.exists()
    )


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({}, []),
        ({"due_on": date(2017, 3, 1)}, ["due_on"]),
        ({"extended_to": date(2020, 3, 1)}, ["extended_to"]),
        ({"extended_to": date(2021, 3, 1)}, []),
        ({"repaid": Decimal(50_000), "repaid_on": date(2017, 3, 1)}, []),
        ({"repaid": Decimal("50000.01"), "repaid_on": date(2019, 1, 1)}, ["repaid"]),
        ({"repaid": Decimal(10)}, ["repaid_on"]),
        ({"repaid_on": date(2019, 1, 1)}, ["repaid"]),
        ({"repaid": Decimal(0)}, ["repaid"]),
        ({"repaid": Decimal(10), "repaid_on": date(2017, 2, 28)}, ["repaid_on"]),
        ({"use": "02"}, ["use"]),
    ],
)  # fmt: skip
def test_what_cannot_be_of_a_loan(row: dict[str, Any], names: list[str]) -> None:
    values = {"use": "01", "lent_on": date(2017, 3, 1), "due_on": date(2020, 3, 1), **row}
    assert [problem.name for problem in loan_problems(values, Decimal(50_000), False)] == names
    assert [p.name for p in loan_problems({**values, "use": "02"}, Decimal(50_000), True)] == [
        name for name in names if name != "use"
    ]


@pytest.mark.parametrize(
    ("due", "amount", "born", "names"),
    [
        (date(2020, 3, 1), Decimal(50_000), date(1999, 3, 1), []),
        (date(2020, 3, 2), Decimal(50_000), None, ["due_on"]),
        (date(2020, 3, 1), Decimal("50000.01"), None, ["use"]),
        (date(2020, 3, 1), None, date(1999, 3, 2), ["lent_on"]),
        (date(2020, 3, 1), None, date(1951, 3, 2), []),
        (date(2020, 3, 1), None, date(1951, 3, 1), ["lent_on"]),
    ],
)
def test_what_is_beyond_the_terms_of_such_loans(due: date, amount: Any, born: Any, names: list[str]) -> None:
    values = {"lent_on": date(2017, 3, 1), "due_on": due}
    assert [doubt.name for doubt in loan_doubts(values, amount, born)] == names


def test_a_loan_for_longer_is_asked_about_and_one_out_of_order_refused(office: Office) -> None:
    benefit = lent(office)
    before = written()
    assert post(office, benefit, due_on="2017-03-01").context["form"].errors["due_on"] == [
        "到期日期不晚于放款日期。请核对这两个日期。"
    ]
    asked = post(office, benefit, due_on="2021-03-01")
    assert (asked.status_code, written()) == (422, before)
    assert post(office, benefit, due_on="2021-03-01", _sure=office.sure(asked)).status_code == 302


def test_a_firm_that_uses_a_loan_is_named(office: Office) -> None:
    """户贷企用: the benefit's enterprise; it cannot be taken away again, by form or by workbook."""
    benefit = lent(office)
    assert list(post(office, benefit, use="02").context["form"].errors) == ["use"]
    Benefit.objects.unscoped("tests").filter(pk=benefit.pk).update(enterprise=office.firm)
    assert post(office, benefit, use="02").status_code == 302
    edit = office.url("benefits_edit", key=benefit.pk)
    sent = {"household": office.home.household_id, "measure": "111", "amount": "50000"}
    assert list(office.client.post(edit, sent).context["form"].errors) == ["enterprise"]
    row = {"household_number": office.home.household.number, "year": YEAR, "measure": "111", "amount": 50_000}
    with pytest.raises(Refused, match="户贷企用，投放主体不能为空"):
        save_benefits(region=office.world.a, rows=[row], actor=SYSTEM)


def test_a_loan_does_not_become_less_than_was_paid_back(office: Office) -> None:
    benefit = lent(office)
    post(office, benefit, repaid="30000", repaid_on="2019-05-01")
    edit = office.url("benefits_edit", key=benefit.pk)
    sent = {"household": office.home.household_id, "measure": "111", "amount": "29999.99"}
    assert list(office.client.post(edit, sent).context["form"].errors) == ["amount"]
    assert list(office.client.post(edit, {**sent, "measure": "112"}).context["form"].errors) == ["measure"]
    row = {"household_number": office.home.household.number, "year": YEAR, "measure": "111", "amount": 29_999}
    with pytest.raises(Refused, match="已还30000元，贷款金额不能更小"):
        save_benefits(region=office.world.a, rows=[row], actor=SYSTEM)
    assert office.client.post(edit, {**sent, "amount": "30000"}).status_code == 302
    other = Loan(
        benefit=lent(office, measure="501"),
        bank="x",
        use="01",
        lent_on=date(2017, 1, 1),
        due_on=date(2018, 1, 1),
    )
    with pytest.raises(Refused, match="只有“扶贫小额信贷”才登记贷款条款"):
        save_loan(loan=other, actor=SYSTEM)


@pytest.mark.parametrize(
    ("day", "left", "overdue"),
    [
        (date(2019, 3, 1), 50_000, False), (date(2019, 3, 2), 50_000, True), (date(2019, 5, 1), 20_000, True),
    ],
)  # fmt: skip
def test_what_is_overdue_depends_on_the_day_that_is_asked_of(
    day: date, left: int, overdue: bool, office: Office
) -> None:
    """Never on today; and an extension moves it."""
    loan = make.loan(office.world.a, office.home, repaid=30_000, repaid_on=date(2019, 5, 1))
    found = as_of(loans(), day).get()
    assert (found.left, found.overdue) == (left, overdue)
    loans().filter(pk=loan.pk).update(extended_to=date(2020, 3, 1))
    assert not as_of(loans(), day).get().overdue


def test_the_ledger_of_loans_has_those_of_earlier_years_as_they_stand(office: Office) -> None:
    make.village(office.world.a.code, "甲村", year=YEAR - 2)
    old = make.HouseholdYearFactory(region=office.world.a, household=office.other.household, year=YEAR - 2)
    who = office.member(office.other)
    make.loan(
        office.world.a, old, amount=Decimal("20000.50"), person=who, bank="邮储银行", lent_on=date(2015, 1, 5),
        due_on=date(2017, 1, 5), repaid=Decimal("5000.25"), repaid_on=date(2016, 8, 1),
    )  # fmt: skip
    make.loan(office.world.a, office.home, use="02", enterprise=office.firm)
    cells, sums = listed(office.client, office.url("loans_list"))
    assert [(row[3], row[9], row[10], row[5], row[6], row[7], row[11]) for row in cells] == [
        (who.name, "邮储银行", "户贷户用", "20,000.50", "15,000.25", "是", "—"),
        ("—", "农商行", "户贷企用", "50,000", "50,000", "否", "将军红山茶油"),
    ]
    assert sums == [
        "笔数：2", "户数：2", "贷款金额：70,000.50元（7.0001万元）", "年底未还：65,000.25元（6.5万元）",
        "年底逾期：1笔，15,000.25元",
    ]  # fmt: skip
    found = [
        [row[9] for row in listed(office.client, office.url("loans_list") + query)[0]]
        for query in ("?overdue=overdue", "?bank=农商", "?use=02", f"?q={office.other.household.number}", "?overdue=paid")
    ]  # fmt: skip
    assert found == [["邮储银行"], ["农商行"], ["农商行"], ["邮储银行"], []]
    # In its own year it was not overdue.
    assert [row[7] for row in listed(office.client, office.url("loans_list", year=YEAR - 2))[0]] == ["否"]
    header, first, _ = rows_of(office.client.get(office.url("loans_export")))
    line = dict(zip(header, first, strict=True))
    assert line["借款人证件号码"] == who.masked_number and who.id_number not in str(first)
    assert (line["贷款金额（元）"], line["未还金额（元）"], line["逾期"]) == (20000.5, 15000.25, "是")


def test_what_was_agreed_is_guarded_by_its_year_and_what_is_paid_back_is_not(office: Office) -> None:
    loan = make.loan(office.world.a, office.home)
    put(office.world.a, "closed")
    for statement in (
        "UPDATE funds_loan SET bank = '改'",
        "DELETE FROM funds_loan",
        f"UPDATE funds_loan SET due_on = '2030-01-01' WHERE id = {loan.pk}",
    ):
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            run(statement)
        assert explain(refused.value) == SENTENCES["closed"]
    edit = office.url("loans_edit", key=loan.pk)
    form = office.client.get(edit).context["form"]
    assert list(form.fields) == ["repaid", "repaid_on", "extended_to"]
    response = office.client.post(edit, {"repaid": "50000", "repaid_on": "2019-02-01", "bank": "改"})
    assert response.status_code == 302
    loan.refresh_from_db()
    assert (loan.repaid, loan.bank) == (50_000, "农商行")
    assert office.client.get(office.url("loans_create")).templates[0].name == "resource/locked.html"
    with pytest.raises(Refused), transaction.atomic():
        save_loan(loan=make.LoanFactory.build(benefit=loan.benefit), actor=SYSTEM)


def test_without_its_triggers_a_closed_year_guards_no_terms(office: Office) -> None:
    """Negative control."""
    make.loan(office.world.a, office.home)
    put(office.world.a, "closed")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE funds_loan DISABLE TRIGGER USER")
    run("UPDATE funds_loan SET bank = '改'")
    assert loans().get().bank == "改"


#: What would leave a loan of 50,000 元, of which 30,000 are paid back, with less or of another measure.
UNFIT = (
    "UPDATE funds_benefit SET amount = 29999.99",
    "UPDATE funds_benefit SET amount = NULL",
    "UPDATE funds_loan SET repaid = 50000.01",
    "UPDATE funds_benefit SET measure = '112' WHERE measure = '111'",
)


def test_the_database_keeps_a_loan_to_its_benefit(office: Office) -> None:
    loan = make.loan(office.world.a, office.home, repaid=30_000, repaid_on=date(2019, 5, 1))
    other = lent(office, measure="501")
    for statement in (*UNFIT, f"UPDATE funds_loan SET benefit_id = {other.pk}"):
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            run(statement)
        assert explain(refused.value) in GUARDED.values(), statement
    run("UPDATE funds_benefit SET amount = 30000, remark = 'x' WHERE measure = '111'")
    run("UPDATE funds_loan SET repaid = 30000")
    loan.refresh_from_db()
    assert (loan.repaid, loan.benefit.amount) == (30_000, 30_000)


def test_without_its_triggers_a_loan_is_of_anything(office: Office) -> None:
    """Negative control."""
    make.loan(office.world.a, office.home, repaid=30_000, repaid_on=date(2019, 5, 1))
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("funds_loan", "funds_benefit"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for statement in UNFIT:
        run(statement)
    assert loans().get().benefit.measure == "112"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lowered_first", [True, False])
def test_who_lowers_an_amount_and_who_pays_back_wait_for_each_other(lowered_first: bool, world: Any) -> None:
    """Whoever comes second sees what the first has committed, and is refused."""
    make.loan(world.a, world.household_a)
    acts = [
        "UPDATE funds_loan SET repaid = 20000, repaid_on = '2019-01-01'",
        "UPDATE funds_benefit SET amount = 10000",
    ]
    if lowered_first:
        acts.reverse()
    with sessions(2) as (early, late):
        early.begin()
        early.do(run, acts[0])
        waiting = late.start(run, acts[1])
        assert blockers_of(late, waiting) == [early.pid]
        early.commit()
        with pytest.raises(DatabaseError) as refused:
            waiting.result(60)
        assert explain(refused.value) == GUARDED["loan_repaid_within_amount"]


def test_a_loan_goes_with_its_benefit_and_its_history_stays(office: Office) -> None:
    loan = make.loan(office.world.a, office.home)
    office.client.post(
        office.url("loans_edit", key=loan.pk), {**TERMS, "benefit": loan.benefit_id, "bank": "邮储"}
    )
    told = office.client.get(office.url("benefits_history", key=loan.benefit_id)).context["page"].object_list
    assert any("邮储" in str(change.changes) for change in told)
    remove = office.url("benefits_remove", key=loan.benefit_id)
    office.client.get(remove)
    assert office.client.post(remove, {}).status_code == 302
    assert (loans().count(), Benefit.objects.unscoped("tests").count()) == (0, 0)


def test_the_borrowers_number_is_shown_in_full_for_a_purpose_alone(office: Office) -> None:
    who = office.member(office.home)
    loan = make.loan(office.world.a, office.home, person=who)
    page = office.client.get(office.url("loans_detail", key=loan.pk)).content.decode()
    assert who.masked_number in page and who.id_number not in page
    full = office.client.post(
        office.url("loans_reveal", key=loan.pk), {"purpose": "check", "note": "核对借款人"}
    )
    assert who.id_number in full.content.decode()
    assert Membership.objects.unscoped("tests").filter(person=who).exists()
