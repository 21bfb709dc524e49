"""Periods as they are written: 2017, 2017H1, 2017Q2, 2016..2017."""

from __future__ import annotations

import re

from django import forms

from fupin.place import Place
from fupin.refusals import Refused
from reports.figures.declare import Window
from reports.queries.summary import window_of

_PERIOD = re.compile(r"(20\d\d|2100)(?:\.\.(20\d\d|2100))?")


def parse_period(text: str) -> tuple[int, int]:
    """First and last year. Raises Refused for what is no period; parts of a year are for kinds that count by date."""
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        if re.fullmatch(r"20\d\d(H[12]|Q[1-4])", text.strip()):
            raise Refused("村年度总结按整年编写，期间请写成 2017 或 2016..2017。")
        raise Refused(f"期间“{text}”写法不对，请写成 2017 或 2016..2017。")
    first = int(found[1])
    return first, int(found[2] or first)


class PeriodForm(forms.Form):
    """The years of a report on its page."""

    first = forms.IntegerField(label="工作开始年度", min_value=2000, max_value=2100)
    last = forms.IntegerField(label="报告年度", min_value=2000, max_value=2100)
    since = forms.IntegerField(label="累计开始年度", min_value=2000, max_value=2100)


def usual_years(place: Place) -> dict[str, int]:
    """The years of a report where nobody has chosen others: the place's year, and what has accumulated since 2014."""
    return {"first": place.year, "last": place.year, "since": min(2014, place.year)}


def window_from_query(data: dict[str, str], place: Place) -> tuple[PeriodForm, Window]:
    """The form and the window of a page's query string; the place's year where nothing is said.

    Raises Refused with a sentence for years that make no sense.
    """
    form = PeriodForm({name: data.get(name, value) for name, value in usual_years(place).items()})
    if not form.is_valid():
        raise Refused("年度应为2000至2100之间的四位年份。")
    years = form.cleaned_data
    return form, window_of(place.region, first=years["first"], last=years["last"], since=years["since"])
