"""What was read from a receipt as what its guests can claim."""

from itertools import chain, combinations

from domain.claiming.offer import Claimable, NothingToClaim, Offer
from domain.money import Money
from domain.receipt.fields import Field, Item, Reading
from domain.split import AdjustmentKind, HeaderAdjustment, Line, Proportional

_LONGEST_TITLE = 200
_KINDS = (AdjustmentKind.DISCOUNT, AdjustmentKind.TAX, AdjustmentKind.TIP)


def as_read(reading: Reading | None) -> Offer:
    """The lines; all that takes something off is one discount, which follows all others, as do tax and tip.

    Refuses: `NothingToClaim` where no total or no line was read.
    """
    if reading is None or reading.total is None or reading.currency is None or not reading.items:
        raise NothingToClaim("Its lines were not read: say what they are.", path=("offer",))
    total = reading.total.value
    goods = [item for item in reading.items if item.value.amount_minor * total > 0]
    all_in_all = sum(item.value.amount_minor for item in reading.items)
    on_top = _on_top(reading, total - all_in_all)
    rebates = all_in_all - sum(item.value.amount_minor for item in goods)
    on_top[AdjustmentKind.DISCOUNT] = rebates + on_top.get(AdjustmentKind.DISCOUNT, 0)
    return Offer(
        Money(total, reading.currency.value),
        tuple(Claimable.of(_line(item)) for item in goods),
        tuple(_follows(kind, on_top[kind]) for kind in _KINDS if on_top.get(kind)),
    )


def _line(read: Field[Item]) -> Line:
    item = read.value
    return Line(
        title=(item.description or read.text)[:_LONGEST_TITLE],
        amount_minor=item.amount_minor,
        quantity=item.quantity,
        unit_price_minor=item.unit_price_minor,
    )


def _on_top(reading: Reading, gap: int) -> dict[AdjustmentKind, int]:
    """Those that make up what the lines leave of the total, as many as do: the others are in the lines."""
    fields = {
        AdjustmentKind.DISCOUNT: reading.discount,
        AdjustmentKind.TAX: reading.tax,
        AdjustmentKind.TIP: reading.tip,
    }
    read = {kind: field.value for kind, field in fields.items() if field and field.value}
    if AdjustmentKind.DISCOUNT in read:
        read[AdjustmentKind.DISCOUNT] *= -1
    sizes = range(len(read), 0, -1)
    for kinds in chain.from_iterable(combinations(read, size) for size in sizes):
        if sum(read[kind] for kind in kinds) == gap:
            return {kind: read[kind] for kind in kinds}
    return {}


def _follows(kind: AdjustmentKind, minor: int) -> HeaderAdjustment:
    return HeaderAdjustment(kind, minor, Proportional())
