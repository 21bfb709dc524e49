"""What a personal number tells while it is typed: what it says itself, and where its holder is registered already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fupin.access import Actor
from fupin.fields import key_of
from fupin.models import Region
from fupin.numbers import age, birth_date, clean_personal_number, province, sex
from fupin.place import Place
from households.models import Membership
from households.queries.register import people_registered


@dataclass(frozen=True)
class Told:
    """What a number tells: sex (GB/T 2261.1), birth, full years at the end of the year, and where it was given first.

    `home` is the holder's membership of the year, if the actor may see it; `elsewhere`: there is one nobody shows them.
    """

    sex: str
    birth_date: date
    age: int
    issued_in: str
    home: Membership | None
    elsewhere: bool


def told_by(text: str, *, place: Place, actor: Actor) -> Told:
    """What a number as it was typed tells to somebody who enters it at a place. Raises BadNumber.

    That its holder is registered elsewhere is told as saving would tell it: where, to those alone who may see it.
    """
    number = clean_personal_number(text)
    born, key = birth_date(number), key_of(number)
    county = Region.objects.unscoped("names of counties").filter(code=f"{number[:6]}000000").first()
    rows = Membership.objects.visible_to(actor).filter(person__id_number_key=key, year=place.year)
    home = rows.select_related("region", "person", "household_year__household").first()
    return Told(
        sex=sex(number),
        birth_date=born,
        age=age(born, date(place.year, 12, 31)),
        issued_in=county.name if county else province(number),
        home=home,
        elsewhere=home is None and bool(people_registered([key or ""], place.year)),
    )
