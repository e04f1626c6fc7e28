from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from domain import split
from domain.money import AmountTooLarge, Money
from domain.split import (
    MOST_PEOPLE,
    Equal,
    Exact,
    NegativeWeight,
    NobodyToSplitWith,
    Percent,
    Shares,
    SharesDoNotAddUp,
    TooManyPeople,
)

ANN, BOB, CAT = sorted(new_id() for _ in range(3))
ids = st.uuids(version=4)


def _minors(shares: dict[UUID, Money]) -> dict[UUID, int]:
    return {who: part.minor for who, part in shares.items()}


@given(st.integers(-(10**9), 10**9), st.dictionaries(ids, st.integers(0, 500), min_size=1), ids)
def test_shares_do_not_depend_on_the_order_of_people(
    minor: int, weights: dict[UUID, int], expense_id: UUID
) -> None:
    if not any(weights.values()):
        return
    total = Money(minor, "EUR")
    backwards = dict(reversed(weights.items()))

    assert split.shares(total, Shares(weights), expense_id) == split.shares(
        total, Shares(backwards), expense_id
    )
    assert sum(_minors(split.shares(total, Shares(weights), expense_id)).values()) == minor


def test_percent_and_exact_give_what_they_say() -> None:
    total = Money(10_001, "EUR")

    assert _minors(split.shares(total, Percent({ANN: 2500, BOB: 7500}), new_id())) == {
        ANN: 2500,
        BOB: 7501,
    }
    assert _minors(split.shares(total, Exact({ANN: 1, BOB: 10_000}), new_id())) == {
        ANN: 1,
        BOB: 10_000,
    }


def test_a_refusal_says_how_far_off_the_sum_is() -> None:
    with pytest.raises(SharesDoNotAddUp, match="9900 basis points, 100 short of 10000"):
        split.shares(Money(100, "EUR"), Percent({ANN: 9900}), new_id())
    with pytest.raises(SharesDoNotAddUp, match="120 minor units, 20 over 100"):
        split.shares(Money(100, "EUR"), Exact({ANN: 50, BOB: 70}), new_id())
    with pytest.raises(SharesDoNotAddUp) as refused:
        split.paid(Money(100, "EUR"), {ANN: 99})
    assert (refused.value.expected, refused.value.actual) == (100, 99)
    assert refused.value.path == ("paidBy",)


@pytest.mark.parametrize("how", [Equal(()), Exact({}), Percent({}), Shares({}), Shares({ANN: 0})])
def test_somebody_has_to_take_a_part(how: split.Split) -> None:
    with pytest.raises((NobodyToSplitWith, SharesDoNotAddUp)):
        split.shares(Money(100, "EUR"), how, new_id())


def test_a_weight_is_not_negative() -> None:
    with pytest.raises(NegativeWeight):
        split.shares(Money(100, "EUR"), Shares({ANN: 2, BOB: -1}), new_id())
    with pytest.raises(NegativeWeight):
        split.shares(Money(100, "EUR"), Percent({ANN: 10_001, BOB: -1}), new_id())


@pytest.mark.parametrize(
    "how",
    [
        Equal((ANN, BOB)),
        Exact({ANN: -5}),
        Percent({ANN: 10_000}),
        Shares({BOB: 150, CAT: 100}),
    ],
)
def test_a_stored_spec_comes_back_as_it_was(how: split.Split) -> None:
    assert split.restored(split.stored(how)) == how


def test_parts_of_either_sign_cannot_hide_an_amount_that_no_column_holds() -> None:
    parts = {ANN: 2**63 - 1, BOB: 1000 - (2**63 - 1)}

    with pytest.raises(AmountTooLarge):
        split.shares(Money(1000, "EUR"), Exact(parts), CAT)
    with pytest.raises(AmountTooLarge):
        split.paid(Money(1000, "EUR"), parts)


def test_refuses_more_people_than_one_expense_can_have() -> None:
    crowd = [UUID(int=number) for number in range(MOST_PEOPLE + 1)]

    for how in (Equal(tuple(crowd)), Exact(dict.fromkeys(crowd, 1))):
        with pytest.raises(TooManyPeople):
            split.shares(Money(len(crowd), "EUR"), how, CAT)
    with pytest.raises(TooManyPeople):
        split.paid(Money(len(crowd), "EUR"), dict.fromkeys(crowd, 1))
