"""Invented people: names, personal numbers, phones, household numbers.

Everything comes from the caller's random generator or from a sequence, so that one seed gives one village. The
same books serve a county of 300,000 households: each call costs a few microseconds, and numbers are unique
because they are counted, not because they were looked up.
"""

import random
from datetime import date

from fupin.numbers import check_character

# Common surnames with rough weights; a village has few surnames, so the caller draws its own handful of them.
SURNAMES: dict[str, int] = {
    **dict.fromkeys("王李张刘陈", 8),
    **dict.fromkeys("杨黄赵吴周徐孙马胡朱", 5),
    **dict.fromkeys("郭何罗高林郑梁谢宋唐许邓", 3),
    **dict.fromkeys(
        "冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹",
        1,
    ),
    "欧阳": 1,
}
MALE_CHARACTERS = (
    "国建志文明华军平德永金生福贵祥兴才海林春强伟勇俊杰涛辉斌鹏飞浩宇晨轩子义仁忠良根发先传正学启"
)
FEMALE_CHARACTERS = "秀英兰芳玉珍桂花凤梅春菊香莲翠红霞丽娟燕敏静婷雪琴慧云巧月娥素珠芬琼倩雯欣怡佳妍淑喜荷"
# Characters which old fonts and old code pages lack: one in the first plane, one beyond it.
RARE_GIVEN_NAMES = ("䶮", "𬱖辉")
MINORITY_NAME = "古丽扎·阿不都"

MALE_SEQUENCES = range(1, 1000, 2)
FEMALE_SEQUENCES = range(2, 1000, 2)


class OutOfNumbers(ValueError):
    """A book has handed out every value it can form."""


class NumberBook:
    """Personal numbers with one region prefix, unique by counting within each birthday and sex."""

    def __init__(self, prefix: str, *, first: int = 0) -> None:
        """Begin at each birthday's sequence of this index, and leave the ones before it to another book."""
        if len(prefix) != 6 or not prefix.isdigit():
            raise ValueError(f"a personal number begins with six digits, not {prefix!r}")
        self._prefix = prefix
        self._first = first
        self._issued: dict[tuple[date, bool], int] = {}

    def issue(self, birth: date, *, male: bool) -> str:
        """Return an 18-digit number nobody of this book has yet."""
        issued = self._issued.get((birth, male), self._first)
        sequences = MALE_SEQUENCES if male else FEMALE_SEQUENCES
        if issued == len(sequences):
            raise OutOfNumbers(f"more than {issued} people of one sex born on {birth} under {self._prefix}")
        self._issued[birth, male] = issued + 1
        digits = f"{self._prefix}{birth:%Y%m%d}{sequences[issued]:03d}"
        return digits + check_character(digits)


class NameBook:
    """Names of one village or county, no two alike."""

    def __init__(self, rng: random.Random, *, surnames: int = 12) -> None:
        self._rng = rng
        self._taken: set[str] = set()
        every = list(SURNAMES)
        weights = list(SURNAMES.values())
        # A draw repeats the frequent surnames, and so keeps their weight within the handful.
        self._surnames = rng.choices(every, weights, k=surnames)
        self._strangers = every

    def surname(self) -> str:
        """Return one of the place's own surnames."""
        return self._rng.choice(self._surnames)

    def other_surname(self, surname: str) -> str:
        """Return a surname that differs from this one, for someone who married in."""
        other = self._rng.choice(self._strangers)
        while other == surname:
            other = self._rng.choice(self._strangers)
        return other

    def name(self, surname: str, *, male: bool) -> str:
        """Return a new full name."""
        characters = MALE_CHARACTERS if male else FEMALE_CHARACTERS
        for _ in range(200):
            given = self._rng.choice(characters)
            if self._rng.random() < 0.85:
                given += self._rng.choice(characters)
            if self.take(surname + given):
                return surname + given
        raise OutOfNumbers(f"no name left for the surname {surname}")

    def take(self, name: str) -> bool:
        """Reserve a name; False where somebody has it already."""
        if name in self._taken:
            return False
        self._taken.add(name)
        return True


class PhoneBook:
    """Mobile numbers in sequence, under a prefix that no carrier has been given."""

    PREFIX = "154"

    def __init__(self, *, first: int = 1) -> None:
        self._next = first

    def issue(self) -> str:
        """Return the next 11-digit number."""
        number = f"{self.PREFIX}{self._next:08d}"
        if len(number) != 11:
            raise OutOfNumbers("no phone number left")
        self._next += 1
        return number


class HouseholdNumbers:
    """Ten-digit household numbers in sequence, as the national system issues them."""

    def __init__(self, first: int) -> None:
        self._next = first

    def issue(self) -> str:
        """Return the next number, as text."""
        number = f"{self._next:010d}"
        if len(number) != 10:
            raise OutOfNumbers("no household number left")
        self._next += 1
        return number


def birthday(age: int, *, on: date, rng: random.Random, months: tuple[int, int] = (1, 12)) -> date:
    """Return a birth date of someone who is this old at the end of the given year."""
    # Day 28 at most: every month has it, and no leap day needs care.
    return date(on.year - age, rng.randint(*months), rng.randint(1, 28))
