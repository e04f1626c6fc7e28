"""Sets of zero-sum sets of members, each a bit of one long integer. Pure.

A set of members is a mask: bit i stands for member i. A family of such sets is an integer of 2ⁿ bits:
bit m stands for the mask m. One operation on that integer touches every set at once, for amounts of any
size, so that 2²⁴ sets take tenths of a second without a single number for each.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

Family = int
Mask = int


class Packing(NamedTuple):
    """How many disjoint zero-sum parts there can be, and what may be left beside one of them.

    `rests` are the sets whose complement is a part of some partition into so many `parts`.
    """

    parts: int
    rests: Family


def most_parts(amounts: Sequence[int], lanes: Sequence[Family]) -> Packing:
    """The largest number of disjoint non-empty zero-sum sets. The amounts sum to zero.

    Layer k holds the zero-sum sets that contain k disjoint ones. If Z is zero-sum and still contains k of
    them without one of its members, whichever, then what they leave of Z sums to zero as well and is one
    more. So Z is in layer k + 1 exactly if Z without its highest member contains a set of layer k.
    `lanes` are those of `without`.
    """
    assert sum(amounts) == 0
    found = list(layers(zero_sum_sets(amounts) & ~1, lanes))
    return Packing(len(found), found[-2] if len(found) > 1 else 1)


def layers(family: Family, lanes: Sequence[Family]) -> Iterator[Family]:
    """Layer k has the sets of the family that contain k of them, each within the next one.

    From one to the next the highest member is lost, at least. `lanes` are those of `without`.
    """
    members = len(lanes)
    lower_half = (1 << (1 << members - 1)) - 1
    while family:
        yield family
        reached = _supersets(family & lower_half, lanes[: members - 1])
        family &= _with_highest(reached, members)


def zero_sum_sets(amounts: Sequence[int]) -> Family:
    """Every zero-sum set, the empty one included, found by meeting in the middle."""
    half = len(amounts) // 2
    by_sum: defaultdict[int, Family] = defaultdict(int)
    for mask, total in enumerate(sums(amounts[:half])):
        by_sum[total] |= 1 << mask
    rows = [by_sum.get(-total, 0) for total in sums(amounts[half:])]
    return joined(rows, 1 << half)


def sums(amounts: Iterable[int]) -> list[int]:
    """The sum of every set, by its mask."""
    totals = [0]
    for amount in amounts:
        totals += [total + amount for total in totals]
    return totals


def without(members: int) -> list[Family]:
    """For each member the family of all sets that lack them."""
    return [_lane(member, 1 << members) for member in range(members)]


def _lane(member: int, length: int) -> Family:
    lane, width = (1 << (1 << member)) - 1, 2 << member
    while width < length:
        lane |= lane << width
        width *= 2
    return lane


def joined(rows: list[Family], width: int) -> Family:
    """One integer of rows of `width` bits; there are a power of two of them."""
    while len(rows) > 1:
        rows = [low | high << width for low, high in zip(rows[::2], rows[1::2], strict=True)]
        width *= 2
    return rows[0]


def _supersets(family: Family, lanes: Sequence[Family]) -> Family:
    """Every set that contains one of the family."""
    for member, lane in enumerate(lanes):
        family |= (family & lane) << (1 << member)
    return family


def _with_highest(family: Family, members: int) -> Family:
    """Every set that is in the family once its highest member is taken out."""
    extended = 0
    for member in range(members):
        extended |= (family & ((1 << (1 << member)) - 1)) << (1 << member)
    return extended
