"""The most zero-sum parts where zero-sum sets are few, however many people. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.plan.subsets import Mask, sums

_MOST_PEOPLE = 34
_MOST_SETS = 1500


def partition(net_minor: Mapping[UUID, int]) -> list[frozenset[UUID]] | None:
    """Everybody in as many parts as there can be, or None if that is too much to search."""
    people = list(net_minor)
    if len(people) > _MOST_PEOPLE:
        return None
    sets = zero_sum_sets(list(net_minor.values()), most=_MOST_SETS)
    if sets is None:
        return None
    return [
        frozenset(who for index, who in enumerate(people) if part >> index & 1)
        for part in _parts(_layers(sets))
    ]


def zero_sum_sets(amounts: Sequence[int], *, most: int) -> list[Mask] | None:
    """The zero-sum sets with anybody in them, or None if there are more than `most`."""
    half = len(amounts) // 2
    by_sum: defaultdict[int, list[Mask]] = defaultdict(list)
    for mask, total in enumerate(sums(amounts[:half])):
        by_sum[total].append(mask)
    sets: list[Mask] = []
    for mask, total in enumerate(sums(amounts[half:])):
        if lows := by_sum.get(-total):
            sets += [mask << half | low for low in lows]
        if len(sets) > most + 1:
            return None
    return sets[1:]


def _layers(sets: list[Mask]) -> list[list[Mask]]:
    """Layer k has the sets that hold k disjoint zero-sum ones and more; see `subsets.most_parts`."""
    layers = [sets]
    while above := [whole for whole in layers[-1] if _inside(whole, layers[-1]) is not None]:
        layers.append(above)
    return layers


def _inside(whole: Mask, sets: Sequence[Mask]) -> Mask | None:
    """The first of the sets that `whole` contains without its highest member."""
    rest = whole ^ 1 << whole.bit_length() - 1
    return next((one for one in sets if not one & ~rest), None)


def _parts(layers: list[list[Mask]]) -> list[Mask]:
    """What remains, going down the layers from everybody, whenever a set of the next one is taken out."""
    whole, parts = layers[0][-1], list[Mask]()
    for layer in reversed(layers[:-1]):
        inner = _inside(whole, layer)
        assert inner is not None
        parts.append(whole ^ inner)
        whole = inner
    return [*parts, whole]
