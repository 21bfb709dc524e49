"""What is possible but unlikely of a household and its members: asked about while it is entered, never refused.

After the checks that the national system's data are put to (the seventeen rules of 2017 and those of one province's
2023 export), as far as they can be seen in one household. Pure functions over plain values by field name, as in
validators.py; a Problem's `also` names the other fields it is concluded from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from fupin.numbers import age, birth_date, sex
from fupin.words import half_up, plain
from households.enums import Cause, Education, Health, LabourSkill, PovertyStatus, Relation, School, Sex
from households.income import IncomePart, part_of, reckon
from households.validators import Problem, Values

#: 亩 for each member over which cultivated land and forest are asked about.
MOST_FARMLAND, MOST_FOREST = 50, 70
#: Kilometres from the village's main road; square metres of housing for each member.
FARTHEST_ROAD, LARGEST_HOUSE = 50, 300
#: An age that hardly anybody reaches.
OLDEST = 110
#: 元 of medical costs that a household paid itself in a year.
MOST_PAID = Decimal(500_000)

#: More a head in a year than is likely (rules of 2017), and an amount that is so many times last year's.
MOST_PER_HEAD, MANY_TIMES = Decimal(100_000), 100
#: Below it an amount that has grown so much is no slip of zeros.
LEAST_ASKED = Decimal(10_000)
#: What one item of a household is hardly ever: most likely 元 and 分, or a few zeros, were mixed up.
MOST_OF_ITEM = Decimal(1_000_000)
EXITED = frozenset({PovertyStatus.EXITED_THIS_YEAR, PovertyStatus.EXITED_BEFORE})

#: From which age on, and up to which, somebody may be at a school.
AGES = {
    School.PRESCHOOL: (2, 7),
    School.PRIMARY: (5, 15),
    **dict.fromkeys((School.GRADE_7, School.GRADE_8, School.GRADE_9), (10, 19)),
    **dict.fromkeys(
        (School.HIGH_1, School.HIGH_2, School.HIGH_3, School.VOCATIONAL_1, School.VOCATIONAL_2, School.VOCATIONAL_3),
        (13, 25),
    ),
    **dict.fromkeys(
        (School.HIGHER_VOCATIONAL_1, School.HIGHER_VOCATIONAL_2, School.HIGHER_VOCATIONAL_3, School.COLLEGE), (15, 40)
    ),
}  # fmt: skip
#: The years of life in which a child has to be at school (义务教育).
COMPULSORY = range(7, 15)

MALE = {
    Relation.SON, Relation.SON_IN_LAW, Relation.GRANDSON, Relation.DAUGHTERS_SON, Relation.FATHER, Relation.WIFES_FATHER,
    Relation.HUSBANDS_FATHER, Relation.GRANDFATHER, Relation.MOTHERS_FATHER, Relation.GREAT_GRANDSON,
}  # fmt: skip
FEMALE = {
    Relation.DAUGHTER, Relation.DAUGHTER_IN_LAW, Relation.GRANDDAUGHTER, Relation.DAUGHTERS_DAUGHTER, Relation.MOTHER,
    Relation.WIFES_MOTHER, Relation.HUSBANDS_MOTHER, Relation.GRANDMOTHER, Relation.MOTHERS_MOTHER,
    Relation.GREAT_GRANDDAUGHTER, Relation.BROTHERS_WIFE,
}  # fmt: skip


def household_doubts(row: Values, people: int) -> Iterator[Problem]:
    """Of a household with so many members: land, distance, housing and costs of a size that is hardly true."""
    for name, most, what, unit in (
        ("farmland", MOST_FARMLAND, "耕地", "亩"),
        ("forest", MOST_FOREST, "林地", "亩"),
        ("house_area", LARGEST_HOUSE, "住房", "平方米"),
    ):
        value = row.get(name)
        if value is not None and people and value > most * people:
            yield Problem(name, f"{what}人均超过{most}{unit}", "请核对面积和单位")
    if row.get("house_area") == 0:
        yield Problem("house_area", "住房面积为0", "没有住房的请核对，不清楚的请留空")
    irrigated, farmland = row.get("irrigated"), row.get("farmland")
    if irrigated is not None and farmland is not None and irrigated > farmland:
        yield Problem("irrigated", "有效灌溉面积大于耕地面积", "请核对这两项", also=("farmland",))
    if (distance := row.get("road_distance")) is not None and distance > FARTHEST_ROAD:
        yield Problem("road_distance", f"与村主干路距离超过{FARTHEST_ROAD}公里", "请核对，单位是公里")
    if (paid := row.get("out_of_pocket")) is not None and paid > MOST_PAID:
        yield Problem("out_of_pocket", f"合规自付医疗支出超过{MOST_PAID:,.0f}元", "请核对，单位是元")


def member_doubts(row: Values, year: int) -> Iterator[Problem]:
    """Of a member in a year: age against school and education, labour against work, relation against sex.

    Ages are those at the end of the year.
    """
    number = row.get("id_number")
    born = birth_date(number) if number else row.get("birth_date")
    if born is not None:
        yield from _doubts_of_age(row, age(born, date(year, 12, 31)))
    no_labour = row.get("labour_skill") in (LabourSkill.LOST, LabourSkill.NONE)
    place, months = row.get("work_place"), row.get("work_months")
    if no_labour and place:
        yield Problem("labour_skill", "丧失或无劳动力，却有务工情况", "请核对这两项", also=("work_place",))
    if months and not place:
        yield Problem("work_place", "有务工时间，没有务工情况", "请补上务工地点", also=("work_months",))
    if place and months == 0:
        yield Problem("work_months", "有务工情况，务工时间却为0", "请核对这两项", also=("work_place",))
    if row.get("health") == Health.HEALTHY and row.get("disability_kind"):
        yield Problem("health", "填了残疾类别，健康状况却为健康", "请核对这两项", also=("disability_kind",))
    told = sex(number) if number else row.get("sex")
    relation = row.get("relation")
    if told and relation in (FEMALE if told == Sex.MALE else MALE):
        label = f"“{Relation(relation).label}”与性别{Sex(told).label}不符"
        yield Problem("relation", label, "请核对关系和证件号码", also=("id_number", "sex"))


def _doubts_of_age(row: Values, years: int) -> Iterator[Problem]:
    """What an age makes unlikely."""
    of = ("id_number", "birth_date")
    if years > OLDEST:
        yield Problem("birth_date", f"年龄为{years}岁", "请核对出生日期", also=of)
    school, education = row.get("school"), row.get("education")
    if school in AGES:
        first, last = AGES[School(school)]
        if not first <= years <= last:
            yield Problem("school", f"{years}岁，在校生状况却为“{School(school).label}”", "请核对", also=of)
    elif years in COMPULSORY and not row.get("dropout_reason"):
        yield Problem("school", f"{years}岁，没有填在读的年级", "请填年级；失学的填失学或辍学原因", also=of)
    if education == Education.COLLEGE and years < 18:
        yield Problem("education", f"{years}岁，文化程度却为大专及以上", "请核对", also=of)
    if education == Education.PRESCHOOL and years > 7:
        yield Problem("education", f"{years}岁，文化程度却为学龄前儿童", "请核对", also=of)


def family_doubts(row: Values, members: Sequence[Values]) -> Iterator[Problem]:
    """Of a household and those who belong to it: causes that nobody in it has.

    `members` are all of them; without any nothing is said.
    """
    if not members:
        return
    causes = {row.get("main_cause"), *(row.get("other_causes") or ())}
    healths = {member.get("health") for member in members}
    if Cause.ILLNESS in causes and healths == {Health.HEALTHY}:
        yield Problem("main_cause", "致贫原因有因病，成员却都健康", "请核对成员的健康状况")
    disabled = Health.DISABLED in healths or any(member.get("disability_kind") for member in members)
    if Cause.DISABILITY in causes and not disabled and "" not in healths:
        yield Problem("main_cause", "致贫原因有因残，成员中没有残疾的", "请核对成员的健康状况和残疾类别")
    if Cause.SCHOOLING in causes and not any(member.get("school") in AGES for member in members):
        yield Problem("main_cause", "致贫原因有因学，成员中没有在校生", "请核对成员的在校生状况")


def income_doubts(
    amounts: Mapping[str, Decimal | None],
    before: Mapping[str, Decimal],
    *,
    year: int,
    people: int,
    status: str,
    line: Decimal | None,
) -> Iterator[tuple[str, str]]:
    """What is possible but unlikely of a household's income by kind: a kind, and a sentence.

    `before` is the year before; `line` what the year is measured by, if it is known. Rules of 2017 and 2023.
    """
    known = {kind: amount for kind, amount in amounts.items() if amount is not None}
    for kind, amount in known.items():
        last = before.get(kind)
        if amount > MOST_OF_ITEM:
            yield kind, "金额超过100万元，请核对是否多写了几个0。"
        elif last and amount >= max(last * MANY_TIMES, LEAST_ASKED):
            yield kind, f"是上年（{plain(last)}元）的{MANY_TIMES}倍以上，请核对是否多写了几个0。"
    earned = [
        kind for kind, amount in known.items() if amount and part_of(kind, year) == IncomePart.PRODUCTION
    ]
    if earned and not any(part_of(kind, year) == IncomePart.COSTS for kind in known):
        yield earned[0], "填了生产经营性收入，没有填生产经营性支出；确实没有支出的请填0。"
    reckoned = reckon(known, year=year, people=people)
    counted = {kind: amount for kind, amount in known.items() if part_of(kind, year).sign}
    if not counted or reckoned.per_head is None:
        return
    largest = max(counted, key=lambda kind: counted[kind])
    per_head = f"人均纯收入{plain(half_up(reckoned.per_head, 2))}元"
    if reckoned.per_head <= 0:
        yield largest, f"{per_head}，不大于0，请核对收入和支出。"
    elif reckoned.per_head > MOST_PER_HEAD:
        yield largest, f"{per_head}，超过10万元，请核对。"
    elif line is not None and status in EXITED and not reckoned.reaches(line):
        yield largest, f"{per_head}，低于标准{plain(line)}元，但该户已脱贫，请核对。"
