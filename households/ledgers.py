"""The ledgers this room keeps; a village has each, declares it nil, or does not keep it."""

from django.db.models import TextChoices


class LedgerKind(TextChoices):
    """Kinds of fupin.models.Ledger rows."""

    PROFILE = "profile", "村情"
    HOUSEHOLDS = "households", "建档立卡户"
    WORK = "work", "工作台账"
