"""Rules between the fields of a row and between the rows of a village; used by import and forms alike.

Pure functions over plain values by column name (households/interfaces/sheets.py): no database. What the
database alone can know (a number registered elsewhere) is asked in households/queries.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fupin.numbers import birth_date, id_part, sex
from households.enums import MAIN_CAUSES, PovertyStatus, Relation, Sex
from households.work import WORK, WorkKind

#: 其他致贫原因: none to two, none equal to the main one (国家指标解释).
MAX_OTHER_CAUSES = 2
HOUSEHOLD_NUMBER = re.compile(r"[0-9A-Za-z-]{4,20}")

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row: the column, why, and what to do.

    `also` names other columns that it takes to be empty: where one of them was not read, there is no problem.
    """

    name: str
    reason: str
    remedy: str
    also: tuple[str, ...] = ()


def household_problems(row: Values, year: int) -> Iterator[Problem]:
    """Contradictions within a household's row of a year."""
    number = row.get("household_number")
    if number and not HOUSEHOLD_NUMBER.fullmatch(number):
        yield Problem("household_number", "户编号应为4至20位数字或字母", "请核对户编号")
    status, exit_year = row.get("status"), row.get("exit_year")
    if status == PovertyStatus.EXITED_THIS_YEAR and exit_year != year:
        yield Problem("exit_year", f"脱贫状态为新脱贫，脱贫年度应为{year}", "请核对脱贫状态和脱贫年度")
    elif status == PovertyStatus.EXITED_BEFORE and (exit_year is None or exit_year >= year):
        yield Problem(
            "exit_year",
            f"脱贫状态为历史已脱贫，脱贫年度应早于{year}",
            "请核对脱贫状态和脱贫年度",
        )
    elif status in (PovertyStatus.NOT_EXITED, PovertyStatus.RETURNED) and exit_year is not None:
        yield Problem("exit_year", "未脱贫或返贫的户不应有脱贫年度", "请删去脱贫年度，或改正脱贫状态")
    registered = row.get("registered_on")
    if registered is not None:
        if registered.year > year:
            yield Problem("registered_on", f"识别时间晚于{year}年度", "请核对识别时间")
        elif exit_year is not None and registered.year > exit_year:
            yield Problem("registered_on", "识别时间晚于脱贫年度", "请核对识别时间和脱贫年度")
    main, others = row.get("main_cause"), tuple(row.get("other_causes") or ())
    if main and main not in MAIN_CAUSES:
        yield Problem("main_cause", "该项不能作为主要致贫原因", "请从国家编码表01至11中选择")
    if main and main in others:
        yield Problem("other_causes", "其他致贫原因与主要致贫原因相同", "请删去相同的一项")
    if len(others) > MAX_OTHER_CAUSES:
        yield Problem(
            "other_causes", f"其他致贫原因有{len(others)}项", f"最多填{MAX_OTHER_CAUSES}项，请保留最主要的"
        )
    yield from _condition_problems(row, year)


#: What is asked of a household that was relocated, and of no other.
OF_RELOCATED = ("relocation", "resettlement", "resettlement_place", "moved_in_on", "relocation_difficulty")


def _condition_problems(row: Values, year: int) -> Iterator[Problem]:
    """Contradictions between the household's living conditions."""
    if not row.get("relocated"):
        for name in OF_RELOCATED:
            if row.get(name) not in (None, ""):
                remedy = "请把“易地搬迁户”填为是，或删去这一项"
                yield Problem(name, "不是易地搬迁户的不填这一项", remedy, also=("relocated",))
    rebuilt = row.get("rebuilt_year")
    if rebuilt is not None and rebuilt > year:
        yield Problem("rebuilt_year", f"危房改造年度晚于{year}", "请核对危房改造年度")
    if row.get("exit_year") is not None and row.get("not_exited_reason"):
        yield Problem("not_exited_reason", "已脱贫的户不填未脱贫原因", "请删去这一项，或改正脱贫状态")


def member_problems(row: Values, year: int) -> Iterator[Problem]:
    """Contradictions within a member's row of a year."""
    number = row.get("id_number")
    born: date | None
    if number:
        born = birth_date(number)
        if row.get("birth_date") not in (None, born):
            yield Problem("birth_date", "出生日期与证件号码不符", f"证件号码表示{born:%Y-%m-%d}，请核对")
        if row.get("sex") not in (None, "", sex(number)):
            yield Problem("sex", "性别与证件号码不符", f"证件号码表示{Sex(sex(number)).label}，请核对")
    else:
        born = row.get("birth_date")
        if born is None:
            yield Problem(
                "birth_date",
                "没有证件号码的人员须填出生日期",
                "请填写出生日期，或填写证件号码",
                also=("id_number",),
            )
        if not row.get("sex"):
            yield Problem(
                "sex", "没有证件号码的人员须填性别", "请填写性别，或填写证件号码", also=("id_number",)
            )
    if born is not None and born.year > year:
        yield Problem(
            "birth_date" if not number else "id_number", f"出生年份晚于{year}年度", "请核对号码、日期和年度"
        )
    yield from particulars_problems(row)


def particulars_problems(row: Values) -> Iterator[Problem]:
    """Contradictions between what is known of a member in a year."""
    if row.get("disability_grade") and not row.get("disability_kind"):
        yield Problem("disability_kind", "填了残疾等级，没有填残疾类别", "请对照残疾人证填写")
    if row.get("post_months") is not None and not row.get("post_kind"):
        yield Problem("post_kind", "填了公益岗时间，没有填公益岗类型", "请填写类型，或删去时间")


def profile_problems(row: Values, year: int) -> Iterator[Problem]:
    """Contradictions within a village's profile of a year."""
    for part, whole, reason in (
        ("agricultural_people", "people", "农业人口多于总人口"),
        ("away_labour", "labour", "外出务工劳动力多于劳动力"),
    ):
        if row.get(part) is not None and row.get(whole) is not None and row[part] > row[whole]:
            yield Problem(part, reason, "请核对这两列")


def roster_problems(
    households: Sequence[Values], members: Sequence[Values], *, sheet: str = "人表"
) -> tuple[list[tuple[int, Problem]], list[tuple[int, Problem]]]:
    """Contradictions between the rows of a village, or of several: (index, problem) for households, and for members.

    `sheet` is what the place of the members is called.

    One mistake has one line: a number that is missing (its cell was refused), odd, unknown or written twice is
    said once, and nothing is concluded about the families that it may have torn apart.
    """
    written = [row.get("household_number") or "" for row in households]
    numbers = Counter(number for number in written if HOUSEHOLD_NUMBER.fullmatch(number))
    families: dict[str, list[tuple[int, Values]]] = defaultdict(list)
    for index, member in enumerate(members):
        families[member.get("household_number") or ""].append((index, member))
    unnamed = len(households) - len(numbers)
    strangers = families.keys() - numbers.keys() - {""}
    lost = sum(len(families[number]) for number in (*strangers, "") if number in families)

    of_households = list(
        _repeated(households, "household_number", "户编号在本表出现多次", "每户只能有一行，请删去重复的行")
    )
    of_members = list(
        _repeated(
            [{"id_number": id_part(m["id_number"]) if m.get("id_number") else None} for m in members],
            "id_number",
            "证件号码在本表出现多次",
            "同一人只能登记一次，请删去重复的行",
        )
    )
    of_members += _unnumbered_twice(members)
    twice = {index for index, _ in of_members}
    if len(strangers) > unnamed:
        of_members += [
            (index, Problem("household_number", "户表中没有这个户编号", "请核对户编号，或在户表中补上该户"))
            for number in sorted(strangers)
            for index, _ in families[number]
        ]
    for index, row in enumerate(households):
        family = families.get(row.get("household_number") or "", [])
        if numbers[row.get("household_number")] != 1 or any(i in twice for i, _ in family):
            continue
        heads = [(i, m.get("name")) for i, m in family if m.get("relation") == Relation.HEAD]
        of_members += [(i, TWO_HEADS) for i, _ in heads[1:]]
        of_households += [(index, problem) for problem in _family_problems(row, family, heads, lost, sheet)]
    return of_households, of_members


TWO_HEADS = Problem("relation", "一户有两名户主", "只保留一名户主，其余改为与户主的实际关系")


def _family_problems(
    row: Values,
    family: Sequence[tuple[int, Values]],
    heads: Sequence[tuple[int, Any]],
    lost: int,
    sheet: str,
) -> Iterator[Problem]:
    """What does not fit between a household's row and its members; `lost` members may belong to any household."""
    names = [name for _, name in heads]
    if row.get("head_name") and names and None not in names and row["head_name"] not in names:
        yield Problem("head_name", f"户主姓名与{sheet}中的户主不同", "请核对后改成一致")
    people = row.get("people")
    if lost and (people is None or 0 < people - len(family) <= lost):
        return
    if not family:
        yield Problem("household_number", f"{sheet}中没有这一户的成员", f"请在{sheet}中补上成员")
        return
    if not heads and all(member.get("relation") for _, member in family):
        yield Problem("head_name", f"{sheet}中该户没有户主", "请把户主的与户主关系填为“本人或户主”")
    if people is not None and people != len(family):
        yield Problem("people", f"人数为{people}，{sheet}中该户有{len(family)}人", "请核对后改成一致")


def _repeated(rows: Sequence[Values], name: str, reason: str, remedy: str) -> Iterator[tuple[int, Problem]]:
    counts = Counter(row[name] for row in rows if row.get(name))
    for index, row in enumerate(rows):
        if counts.get(row.get(name), 0) > 1:
            yield index, Problem(name, reason, remedy)


def _unnumbered_twice(members: Sequence[Values]) -> Iterator[tuple[int, Problem]]:
    seen = set()
    for index, member in enumerate(members):
        if member.get("id_number") or not member.get("name"):
            continue
        key = (member.get("household_number"), member["name"], member.get("birth_date"))
        if key in seen:
            yield (
                index,
                Problem(
                    "name",
                    "该户有两名同名同生日、无证件号码的成员",
                    "请删去重复的行，或填写证件号码",
                    also=("id_number", "birth_date"),
                ),
            )
        seen.add(key)


#: The counts of a ledger entry by column name, with what a form calls them.
WORK_COUNTS = {
    "household_number": "户编号", "attendance": "参加人数", "households": "涉及户数", "people": "涉及人数",
    "pieces": "发放份数", "amount": "金额",
}  # fmt: skip


def work_problems(row: Values, year: int) -> Iterator[Problem]:
    """Contradictions within an entry of the work ledger; `year` is the year of the ledger."""
    kind, on = row.get("kind"), row.get("on")
    if on is not None and on.year > year:
        yield Problem("on", f"日期晚于{year}年度", "请核对日期")
    if kind:
        uses = WORK[WorkKind(kind)].uses
        for name, label in WORK_COUNTS.items():
            used = "household" if name == "household_number" else name
            if row.get(name) not in (None, "") and used not in uses:
                reason = f"“{WorkKind(kind).label}”不登记{label}"
                yield Problem(name, reason, "请留空，或改正类别")


def period_problems(row: Values) -> Iterator[Problem]:
    """A period of income that runs backward."""
    first, last = row.get("income_from"), row.get("income_to")
    if first and last and last < first:
        yield Problem("income_to", "收入截止日期早于起始日期", "请核对日期")


def repeated(rows: Sequence[Values], names: Sequence[str]) -> Iterator[int]:
    """The indexes of rows that have the same values of these columns as an earlier one."""
    seen = set()
    for index, row in enumerate(rows):
        key = tuple(row.get(name) or None for name in names)
        if key in seen:
            yield index
        seen.add(key)
