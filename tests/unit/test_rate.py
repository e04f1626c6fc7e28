from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.currency import exponent
from domain.money import Money
from domain.presentation import presented
from domain.rate import (
    NewRate,
    Quote,
    RateMissing,
    RateOutOfRange,
    SameCurrency,
    checked_rate,
    implied,
    latest,
)

MAY_4, MAY_5, MAY_6 = date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)
ANN, BOB, CAT = (UUID(int=number) for number in (1, 2, 3))

currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD"])
rates = st.decimals("0.000001", "1000000", places=6)


def _quote(rate: str, day: date = MAY_4, base: str = "USD", quote: str = "EUR") -> Quote:
    return Quote(day, base, quote, Decimal(rate))


@pytest.mark.parametrize(
    ("amount", "quote", "rate", "converted"),
    [
        (Money(1000, "USD"), "EUR", "0.923", Money(923, "EUR")),
        (Money(1000, "EUR"), "JPY", "162.5", Money(1625, "JPY")),
        (Money(1625, "JPY"), "KWD", "0.00189", Money(3071, "KWD")),
        (Money(1, "USD"), "EUR", "0.5", Money(0, "EUR")),  # half to even
        (Money(3, "USD"), "EUR", "0.5", Money(2, "EUR")),
    ],
)
def test_minor_units_follow_the_currencies(
    amount: Money, quote: str, rate: str, converted: Money
) -> None:
    assert Quote(MAY_4, amount.currency, quote, Decimal(rate)).converted(amount) == converted


def test_the_rate_of_the_day_or_of_the_last_day_before_it() -> None:
    known = [_quote("0.91", MAY_4), _quote("0.93", MAY_6), _quote("0.92", MAY_4)]

    assert latest(known, "USD", "EUR", MAY_4) == _quote("0.92", MAY_4)  # the newest of the day
    assert latest(known, "USD", "EUR", MAY_5) == _quote("0.92", MAY_4)
    assert latest(known, "USD", "EUR", MAY_6) == _quote("0.93", MAY_6)


def test_a_rate_is_turned_round_where_need_be() -> None:
    known = [_quote("0.8")]

    assert latest(known, "EUR", "USD", MAY_4) == _quote("1.25", base="EUR", quote="USD")
    assert latest([], "EUR", "EUR", MAY_4) == _quote("1", base="EUR", quote="EUR")


def test_no_rate_is_a_refusal_that_names_the_nearest_day() -> None:
    with pytest.raises(RateMissing) as refused:
        latest([_quote("0.9", MAY_6), _quote("0.9", MAY_5)], "EUR", "USD", MAY_4)
    assert refused.value.nearest_day == MAY_5

    with pytest.raises(RateMissing) as refused:
        latest([_quote("0.9", base="GBP")], "USD", "EUR", MAY_4)
    assert refused.value.nearest_day is None


@pytest.mark.parametrize(
    "rate", ["0", "-1", "NaN", "Infinity", "1E18", "1E-19", "1.0000000000000000001"]
)
def test_a_rate_is_a_number_above_nothing(rate: str) -> None:
    with pytest.raises(RateOutOfRange):
        checked_rate(Decimal(rate))


def test_a_rate_is_between_two_currencies() -> None:
    with pytest.raises(SameCurrency):
        NewRate(uuid4(), uuid4(), _quote("1", base="EUR")).checked()


def test_a_payment_implies_its_rate() -> None:
    assert implied(MAY_4, Money(3000, "USD"), Money(2770, "EUR")).rate == Decimal(
        "0.923333333333333333"
    )
    assert str(implied(MAY_4, Money(100, "EUR"), Money(162, "JPY")).rate) == "162"


@given(st.integers(1, 10**9), currencies, currencies, st.integers(1, 10**9))
def test_an_implied_rate_leads_back(paid: int, base: str, quote: str, counted: int) -> None:
    there = implied(MAY_4, Money(paid, base), Money(counted, quote))

    assert there.converted(Money(paid, base)) == Money(counted, quote)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9), currencies, rates)
def test_balances_still_sum_to_zero_when_shown(minors: list[int], base: str, rate: Decimal) -> None:
    nets = {UUID(int=number): minor for number, minor in enumerate([-sum(minors), *minors])}
    quote = Quote(MAY_4, base, "CHF", rate)

    shown = quote.converted_together(nets)

    assert sum(shown.values()) == 0
    scale = Fraction(rate) * Fraction(10) ** (exponent("CHF") - exponent(base))
    assert all(abs(shown[who] - net * scale) < 1 for who, net in nets.items())


def test_several_currencies_are_shown_in_one() -> None:
    nets = {"EUR": {ANN: 100, BOB: -100}, "USD": {ANN: -50, CAT: 50}}

    shown = presented(nets, [_quote("0.9", MAY_4)], "EUR", MAY_6)

    assert {
        who: sum(part.converted.minor for part in parts) for who, parts in shown.parts.items()
    } == {
        ANN: 55,
        BOB: -100,
        CAT: 45,
    }
    assert shown.rates == [_quote("0.9", MAY_4)]
    with pytest.raises(RateMissing):
        presented(nets, [], "EUR", MAY_6)
