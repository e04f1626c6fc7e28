"""What stands between two people over all the ledgers that they share. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from domain.money import Money


class Friend(NamedTuple):
    """Somebody with an account who shares a ledger, by the name that they have in one of them."""

    user_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """What `them` owes `me` in one ledger and currency, by member ids; negative: the other way round."""

    ledger_id: UUID
    me: UUID
    them: UUID
    net: Money


@dataclass(frozen=True, slots=True)
class Between:
    """All parts of one currency: one payment of the net would settle what they come to."""

    net: Money
    parts: Sequence[Part]


def netted(parts: Iterable[Part]) -> list[Between]:
    """The parts per currency, by its code."""
    of: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        of[part.net.currency].append(part)
    return [
        Between(Money(sum(part.net.minor for part in those), currency), those)
        for currency, those in sorted(of.items())
    ]
