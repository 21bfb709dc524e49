"""What the page of a form carries hidden: whose and which page it is, and what it showed when it was made.

Signed, so that it is ours and belongs to the user and the row for which it was made. It says nothing that the page's
fields do not show (docs/decisions/0014-editing.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.utils.crypto import salted_hmac

from fupin.access import Action
from fupin.domain.rows import lock_row
from fupin.resource.views import ResourceView

#: Name of the hidden field.
FIELD = "_page"
_SALT = "fupin.resource.stamp"

#: What a browser sends of a form: the texts of each field by its name.
Sent = Mapping[str, list[str]]
#: Of fields of which two versions were shown, what stood there before either; None where that is not known.
Asked = Mapping[str, list[str] | None]


@dataclass(frozen=True)
class Stamp:
    """One page of one form."""

    user: int
    #: Names the form: resource, and row or place.
    form: str
    #: What the fields showed; None where that is not known.
    shown: Sent | None
    #: Fields of which a choice is expected.
    asked: Asked = field(default_factory=dict)
    token: UUID = field(default_factory=uuid4)

    def __str__(self) -> str:
        """The value of the hidden field."""
        parts = [self.user, self.form, self.shown, dict(self.asked), str(self.token)]
        return signing.dumps(parts, salt=_SALT, compress=True)


def read_stamp(text: str, *, max_age: int | None = None) -> Stamp | None:
    """The page that a hidden field's value speaks of; None if it is none of ours, or made longer ago (in seconds)."""
    try:
        user, form, shown, asked, token = signing.loads(text, salt=_SALT, max_age=max_age)
    except (signing.BadSignature, ValueError):
        return None
    return Stamp(user, form, shown, asked, UUID(token))


def digest_of(values: Any) -> str:
    """What tells two states of a row, or two contents of a form, apart. Keyed: nothing can be guessed from it."""
    return salted_hmac(_SALT, repr(values), algorithm="sha256").hexdigest()


class StampedPage(ResourceView):
    """A page that carries a stamp: whose and which page it is, and what it showed."""

    action = Action.EDIT

    def form_key(self, row: Any) -> str:
        """Names the form: its route, and the row or the place of a new one."""
        if row:
            return f"{self.request.resolver_match.url_name}/{row.pk}"
        return f"{self.resource.name}_create/{self.place.region.code}/{self.place.year}"

    def stamp_sent(self, row: Any) -> Stamp | None:
        """The stamp that was sent; None without one of this form and user."""
        stamp = read_stamp(self.request.POST.get(FIELD, ""))
        ours = stamp and (stamp.user, stamp.form) == (self.request.user.pk, self.form_key(row))
        return stamp if ours else None

    def locked_row(self) -> Any:
        """The row as it stands now, kept so until the transaction ends."""
        row = self.row()
        lock_row(row, first=self.resource.locks_first)
        return self.row()
