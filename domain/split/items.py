"""A receipt split line by line, with its taxes, tips and discounts following whoever had the lines."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from uuid import UUID

from domain.errors import Invalid
from domain.split.parts import ExceedsAmount, Parts, RestUnassigned, exact_parts, rest_of
from domain.split.spec import (
    Equally,
    HeaderAdjustment,
    Itemised,
    Line,
    Proportional,
    Proportions,
    ToClass,
    ToMember,
)


class ItemsExceedAmount(ExceedsAmount):
    code = "ITEMS_EXCEED_AMOUNT"
    what = "Lines and adjustments"


class NoLineOfClass(Invalid):
    code = "NO_LINE_OF_CLASS"


def itemised_parts(total: int, how: Itemised) -> Parts:
    """Each one's exact part of `total` minor units: own lines, adjustments by them, and the remainder.

    What an adjustment can follow nobody by, since there are no lines, is part of the remainder. The
    remainder itself has no line and so draws no tax.
    Refuses: `ItemsExceedAmount`, `RestUnassigned`, `NoLineOfClass`, and what `exact_parts` does.
    """
    owned = [(line, _of_line(line, how.remainder, index)) for index, line in enumerate(how.lines)]
    spread = [_of_adjustment(adjustment, owned) for adjustment in how.adjustments]
    taken = sum(each.amount_minor for each in (*how.lines, *how.adjustments))
    rest_of(total, taken, ItemsExceedAmount)
    assigned = _sum([parts for _, parts in owned] + spread)
    rest = total - int(sum(assigned.values()))
    return _sum([assigned, _of_rest(rest, how.remainder)])


Owned = Sequence[tuple[Line, Parts]]


def _of_line(line: Line, remainder: Proportions | None, index: int) -> Parts:
    how = line.split or remainder
    if how is None:
        raise RestUnassigned(line.amount_minor)
    path = ("split", "lines", str(index)) if line.split else ("split", "remainder")
    return exact_parts(line.amount_minor, how, path=path)


def _of_rest(rest: int, remainder: Proportions | None) -> Parts:
    if remainder is not None:
        return exact_parts(rest, remainder, path=("split", "remainder"))
    if rest:
        raise RestUnassigned(rest)
    return {}


def _of_adjustment(adjustment: HeaderAdjustment, owned: Owned) -> Parts:
    minor = adjustment.amount_minor
    match adjustment.spread:
        case Proportional():
            return _by_base(minor, _sum(parts for _, parts in owned))
        case Equally():
            return _equally(minor, _sum(parts for _, parts in owned))
        case ToClass(tax_class):
            return _by_base(minor, _of_class(owned, tax_class))
        case ToMember(member_id):
            return {member_id: Fraction(minor)}


def _of_class(owned: Owned, tax_class: str) -> Parts:
    mine = [parts for line, parts in owned if line.tax_class == tax_class]
    if not mine:
        raise NoLineOfClass(f"No line is of the class {tax_class!r}.", path=("split",))
    return _sum(mine)


def _by_base(minor: int, base: Mapping[UUID, Fraction]) -> Parts:
    """In proportion to the base; where that comes to nothing, there is no proportion and all are equal."""
    whole = sum(base.values())
    if not whole:
        return _equally(minor, base)
    return {who: part * minor / whole for who, part in base.items()}


def _equally(minor: int, base: Mapping[UUID, Fraction]) -> Parts:
    return {who: Fraction(minor, len(base)) for who in base}


def _sum(several: Iterable[Mapping[UUID, Fraction]]) -> Parts:
    total: defaultdict[UUID, Fraction] = defaultdict(Fraction)
    for parts in several:
        for who, part in parts.items():
            total[who] += part
    return dict(total)
