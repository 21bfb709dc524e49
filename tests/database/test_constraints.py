"""Every constraint of the register is broken once, and what the portal says of it is written out."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction

from fupin.refusals import BY_HAND, explain
from households.enums import Departure, PovertyStatus, Relation
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.conftest import A, B
from tests.database.rows import all_rows
from tests.database.tools import fetch, run

YEAR = make.YEAR
LEFT = next(iter(Departure)).value


def member(home: HouseholdYear, **values: Any) -> Membership:
    return Membership(
        household_year=home, person=make.PersonFactory(), region_id=home.region_id, year=home.year,
        relation=Relation.OTHER, **values,
    )  # fmt: skip


M, H = "households_membership", "households_householdyear"
W, B_, P, T = "households_ledgerentry", "funds_benefit", "funds_project", "reports_sectiontext"
LIBRARY = ("category", "content", "unit_in_charge", "target", "sharing")
USER = "(SELECT min(id) FROM fupin_user)"


def report(times: int = 1, *, then: str = "", **changes: str) -> str:
    """A sealed report of village A, good but for the changes, `times` times; `then` goes on with its id as r.id."""
    values = {
        "region_id": f"'{A}'", "kind": "'village'", "year": str(YEAR), "first": str(YEAR), "part": "''", "since": "2014",
        "version": "1", "state": "'sealed'", "wording": "0", "approved": "'x'", **changes,
    }  # fmt: skip
    made = f"INSERT INTO reports_report ({', '.join(values)}) SELECT {', '.join(values.values())} FROM generate_series(1, {times}) AS n"
    return f"WITH r AS ({made} RETURNING id){then}" if then.startswith(",") else f"{made}{then}"


def reopening(times: int = 1, **changes: str) -> str:
    """A request to open village A's year again, good but for the changes."""
    values = {
        "region_id": f"'{A}'", "year": str(YEAR), "reason": "'漏报'", "asked_by_id": USER, "asked_at": "now()",
        "decided_by_id": "NULL", "decided_at": "NULL", "consented": "NULL", **changes,
    }  # fmt: skip
    names = ", ".join(values)
    casts = {"decided_by_id": "bigint", "decided_at": "timestamptz", "consented": "boolean"}
    marks = ", ".join(f"{value}::{casts[name]}" if name in casts else value for name, value in values.items())
    return f"INSERT INTO reports_reopening ({names}) SELECT {marks} FROM generate_series(1, {times})"


def insert(table: str, times: int = 1, **changes: Any) -> str:
    """A row of a ledger of village A, good but for the changes; or the same row twice."""
    columns = {
        W: {"kind": "101", "on": "2017-03-15", "title": "", "remark": ""},
        B_: {
            "household_id": "{household}", "measure": "501", "unit": "", "remark": "", "grade": "", "tranche": "",
        },
        P: {
            "name": "路灯", "stage": "03", "nature": "", "unit": "", "source": "", "site": "", "remark": "",
            **dict.fromkeys(LIBRARY, ""),
        },
        T: {"chapter": "7", "position": 1, "text": "继续努力。"},
    }[table]  # fmt: skip
    values = {"region_id": A, "year": YEAR, **columns, **changes}
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(f"'{value}'" for value in values.values())
    return f"INSERT INTO {table} ({names}) SELECT {marks} FROM generate_series(1, {times})"


def step(
    kind: str, times: int = 1, *, before: str = "", fit: bool = True, then: str = "", **changes: Any
) -> str:
    """Steps of a project of village A that is fit for the library; `before` are steps that stand already."""
    project = insert(P, category="1501" if fit else "", target="硬化", stage="01")
    values = {
        "region_id": A, "year": YEAR, "kind": kind, "on": "2017-03-01", "document": "x", "amount": 1, "share": 5,
        "way": "01", "reason": "x", "recorded_at": "2017-03-01", "undone_reason": "", **changes,
    }  # fmt: skip
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("NULL" if value is None else f"'{value}'" for value in values.values())
    one = marks.replace(f"'{kind}'", "k.kind", 1)
    kinds = ", ".join(f"('{k}')" for k in [*before.split(), *[kind] * times])
    return (
        f"{project}; INSERT INTO funds_projectstep (project_id, {names})"
        f" SELECT p.id, {one} FROM (SELECT max(id) AS id FROM funds_project) p, (VALUES {kinds}) AS k (kind); {then}"
    )


def loan(**changes: Any) -> str:
    """The terms of a loan of A's household, good but for the changes."""
    values = {
        "bank": "农商行", "purpose": "", "use": "01", "lent_on": "2017-03-01", "due_on": "2019-03-01", **changes,
    }  # fmt: skip
    marks = ", ".join("NULL" if value is None else f"'{value}'" for value in values.values())
    given = insert(B_, measure="111").replace("INSERT", "WITH b AS (INSERT") + " RETURNING id)"
    return f"{given} INSERT INTO funds_loan (benefit_id, {', '.join(values)}) SELECT b.id, {marks} FROM b"


def enterprise(kind: str = "02", times: int = 1) -> str:
    """A statement that registers a cooperative."""
    return (
        "INSERT INTO funds_enterprise (region_id, name, kind, business)"
        f" SELECT '{A}', '茶油合作社', '{kind}', '' FROM generate_series(1, {times})"
    )


def wording(times: int = 1, **changes: Any) -> str:
    """A version of the county's wording, good but for the changes."""
    values = {
        "region_id": "421199000000", "kind": "village", "era": "until_2020", "version": 1, "text": "", "note": "",
        "created_at": "2017-01-01", **changes,
    }  # fmt: skip
    marks = ", ".join(f"'{value}'" for value in values.values())
    return (
        f"INSERT INTO reports_narrativetemplate ({', '.join(values)})"
        f" SELECT {marks} FROM generate_series(1, {times})"
    )


def income(times: int = 1, **changes: Any) -> str:
    """Wages of A's household, good but for the changes."""
    values = {
        "region_id": A,
        "year": YEAR,
        "household_year_id": "{home}",
        "kind": "101",
        "amount": "5",
        **changes,
    }
    marks = ", ".join(f"'{value}'" for value in values.values())
    return f"INSERT INTO households_incomeitem ({', '.join(values)}) SELECT {marks} FROM generate_series(1, {times})"


def line(times: int = 1, *, region: str = f"'{A}'", kind: str = "01", amount: str = "9") -> str:
    """A line of a year of which nobody has one."""
    return (
        "INSERT INTO households_povertyline (region_id, year, kind, amount, source)"
        f" SELECT {region}, 2077, '{kind}', {amount}, '' FROM generate_series(1, {times})"
    )


def correction(
    times: int = 1, decided: str = "NULL, NULL::timestamptz, NULL::boolean, NULL::timestamptz"
) -> str:
    """A correction of A's household that waits; or decided so: by whom, when, whether, applied when."""
    return (
        "INSERT INTO households_correction (region_id, year, household_year_id, old, new, reason, asked_by_id,"
        " asked_at, decided_by_id, decided_at, consented, applied_at)"
        f" SELECT '{A}', 2017, {{home}}, '[]', '[]', '有误', u.id, now(), {decided}"
        f" FROM (SELECT min(id) AS id, max(id) AS other FROM fupin_user) u, generate_series(1, {times})"
    )


def money(twice: str = "", kinds: str = "01 02 03 04 11", **changes: dict[str, Any]) -> str:
    """A township's 100 for a project of village A, 20 of it arrived, 60 allocated and 30 paid, good but for the changes.

    `twice` is the part that stands there twice, `kinds` are the steps that the project has taken.
    """
    rows: dict[str, dict[str, Any]] = {
        "project": {
            "name": "金", "stage": "01", "nature": "", "unit": "", "source": "", "site": "", "remark": "",
            **dict.fromkeys(LIBRARY, ""), "category": "1501", "target": "硬化",
        },
        "projectstep": {
            "on": "2017-01-10", "document": "x", "amount": 1, "way": "", "reason": "", "recorded_at": "2017-01-10",
            "undone_reason": "",
        },
        "appropriation": {
            "region_id": "421199103000", "level": "01", "document": "财农1号", "title": "通知", "issued_on": "2017-01-01",
            "batch": "", "item": "", "amount": 100, "remark": "",
        },
        "appropriationentry": {"kind": "01", "on": "2017-02-01", "amount": 20, "document": "", "reason": ""},
        "allocation": {"on": "2017-03-01", "amount": 60, "document": "", "remark": ""},
        "payment": {"on": "2017-04-01", "amount": 30, "payee": "公司", "voucher": "1", "remark": ""},
    }  # fmt: skip
    parents = {
        "projectstep": ["project"],
        "appropriationentry": ["appropriation"],
        "allocation": ["project", "appropriation"],
        "payment": ["allocation"],
    }
    parts = []
    for name, row in rows.items():
        placed = {} if name == "appropriationentry" else {"region_id": A, "year": YEAR}
        values = {**placed, **row, **changes.get(name, {})}
        above = parents.get(name, [])
        columns = [*values, *(f"{parent}_id" for parent in above)]
        marks = [*(f"'{value}'" for value in values.values()), *(f"{parent}.id" for parent in above)]
        series = f"generate_series(1, {2 if twice == name else 1})"
        if name == "projectstep":
            series = f"unnest(string_to_array('{kinds}', ' ')) AS taken (kind)"
            columns, marks = [*columns, "kind"], [*marks, "taken.kind"]
        source = ", ".join([*above, series])
        named = ", ".join(f'"{column}"' for column in columns)
        parts.append(
            f"{name} AS (INSERT INTO funds_{name} ({named}) SELECT {', '.join(marks)} FROM {source} RETURNING id)"
        )
    return f"WITH {', '.join(parts)} SELECT 1"


#: constraint -> a statement that breaks it alone; {home} is A's household year, {household} its household.
TO_START = "01 02 03 04 11 12 13"
BREAKS: dict[str, str] = {
    "appropriation_once": money("appropriation"),
    "appropriation_carried_once": (
        "WITH a AS (INSERT INTO funds_appropriation (region_id, year, level, document, title, issued_on, batch, item, amount,"
        f" remark) SELECT '{A}', 2017, '01', '1号', '', '2017-01-01', '', '', 1, '' RETURNING id)"
        " INSERT INTO funds_appropriation (region_id, year, level, document, title, issued_on, batch, item, amount, remark,"
        f" carried_from_id) SELECT '{A}', 2018, '01', '1号', '', '2018-01-01', '', '', 1, '', a.id"
        " FROM a, generate_series(1, 2)"
    ),
    "appropriation_level_known": money(appropriation={"level": "77"}),
    "appropriation_amount_positive": money(appropriation={"amount": 0}),
    "appropriation_issued_near": money(appropriation={"issued_on": "2015-12-31"}),
    "appropriation_entry_known": money(appropriationentry={"kind": "77"}),
    "appropriation_entry_positive": money(appropriationentry={"amount": 0}),
    "appropriation_entry_carried_once": money("appropriationentry", appropriationentry={"kind": "05"}),
    "arrived_within_appropriation": money(appropriationentry={"amount": 100.01}),
    "allocation_amount_positive": money(allocation={"amount": 0}),
    "allocation_in_its_year": money(allocation={"year": 2016}),
    "allocated_within_appropriation": money(allocation={"amount": 100.01}),
    "allocated_within_region": money(appropriation={"region_id": "421199104000"}),
    "allocation_lies_with_project": money(allocation={"region_id": B}, payment={"region_id": B}),
    "payment_amount_positive": money(payment={"amount": 0}),
    "payment_in_its_year": money(payment={"year": 2016}),
    "payment_once": money("payment"),
    "paid_within_allocation": money(payment={"amount": 60.01}),
    "paid_after_approval": money(kinds="01 02 03 04"),
    "payment_lies_with_allocation": money(payment={"region_id": B}),
    "correction_by_two": correction(decided="u.id, now(), true, NULL::timestamptz"),
    "correction_decided_whole": correction(decided="u.other, NULL::timestamptz, true, NULL::timestamptz"),
    "correction_applied_with_consent": correction(decided="u.other, now(), false, now()"),
    "correction_open_once": correction(times=2),
    "export_in_full_has_purpose": (
        "INSERT INTO fupin_exportlog (region_id, year, user_id, at, title, query, columns, row_count, digest, purpose, note,"
        " revealed) SELECT (SELECT min(code) FROM fupin_region), 2017, min(id), now(), 'x', '', '[]', 1, '0', '', '',"
        " '[[1, 2]]' FROM fupin_user"
    ),
    "column_match_once": (
        "INSERT INTO fupin_columnmatch (kind, sheet, shape, columns, at, actor_id)"
        " SELECT 'village', '户', 'x', '{{}}', now(), min(id) FROM fupin_user, generate_series(1, 2) AS n GROUP BY n"
    ),
    "import_line_once": (
        "WITH r AS (INSERT INTO fupin_importrun (region_id, year, kind, file_name, digest, stored, state, good_only, counts,"
        " errors, notes, columns, shown, shown_of, created_at) SELECT min(code), 2017, 'village', 'x', 'x', '', 'done', false, '{{}}',"
        " '[]', '[]', '[]', '', '{{}}', now() FROM fupin_region RETURNING id)"
        " INSERT INTO fupin_importline (run_id, position, kind, label, who, cells)"
        " SELECT r.id, 1, 'new', '户', 'x', '{{}}' FROM r, generate_series(1, 2)"
    ),
    "draft_once": (
        "INSERT INTO fupin_draft (user_id, form, token, base, typed, saved_at)"
        " SELECT min(id), 'x', gen_random_uuid(), '{{}}', '{{}}', now() FROM fupin_user, generate_series(1, 2) AS n GROUP BY n"
    ),
    "sent_form_once": (
        "INSERT INTO fupin_sentform (user_id, token, digest, url, at)"
        " SELECT min(id), '00000000-0000-0000-0000-000000000001'::uuid, '', '/', now()"
        " FROM fupin_user, generate_series(1, 2) AS n GROUP BY n"
    ),
    "region_code_is_12_digits": "INSERT INTO fupin_region (code, name, level) VALUES ('42119910399X', '村', 12)",
    "region_code_fits_level": "INSERT INTO fupin_region (code, name, level) VALUES ('421199103999', '镇', 9)",
    "region_level_known": "INSERT INTO fupin_region (code, name, level) VALUES ('421190000000', '县', 5)",
    "attachment_once": (
        "INSERT INTO fupin_attachment"
        " (region_id, content_type_id, object_id, file, name, size, sha256, uploaded_at)"
        " SELECT '421199103206', min(id), 1, 'x', 'x', 1, 'x', now()"
        " FROM django_content_type, generate_series(1, 2) GROUP BY generate_series"
    ),
    "role_assignment_once": (
        "INSERT INTO fupin_roleassignment (user_id, role, region_id)"
        " SELECT user_id, role, region_id FROM fupin_roleassignment LIMIT 1"
    ),
    "saved_view_name_once": (
        "INSERT INTO fupin_savedview (user_id, list, name, query, is_default) SELECT min(id), 'households', '一', '', false"
        " FROM fupin_user, generate_series(1, 2) GROUP BY generate_series"
    ),
    "saved_view_one_default": (
        "INSERT INTO fupin_savedview (user_id, list, name, query, is_default)"
        " SELECT min(id), 'households', generate_series::text, '', true"
        " FROM fupin_user, generate_series(1, 2) GROUP BY generate_series"
    ),
    "region_year_once": (
        "INSERT INTO fupin_regionyear (region_id, year, state) VALUES ('421199103206', 2017, 'open')"
    ),
    "region_year_state_known": "UPDATE fupin_regionyear SET state = 'lost'",
    "region_year_review_while_submitted": "UPDATE fupin_regionyear SET review_opened_at = now()",
    "ledger_once": "UPDATE fupin_ledger SET kind = 'households' WHERE region_id = '421199103206'",
    "ledger_state_known": "UPDATE fupin_ledger SET state = 'none'",
    "village_year_once": (
        "INSERT INTO households_villageyear (region_id, year, position, main_industries, main_income)"
        " VALUES ('421199103206', 2017, '', '', '')"
    ),
    "village_agricultural_within_people": (
        "UPDATE households_villageyear SET people = 10, agricultural_people = 11"
    ),
    "village_away_within_labour": "UPDATE households_villageyear SET labour = 10, away_labour = 11",
    "household_year_once": (
        f"UPDATE {H} SET household_id = {{household}} WHERE region_id = '421199103207'"
    ),
    "household_category_known": f"UPDATE {H} SET category = '77'",
    "household_exit_fits_status": f"UPDATE {H} SET exit_year = 2016",
    "household_causes_differ": f"UPDATE {H} SET main_cause = '01', other_causes = '{{{{02,01}}}}'",
    "household_relocation_of_relocated": f"UPDATE {H} SET relocation = '01'",
    "household_rebuilt_by_then": f"UPDATE {H} SET rebuilt_year = 2018",
    "household_road_distance_positive": f"UPDATE {H} SET road_distance = -1",
    "member_post_months_in_year": f"UPDATE {M} SET post_months = 3",
    "member_disability_has_kind": f"UPDATE {M} SET disability_grade = '1'",
    "person_number_once": "UPDATE households_person SET id_number_key = 'same'",
    "member_once_a_year": f"UPDATE {M} SET person_id = {{person}}",
    "one_head_per_household": f"UPDATE {M} SET relation = '01'",
    "member_relation_known": f"UPDATE {M} SET relation = '77' WHERE relation <> '01'",
    "member_work_months_in_year": f"UPDATE {M} SET work_months = 12.1",
    "member_leaves_with_reason": f"UPDATE {M} SET present = false",
    "member_lies_with_household": f"UPDATE {M} SET region_id = '421199103207' WHERE household_year_id = {{home}}",
    "household_income_period_runs_forward": f"UPDATE {H} SET income_from = '2017-02-01', income_to = '2017-01-31'",
    "income_once": income(times=2),
    "income_kind_known": income(kind="000"),
    "income_not_negative": income(amount="-0.01"),
    "income_lies_with_household": income(region_id="421199103207"),
    "line_once": line(2),
    "national_line_once": line(2, region="NULL"),
    "line_kind_known": line(kind="77"),
    "line_positive": line(amount="0"),
    "act_kind_known": (
        "INSERT INTO households_act (region_id, year, household_id, kind, \"on\", reason, change)"
        " VALUES ('421199103206', 2017, {household}, 'lost', '2017-01-01', '', 0)"
    ),
    "household_act_once": (
        "INSERT INTO households_act (region_id, year, household_id, kind, \"on\", reason, change)"
        " SELECT '421199103206', 2017, {household}, 'corrected', '2017-01-01', '', 0 FROM generate_series(1, 2)"
    ),
    "member_act_once": (
        "INSERT INTO households_act (region_id, year, household_id, person_id, kind, \"on\", reason, change)"
        " SELECT '421199103206', 2017, {household}, {person}, 'corrected', '2017-01-01', '', 0"
        " FROM generate_series(1, 2)"
    ),
    "helper_once": (
        "INSERT INTO households_helper (region_id, name, sex, party, unit, affiliation, position, education, phone,"
        " specialty, resident_role) SELECT '421199103206', '同名', '', '', '', '', '', '', '', '', ''"
        " FROM generate_series(1, 2)"
    ),
    "pairing_once": (
        "INSERT INTO households_pairing (region_id, household_id, helper_id, starts_on)"
        " SELECT region_id, household_id, helper_id, starts_on FROM households_pairing LIMIT 1"
    ),
    "pairing_ends_after_start": "UPDATE households_pairing SET ends_on = starts_on - 1",
    "work_once": insert(W, 2),
    "work_kind_known": insert(W, kind="000"),
    "work_lies_in_its_year": insert(W, on="2016-12-31"),
    "work_amount_not_negative": insert(W, amount=-1),
    "benefit_once": insert(B_, 2),
    "benefit_measure_known": insert(B_, measure="000"),
    "benefit_quantity_has_unit": insert(B_, quantity=1),
    "benefit_amount_not_negative": insert(B_, amount=-1),
    "benefit_standard_not_negative": insert(B_, standard=-1),
    "benefit_grade_of_house": insert(B_, grade="02"),
    "loan_use_known": loan(use="03"),
    "loan_due_after_lent": loan(due_on="2017-03-01"),
    "loan_extended_after_due": loan(extended_to="2019-03-01"),
    "loan_repaid_on_a_day": loan(repaid=10),
    "loan_repaid_after_lent": loan(repaid=10, repaid_on="2017-02-28"),
    "loan_rate_is_percent": loan(rate="100.01"),
    "loan_of_its_measure": loan() + "; UPDATE funds_benefit SET measure = '102'",
    "loan_repaid_within_amount": loan(repaid=10, repaid_on="2018-03-01"),
    "project_once": insert(P, 2),
    "project_stage_known": insert(P, stage="77"),
    "project_quantity_has_unit": insert(P, quantity=1),
    "project_amount_not_negative": insert(P, amount=-1),
    "project_category_known": insert(P, category="7777"),
    "project_plan_in_order": insert(P, plan_start="2017-05-01", plan_finish="2017-04-30"),
    "project_poor_homes_among_homes": insert(P, homes=3, poor_homes=4),
    "project_people_of_homes": insert(P, homes=3, people=2),
    "project_plan_is_amount": insert(P, plan_central=3, amount=4),
    "project_plan_not_negative": insert(P, plan_central=-1, plan_county=5, amount=4),
    "step_kind_known": step("77"),
    "step_in_its_year": step("01", on="2016-12-31"),
    "step_once": step("01", 2),
    "step_progress_once_a_day": step("14", 2, before=TO_START),
    "step_states_what_it_needs": step("04", before="01 02 03", document=""),
    "step_numbers_possible": step("01", amount=-1),
    "step_undone_with_reason": step("01", undone_at="2017-03-02"),
    "step_order": step("02"),
    "step_library": step("01", fit=False),
    "step_ended": step("92", before="01 02 03"),
    "project_declared": step("01", then="UPDATE funds_project SET target = 'y'"),
    "project_stage": step("01", then="UPDATE funds_project SET stage = '03'"),
    "enterprise_kind_known": enterprise(kind="77"),
    "funds_enterprise_name_key": enterprise(times=2),
    "partnership_once": (
        f"WITH e AS ({enterprise()} RETURNING id)"
        " INSERT INTO funds_partnership (region_id, year, enterprise_id, household_id, remark)"
        " SELECT '421199103206', 2017, e.id, {household}, '' FROM e, generate_series(1, 2)"
    ),
    "section_text_once": insert(T, 2),
    "section_text_chapter_known": insert(T, chapter="9"),
    "blank_form_name_once": (
        "INSERT INTO reports_blankform (region_id, name, file, sha256, told, said, uploaded_at)"
        f" SELECT '{A}', '县表', 'x', 'x', '[]', '{{{{}}}}', now() FROM generate_series(1, 2)"
    ),
    "village_figure_once": (
        "INSERT INTO reports_villagefigure (region_id, year, since, code, rows)"
        f" SELECT '{A}', {YEAR}, {YEAR}, 'poor.households', 1 FROM generate_series(1, 2)"
    ),
    "village_fold_once": (
        "INSERT INTO reports_villagefold (region_id, year, digest)"
        f" SELECT '{A}', {YEAR}, 'x' FROM generate_series(1, 2)"
    ),
    "report_version_once": report(2),
    "report_in_hand_once": report(2, version="n", state="'draft'", wording="NULL", approved="''"),
    "report_state_known": report(state="'lost'", approved="''"),
    "report_by_two": report(submitted_by_id=USER, approved_by_id=USER),
    "report_submitted_whole": report(state="'submitted'", wording="NULL", approved="''"),
    "report_approved_whole": report(approved="''"),
    "report_period_holds": report(first="2018"),
    "report_in_draft": report(then=f"; {insert(T)}"),
    "sealed_file_once": report(
        then=", s AS (INSERT INTO reports_seal (report_id, content, digest, events, at)"
        " SELECT r.id, '', '', '{{}}', now() FROM r RETURNING id) INSERT INTO reports_sealedfile (seal_id, format, name,"
        " content) SELECT s.id, 'docx', 'x', '' FROM s, generate_series(1, 2)"
    ),
    "reopening_by_two": reopening(decided_by_id=USER, decided_at="now()", consented="true"),
    "reopening_decided_whole": reopening(decided_by_id=f"({USER} + 1)"),
    "reopening_has_reason": reopening(reason="''"),
    "reopening_open_once": reopening(2),
    "wording_version_once": wording(2),
    "wording_version_from_1": wording(version=0),
    "wording_era_known": wording(era="now"),
    "wording_of_a_county": wording(region_id=A),
    "wording_not_too_long": wording(text="字" * 20_001),
}  # fmt: skip
#: What the screen says, written out: a changed sentence is changed here too.
SENTENCES: dict[str, str] = {
    "appropriation_once": "这个文号的指标已经登记（同一级次、同一批次），请核对文号；分批下达的请填写批次。",
    "appropriation_carried_once": "这笔指标已经结转到下一年，要改金额的请先删除原来的结转，再重新结转。",
    "appropriation_level_known": "资金级次应为中央、省级、市级、县级或其他。",
    "appropriation_amount_positive": "下达金额应大于0。",
    "appropriation_issued_near": "下达日期应在预算年度当年，提前下达的在上一年，请核对日期和年度。",
    "appropriation_entry_known": "指标变动应为到位、收回、调增、调减或结转下年。",
    "appropriation_entry_positive": "变动金额应大于0；减少的选“收回”或“调减”，仍填正数。",
    "appropriation_entry_carried_once": "这笔指标已经登记结转，要改金额的请先删除原来的结转，再重新结转。",
    "arrived_within_appropriation": "到位合计超过了下达金额（加调增、减调减），未写入。请核对到位金额。",
    "allocation_amount_positive": "安排金额应大于0。",
    "allocation_in_its_year": "资金安排的年度应是安排日期的年度。",
    "allocated_within_appropriation": (
        "安排合计超过了指标的现有金额（下达加调增，减收回、调减和结转），未写入。请刷新页面，核对指标余额。"
    ),
    "allocated_within_region": "项目不在该指标接收单位的辖区内，不能从这笔指标安排。",
    "allocation_lies_with_project": "资金安排的村应与项目所在村一致。",
    "payment_amount_positive": "支付金额应大于0。",
    "payment_in_its_year": "支付的年度应是支付日期的年度。",
    "payment_once": "这个凭证号的支付已经登记，请核对凭证号，不要重复登记。",
    "paid_within_allocation": "支付合计超过了安排金额，未写入。请刷新页面，核对未支付余额。",
    "paid_after_approval": "项目在支付日期之前没有立项批复，不能支付；已经支付的，不能撤销批复。",
    "payment_lies_with_allocation": "支付的村应与资金安排所在村一致。",
    "column_match_once": "这种表头的对应关系已经保存。",
    "import_line_once": "导入差异重复。",
    "export_in_full_has_purpose": "导出完整号码须说明事由。",
    "household_income_period_runs_forward": "收入截止日期不能早于起始日期。",
    "income_once": "该户这一年度的这一收入项目已经登记。",
    "income_kind_known": "收入项目不在目录内。",
    "income_not_negative": "收入和支出的金额都不能小于0。",
    "income_lies_with_household": "收入的村和年度应与所在户一致。",
    "line_once": "本地区这一年度的这类标准已经登记。",
    "national_line_once": "这一年度的国家标准已经登记。",
    "line_kind_known": "标准类别应为扶贫标准或监测标准。",
    "line_positive": "标准应大于0。",
    "correction_by_two": "更正须由申请人以外的另一个人决定。",
    "correction_decided_whole": "更正的决定须写明谁、何时、是否同意。",
    "correction_applied_with_consent": "没有同意的更正不能办理。",
    "correction_open_once": "该户这一年度已有一项更正在等待决定。",
    "region_code_is_12_digits": "区划代码应为12位数字。",
    "region_code_fits_level": "区划代码与级别不符：本级以下各位应为0。",
    "region_level_known": "级别应为省、市、县、乡镇或村。",
    "attachment_once": "该文件已经上传。",
    "role_assignment_once": "该用户在此区划已有这一角色。",
    "saved_view_name_once": "已经有同名的视图，请换一个名称。",
    "saved_view_one_default": "一个列表只能有一个默认视图。",
    "region_year_once": "该村这一年度已经开设。",
    "region_year_state_known": "年度状态不明。",
    "region_year_review_while_submitted": "只有已提交的年度才能开始审核。",
    "ledger_once": "该台账的状态已经登记。",
    "ledger_state_known": "台账状态应为有数据或零报告。",
    "village_year_once": "该村这一年度的基本情况已经登记。",
    "village_agricultural_within_people": "农业人口不能多于总人口。",
    "village_away_within_labour": "外出务工劳动力不能多于劳动力。",
    "household_year_once": "该户这一年度的信息已经登记。",
    "household_category_known": "贫困户属性应为一般贫困户、低保贫困户或五保贫困户。",
    "household_exit_fits_status": (
        "脱贫年度与脱贫状态不符：新脱贫应为本年度，历史已脱贫应早于本年度，未脱贫和返贫不填。"
    ),
    "household_causes_differ": "其他致贫原因不能与主要致贫原因相同。",
    "draft_once": "这张表已有草稿。",
    "sent_form_once": "这张表已经提交过。",
    "household_relocation_of_relocated": "不是易地搬迁户的，搬迁的各项不填。",
    "household_rebuilt_by_then": "危房改造年度不能晚于本年度。",
    "household_road_distance_positive": "与村主干路距离不能小于0。",
    "member_post_months_in_year": "公益岗时间应在0至12个月之间，并须填写公益岗类型。",
    "member_disability_has_kind": "填了残疾等级的，须填残疾类别。",
    "person_number_once": "该证件号码已在本县他处登记。",
    "member_once_a_year": "此人这一年度已在本县他处登记。",
    "one_head_per_household": "一户只能有一名户主。",
    "member_relation_known": "与户主关系不在国家编码表内。",
    "member_work_months_in_year": "务工时间应在0至12个月之间。",
    "member_leaves_with_reason": "人员减少须填写原因。",
    "member_lies_with_household": "家庭成员的村和年度应与所在户一致。",
    "act_kind_known": "变动事项不明。",
    "household_act_once": "这一变动已经登记。",
    "member_act_once": "这一变动已经登记。",
    "helper_once": "本村已经登记了姓名、电话相同的帮扶责任人。",
    "pairing_once": "这一结对已经登记。",
    "pairing_ends_after_start": "结束日期不能早于开始日期。",
    "work_once": "同一天、同一主题的这类工作已经登记；一天几场的请写不同的主题。",
    "work_kind_known": "工作类别不在目录内。",
    "work_lies_in_its_year": "日期不在所选年度内，请核对日期，或在页面上方选择相应年度。",
    "work_amount_not_negative": "金额不能小于0。",
    "benefit_once": "该户（人）同一年度、同一日期的这项措施已经登记，请核对日期或改正原有记录。",
    "benefit_measure_known": "帮扶措施不在措施目录内。",
    "benefit_quantity_has_unit": "填了数量，请填写单位。",
    "benefit_amount_not_negative": "金额不能小于0。",
    "benefit_standard_not_negative": "补助标准不能小于0。",
    "benefit_grade_of_house": "危房等级只填在全拆全建、部分改建上，应为C级或D级。",
    "loan_use_known": "使用方式应为户贷户用或户贷企用。",
    "loan_due_after_lent": "到期日期应晚于放款日期。",
    "loan_extended_after_due": "展期至的日期应晚于到期日期。",
    "loan_repaid_on_a_day": "已还金额应大于0，并与还款日期一起填写；没有还款的都留空。",
    "loan_repaid_after_lent": "还款日期不能早于放款日期。",
    "loan_rate_is_percent": "年利率应在0至100之间，单位是%。",
    "loan_of_its_measure": "只有“扶贫小额信贷”才有贷款条款；已登记条款的，帮扶措施不能改成别的。",
    "loan_repaid_within_amount": "已还金额大于贷款金额，或者这笔贷款没有登记金额，未写入。请核对金额。",
    "project_once": "本村这一年度已有同名项目。",
    "project_stage_known": "项目进度应为规划中、实施中、已完成或已终止。",
    "project_quantity_has_unit": "填了建设规模，请填写单位。",
    "project_amount_not_negative": "投入资金不能小于0。",
    "project_category_known": "项目类型不在类型目录内。",
    "project_plan_in_order": "计划完工日期早于计划开工日期。",
    "project_poor_homes_among_homes": "其中贫困户数超过受益户数。",
    "project_people_of_homes": "受益人数少于受益户数。",
    "project_plan_is_amount": "各级资金之和与投入资金不等，请核对。",
    "project_plan_not_negative": "各级资金不能小于0。",
    "step_kind_known": "办理环节不明。",
    "step_in_its_year": "办理日期不在记录的年度内。",
    "step_once": "该项目的这一环节已经登记，请刷新页面查看。",
    "step_progress_once_a_day": "该项目这一天的形象进度已经登记。",
    "step_states_what_it_needs": "批复、验收、结算等环节的文号、金额、实施方式、进度等必填内容没有填写完整。",
    "step_numbers_possible": "金额不能小于0，进度不能超过100%。",
    "step_undone_with_reason": "撤销须写明原因。",
    "step_order": "前一环节还没有登记，或者日期早于前一环节，不能登记（或撤销）这一环节。",
    "step_library": "没有项目类型、绩效目标，或产业项目没有联农带农机制的，不能申报入库。",
    "step_ended": "该项目已经终止，或已竣工，不能再登记这一环节。",
    "project_declared": "该项目已经申报，内容不能修改；需要修改的，请审核的人退回。",
    "project_stage": "该项目已经申报，进度由办理环节得出，不能另填。",
    "enterprise_kind_known": "市场主体类型应为企业、专业合作社、家庭农场或种养大户。",
    "funds_enterprise_name_key": "该市场主体已在本县登记。",
    "partnership_once": "该户这一年度与该市场主体的关系已经登记。",
    "blank_form_name_once": "已有同名的报表，请换一个名称，或先删除原来的。",
    "section_text_once": "这一章节已有这个序号的文字，请换一个序号。",
    "section_text_chapter_known": "章节应为一至七。",
    "village_figure_once": "该村这一年度的指标已经汇总。",
    "village_fold_once": "该村这一年度已经汇总。",
    "report_version_once": "有人刚刚建立了同一份报告，请刷新页面。",
    "report_in_hand_once": "这份报告还没有封存，不能另写新版本。",
    "report_state_known": "报告状态不明。",
    "report_by_two": "报告须由提交人以外的另一个人批准。",
    "report_submitted_whole": "报告提交时须定下措辞版本。",
    "report_approved_whole": "报告批准时须记下批准的内容。",
    "report_period_holds": "报告的期间不对。",
    "report_in_draft": (
        "本村这一年度的总结已提交、批准或封存，文字材料不能再改。"
        "需要修改的，请先撤回总结，或请上级退回；已封存的，请先另写新版本。"
    ),
    "sealed_file_once": "这一格式的封存件已经有了。",
    "reopening_by_two": "重新打开须由申请人以外的另一个人确认。",
    "reopening_decided_whole": "重新打开的决定须写明谁、何时、是否同意。",
    "reopening_has_reason": "请填写重新打开的原因。",
    "reopening_open_once": "已有一项重新打开的申请在等待确认。",
    "wording_version_once": "有人刚刚保存了同一版本，请打开新版本核对后再保存。",
    "wording_version_from_1": "版本从1开始。",
    "wording_era_known": "用语应为2020年及以前，或2021年起。",
    "wording_of_a_county": "措辞按县保存，不能属于乡镇或村。",
    "wording_not_too_long": "措辞最多20000个字，请删减后再保存。",
}  # fmt: skip


def test_every_constraint_is_broken_once() -> None:
    declared = {
        constraint.name
        for label in ("fupin", "households", "funds", "reports")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    assert set(BREAKS) == set(SENTENCES) == declared | set(BY_HAND)


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_constraint_is_refused_in_a_sentence(world: Any, personas: Any, name: str) -> None:
    person = fetch(f"SELECT person_id FROM {M} WHERE household_year_id = %s LIMIT 1", [world.household_a.pk])
    statement = BREAKS[name].format(
        home=world.household_a.pk, household=world.household_a.household_id, person=person[0][0]
    )
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(statement)
    assert error.value.__cause__.diag.constraint_name == name
    assert explain(error.value) == SENTENCES[name]


def test_an_error_that_is_not_ours_has_no_sentence(world: Any) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        run("SELECT 1 / 0")
    assert explain(error.value) is None


@pytest.mark.parametrize("exit_year", [None, 2015, 2016, 2017, 2018])
@pytest.mark.parametrize("status", PovertyStatus)
def test_an_exit_year_fits_the_status(world: Any, status: PovertyStatus, exit_year: int | None) -> None:
    fits = {
        PovertyStatus.EXITED_THIS_YEAR: exit_year == 2017,
        PovertyStatus.EXITED_BEFORE: exit_year in (2015, 2016),
        PovertyStatus.NOT_EXITED: exit_year is None,
        PovertyStatus.RETURNED: exit_year is None,
    }
    said = None
    try:
        with transaction.atomic():
            run(f"UPDATE {H} SET status = %s, exit_year = %s", [status.value, exit_year])
    except IntegrityError as error:
        said = explain(error)
    assert said == (None if fits[status] else SENTENCES["household_exit_fits_status"])


@pytest.mark.parametrize(
    ("place", "year"), [(A, YEAR), (B, YEAR), (A, 2016), (B, 2016)], ids=["here", "place", "year", "both"]
)
@pytest.mark.django_db(transaction=True)
def test_a_member_lies_where_the_household_lies(world: Any, place: str, year: int) -> None:
    """The key is checked at the end of the transaction, so that a household and its members move together."""
    row = member(world.household_a)
    row.region_id, row.year = place, year
    if (place, year) == (A, YEAR):
        row.save()
        return
    with pytest.raises(IntegrityError) as error:
        row.save()
    assert explain(error.value) == SENTENCES["member_lies_with_household"]
    assert all_rows(Membership).filter(household_year=world.household_a).count() == 2


def test_members_move_with_their_household(world: Any) -> None:
    run(f"UPDATE {H} SET region_id = %s, year = 2016 WHERE id = %s", [B, world.household_a.pk])
    run("SET CONSTRAINTS ALL IMMEDIATE")
    assert fetch(f"SELECT region_id, year FROM {M} WHERE household_year_id = %s", [world.household_a.pk]) == [
        (B, 2016), (B, 2016),
    ]  # fmt: skip
