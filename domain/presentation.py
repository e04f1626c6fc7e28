"""Balances of several currencies shown in one. A view: nothing is posted by it. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain import rate
from domain.money import Money
from domain.rate import Quote


class PresentationKey(NamedTuple):
    """A ledger's balances in a currency, at the rates of a day."""

    ledger_id: UUID
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class Part:
    """A balance as it is, and what it comes to."""

    net: Money
    converted: Money


@dataclass(frozen=True, slots=True)
class Presented:
    """Each member's parts, by member id, and the rates that were used, each with the day it is of."""

    parts: Mapping[UUID, Sequence[Part]]
    rates: Sequence[Quote]


def presented(
    nets: Mapping[str, Mapping[UUID, int]], known: Sequence[Quote], currency: str, on: date
) -> Presented:
    """Balances by currency and member id, each currency zero in sum and still so when converted.

    Refuses: `RateMissing` for the first currency without a rate.
    """
    quotes = {of: rate.latest(known, of, currency, on) for of in sorted(nets)}
    parts: defaultdict[UUID, list[Part]] = defaultdict(list)
    for of, quote in quotes.items():
        for who, minor in quote.converted_together(nets[of]).items():
            parts[who].append(Part(Money(nets[of][who], of), Money(minor, currency)))
    return Presented(parts, [quote for of, quote in quotes.items() if of != currency])
