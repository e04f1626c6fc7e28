"""The foot of a receipt: counts, points, the card's slip, thanks and codes, none of which is money spent."""

from collections.abc import Iterator

from bench.drawn.bill import Bill
from bench.drawn.language import listed
from bench.drawn.rows import Code, Gap, Printed, centred, left
from bench.drawn.till import Till


def foot(bill: Bill, till: Till) -> Iterator[Printed]:
    dice = till.dice
    if dice.random() < 0.35:
        yield left(till.cut(till.word("count", count=_pieces(bill)), 1.0))
    if dice.random() < 0.35:
        yield from (left(till.cut(_points(bill, till), 1.0)) for _ in range(dice.randint(1, 2)))
    if bill.cash_minor is None and dice.random() < 0.5:
        yield Gap()
        yield from (left(till.cut(till.word("slip"), 1.0)) for _ in range(dice.randint(2, 5)))
    yield Gap()
    for thanks in dice.sample(listed(till.country.language.words["thanks"]), dice.randint(0, 3)):
        yield centred(till.cut(thanks, 1.0))
    if dice.random() < 0.4:
        yield Gap()
        yield Code(squares=dice.random() < 0.4)


def _pieces(bill: Bill) -> int:
    return sum(1 if sale.weighed else int(sale.quantity) for sale in bill.sales)


def _points(bill: Bill, till: Till) -> str:
    saved = sum(sale.rebate_minor for sale in bill.sales) + bill.discount_minor
    return till.word("points", amount=till.sum(saved or bill.country.step))
