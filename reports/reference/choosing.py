"""Choosing households that are just so many with just so many people, and cutting a sum into parts that add up to it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from .marginals import Count

CENT = Decimal("0.01")


class Sized(Protocol):
    """Whatever has people."""

    @property
    def people(self) -> int:
        """How many."""


H = TypeVar("H", bound=Sized)


def choose(pool: Sequence[H], count: Count) -> list[H] | None:
    """Return so many households of the pool who have so many people together, the first ones where it can be.

    None where no choice does. Exact: beyond[i][h] has bit p set where h households from pool[i:] can have p people.
    """
    if count.households < 0 or count.people < 0:
        return None
    mask = (1 << count.people + 1) - 1
    beyond = [[1, *[0] * count.households]]
    for household in reversed(pool):
        last = beyond[-1]
        with_it = (people << household.people & mask for people in last[:-1])
        beyond.append([last[0], *(a | b for a, b in zip(last[1:], with_it, strict=True))])
    beyond.reverse()
    left, people = count.households, count.people
    if not beyond[0][left] >> people & 1:
        return None
    chosen = []
    for household, rest in zip(pool, beyond[1:], strict=True):
        if left and people >= household.people and rest[left - 1] >> people - household.people & 1:
            chosen.append(household)
            left, people = left - 1, people - household.people
    return chosen


def divide(total: Decimal, weights: Sequence[int], *, step: Decimal = CENT) -> list[Decimal]:
    """Cut an amount in proportion to the weights into parts of whole steps, which add up to it exactly.

    Where the amount is no multiple of the step, the parts are cut to the 分.
    """
    if total % step:
        step = CENT
    units, whole = int(total / step), sum(weights)
    parts = [units * weight // whole for weight in weights]
    for index in range(units - sum(parts)):  # fewer than there are parts
        parts[index] += 1
    return [part * step for part in parts]
