"""What a member's row says beyond sex and age: name, school, health, work, insurance, and the household's causes.

Every rule that the data-quality checks of the counties apply to such a row (因学 only with a pupil, months only with a
place of work, ...) holds here by construction: the reference village must not be the first to fail them.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.enums import (
    Cause,
    Education,
    Ethnicity,
    Health,
    LabourSkill,
    PovertyCategory,
    School,
    Sex,
    WorkPlace,
)

from .families import Relative
from .people import MINORITY_NAME, RARE_GIVEN_NAMES, NameBook, NumberBook, birthday

PENSION_AGE = 60
WORKING_AGES = range(18, 60)


@dataclass
class Member:
    """One person while the village is being made up."""

    relative: Relative
    surname: str
    name: str
    birth_date: date
    age: int
    id_number: str | None = None
    newborn: bool = False
    supported: bool = False  # of a five-guarantees household: by definition nobody there can work
    ethnicity: Ethnicity = Ethnicity.HAN
    education: Education | None = None
    school: School = School.NONE
    health: Health = Health.HEALTHY
    labour_skill: LabourSkill = LabourSkill.NONE
    work_place: WorkPlace | None = None
    work_months: int | None = None
    medical_insurance: bool | None = True
    pension: bool | None = None
    remark: str | None = None

    @property
    def at_school(self) -> bool:
        """Whether the person is a pupil or student, kindergarten included."""
        return self.school != School.NONE

    @property
    def able(self) -> bool:
        """Whether the person counts as labour force."""
        return self.labour_skill in (LabourSkill.ORDINARY, LabourSkill.SKILLED)


def name_family(
    relatives: Sequence[Relative], names: NameBook, end: date, rng: random.Random, *, newborn: bool
) -> list[Member]:
    """Name the members so that children carry their father's surname, and give them birthdays."""
    by_slot = {relative.slot: relative for relative in reversed(relatives)}
    head_surname = names.surname()
    partner_surname = names.other_surname(head_surname)
    in_law_surname = names.other_surname(head_surname)
    children_surname = head_surname
    if "S" in by_slot and by_slot["S"].male:
        children_surname = partner_surname
    grandchildren_surname = children_surname
    if "W" in by_slot and by_slot["W"].male:
        grandchildren_surname = in_law_surname
    surnames = {
        "H": head_surname,
        "S": partner_surname,
        "G": children_surname,
        "C": children_surname,
        "W": in_law_surname,
        "K": grandchildren_surname,
        "F": head_surname,
    }
    family = []
    for relative in relatives:
        surname = surnames.get(relative.slot) or names.other_surname(head_surname)
        is_newborn = newborn and relative.age == 0
        # A child of the year's last weeks has no number yet.
        birth = birthday(relative.age, on=end, rng=rng, months=(11, 12) if is_newborn else (1, 12))
        name = names.name(surname, male=relative.male)
        family.append(Member(relative, surname, name, birth, relative.age, newborn=is_newborn))
    return family


def settle(member: Member, category: PovertyCategory, end: date, rng: random.Random) -> None:
    """Decide school, education, health and insurance."""
    # Grown children, and everybody else who is a parent, have left school.
    if member.relative.slot in "CK":
        member.school = _school(member.birth_date, end, rng)
    if not member.at_school:
        member.education = _education(member.age, rng)
    member.supported = category == PovertyCategory.WUBAO
    member.health = _health(member.age, category, rng)
    if member.supported and member.age in WORKING_AGES:
        member.health = Health.DISABLED
    member.medical_insurance = None if member.newborn else rng.random() < 0.98
    if member.age >= PENSION_AGE:
        member.pension = True
    elif member.age >= 16 and not member.at_school:
        member.pension = rng.random() < 0.85


def _school(birth: date, end: date, rng: random.Random) -> School:
    """Return the class of the school year that began in September."""
    age = end.year - birth.year - (birth > date(birth.year, 8, 31))
    if age < 3:
        return School.NONE
    if age < 6:
        return School.PRESCHOOL
    if age < 12:
        return School.PRIMARY
    if age < 15:
        return (School.GRADE_7, School.GRADE_8, School.GRADE_9)[age - 12]
    if age < 18:
        high = (School.HIGH_1, School.HIGH_2, School.HIGH_3)
        vocational = (School.VOCATIONAL_1, School.VOCATIONAL_2, School.VOCATIONAL_3)
        return rng.choice((high, vocational))[age - 15]
    higher = (School.HIGHER_VOCATIONAL_1, School.HIGHER_VOCATIONAL_2, School.HIGHER_VOCATIONAL_3)
    return rng.choice((higher[age - 18], School.COLLEGE)) if age < 21 else School.COLLEGE


def _education(age: int, rng: random.Random) -> Education:
    if age < 6:
        return Education.PRESCHOOL
    if age >= 60:
        return rng.choices((Education.ILLITERATE, Education.PRIMARY, Education.JUNIOR), (5, 4, 1))[0]
    if age >= 35:
        return rng.choices((Education.PRIMARY, Education.JUNIOR, Education.HIGH), (4, 5, 1))[0]
    return rng.choices((Education.JUNIOR, Education.HIGH, Education.COLLEGE), (6, 3, 1))[0]


def _health(age: int, category: PovertyCategory, rng: random.Random) -> Health:
    if age < 18:
        weights = (97, 1, 1, 1)
    elif age < 60:
        weights = (88, 5, 3, 4) if category == PovertyCategory.GENERAL else (70, 13, 6, 11)
    else:
        weights = (55, 30, 6, 9)
    return rng.choices((Health.HEALTHY, Health.CHRONIC, Health.SERIOUS, Health.DISABLED), weights)[0]


def mark_the_unusual(everyone: Sequence[Member], names: NameBook) -> None:
    """See to the people whom every program trips over: two disabled, rare characters, a name with a dot."""
    adults = [member for member in everyone if member.age >= 18]
    disabled = sum(member.health == Health.DISABLED for member in everyone)
    for member in [member for member in adults if member.health != Health.DISABLED][: max(0, 2 - disabled)]:
        member.health = Health.DISABLED
    young = [member for member in everyone if member.relative.slot in "GCK" and member.relative.male]
    # One from each end of the village, so that they are not brothers.
    for member, given in zip(
        (young or adults)[:1] + (young or adults)[1:][-1:], RARE_GIVEN_NAMES, strict=False
    ):
        if names.take(member.surname + given):
            member.name = member.surname + given
    for member in everyone:
        if member.relative.slot in "SW" and not member.relative.male and names.take(MINORITY_NAME):
            member.name = MINORITY_NAME
            member.ethnicity = Ethnicity.UYGHUR
            break


def give_numbers(everyone: Sequence[Member], book: NumberBook, rng: random.Random) -> None:
    """Give everyone but the newborn a number; the first two disabled people carry their certificate's."""
    # A certificate is the ID number, a kind and a degree; one issued again has B1 behind it.
    suffixes = ["", "B1"]
    for member in everyone:
        if member.newborn:
            continue
        member.id_number = book.issue(member.birth_date, male=member.relative.male)
        if member.health == Health.DISABLED and suffixes:
            member.id_number += f"{rng.randint(1, 7)}{rng.randint(1, 4)}{suffixes.pop(0)}"


def give_work(everyone: Sequence[Member], wanted: int | None, rng: random.Random) -> bool:
    """Decide who can work and who works for wages; False where fewer are able than the facts want."""
    for member in everyone:
        member.labour_skill = _labour_skill(member, rng)
    able = [member for member in everyone if member.able]
    workers = [member for member in able if member.age in WORKING_AGES]
    if wanted is None:
        wanted = len(workers) * 2 // 3
    elif wanted > len(workers):
        workers = able
    if wanted > len(workers):
        return False
    for member in able:
        member.work_months = 0  # asked of everyone who could: none is an answer
    places = (WorkPlace.TOWNSHIP, WorkPlace.COUNTY, WorkPlace.PROVINCE, WorkPlace.OTHER_PROVINCE)
    for member in rng.sample(workers, wanted):
        member.work_place = rng.choices(places, (2, 2, 2, 4))[0]
        member.work_months = rng.randint(3, 12)
    return True


def _labour_skill(member: Member, rng: random.Random) -> LabourSkill:
    if member.age < 16 or member.at_school or (member.supported and member.age >= PENSION_AGE):
        return LabourSkill.NONE
    if member.health in (Health.SERIOUS, Health.DISABLED):
        return LabourSkill.LOST
    if member.age >= PENSION_AGE:
        strong = member.age < 66 and member.health == Health.HEALTHY and rng.random() < 0.6
        return LabourSkill.ORDINARY if strong else LabourSkill.NONE
    return LabourSkill.SKILLED if rng.random() < 0.12 else LabourSkill.ORDINARY


def causes(family: Sequence[Member], rng: random.Random) -> tuple[Cause, list[Cause]]:
    """Return the main cause of poverty and up to two others, each borne out by the family's own rows."""
    strong = []
    if any(member.health == Health.DISABLED for member in family):
        strong.append(Cause.DISABILITY)
    if any(member.health in (Health.CHRONIC, Health.SERIOUS) for member in family):
        strong.append(Cause.ILLNESS)
    # A kindergarten's fees are not what 因学 means.
    if any(member.at_school and member.school != School.PRESCHOOL for member in family):
        strong.append(Cause.SCHOOLING)
    if 2 * sum(member.able for member in family) < len(family):
        strong.append(Cause.NO_LABOUR)
    weak = [Cause.NO_TECHNIQUE, Cause.NO_FUNDS, Cause.TRAFFIC]
    rng.shuffle(weak)
    main = rng.choice(strong or weak)
    others = [cause for cause in (*strong, *weak[:1]) if cause != main]
    return main, others[: rng.randint(0, 2)]


def row(household_number: str, member: Member) -> dict[str, Any]:
    """Return the member's row of the sheet 人."""
    return {
        "household_number": household_number,
        "name": member.name,
        "id_number": member.id_number,
        "birth_date": member.birth_date,
        "sex": Sex.MALE if member.relative.male else Sex.FEMALE,
        "relation": member.relative.relation,
        "ethnicity": member.ethnicity,
        "education": member.education,
        "school": member.school,
        "health": member.health,
        "labour_skill": member.labour_skill,
        "work_place": member.work_place,
        "work_months": member.work_months,
        "medical_insurance": member.medical_insurance,
        "pension": member.pension,
        "remark": "新生儿，尚未上户口" if member.newborn else None,
    }
