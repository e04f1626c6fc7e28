"""A receipt split line by line: the worked example, and what holds for every receipt."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from domain import split
from domain.money import AmountTooLarge
from domain.split import (
    AdjustmentKind,
    Equal,
    Equally,
    Exact,
    HeaderAdjustment,
    Itemised,
    ItemsExceedAmount,
    Line,
    LineSplit,
    NoLineOfClass,
    Percent,
    Proportional,
    Proportions,
    RestUnassigned,
    Shares,
    SharesDoNotAddUp,
    Spread,
    ToClass,
    ToMember,
)
from domain.split.checks import QuantityOutOfRange, TooManyLines
from domain.text import TextMissing
from tests.unit.test_split import shares

ANN, BOB, CAT = PEOPLE = sorted(new_id() for _ in range(3))


def line(
    minor: int, *people: UUID, how: LineSplit | None = None, tax_class: str | None = None
) -> Line:
    return Line(
        "Item", minor, tax_class=tax_class, split=how or (Equal(people) if people else None)
    )


def extra(minor: int, spread: Spread | None = None) -> HeaderAdjustment:
    return HeaderAdjustment(AdjustmentKind.FEE, minor, spread or Proportional())


def receipt(*parts: Line | HeaderAdjustment, remainder: Proportions | None = None) -> Itemised:
    return Itemised(
        tuple(part for part in parts if isinstance(part, Line)),
        tuple(part for part in parts if isinstance(part, HeaderAdjustment)),
        remainder,
    )


def test_taxes_tips_and_discounts_follow_the_lines() -> None:
    dinner = receipt(
        line(1250, ANN),
        line(900, BOB),
        line(1800, ANN, BOB, CAT),
        line(450, CAT),
        HeaderAdjustment(AdjustmentKind.TAX, 363, Proportional()),
        HeaderAdjustment(AdjustmentKind.TIP, 700, Proportional()),
        HeaderAdjustment(AdjustmentKind.DISCOUNT, -200, Proportional()),
    )

    assert shares(5263, dinner) == {ANN: 2213, BOB: 1794, CAT: 1256}
    assert shares(-5263, _mirrored(dinner)) == {ANN: -2213, BOB: -1794, CAT: -1256}


def test_a_line_is_split_in_its_own_way() -> None:
    lines = receipt(
        line(1000, how=Shares({ANN: 100, BOB: 300})),
        line(1000, how=Percent({ANN: 1000}, remainder_to=CAT)),
        line(1000, how=Exact({BOB: 999, CAT: 1})),
    )

    assert shares(3000, lines) == {ANN: 350, BOB: 1749, CAT: 901}
    with pytest.raises(SharesDoNotAddUp, match="999 minor units, 1 short of 1000") as refused:
        shares(2000, receipt(line(1000, ANN), line(1000, how=Exact({BOB: 999}))))
    assert refused.value.path == ("split", "lines", "1")


def test_a_tax_of_a_class_is_for_those_who_had_it() -> None:
    bill = receipt(
        line(1000, ANN, BOB, tax_class="food"),
        line(600, BOB, tax_class="alcohol"),
        extra(60, ToClass("alcohol")),
        extra(100, ToClass("food")),
    )

    assert shares(1760, bill) == {ANN: 550, BOB: 1210}
    with pytest.raises(NoLineOfClass, match="'tobacco'"):
        shares(1060, receipt(line(1000, ANN), extra(60, ToClass("tobacco"))))


def test_an_adjustment_can_be_equal_or_one_members() -> None:
    bill = receipt(line(900, ANN), line(100, BOB), extra(50, Equally()), extra(-30, ToMember(CAT)))

    assert shares(1020, bill) == {ANN: 925, BOB: 125, CAT: -30}


def test_the_remainder_takes_unassigned_lines_and_whatever_is_left() -> None:
    everyone = Equal(tuple(PEOPLE))

    assert shares(1000, receipt(line(400, ANN), line(300), remainder=Shares({BOB: 1}))) == {
        ANN: 400,
        BOB: 600,
    }
    assert shares(300, receipt(remainder=everyone)) == dict.fromkeys(PEOPLE, 100)
    assert shares(330, receipt(extra(30), remainder=everyone)) == dict.fromkeys(PEOPLE, 110)
    assert shares(440, receipt(line(200, ANN), line(200), extra(40), remainder=Equal((BOB,)))) == {
        ANN: 220,
        BOB: 220,
    }
    with pytest.raises(RestUnassigned, match="300 minor units are nobody's"):
        shares(700, receipt(line(400, ANN), line(300)))
    with pytest.raises(RestUnassigned, match="1 minor units are nobody's"):
        shares(401, receipt(line(400, ANN)))
    with pytest.raises(RestUnassigned, match="30 minor units"):
        shares(30, receipt(extra(30)))


@pytest.mark.parametrize("sign", [1, -1])
def test_lines_are_never_more_than_the_total(sign: int) -> None:
    for total, bill in (
        (sign * 1000, receipt(line(sign * 1001, ANN), remainder=Equal((BOB,)))),
        (sign * 1000, receipt(line(sign * 900, ANN), extra(sign * 101), remainder=Equal((BOB,)))),
        (0, receipt(line(sign, ANN), remainder=Equal((BOB,)))),
    ):
        with pytest.raises(ItemsExceedAmount, match=r"1 beyond"):
            shares(total, bill)
    assert shares(sign * 40, receipt(line(sign * 50, ANN), extra(sign * -10))) == {ANN: sign * 40}


def test_what_has_no_base_to_be_proportional_to_is_equal() -> None:
    assert shares(10, receipt(line(0, ANN, BOB), extra(10))) == {ANN: 5, BOB: 5}
    assert shares(10, receipt(line(500, ANN), line(-500, BOB), extra(10))) == {
        ANN: 505,
        BOB: -495,
    }


def _equally(people: set[UUID]) -> Equal | None:
    return Equal(tuple(people)) if people else None


lines = st.builds(
    Line,
    st.just("Item"),
    st.integers(-(10**6), 10**6),
    split=st.sets(st.sampled_from(PEOPLE)).map(_equally),
)
spreads = st.one_of(
    st.builds(Proportional), st.builds(Equally), st.builds(ToMember, st.sampled_from(PEOPLE))
)
extras = st.builds(extra, st.integers(-(10**5), 10**5), spreads)
receipts = st.builds(
    Itemised,
    st.lists(lines, max_size=8).map(tuple),
    st.lists(extras, max_size=4).map(tuple),
    st.builds(Equal, st.just(tuple(PEOPLE))),
)


@given(receipts, st.integers(0, 10**6), st.uuids())
def test_every_receipt_adds_up_whatever_the_order_and_the_sign(
    bill: Itemised, left: int, expense_id: UUID
) -> None:
    taken = sum(part.amount_minor for part in (*bill.lines, *bill.adjustments))
    total = taken + (left if taken > 0 else -left if taken < 0 else 0)
    backwards = Itemised(bill.lines[::-1], bill.adjustments[::-1], bill.remainder)

    charge = shares(total, bill, expense_id)

    assert shares(total, backwards, expense_id) == charge
    refund = shares(-total, _mirrored(bill), expense_id)
    assert all(abs(charge[who] + refund[who]) <= 1 for who in PEOPLE)
    assert split.exact_shares(total, bill) == _by_definition(total, bill)


def _by_definition(total: int, bill: Itemised) -> dict[UUID, Fraction]:
    """Semantics 3.3 once more, person by person."""
    own: defaultdict[UUID, Fraction] = defaultdict(Fraction)
    for each in bill.lines:
        people = sorted(split.participants(each.split or Equal(tuple(PEOPLE))))
        for who in people:
            own[who] += Fraction(each.amount_minor, len(people))
    parts = defaultdict(Fraction, own)
    spread = 0
    for each in bill.adjustments:
        match each.spread:
            case ToMember(member_id):
                parts[member_id] += each.amount_minor
            case Proportional() if own and sum(own.values()):
                for who, part in own.items():
                    parts[who] += part * each.amount_minor / sum(own.values())
            case _ if own:
                for who in own:
                    parts[who] += Fraction(each.amount_minor, len(own))
            case _:
                continue
        spread += each.amount_minor
    rest = total - sum(each.amount_minor for each in bill.lines) - spread
    return {who: parts[who] + Fraction(rest, len(PEOPLE)) for who in PEOPLE}


def _mirrored(bill: Itemised) -> Itemised:
    return Itemised(
        tuple(Line("Item", -each.amount_minor, split=each.split) for each in bill.lines),
        tuple(
            HeaderAdjustment(each.kind, -each.amount_minor, each.spread)
            for each in bill.adjustments
        ),
        bill.remainder,
    )


def test_lines_are_checked_on_the_way_in() -> None:
    def one(**terms: object) -> Itemised:
        return Itemised((Line(**{"title": " Beer ", "amount_minor": 5, **terms}),))  # pyright: ignore[reportArgumentType] - wrong ones on purpose

    clean = split.checked(one(quantity=Decimal("2.50"), tax_class=" "), "EUR").lines[0]
    assert (clean.title, str(clean.quantity), clean.tax_class) == ("Beer", "2.5", None)
    assert str(split.checked(one(quantity=Decimal("1E+2")), "EUR").lines[0].quantity) == "100"

    for refusal, bill in (
        (TextMissing, one(title=" ")),
        (AmountTooLarge, one(amount_minor=10**15 + 1)),
        (AmountTooLarge, one(unit_price_minor=-(10**15) - 1)),
        (QuantityOutOfRange, one(quantity=Decimal("NaN"))),
        (QuantityOutOfRange, one(quantity=Decimal("-1E+1000000"))),
        (QuantityOutOfRange, one(quantity=Decimal(10**9) + 1)),
        (QuantityOutOfRange, one(quantity=Decimal("0.0000001"))),
        (TooManyLines, Itemised((Line("x", 0),) * 201)),
        (TooManyLines, Itemised((), (extra(0),) * 21)),
        (TooManyLines, Itemised((line(0, *(UUID(int=n) for n in range(1000))),) * 3)),
        (AmountTooLarge, Itemised((), (extra(10**16),))),
        (TextMissing, Itemised((), (extra(0, ToClass("")),))),
    ):
        with pytest.raises(refusal):
            split.checked(bill, "EUR")
    assert split.checked(Equal((ANN,)), "EUR") == Equal((ANN,))
