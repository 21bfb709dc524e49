"""What a personal number tells while it is typed: what it says itself, and where its holder is registered already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fupin.access import Actor
from fupin.fields import key_of
from fupin.models import Region
from fupin.numbers import age, birth_date, clean_personal_number, province, sex
from fupin.place import Place
from households.enums import Sex
from households.models import Membership
from households.queries.register import people_registered


@dataclass(frozen=True)
class Told:
    """What a number tells: sex (GB/T 2261.1) and birth that it holds, and sentences about it.

    `home` is the year row's household where the holder is registered in the year, if the actor may see it.
    """

    sex: str
    birth_date: date
    text: str
    known: str = ""
    home: Membership | None = None


def told_by(text: str, *, place: Place, actor: Actor) -> Told:
    """What a number as it was typed tells to somebody who enters it at a place.

    That somebody is registered elsewhere is told as saving would tell it: where, to those alone who may see it.
    Raises BadNumber.
    """
    number = clean_personal_number(text)
    born, which = birth_date(number), sex(number)
    years = age(born, date(place.year, 12, 31))
    county = Region.objects.unscoped("names of counties").filter(code=f"{number[:6]}000000").first()
    parts = [Sex(which).label, f"{born:%Y-%m-%d}出生", f"{place.year}年底{years}岁" if years >= 0 else ""]
    issued = county.name if county else province(number)
    said = "，".join([part for part in parts if part] + [f"号码属{issued}"] * bool(issued))
    rows = Membership.objects.visible_to(actor).filter(person__id_number_key=key_of(number), year=place.year)
    home = rows.select_related("region", "person", "household_year__household").first()
    if home:
        known = f"{home.person.name}，已登记在{home.region.name}户编号{home.household_year.household.number}"
        return Told(which, born, said, known if home.present else f"{known}（已不在户）", home)
    elsewhere = people_registered([key_of(number) or ""], place.year)
    return Told(which, born, said, "此人已在本县他处登记，请核对，或先办理转出" if elsewhere else "")
