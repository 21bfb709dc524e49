"""The search box: people and households of a user's scope, by whatever a cadre knows of them.

Each way to find somebody is a query of its own with an index of its own, and stops at LIMIT rows: what a search
reads does not grow with the county.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Right

from fupin.access import Actor
from fupin.fields import key_of
from fupin.numbers import BadNumber, clean_personal_number, clean_phone
from fupin.scope import ScopedQuerySet
from households.models import HouseholdYear, Membership
from households.queries.register import with_head

#: How many people, and how many households, a search shows.
LIMIT = 50
#: How a household's number begins: with four characters at least, which every number has.
_NUMBER = re.compile(r"[0-9A-Za-z-]{4,20}")


@dataclass(frozen=True)
class Way:
    """One way to understand a search text: what is found by it, and the condition for the rows."""

    label: str
    model: type[Membership] | type[HouseholdYear]
    condition: Q


@dataclass(frozen=True)
class Hit:
    """A person's or a household's year row, and by what it was found."""

    pk: int
    how: str


@dataclass(frozen=True)
class Found:
    """What a search has found. `more`: there were others besides."""

    people: list[Hit]
    households: list[Hit]
    more: bool = False


def ways_of(text: str) -> Iterator[Way]:
    """The ways in which a text may name somebody.

    A name or a part of it, initials, full pinyin, a number in full or its last four, a household's number.
    """
    text = text.strip()
    number = _clean(clean_personal_number, text)
    phone = _clean(clean_phone, text)
    if number:
        yield Way("证件号码", Membership, Q(person__id_number_key=key_of(number)))
    elif phone:
        for model in (HouseholdYear, Membership):
            yield Way("联系电话", model, Q(phone_end=phone[-4:], phone=phone))
    elif re.fullmatch(r"\d{3}[\dXx]", text, re.ASCII):
        yield Way("证件号码后四位", Membership, Q(person__id_number_tail=text.upper()))
        for model in (HouseholdYear, Membership):
            yield Way("联系电话后四位", model, Q(phone_end=text))
    elif re.fullmatch(r"[A-Za-z]+", text):
        yield Way("姓名拼音首字母", Membership, Q(person__initials__startswith=text.lower()))
        yield Way("姓名拼音", Membership, Q(person__pinyin__startswith=text.lower()))
    elif re.search(r"[^\s\d]", text):
        yield Way("姓名", Membership, _has_name(text))
    if not number and _NUMBER.fullmatch(text) and re.search(r"\d", text):
        yield Way("户编号", HouseholdYear, Q(household__number__startswith=text))


def find(text: str, *, actor: Actor, year: int) -> Found:
    """Who and what the text names in the actor's scope: of each the row of this year, else of the latest."""
    people: dict[int, Hit] = {}
    households: dict[int, Hit] = {}
    for way in ways_of(text):
        rows = way.model.objects.visible_to(actor).alias(phone_end=Right("phone", 4))
        if way.model is HouseholdYear:
            _look(rows, way, "household_id", year, households)
        else:
            _look(rows, way, "person_id", year, people)
    more = len(people) > LIMIT or len(households) > LIMIT
    return Found(list(people.values())[:LIMIT], list(households.values())[:LIMIT], more)


def people_found(hits: Iterable[Hit], *, actor: Actor) -> list[Any]:
    """The member rows of hits that the actor may see, by pinyin; `how` says by what each was found."""
    rows = Membership.objects.visible_to(actor).select_related(
        "person", "region", "household_year__household", "household_year__region"
    )
    return _told(rows.order_by("person__pinyin", "pk"), hits)


def households_found(hits: Iterable[Hit], *, actor: Actor) -> list[Any]:
    """The household rows of hits that the actor may see, by number; `how` says by what each was found."""
    rows = with_head(HouseholdYear.objects.visible_to(actor)).select_related("household", "region")
    return _told(rows.order_by("household__number", "pk"), hits)


def _look(rows: ScopedQuerySet, way: Way, identity: str, year: int, into: dict[int, Hit]) -> None:
    """Add the hits of one way: first those of the year looked at, then those who are in other years alone.

    Without an order, so that reading stops when there are enough.
    """
    rows = rows.filter(way.condition).order_by()
    wanted = LIMIT + 1
    for who, pk in rows.filter(year=year).values_list(identity, "pk")[:wanted]:
        into.setdefault(who, Hit(pk, way.label))
    if len(into) >= wanted:
        return
    # Of each as many years as there are; ten are kept.
    others = rows.exclude(year=year).values_list(identity, "pk", "year")[: 10 * wanted]
    for who, pk, _ in sorted(others, key=lambda row: row[2], reverse=True):
        into.setdefault(who, Hit(pk, way.label))


def _has_name(text: str) -> Q:
    """The condition for a part of a name: its pieces, by the index; and that they stand together."""
    pieces = [text[at : at + 2] for at in range(len(text) - 1)] or [text]
    condition = Q(person__name_pieces__contains=pieces)
    return condition if len(text) < 3 else condition & Q(person__name__contains=text)


def _told(rows: ScopedQuerySet, hits: Iterable[Hit]) -> list[Any]:
    how = {hit.pk: hit.how for hit in hits}
    found = list(rows.filter(pk__in=list(how)))
    for row in found:
        row.how = how[row.pk]
    return found


def _clean(clean: Any, text: str) -> str:
    try:
        return str(clean(text))
    except BadNumber:
        return ""
