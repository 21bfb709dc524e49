"""Plausible families of a given size: who lives there, of what sex, how old.

A family is a frame, one letter per member. Ages are drawn from the youngest generation upwards, so that every
parent ends up 18 to 40 years above every child without trial and error.
"""

import random
from dataclasses import dataclass

from households.enums import Relation

# H head, S spouse, C minor child, G grown child, W the first grown child's spouse, K grandchild, F father, M mother.
# A frame without C and K has nobody who could be at school; those of BABY_FRAMES have one, of two years at most.
PUPIL_FRAMES: dict[int, tuple[str, ...]] = {
    2: ("HC", "HK"),
    3: ("HSC", "HSC", "HCM", "HSK"),
    4: ("HSCC", "HSCC", "HSCM", "HSGC"),
    5: ("HSCCM", "HSGWK", "HSCFM", "HSCCC"),
    6: ("HSCCFM", "HSGWKK", "HSCCCM"),
    7: ("HSCCCFM", "HSGWKKM"),
    8: ("HSGWKKKM", "HSGWKKFM"),
    9: ("HSGWKKKFM",),
}
BABY_FRAMES: dict[int, tuple[str, ...]] = {
    3: ("HSC",),
    4: ("HSCM",),
    5: ("HSGWK", "HSCFM"),
    6: ("HSGWKM", "HSGGWK"),
    7: ("HSGWKFM", "HSGGWKM"),
    8: ("HSGGWKFM",),
    9: ("HSGGGWKFM",),
}
GROWN_FRAMES: dict[int, tuple[str, ...]] = {
    1: ("H",),
    2: ("HS", "HS", "HG", "HM"),
    3: ("HSG", "HSG", "HSM", "HGM"),
    4: ("HSGG", "HSGM", "HSFM"),
    5: ("HSGGM", "HSGFM", "HSGGG"),
    6: ("HSGGFM", "HSGGGM"),
    7: ("HSGGGFM", "HSGGGGM"),
    8: ("HSGGGGFM",),
    9: ("HSGGGGGFM",),
}
LARGEST = 9
SMALLEST_WITH_PUPIL = 2
SMALLEST_WITH_NEWBORN = 3
SMALLEST_WITH_PUPIL_AND_NEWBORN = 4  # the newborn needs a brother or sister who goes to school

# The slots as they are listed on a household's page: head first, then by generation.
ORDER = "HSGWCKFM"


@dataclass(frozen=True)
class Relative:
    """One member of a family before there is a name: the slot in the frame, relation, sex and age."""

    slot: str
    relation: Relation
    male: bool
    age: int


def frames(size: int, *, pupils: bool | None, newborn: bool) -> tuple[tuple[str, bool], ...]:
    """Return the frames that leave room for what is asked, and whether their minors go to school.

    Pupils None means either way.
    """
    schooled = tuple(
        (frame, True)
        for frame in PUPIL_FRAMES.get(size, ())
        if not newborn or frame.count("C") > 1 or frame.count("K") > 1
    )
    babies = BABY_FRAMES.get(size, ())
    unschooled = tuple(
        (frame, False) for frame in (babies if newborn else GROWN_FRAMES.get(size, ()) + babies)
    )
    if pupils is None:
        return schooled + unschooled
    return schooled if pupils else unschooled


def make_family(
    size: int, *, pupils: bool | None, newborn: bool, elderly: bool, rng: random.Random
) -> list[Relative]:
    """Return a family's members, the head first; elderly says that nobody can be expected to work."""
    frame, schooled = rng.choice(frames(size, pupils=pupils, newborn=newborn))
    if elderly and size == 2 and not pupils:
        frame, schooled = "HS", False
    return _relatives(frame, _ages(frame, schooled=schooled, newborn=newborn, elderly=elderly, rng=rng), rng)


def _minors(count: int, *, schooled: bool, newborn: bool, rng: random.Random) -> list[int]:
    """Return ages of brothers and sisters, youngest first, two years apart at least."""
    if not schooled:
        return [0 if newborn else rng.randint(0, 2)]
    if newborn:
        ages = [0, rng.randint(7, 9)]
    else:
        # From seven on every child is at school, whichever side of 1 September the birthday falls.
        ages = [rng.randint(7, 17 if count == 1 else 11)]
    while len(ages) < count:
        ages.append(ages[-1] + rng.randint(2, 4))
    return ages[:count]


def _parents_age(children: list[int], rng: random.Random, *, young: bool) -> int:
    """Return an age 22 to 38 years above every child; young where the parents' parents live there too."""
    lowest, highest = max(children) + 22, min(children) + 38
    return rng.randint(lowest, min(highest, lowest + (4 if young else 12)))


def _ages(
    frame: str, *, schooled: bool, newborn: bool, elderly: bool, rng: random.Random
) -> dict[str, list[int]]:
    """Return the ages of each slot."""
    ages: dict[str, list[int]] = {}
    grandparents = "M" in frame or "F" in frame
    minors = max(frame.count("C"), frame.count("K"))
    if minors:
        ages["C" if "C" in frame else "K"] = _minors(minors, schooled=schooled, newborn=newborn, rng=rng)
    grown = frame.count("G")
    if "W" in frame:
        married = _parents_age(ages["K"], rng, young=grandparents)
        lowest, highest = max(ages["K"]) + 20, min(ages["K"]) + 39
        ages["W"] = [min(max(married + rng.randint(-3, 3), lowest), highest)]
        # The others are younger, or older where that would make them minors.
        steps = [2 * step for step in range(1, grown)]
        ages["G"] = [married] + [married - step if married - step >= 19 else married + step for step in steps]
    elif grown:
        first = max(ages.get("C", [0])) + 2
        ages["G"] = [max(19, first) + rng.randint(0, 4)]
        ages["G"] += [ages["G"][0] + 2 * step for step in range(1, grown)]
    own_children = ages.get("C", []) + ages.get("G", [])
    head = _head_age(frame, ages, own_children, elderly=elderly, rng=rng)
    ages["H"] = [head]
    if "S" in frame:
        lowest, highest = (max(own_children) + 20, min(own_children) + 39) if own_children else (22, 95)
        ages["S"] = [min(max(head + rng.randint(-4, 4), lowest), highest)]
    for slot in ("F", "M"):
        if slot in frame:
            ages[slot] = [head + rng.randint(20, min(30, 97 - head))]
    return ages


def _head_age(
    frame: str, ages: dict[str, list[int]], own_children: list[int], *, elderly: bool, rng: random.Random
) -> int:
    if own_children:
        return _parents_age(own_children, rng, young="M" in frame or "F" in frame)
    if "K" in frame:  # the middle generation is away or dead
        return max(ages["K"]) + rng.randint(46, 54)
    if "M" in frame or "F" in frame:
        return rng.randint(40, 58)
    if elderly:
        return rng.randint(60, 84) if rng.random() < 0.85 else rng.randint(47, 59)
    return rng.randint(52, 78)


def _relatives(frame: str, ages: dict[str, list[int]], rng: random.Random) -> list[Relative]:
    """Give every slot its sex, and the relation code that agrees with it."""
    head_male = rng.random() < 0.85
    heir_male = rng.random() < 0.85  # the grown child whose family lives here, and through whom the K descend
    relatives = []
    for slot in ORDER:
        # Minors oldest first, as a household's page lists them; of the grown the married one leads.
        in_order = sorted(ages.get(slot, []), reverse=slot in "CK") if slot != "G" else ages.get(slot, [])
        for position, age in enumerate(in_order):
            male = {
                "H": head_male,
                "S": not head_male,
                "G": heir_male if position == 0 else rng.random() < 0.6,
                "W": not heir_male,
                "F": True,
                "M": False,
            }.get(slot, rng.random() < 0.52)
            relatives.append(Relative(slot, _relation(slot, male=male, heir_male=heir_male), male, age))
    return relatives


def _relation(slot: str, *, male: bool, heir_male: bool) -> Relation:
    pairs = {
        "S": (Relation.SPOUSE, Relation.SPOUSE),
        "C": (Relation.SON, Relation.DAUGHTER),
        "G": (Relation.SON, Relation.DAUGHTER),
        "W": (Relation.SON_IN_LAW, Relation.DAUGHTER_IN_LAW),
        "F": (Relation.FATHER, Relation.FATHER),
        "M": (Relation.MOTHER, Relation.MOTHER),
        "K": (Relation.GRANDSON, Relation.GRANDDAUGHTER)
        if heir_male
        else (Relation.DAUGHTERS_SON, Relation.DAUGHTERS_DAUGHTER),
        "H": (Relation.HEAD, Relation.HEAD),
    }
    return pairs[slot][0 if male else 1]
