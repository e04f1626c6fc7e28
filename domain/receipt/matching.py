"""Whether what was spent is what a receipt says, and whether two receipts are of the same bill. Pure.

Nothing here knows where facts come from: an expense that somebody typed in has them like a line of a bank
statement.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, TypeVar
from uuid import UUID

from domain.receipt.fields import Reading
from domain.receipt.looks import MOST_APART, apart
from domain.receipt.merchant import bare_name
from domain.receipt.numbers import same_numbers
from domain.receipt.words import letters_in, plain

T = TypeVar("T")

MOST_DAYS_APART = 7
MOST_TIP = Fraction(30, 100)
"""Of the total: what may have been given on top of what the receipt says."""

_OF_AMOUNT, _OF_DAY, _OF_MERCHANT = 0.5, 0.3, 0.2
_WITH_A_TIP, _WITH_THE_LARGEST = 0.7, 0.3
_UNKNOWN_MERCHANT = 0.5  # speaks neither for nor against
_LEAST_SCORE = 0.6
_MOST_OFFERS = 5
_SAME_WORD, _SAME_MERCHANT = 0.75, 0.6
_DIGITS = 4
_MOST_WRONG = 1  # of total, currency and day, where all numbers agree


class Facts(NamedTuple):
    """What is known of a payment; None is what is not. The amount is in minor units."""

    amount_minor: int | None
    currency: str | None
    day: date | None
    merchant: str | None


class Unspent(NamedTuple):
    """A receipt of a ledger that belongs to no expense yet."""

    ledger_id: UUID
    facts: Facts


@dataclass(frozen=True, slots=True)
class Match:
    """How well a payment fits a receipt, from 0 to 1, and why.

    `more_minor` is how much more was paid than the receipt says, `days_later` how much later (or, below 0,
    earlier), `same_merchant` how alike the names are, from 0 to 1, if both have one.
    """

    score: float
    more_minor: int
    days_later: int
    same_merchant: float | None


class Likeness(StrEnum):
    SAME_PICTURE = "SAME_PICTURE"
    SAME_BILL = "SAME_BILL"
    SAME_NUMBERS = "SAME_NUMBERS"


class Sighting(NamedTuple):
    """A receipt as it is compared with others: what it says, how it looks and the numbers on it, if known."""

    facts: Facts
    looks: int | None
    numbers: AbstractSet[int] = frozenset()


def facts_of(reading: Reading) -> Facts:
    return Facts(
        reading.total and reading.total.value,
        reading.currency and reading.currency.value,
        reading.day and reading.day.value,
        reading.merchant and reading.merchant.value,
    )


def amounts_that_fit(total_minor: int) -> tuple[int, int]:
    """From the least to the most that may have been paid. Nobody gives a tip on a refund."""
    return total_minor, total_minor + int(max(0, total_minor) * MOST_TIP)


def match(receipt: Facts, paid: Facts) -> Match | None:
    """None where they cannot be the same: amount, currency and day must be known and near.

    The score is 0.5 times the amount's, plus 0.3 times the day's, plus 0.2 times the merchant's. The same
    amount counts 1, one with a tip from 0.7 down to 0.3 for 30 %; the same day 1 and each day between 1/8
    less; the merchant what the names have in common, or 0.5 where one has none.
    """
    if receipt.amount_minor is None or paid.amount_minor is None:
        return None
    if receipt.day is None or paid.day is None:
        return None
    if receipt.currency is None or receipt.currency != paid.currency:
        return None
    least, most = amounts_that_fit(receipt.amount_minor)
    days_later = (paid.day - receipt.day).days
    if not least <= paid.amount_minor <= most or abs(days_later) > MOST_DAYS_APART:
        return None
    more = paid.amount_minor - receipt.amount_minor
    same = similarity(receipt.merchant, paid.merchant)
    score = (
        _OF_AMOUNT * _amount_score(receipt.amount_minor, more)
        + _OF_DAY * (1 - abs(days_later) / (MOST_DAYS_APART + 1))
        + _OF_MERCHANT * (_UNKNOWN_MERCHANT if same is None else same)
    )
    return Match(round(score, _DIGITS), more, days_later, same)


def offers(receipt: Facts, payments: Mapping[T, Facts]) -> list[tuple[T, Match]]:
    """The best, at most 5, that score 0.6 or more; where they fit alike, in the order that they come in."""
    found = ((one, match(receipt, facts)) for one, facts in payments.items())
    good = [(one, each) for one, each in found if each and each.score >= _LEAST_SCORE]
    return sorted(good, key=lambda offer: -offer[1].score)[:_MOST_OFFERS]


def likeness(one: Sighting, other: Sighting) -> list[Likeness]:
    """Why two receipts may be of the same bill; nothing where they are not.

    Pictures that look alike are not the same if they say another total, currency or day: receipts of one shop
    look alike. Those whose numbers agree may have one of these read wrong, and not two.
    """
    reasons = {
        Likeness.SAME_PICTURE: _is_same_picture(one, other),
        Likeness.SAME_BILL: _is_same_bill(one.facts, other.facts),
        Likeness.SAME_NUMBERS: _has_same_numbers(one, other),
    }
    return [reason for reason, holds in reasons.items() if holds]


def similarity(one: str | None, other: str | None) -> float | None:
    """Which part of the shorter name's letters stands in the other one, slips and legal forms aside.

    None where a name is missing.
    """
    shorter, longer = sorted(
        (_words(one), _words(other)), key=lambda words: (_length(words), words)
    )
    if not shorter:
        return None
    shared = [word for word in shorter if any(_is_same_word(word, each) for each in longer)]
    return round(_length(shared) / _length(shorter), _DIGITS)


def _amount_score(total_minor: int, more_minor: int) -> float:
    if not more_minor:
        return 1.0
    share = float(more_minor / (total_minor * MOST_TIP))
    return _WITH_A_TIP - (_WITH_A_TIP - _WITH_THE_LARGEST) * share


def _is_same_picture(one: Sighting, other: Sighting) -> bool:
    if one.looks is None or other.looks is None or apart(one.looks, other.looks) > MOST_APART:
        return False
    said = zip(_bill(one.facts), _bill(other.facts), strict=True)
    return all(None in pair or len({*pair}) == 1 for pair in said)


def _has_same_numbers(one: Sighting, other: Sighting) -> bool:
    said = zip(_bill(one.facts), _bill(other.facts), strict=True)
    wrong = sum(None not in pair and len({*pair}) > 1 for pair in said)
    return wrong <= _MOST_WRONG and same_numbers(one.numbers, other.numbers)


def _is_same_bill(one: Facts, other: Facts) -> bool:
    if None in _bill(one) or _bill(one) != _bill(other):
        return False
    return (similarity(one.merchant, other.merchant) or 0) >= _SAME_MERCHANT


def _bill(facts: Facts) -> tuple[int | None, str | None, date | None]:
    return facts.amount_minor, facts.currency, facts.day


def _words(name: str | None) -> list[str]:
    """Legal forms tell nothing, but for who is called by nothing else."""
    return sorted({*plain(bare_name(name or "")).split()} or {*plain(name or "").split()})


def _length(words: list[str]) -> int:
    return sum(map(letters_in, words))


def _is_same_word(one: str, other: str) -> bool:
    return SequenceMatcher(None, *sorted((one, other)), autojunk=False).ratio() >= _SAME_WORD
