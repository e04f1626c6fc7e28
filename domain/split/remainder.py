"""Who gets the odd cents: the order in which the spare units of a division are served."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from uuid import UUID

Precedence = Mapping[UUID, int]
"""Ranks by member id: who has a lower one is served before; who is absent has 0."""


class RemainderPolicy(StrEnum):
    """A group's wish for the units that are left when a division is not even.

    Under each of them a unit only goes to somebody whose exact part has a fraction.
    """

    ROTATE = "ROTATE"
    PAYER = "PAYER"
    FAIR_LEDGER = "FAIR_LEDGER"


def precedence(
    policy: RemainderPolicy,
    *,
    payers: Iterable[UUID],
    sharing: AbstractSet[UUID],
    received: Mapping[UUID, int],
) -> Precedence:
    """How the policy ranks those who share an expense, at the moment when its cost is written.

    ROTATE ranks nobody: the largest remainders are served, and ties take turns by the expense's id.
    PAYER ranks the payers who share first, by id. FAIR_LEDGER ranks by the spare units `received` so
    far, fewest first, less the fewest, so that it does not grow.
    """
    match policy:
        case RemainderPolicy.ROTATE:
            return {}
        case RemainderPolicy.PAYER:
            first = sorted(sharing & set(payers))
            return {who: index - len(first) for index, who in enumerate(first)}
        case RemainderPolicy.FAIR_LEDGER:
            counts = {who: received.get(who, 0) for who in sorted(sharing)}
            fewest = min(counts.values(), default=0)
            return {who: count - fewest for who, count in counts.items() if count > fewest}
