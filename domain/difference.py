"""What reconciliation finds: two things that are stored, or follow from what is, and should be one. Pure."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

Key = TypeVar("Key")


class Differs(StrEnum):
    SPEC_UNREADABLE = "SPEC_UNREADABLE"
    ENTRIES_DIFFER = "ENTRIES_DIFFER"
    NOT_BALANCED = "NOT_BALANCED"
    DEBTS_DIFFER = "DEBTS_DIFFER"
    NO_SUCH_FACT = "NO_SUCH_FACT"
    BALANCE_DIFFERS = "BALANCE_DIFFERS"
    FACT_NOT_AS_LOGGED = "FACT_NOT_AS_LOGGED"
    BALANCE_NOT_AS_LOGGED = "BALANCE_NOT_AS_LOGGED"
    GAP_IN_LOG = "GAP_IN_LOG"
    CHAIN_BROKEN = "CHAIN_BROKEN"
    HEAD_DIFFERS = "HEAD_DIFFERS"
    DAY_DIFFERS = "DAY_DIFFERS"
    SPENDING_DIFFERS = "SPENDING_DIFFERS"


class Difference(NamedTuple):
    """`about` names the row; `stored` is what is there of it, `expected` what follows from the rest."""

    ledger_id: UUID
    what: Differs
    about: str
    stored: str
    expected: str

    def __str__(self) -> str:
        return (
            f"{self.what} in ledger {self.ledger_id}: {self.about} is {self.stored}, "
            f"not {self.expected}."
        )


def differing(
    stored: Mapping[Key, Any], expected: Mapping[Key, Any], nothing: object
) -> Iterator[tuple[Key, Any, Any]]:
    """Where two mappings differ, with both values; what is missing is `nothing`."""
    for key in dict.fromkeys([*stored, *expected]):
        one, other = stored.get(key, nothing), expected.get(key, nothing)
        if one != other:
            yield key, one, other
