from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.currency import UnknownCurrency
from domain.money import MAX_MINOR, AmountTooLarge, Money, rotation

minors = st.integers(-MAX_MINOR, MAX_MINOR)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any)


@pytest.mark.parametrize(
    ("minor", "weights", "offset", "parts"),
    [
        (100, [1, 1, 1], 0, [34, 33, 33]),
        (100, [1, 1, 1], 1, [33, 34, 33]),
        (-100, [1, 1, 1], 0, [-33, -33, -34]),
        (10001, [3333, 3333, 3334], 0, [3333, 3333, 3335]),
        (1001, [2, 1, 1], 0, [501, 250, 250]),
        (0, [1, 2], 0, [0, 0]),
        (5, [0, 1], 1, [0, 5]),
    ],
)
def test_allocates_by_largest_remainder(
    minor: int, weights: list[int], offset: int, parts: list[int]
) -> None:
    assert [part.minor for part in Money(minor, "EUR").allocate(weights, offset=offset)] == parts


@given(minors, weights, st.integers(0, 1000))
def test_allocation_neither_makes_nor_loses_a_unit(
    minor: int, weights: list[int], offset: int
) -> None:
    parts = Money(minor, "EUR").allocate(weights, offset=offset)

    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor * sum(weights) - minor * weight) < sum(weights)
        assert weight > 0 or part.minor == 0


@given(st.integers(-1000, 1000), st.integers(1, 20))
def test_every_offset_moves_the_odd_units_along(minor: int, people: int) -> None:
    by_offset = [
        [part.minor for part in Money(minor, "EUR").allocate([1] * people, offset=offset)]
        for offset in range(people)
    ]

    for person in range(people):
        assert sum(parts[person] for parts in by_offset) == minor


def test_the_rotation_is_fnv_1a_of_the_canonical_text() -> None:
    id = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    digest = 0x811C9DC5
    for byte in b"01890a5d-ac96-774b-bcce-b302099a8057":
        digest = ((digest ^ byte) * 16777619) % 2**32

    assert rotation(id, 7) == digest % 7
    assert rotation(id, 1) == 0


@pytest.mark.parametrize(
    ("minor", "currency", "decimal"),
    [(1050, "EUR", "10.50"), (-5, "KWD", "-0.005"), (100, "JPY", "100"), (0, "USD", "0.00")],
)
def test_says_major_units_exactly(minor: int, currency: str, decimal: str) -> None:
    assert str(Money(minor, currency).decimal) == decimal


def test_refuses_what_is_no_currency_and_what_is_no_amount() -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, "XAU").checked()
    with pytest.raises(AmountTooLarge):
        Money(MAX_MINOR + 1, "EUR").checked()
