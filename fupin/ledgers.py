"""The kinds of ledger there are: each room registers its own, with the Chinese name and where the rows are listed."""

from collections.abc import Mapping

#: kind -> name, in the order of registration.
LEDGERS: dict[str, str] = {}
#: kind -> route of the list that shows the ledger's rows, and its query string.
LISTS: dict[str, tuple[str, str]] = {}


def register_ledgers(kinds: Mapping[str, str], lists: Mapping[str, tuple[str, str]]) -> None:
    """Add kinds of ledger, with the list of each."""
    LEDGERS.update(kinds)
    LISTS.update(lists)
