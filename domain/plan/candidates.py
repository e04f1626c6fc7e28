"""The sets of people that may settle among themselves, and how many of them fit into one. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, takewhile
from uuid import UUID

from domain.plan import hall, sparse
from domain.plan.fewest import MOST_PEOPLE, Pair
from domain.plan.subsets import Family, Mask, layers, without, zero_sum_sets

_MOST_PEOPLE = 34
_MOST_SETS = 50_000
_MOST_LISTED = 150_000
_MANY = 5_000
_SMALL = (1, 2, 3, 4)
_MOST_SMALL = 120

Nets = Mapping[UUID, int]


class TooMany(Exception):  # noqa: N818 - a signal to who asked
    """There are more sets than can be listed."""


class Candidates:
    """They sum to zero and nobody is left out; some cannot settle all the same, where money is passed on.

    Sets that fall apart into two which can settle, and which so are no part of a partition into the most
    parts, are left out where that is known. Unless they `are_all`, those are missing too that have to pass
    money on.
    """

    def __init__(self, nets: Nets, pairs: Sequence[Pair]) -> None:
        """Raises: `TooMany`."""
        creditors = {who for who in nets if nets[who] > 0}
        debtors = {who for who in nets if nets[who] < 0}
        self._few = min(debtors, creditors, key=len)
        self._people = sorted(nets, key=lambda who: (who in self._few, who))
        self._amounts = [nets[who] for who in self._people]
        self._payees, self._payers = _directions(self._people, pairs)
        self._passes_on = any(
            payer not in debtors or payee not in creditors for payer, payee in pairs
        )
        self.everybody = (1 << len(nets)) - 1
        self.are_all = True
        self._certain = b""
        self._layers: list[bytes] = []
        self._most: dict[Mask, int] = {}
        self._order, self._by_first = _by_first(self._listed())

    def people_of(self, mask: Mask) -> list[UUID]:
        return [who for number, who in enumerate(self._people) if mask >> number & 1]

    def of_first(self, mask: Mask) -> list[Mask]:
        """Those with one of these people, the same one for the same mask; small ones first."""
        first = next((member for member in self._order if mask & member), 0)
        return self._by_first.get(first, [])

    def certainly_settle(self, mask: Mask) -> bool:
        """Whether they can without passing anything on; False if that is not known."""
        return _has(self._certain, mask)

    def most_parts(self, mask: Mask) -> int:
        """No partition of these people into candidates has more parts; -1 if there is none."""
        if mask not in self._most:
            if self._layers and mask:
                layered = takewhile(lambda layer: _has(layer, mask), self._layers)
                self._most[mask] = sum(1 for _ in layered) or -1
            else:
                self._most[mask] = _sides(mask, self._amounts)
        return self._most[mask]

    def _listed(self) -> list[Mask]:
        if len(self._people) > _MOST_PEOPLE:
            raise TooMany
        if len(self._people) > MOST_PEOPLE:
            sets = sparse.zero_sum_sets(self._amounts, most=_MOST_SETS)
            if sets is None:
                raise TooMany
            return sets
        lanes = without(len(self._people))
        even = zero_sum_sets(self._amounts) & ~1
        certain = even & self._settling()
        family = even & self._neighbourly(lanes) if self._passes_on else certain
        self._certain = _as_bytes(certain)
        self._layers = [_as_bytes(layer) for layer in layers(family, lanes)]
        try:
            return self._whole(self._without_idle(family, lanes), certain, lanes)
        except TooMany:
            self.are_all = False
            return self._whole(certain, certain, lanes)

    def _whole(self, family: Family, certain: Family, lanes: Sequence[Family]) -> list[Mask]:
        """The sets of the family that do not fall apart, as far as that is known."""
        if family.bit_count() > _MANY:
            family = _thinned(family, certain, self._certain, lanes)
        if family.bit_count() > _MOST_LISTED:
            raise TooMany
        near = [one | other for one, other in zip(self._payees, self._payers, strict=True)]
        kept = [mask for mask in _masks(_as_bytes(family)) if _is_connected(mask, near)]
        if len(kept) > _MOST_SETS:
            raise TooMany
        return kept

    def _settling(self) -> Family:
        """The sets, among those that sum to zero, in which debtors can settle with creditors directly."""
        many = len(self._people) - len(self._few)
        amounts = [abs(amount) for amount in self._amounts]
        owe = [amount < 0 for amount in self._amounts]
        near = [
            payees if owing else payers
            for owing, payees, payers in zip(owe, self._payees, self._payers, strict=True)
        ]
        return hall.settling(amounts[:many], amounts[many:], near[many:])

    def _neighbourly(self, lanes: Sequence[Family]) -> Family:
        """The sets in which whoever owes has somebody to pay, and whoever is owed somebody to be paid by."""
        family = (1 << (1 << len(lanes))) - 1
        for member, amount in enumerate(self._amounts):
            if amount:
                partners = self._payees[member] if amount < 0 else self._payers[member]
                family &= lanes[member] | ~_lacking(partners, lanes)
        return family

    def _without_idle(self, family: Family, lanes: Sequence[Family]) -> Family:
        """Who has nothing open is alone, or somebody can pay them and be paid by them."""
        for member, amount in enumerate(self._amounts):
            if not amount:
                idle = _lacking(self._payees[member], lanes) | _lacking(self._payers[member], lanes)
                family &= lanes[member] | ~idle | 1 << (1 << member)
        return family


def _directions(people: Sequence[UUID], pairs: Sequence[Pair]) -> tuple[list[Mask], list[Mask]]:
    """For each whom they may pay, and by whom they may be paid."""
    place = {who: number for number, who in enumerate(people)}
    payees, payers = [0] * len(people), [0] * len(people)
    for payer, payee in pairs:
        payees[place[payer]] |= 1 << place[payee]
        payers[place[payee]] |= 1 << place[payer]
    return payees, payers


def _lacking(people: Mask, lanes: Sequence[Family]) -> Family:
    """The sets with none of these people."""
    family = (1 << (1 << len(lanes))) - 1
    for member, lane in enumerate(lanes):
        if people >> member & 1:
            family &= lane
    return family


def _thinned(family: Family, certain: Family, known: bytes, lanes: Sequence[Family]) -> Family:
    """Without sets that fall apart into a small one and another one, both of which can settle."""
    for small in islice((mask for mask in _small(len(lanes)) if _has(known, mask)), _MOST_SMALL):
        family &= ~((certain & _lacking(small, lanes)) << small)
    return family


def _small(members: int) -> Iterator[Mask]:
    for size in _SMALL:
        for chosen in combinations(range(members), size):
            yield sum(1 << member for member in chosen)


def _has(family: bytes, mask: Mask) -> bool:
    place = mask >> 3
    return place < len(family) and bool(family[place] >> (mask & 7) & 1)


def _as_bytes(family: Family) -> bytes:
    return family.to_bytes((family.bit_length() >> 3) + 1, "little")


def _masks(family: bytes) -> Iterator[Mask]:
    for found in re.finditer(rb"[^\0]", family):
        byte, start = found[0][0], found.start() << 3
        while byte:
            yield start + byte.bit_length() - 1
            byte ^= 1 << byte.bit_length() - 1


def _is_connected(mask: Mask, near: Sequence[Mask]) -> bool:
    reached = ahead = mask & -mask
    while ahead:
        member = ahead.bit_length() - 1
        found = near[member] & mask & ~reached
        reached |= found
        ahead ^= 1 << member | found
    return reached == mask


def _by_first(sets: Sequence[Mask]) -> tuple[list[Mask], Mapping[Mask, list[Mask]]]:
    """The members, whoever is in the fewest sets first, and the sets by the first of their members."""
    often = Counter(member for mask in sets for member in _members(mask))
    order = sorted(often, key=lambda member: (often[member], member))
    by_first: defaultdict[Mask, list[Mask]] = defaultdict(list)
    for mask in sorted(sets, key=lambda mask: (mask.bit_count(), mask)):
        by_first[next(member for member in order if mask & member)].append(mask)
    return order, by_first


def _members(mask: Mask) -> Iterator[Mask]:
    while mask:
        yield mask & -mask
        mask &= mask - 1


def _sides(mask: Mask, amounts: Sequence[int]) -> int:
    """Every part has somebody who owes and somebody who is owed, or is one of whom neither is true."""
    signs = Counter(
        (amounts[member] > 0) - (amounts[member] < 0)
        for member in range(len(amounts))
        if mask >> member & 1
    )
    return signs[0] + min(signs[-1], signs[1])
