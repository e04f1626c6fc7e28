from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from domain import split
from domain.money import AmountTooLarge, Money
from domain.split import (
    Adjusted,
    AdjustmentKind,
    AdjustmentsExceedAmount,
    ByWeight,
    Equal,
    Equally,
    Exact,
    HeaderAdjustment,
    Itemised,
    Line,
    NegativeWeight,
    NobodyToSplitWith,
    Percent,
    Proportional,
    Shares,
    SharesDoNotAddUp,
    ToClass,
    ToMember,
    TooManyPeople,
    Weighted,
    WeightTooLarge,
)

ANN, BOB, CAT = sorted(new_id() for _ in range(3))
ids = st.uuids(version=4)
minors = st.integers(-(10**9), 10**9)
weights = st.dictionaries(ids, st.integers(0, 500), min_size=1).filter(lambda of: any(of.values()))


def shares(
    minor: int, how: split.Split, expense_id: UUID = ANN, ranks: Mapping[UUID, int] | None = None
) -> dict[UUID, int]:
    """What each one owes of so many cents; checks that none is a whole cent off the exact part."""
    division = split.divide(Money(minor, "EUR"), how, expense_id, ranks)
    exact = split.exact_shares(minor, how)
    owed = {who: part.minor for who, part in division.parts.items()}
    assert sum(owed.values()) == sum(exact.values()) == minor
    assert all(abs(owed[who] - part) < 1 for who, part in exact.items())
    assert division.spare == {who for who, part in exact.items() if owed[who] > part}
    return owed


@given(minors, weights, ids)
def test_shares_do_not_depend_on_the_order_of_people(
    minor: int, weights: dict[UUID, int], expense_id: UUID
) -> None:
    backwards = dict(reversed(weights.items()))

    assert shares(minor, Shares(weights), expense_id) == shares(
        minor, Shares(backwards), expense_id
    )
    assert shares(minor, Weighted(weights), expense_id) == shares(
        minor, Shares(weights), expense_id
    )


def test_percent_and_exact_give_what_they_say() -> None:
    assert shares(10_001, Percent({ANN: 2500, BOB: 7500})) == {ANN: 2500, BOB: 7501}
    assert shares(10_001, Exact({ANN: 1, BOB: 10_000})) == {ANN: 1, BOB: 10_000}
    assert shares(-10_001, Exact({ANN: -10_002, BOB: 1})) == {ANN: -10_002, BOB: 1}


def test_one_member_can_take_the_percents_that_are_left() -> None:
    assert shares(10_000, Percent({ANN: 2500}, remainder_to=BOB)) == {ANN: 2500, BOB: 7500}
    assert shares(10_000, Percent({ANN: 2500, BOB: 500}, remainder_to=BOB)) == {
        ANN: 2500,
        BOB: 7500,
    }
    assert shares(100, Percent({}, remainder_to=BOB)) == {BOB: 100}
    assert shares(100, Percent({ANN: 10_000}, remainder_to=BOB)) == {ANN: 100, BOB: 0}
    with pytest.raises(SharesDoNotAddUp, match="10001 basis points, 1 over 10000"):
        shares(100, Percent({ANN: 10_001}, remainder_to=BOB))


def test_adjustments_come_on_top_of_equal_parts() -> None:
    assert shares(1000, Adjusted({ANN: 100, BOB: 0, CAT: -100})) in (
        {ANN: 434, BOB: 333, CAT: 233},
        {ANN: 433, BOB: 334, CAT: 233},
        {ANN: 433, BOB: 333, CAT: 234},
    )
    assert shares(-1000, Adjusted({ANN: -400, BOB: 0})) == {ANN: -700, BOB: -300}
    assert shares(0, Adjusted({ANN: 50, BOB: -50})) == {ANN: 50, BOB: -50}
    assert shares(100, Adjusted({ANN: 100, BOB: 0})) == {ANN: 100, BOB: 0}


@pytest.mark.parametrize(
    ("minor", "deltas", "message"),
    [
        (100, {ANN: 120, BOB: 0}, "come to 120 minor units, 20 beyond 100"),
        (-100, {ANN: -120, BOB: 0}, "come to -120 minor units, 20 beyond -100"),
        (0, {ANN: 1, BOB: 0}, "come to 1 minor units, 1 beyond 0"),
        (0, {ANN: -1, BOB: 0}, "come to -1 minor units, 1 beyond 0"),
    ],
)
def test_adjustments_leave_something_to_share(
    minor: int, deltas: dict[UUID, int], message: str
) -> None:
    with pytest.raises(AdjustmentsExceedAmount, match=message):
        shares(minor, Adjusted(deltas))


@given(minors, st.dictionaries(ids, st.integers(-(10**6), 10**6), min_size=1), ids)
def test_adjustments_of_a_refund_mirror_those_of_a_charge(
    minor: int, deltas: dict[UUID, int], expense_id: UUID
) -> None:
    mirrored = {who: -delta for who, delta in deltas.items()}
    rest = minor - sum(deltas.values())
    if rest * minor < 0 or (rest and not minor):
        for amount, so_much_more in ((minor, deltas), (-minor, mirrored)):
            with pytest.raises(AdjustmentsExceedAmount):
                shares(amount, Adjusted(so_much_more), expense_id)
        return

    charge = shares(minor, Adjusted(deltas), expense_id)
    refund = shares(-minor, Adjusted(mirrored), expense_id)

    assert split.exact_shares(minor, Adjusted(deltas)) == {
        who: Fraction(rest, len(deltas)) + delta for who, delta in deltas.items()
    }
    assert all(abs(charge[who] + refund[who]) <= 1 for who in deltas)


def test_a_refusal_says_how_far_off_the_sum_is() -> None:
    with pytest.raises(SharesDoNotAddUp, match="9900 basis points, 100 short of 10000"):
        shares(100, Percent({ANN: 9900}))
    with pytest.raises(SharesDoNotAddUp, match="120 minor units, 20 over 100"):
        shares(100, Exact({ANN: 50, BOB: 70}))
    with pytest.raises(SharesDoNotAddUp) as refused:
        split.paid(Money(100, "EUR"), {ANN: 99})
    assert (refused.value.expected, refused.value.actual) == (100, 99)
    assert refused.value.path == ("paidBy",)


@pytest.mark.parametrize(
    "how",
    [
        Equal(()),
        Exact({}),
        Percent({}),
        Shares({}),
        Shares({ANN: 0}),
        Weighted({}),
        Adjusted({}),
        Itemised(()),
    ],
)
@pytest.mark.parametrize("minor", [0, 100, -100])
def test_somebody_has_to_take_a_part(how: split.Split, minor: int) -> None:
    with pytest.raises((NobodyToSplitWith, SharesDoNotAddUp, split.RestUnassigned)):
        shares(minor, how)


def test_weights_are_neither_negative_nor_endless() -> None:
    with pytest.raises(NegativeWeight):
        shares(100, Shares({ANN: 2, BOB: -1}))
    with pytest.raises(NegativeWeight):
        shares(100, Percent({ANN: 10_001, BOB: -1}))
    with pytest.raises(WeightTooLarge):
        shares(100, Shares({ANN: 10**9 + 1}))


def test_a_part_fits_a_column_and_an_expense_a_thousand_people() -> None:
    with pytest.raises(AmountTooLarge):
        shares(0, Adjusted({ANN: 10**16, BOB: -(10**16)}))
    with pytest.raises(TooManyPeople):
        shares(0, Itemised((Line("All", 0, split=Equal(tuple(UUID(int=n) for n in range(1001)))),)))


DINNER = Itemised(
    lines=(
        Line("Beer", 900, Decimal(2), 450, "alcohol", Shares({ANN: 100, BOB: 200})),
        Line("Bread", 300),
    ),
    adjustments=(
        HeaderAdjustment(AdjustmentKind.TAX, 57, ToClass("alcohol")),
        HeaderAdjustment(AdjustmentKind.TIP, 100, Proportional()),
        HeaderAdjustment(AdjustmentKind.DISCOUNT, -50, ToMember(CAT)),
        HeaderAdjustment(AdjustmentKind.ROUNDING, 1, Equally()),
    ),
    remainder=Percent({ANN: 5000}, remainder_to=BOB),
)


@pytest.mark.parametrize(
    ("how", "people"),
    [
        (Equal((ANN, BOB)), {ANN, BOB}),
        (Exact({ANN: -5}), {ANN}),
        (Percent({ANN: 10_000}), {ANN}),
        (Percent({ANN: 4000}, remainder_to=CAT), {ANN, CAT}),
        (Shares({BOB: 150, CAT: 100}), {BOB, CAT}),
        (Adjusted({ANN: 0, BOB: -3}), {ANN, BOB}),
        (Weighted({ANN: 100, BOB: 50}), {ANN, BOB}),
        (DINNER, {ANN, BOB, CAT}),
    ],
)
def test_a_stored_spec_comes_back_as_it_was_and_names_its_people(
    how: split.Split, people: set[UUID]
) -> None:
    assert split.restored(split.stored(how)) == how
    assert split.participants(how) == people


def test_a_standing_spec_comes_back_as_it_was() -> None:
    for standing in (ByWeight((ANN, BOB)), Equal((ANN,)), Percent({ANN: 1}, remainder_to=BOB)):
        assert split.restored_standing(split.stored(standing)) == standing
        split.require_proportions(standing)
    with pytest.raises(NobodyToSplitWith):
        split.require_proportions(ByWeight(()))
    with pytest.raises(SharesDoNotAddUp):
        split.require_proportions(Percent({ANN: 1}))
