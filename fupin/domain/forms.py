"""Forms on their way: a page that is sent twice is saved once, and what is typed is kept before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fupin.models import Draft, SentForm, User

#: How long it is remembered that a page was sent: longer than a session, in which alone it can be sent again.
REMEMBERED = timedelta(days=3)


def claim_form(*, user: User, token: UUID, digest: str) -> tuple[SentForm, bool]:
    """Take a page's token in the transaction that saves the page; whether it was free.

    Whoever comes second waits here until the first has committed, and gets what the first has left; if the first
    gave up, the token is free again.
    """
    return SentForm.objects.get_or_create(user=user, token=token, defaults={"digest": digest})


def form_was_saved(*, form: SentForm, digest: str, url: str) -> None:
    """Remember where saving led and drop the page's draft, in the same transaction; forget what is too old."""
    form.digest, form.url = digest, url
    form.save(update_fields=["digest", "url"])
    Draft.objects.filter(user=form.user, token=form.token).delete()
    SentForm.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()


def keep_draft(
    *, user: User, form: str, token: UUID, base: Any, typed: Mapping[str, list[str]], replace: bool
) -> Draft | None:
    """Keep what was typed into a page; None where another page's draft of the same form is in the way.

    None too if the page has been saved meanwhile: its draft would come back from the dead. `replace` lets the page
    win over another's draft. Drafts that are too old are forgotten.
    """
    drop_old_drafts()
    with transaction.atomic():
        # Whoever saves this page holds its token: wait for the outcome.
        sent, free = claim_form(user=user, token=token, digest="")
        if not free:
            return None
        sent.delete()
        draft, new = Draft.objects.select_for_update().get_or_create(
            user=user,
            form=form,
            defaults={"token": token, "base": base, "typed": typed, "saved_at": timezone.now()},
        )
        if new:
            return draft
        if draft.token != token and not replace:
            return None
        draft.token, draft.base, draft.typed, draft.saved_at = token, base, typed, timezone.now()
        draft.save()
        return draft


def drop_draft(*, user: User, form: str) -> None:
    """Forget what was typed into a form."""
    Draft.objects.filter(user=user, form=form).delete()


def drop_old_drafts() -> None:
    """Forget the drafts that nobody has come back to: they are personal data."""
    days = timedelta(days=settings.FUPIN_DRAFT_DAYS)
    Draft.objects.filter(saved_at__lt=timezone.now() - days).delete()


def draft_of(user: User, form: str) -> Draft | None:
    """What a user has typed into a form and not saved, unless it is too old."""
    since = timezone.now() - timedelta(days=settings.FUPIN_DRAFT_DAYS)
    return Draft.objects.filter(user=user, form=form, saved_at__gte=since).first()


def may_still_keep(user_id: int) -> User | None:
    """The user for whom a page is kept whose log-in has ended; None if the account has been closed."""
    return User.objects.filter(pk=user_id, is_active=True).first()
