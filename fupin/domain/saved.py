"""Saving views of lists. Everybody keeps their own; a foreign one is none (404, in the views)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction

from fupin.audit import acting
from fupin.models import SavedView, User
from fupin.numbers import mask_in_text
from fupin.refusals import Refused

#: Asks for all filters to be shown.
MORE = "more"
#: Parameters that are of the moment, and no part of a view.
OF_THE_MOMENT = frozenset({"page", "view", "first", "last", "since", "whole", MORE})
#: How many views of one list a user may keep.
MOST = 30


def query_to_keep(query: str) -> str:
    """Of an address's query what a view keeps: filters, columns and order; nobody's number."""
    pairs = parse_qsl(query.removeprefix("?"), max_num_fields=200)
    return urlencode(
        [
            (name, value)
            for name, value in pairs
            if name not in OF_THE_MOMENT and mask_in_text(value) == value and "\x00" not in name + value
        ]
    )


def save_view(*, user: User, of_list: str, name: str, query: str, is_default: bool = False) -> SavedView:
    """Keep a view under a name; one of that name is replaced. Raises Refused for a name that is none."""
    views = SavedView.objects.filter(user=user, list=of_list)
    view = views.filter(name=name.strip()).first() or SavedView(user=user, list=of_list, name=name.strip())
    if view.pk is None and views.count() >= MOST:
        raise Refused(f"一个列表最多保存{MOST}个视图，请先删除不用的。")
    view.query = query_to_keep(query)
    with acting(user, via="form"), transaction.atomic():
        _write(view, is_default=is_default or view.is_default)
    return view


def change_view(*, view: SavedView, name: str | None = None, is_default: bool | None = None) -> None:
    """Give a view another name, make it the one that its list opens with, or no longer. Raises Refused as above."""
    view.name = view.name if name is None else name.strip()
    with acting(view.user, via="form"), transaction.atomic():
        _write(view, is_default=view.is_default if is_default is None else is_default)


def remove_view(*, view: SavedView) -> None:
    """Forget a view."""
    with acting(view.user, via="form"), transaction.atomic():
        view.delete()


def _write(view: SavedView, *, is_default: bool) -> None:
    if is_default:
        others = SavedView.objects.filter(user=view.user, list=view.list, is_default=True)
        others.exclude(pk=view.pk).update(is_default=False)
    view.is_default = is_default
    if mask_in_text(view.name) != view.name:
        raise Refused("视图名称里不要写证件号码或电话。")
    try:
        view.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    view.save()
