"""Few transfers for more people than can be searched whole, and how few it could be at best. Pure.

Opposite amounts settle each other first: where two members sum to zero, some best partition has them as a
part, for whatever else their parts held can be one part instead. What is left is searched whole if it has
become small or if its zero-sum sets are few, as they are when amounts are large. Otherwise parts of three
and four are taken as they come, of very many people block by block, then whatever else windows over the rest
hold, and the answer may be not the fewest.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from domain.debts import Debt
from domain.plan import sparse
from domain.plan.fewest import MOST_PEOPLE, Pair, along_anybody, anybody, fewest
from domain.plan.parts import parts_of

Nets = Mapping[UUID, int]
Part = frozenset[UUID]

_WINDOW = 20
_MOST_IN_FOURS, _BLOCK = 500, 140  # of 500 there are a hundred thousand pairs
_EVERYONE_ELSE = UUID(int=0)
_OF_SIZE = {3: 20, 4: 15, 5: 12}  # sixtieths of a part that each member of a part of this size is


class Few(NamedTuple):
    """`at_least` is a number of transfers that no plan can do without."""

    debts: list[Debt]
    at_least: int


def few(net_minor: Nets, preferred: Sequence[Pair] = (), *, windows: int) -> Few:
    """A plan for any number of people. `windows` limits the search, some 20 ms each.

    It is the fewest if it needs no more than `at_least`. `preferred` are debtors with creditors, in order.
    """
    left = {who: minor for who, minor in sorted(net_minor.items()) if minor}
    people = len(left)
    if people <= MOST_PEOPLE:
        debts = fewest(left, anybody(left, preferred))
        return Few(debts, len(debts))
    parts = list(_opposites(left))
    if len(left) <= MOST_PEOPLE:
        parts += parts_of(fewest(left, anybody(left, preferred)))
        most = len(parts)
    elif (found := sparse.partition(left)) is not None:
        parts += found
        most = len(parts)
    else:
        most = len(parts) + _most_parts(left)
        parts += _some_parts(left, windows)
    debts = [
        debt
        for part in parts
        for debt in along_anybody(preferred, {who: net_minor[who] for who in part})
    ]
    return Few(debts, people - most)


def _opposites(left: dict[UUID, int]) -> Iterator[Part]:
    """Two and two whose amounts are opposite, taken off `left`."""
    waiting: defaultdict[int, list[UUID]] = defaultdict(list)
    for who, minor in list(left.items()):
        if partners := waiting[-minor]:
            yield _taken(left, (partners.pop(0), who))
        else:
            waiting[minor].append(who)


def _some_parts(left: dict[UUID, int], windows: int) -> Iterator[Part]:
    """Disjoint zero-sum parts of everybody, the last of which is whoever no other has."""
    for some in _together(list(left)):
        nets = {who: left[who] for who in some}
        if min(nets.values()) > 0 or max(nets.values()) < 0:
            continue
        for part in (*_triples(nets), *_quadruples(nets)):
            if part <= left.keys():
                yield _taken(left, part)
    start = 0
    for _ in range(windows):
        if start >= len(left):
            break
        found = list(_within(left, list(left)[start : start + _WINDOW]))
        yield from (_taken(left, part) for part in found)
        start += 0 if found else _WINDOW // 2
    if left:
        yield _taken(left, tuple(left))


def _together(people: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Those among whom parts of three and four are looked for: everybody, unless they are too many."""
    size = len(people) if len(people) <= _MOST_IN_FOURS else _BLOCK
    return (people[start : start + size] for start in range(0, len(people), size))


def _within(left: Nets, window: Sequence[UUID]) -> Iterator[Part]:
    """The most zero-sum parts among these people: one stands for everybody else and leaves over its part."""
    nets = {who: left[who] for who in window}
    nets[_EVERYONE_ELSE] = -sum(nets.values())
    debtors, creditors = ([who for who in nets if sign * nets[who] > 0] for sign in (-1, 1))
    debts = fewest(nets, [(debtor, creditor) for debtor in debtors for creditor in creditors])
    return (part for part in parts_of(debts) if part < nets.keys() - {_EVERYONE_ELSE})


def _most_parts(left: Nets) -> int:
    """At most so many disjoint zero-sum parts, none of two.

    Every part has a debtor and a creditor. And whoever is in no part of three counts for at most a
    quarter of a part, in none of four either for at most a fifth. Of too many people nobody knows.
    """
    debtors = sum(minor < 0 for minor in left.values())
    if len(left) > _MOST_IN_FOURS:
        return min(debtors, len(left) - debtors, len(left) // 3)
    in_three = {who for part in _triples(left) for who in part}
    in_four = {who for part in _quadruples(left) for who in part}
    sixtieths = sum(_OF_SIZE[3 if who in in_three else 4 if who in in_four else 5] for who in left)
    return min(debtors, len(left) - debtors, sixtieths // 60)


def _triples(left: Nets) -> Iterator[Part]:
    holders = _by_amount(left)
    for first, second in combinations(left, 2):
        for third in holders.get(-left[first] - left[second], ()):
            if third not in {first, second}:
                yield frozenset({first, second, third})


def _quadruples(left: Nets) -> Iterator[Part]:
    """Of every two with opposite sums; for each two, only the first others that fit."""
    by_sum: defaultdict[int, list[Pair]] = defaultdict(list)
    for two in combinations(left, 2):
        by_sum[sum(left[who] for who in two)].append(two)
    for total, twos in by_sum.items():
        for two in twos:
            others = (other for other in by_sum.get(-total, ()) if not {*other} & {*two})
            if other := next(others, None):
                yield frozenset(two + other)


def _by_amount(left: Nets) -> Mapping[int, list[UUID]]:
    holders: defaultdict[int, list[UUID]] = defaultdict(list)
    for who, minor in left.items():
        holders[minor].append(who)
    return holders


def _taken(left: dict[UUID, int], part: AbstractSet[UUID] | Sequence[UUID]) -> Part:
    for who in part:
        del left[who]
    return frozenset(part)
