"""How long the hunts last: short in the suite, FUPIN_FUZZ times as long by `make fuzz`."""

import os


def lasting(short: int) -> int:
    """So many examples in the suite, more in a long run."""
    return short * int(os.environ.get("FUPIN_FUZZ", "1"))
