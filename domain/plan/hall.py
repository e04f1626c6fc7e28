"""Which sets of debtors and creditors can settle among themselves, all of them at once. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from domain.plan.subsets import Family, Mask, joined, sums, without


def settling(many: Sequence[int], few: Sequence[int], reach: Sequence[Mask]) -> Family:
    """The sets in which every one of the few, and all of them together, get what they need from the many.

    Amounts are positive. `reach` says of each of the few whom of the many they may settle with. In a
    mask the many come first. A set that sums to zero can settle exactly if it is in this family: no
    choice of the few needs more than those in reach have (Gale 1957, after Hall).
    """
    needs, everybody = sums(few), (1 << len(many)) - 1
    enough = _having(many, needs)
    lacking = without(len(many))
    in_reach, rows = [0], [(1 << (1 << len(many))) - 1]
    for chosen in range(1, 1 << len(few)):
        newest = chosen.bit_length() - 1
        in_reach.append(in_reach[chosen ^ 1 << newest] | reach[newest])
        row = _whoever_else(enough[needs[chosen]], everybody & ~in_reach[-1], lacking)
        for member in _members(chosen):
            row &= rows[chosen ^ 1 << member]
        rows.append(row)
    return joined(rows, 1 << len(many))


def _having(amounts: Sequence[int], needs: Sequence[int]) -> Mapping[int, Family]:
    """For each need the sets that have so much."""
    by_total = sorted(((total, mask) for mask, total in enumerate(sums(amounts))), reverse=True)
    family = bytearray(max(1, len(by_total) // 8))
    enough: dict[int, Family] = {}
    richest = iter(by_total)
    total, mask = next(richest)
    for need in sorted(set(needs), reverse=True):
        while total >= need:
            family[mask >> 3] |= 1 << (mask & 7)
            total, mask = next(richest, (-1, 0))
        enough[need] = int.from_bytes(family, "little")
    return enough


def _whoever_else(family: Family, others: Mask, lacking: Sequence[Family]) -> Family:
    """The sets of the family without any of the others, and whatever those make of them."""
    for member in _members(others):
        family &= lacking[member]
    for member in _members(others):
        family |= family << (1 << member)
    return family


def _members(mask: Mask) -> Iterator[int]:
    while mask:
        yield mask.bit_length() - 1
        mask ^= 1 << mask.bit_length() - 1
