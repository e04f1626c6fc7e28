"""The fewest transfers by trying everything, with nothing of ours in it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations


@cache
def fewest(amounts: tuple[int, ...]) -> int:
    """When anyone may pay anyone: the first settles with each other one in turn, and so on."""
    first, *others = amounts or (0,)
    if not others:
        return 0
    if not first:
        return fewest(tuple(others))
    return 1 + min(
        fewest(tuple(sorted([*others[:place], other + first, *others[place + 1 :]])))
        for place, other in enumerate(others)
        if other * first < 0
    )


def fewest_along(net_minor: Mapping[int, int], permitted: Sequence[tuple[int, int]]) -> int | None:
    """When only some may pay some: every choice of payments, fewest first. None if none settles."""
    for count in range(len(net_minor)):
        if any(_settles(net_minor, chosen) for chosen in combinations(permitted, count)):
            return count
    return None


def _settles(net_minor: Mapping[int, int], payments: Iterable[tuple[int, int]]) -> bool:
    """Whether these payments, which form a forest if they are the fewest, settle everyone.

    Whoever has one payment left must settle all of theirs by it.
    """
    left, open_payments = dict(net_minor), set(payments)
    while open_payments:
        ends = [who for pair in open_payments for who in pair]
        leaf = next((who for who in ends if ends.count(who) == 1), None)
        if leaf is None:
            return False
        pair = next(pair for pair in open_payments if leaf in pair)
        open_payments.remove(pair)
        minor = -left[leaf] if pair[0] == leaf else left[leaf]
        if minor < 0:
            return False
        left[pair[0]] += minor
        left[pair[1]] -= minor
    return not any(left.values())
