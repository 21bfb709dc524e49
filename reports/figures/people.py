"""Members by sex, age, school and months of work, households by how many they are.

An age is that of 31 December of the row's year, never of today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q, QuerySet

from households.enums import School, Sex
from households.queries.register import with_age
from reports.figures.declare import Base, Figure, Measure
from reports.figures.register import members, registered
from reports.figures.window import Window

#: Code, label and condition of a kind.
Kind = tuple[str, str, Q]


def _members(
    base: Base, name: str, verbose: str, kinds: Iterable[Kind], *, who: str = ""
) -> tuple[Figure, ...]:
    """Members of each kind; `who` says of which members it is asked."""
    return tuple(
        base.figure(
            f"{name}.{code}",
            f"{verbose}：{label}",
            "人",
            Measure.ENTITIES,
            where=where,
            definition=f"期末年度在户{who}、{verbose}为“{label}”的家庭成员",
        )
        for code, label, where in kinds
    )


# --- 性别、年龄: of the person, who lies in no village ------------------------------------------------------------


def _with_age(rows: QuerySet, _window: Window) -> QuerySet:
    return with_age(rows)  # type: ignore[arg-type]  # a base's rows are scoped


persons = replace(
    members,
    code="persons",
    joined=_with_age,
    declared=[],
    description="报告期末年度在册户的在户家庭成员，年龄算到当年12月31日",
)
sexes = _members(
    persons,
    "sex",
    "性别",
    [(sex.name.lower(), str(sex.label), Q(person__sex=sex.value)) for sex in Sex],
)
#: Where a group begins: compulsory schooling, work, the middle of life, a pension, the allowance for the very old.
AGES = (0, 6, 16, 36, 60, 80)


def _ages() -> Iterable[Kind]:
    for begins, ends in zip(AGES, (*AGES[1:], None), strict=True):
        if ends is None:
            yield f"from_{begins}", f"{begins}岁及以上", Q(years_old__gte=begins)
        elif begins:
            yield (
                f"from_{begins}_to_{ends - 1}",
                f"{begins}—{ends - 1}岁",
                Q(years_old__range=(begins, ends - 1)),
            )
        else:
            yield f"under_{ends}", f"{ends}岁以下", Q(years_old__lt=ends)


ages = _members(persons, "age", "年龄", _ages())

# --- 在校生 -------------------------------------------------------------------------------------------------------

#: Stages of school by their grades.
STAGES = {
    "preschool": ("学前教育", [School.PRESCHOOL]),
    "primary": ("小学", [School.PRIMARY]),
    "junior": ("初中", [School.GRADE_7, School.GRADE_8, School.GRADE_9]),
    "high": ("普通高中", [School.HIGH_1, School.HIGH_2, School.HIGH_3]),
    "vocational": ("中职", [School.VOCATIONAL_1, School.VOCATIONAL_2, School.VOCATIONAL_3]),
    "higher_vocational": (
        "高职(高专)",
        [School.HIGHER_VOCATIONAL_1, School.HIGHER_VOCATIONAL_2, School.HIGHER_VOCATIONAL_3],
    ),
    "college": ("大专及以上", [School.COLLEGE]),
    "none": ("非在校生", [School.NONE]),
    "blank": ("未填", [""]),
}
pupils = _members(
    members,
    "school",
    "在校生状况",
    [(code, label, Q(school__in=grades)) for code, (label, grades) in STAGES.items()],
)

# --- 务工时间: of those who work for wages -----------------------------------------------------------------------

#: First and last month; from half a year on work counts as steady.
MONTHS = ((0, 2), (3, 5), (6, 8), (9, 12))
_working = ~Q(work_place="")
months = _members(
    members,
    "months",
    "务工时间",
    [
        *(
            (f"from_{first}_to_{last}", f"{first}—{last}个月", _working & Q(work_months__range=(first, last)))
            for first, last in MONTHS
        ),
        ("blank", "未填", _working & Q(work_months=None)),
    ],
    who="、填有务工情况",
)

# --- 家庭人口 -----------------------------------------------------------------------------------------------------

#: From so many on households stand together.
MANY = 6
sizes = tuple(
    registered.pair(
        f"size.{code}",
        f"家庭人口：{label}",
        where=where,
        definition=f"在户的家庭成员{label}的在册户",
        said=label,
    )
    for code, label, where in (
        ("0", "0人", Q(people=0)),
        *((str(size), f"{size}人", Q(people=size)) for size in range(1, MANY)),
        ("many", f"{MANY}人及以上", Q(people__gte=MANY)),
    )
)
