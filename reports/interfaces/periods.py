"""Periods as they are written: 2017, 2017H1, 2017Q2, 2016..2017."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django import forms

from fupin.place import Place
from fupin.refusals import Refused
from reports.figures.window import PARTS, PROGRAMME_START, Window
from reports.queries.summary import window_of

_PERIOD = re.compile(r"(20\d\d|2100)(?:(H[12]|Q[1-4])|\.\.(20\d\d|2100))?")


def parse_period(text: str) -> tuple[int, int, str]:
    """First and last year, and the part of the one year ("" for the whole). Raises Refused for what is no period."""
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        raise Refused(
            f"期间“{text}”写法不对，请写成 2017、2017H1（上半年）、2017Q2（第二季度）或 2016..2017。"
        )
    first = int(found[1])
    return first, int(found[3] or first), found[2] or ""


class PeriodForm(forms.Form):
    """The years of a report on its page."""

    first = forms.IntegerField(label="工作开始年度", min_value=2000, max_value=2100)
    last = forms.IntegerField(label="报告年度", min_value=2000, max_value=2100)
    since = forms.IntegerField(label="累计开始年度", min_value=2000, max_value=2100)
    part = forms.ChoiceField(
        label="期间",
        required=False,
        choices=[(code, label or "全年") for code, (label, _, _) in PARTS.items()],
    )


def query_of(window: Window) -> str:
    """A window as the query of an address."""
    years = {"first": window.first, "last": window.last, "since": window.since}
    return urlencode({**years, "part": window.part} if window.part else years)


def usual_years(place: Place) -> dict[str, int]:
    """The years of a report where nobody has chosen others: the place's year, and what has accumulated since 2014."""
    return {"first": place.year, "last": place.year, "since": min(PROGRAMME_START, place.year)}


def window_from_query(data: dict[str, str], place: Place) -> tuple[PeriodForm, Window]:
    """The form and the window of a page's query string; the place's year where nothing is said.

    Raises Refused with a sentence for years that make no sense.
    """
    said = {name: data.get(name, value) for name, value in usual_years(place).items()}
    form = PeriodForm({**said, "part": data.get("part", "")})
    if not form.is_valid():
        wrong = (
            "期间应为全年、半年或季度。"
            if set(form.errors) == {"part"}
            else "年度应为2000至2100之间的四位年份。"
        )
        raise Refused(wrong)
    years = form.cleaned_data
    return form, window_of(place.region, **years)
