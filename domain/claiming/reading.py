"""What was read from a receipt as what its guests can claim."""

from collections.abc import Sequence

from domain.claiming.offer import Claimable, NothingToClaim, Offer
from domain.money import Money
from domain.receipt.fields import Field, Item, Reading
from domain.split import AdjustmentKind, HeaderAdjustment, Line, Proportional

_LONGEST_TITLE = 200


def as_read(reading: Reading | None) -> Offer:
    """The lines; what takes something off is one discount that follows all others, as do tax and tip.

    Refuses: `NothingToClaim` where no total or no line was read.
    """
    if reading is None or reading.total is None or reading.currency is None or not reading.items:
        raise NothingToClaim("Its lines were not read: say what they are.", path=("offer",))
    total = reading.total.value
    goods = [item for item in reading.items if item.value.amount_minor * total > 0]
    all_in_all = sum(item.value.amount_minor for item in reading.items)
    discount = all_in_all - sum(item.value.amount_minor for item in goods)
    return Offer(
        Money(total, reading.currency.value),
        tuple(Claimable.of(_line(item)) for item in goods),
        (
            *([_follows(AdjustmentKind.DISCOUNT, discount)] if discount else []),
            *_on_top(reading, total - all_in_all),
        ),
    )


def _line(read: Field[Item]) -> Line:
    item = read.value
    return Line(
        title=(item.description or read.text)[:_LONGEST_TITLE],
        amount_minor=item.amount_minor,
        quantity=item.quantity,
        unit_price_minor=item.unit_price_minor,
    )


def _on_top(reading: Reading, gap: int) -> Sequence[HeaderAdjustment]:
    """Those of tax and tip that make up what the lines leave of the total: the others are in the lines."""
    tax, tip = (field.value if field else 0 for field in (reading.tax, reading.tip))
    for on_top in ((tax, tip), (tax, 0), (0, tip)):
        if sum(on_top) == gap:
            kinds = zip((AdjustmentKind.TAX, AdjustmentKind.TIP), on_top, strict=True)
            return [_follows(kind, minor) for kind, minor in kinds if minor]
    return []


def _follows(kind: AdjustmentKind, minor: int) -> HeaderAdjustment:
    return HeaderAdjustment(kind, minor, Proportional())
