"""The kinds of ledger there are: each room registers its own, with the Chinese name."""

#: kind -> name, in the order of registration.
LEDGERS: dict[str, str] = {}


def register_ledgers(kinds: dict[str, str]) -> None:
    """Add kinds of ledger."""
    LEDGERS.update(kinds)
