"""What a settlement plan is asked for, and what it answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.debts import Debt
from domain.errors import Invalid

Two = frozenset[UUID]
"""Two people, whoever of them pays."""

MOST_PAIRS = 500
_QUICK_PEOPLE = 16
_QUICK_RESTRICTED = 8  # people and debts
_QUICK_PLAIN = 200  # likewise


class PlanMode(StrEnum):
    """Who may pay whom; each plan needs the fewest transfers of its mode.

    NONE: what each owes each other one. MINIMAL: any debtor any creditor. MINIMAL_EXISTING_EDGES: only
    whom one owes now, but any amount, also to be passed on. CENTRED: everything by one member.
    """

    NONE = "NONE"
    MINIMAL = "MINIMAL"
    MINIMAL_EXISTING_EDGES = "MINIMAL_EXISTING_EDGES"
    CENTRED = "CENTRED"


class NoPermittedPlan(Invalid):
    """Those who must not pay each other leave no way to settle everyone in this mode."""

    code = "NO_PERMITTED_PLAN"


class CentreAndModeDisagree(Invalid):
    code = "CENTRE_AND_MODE_DISAGREE"


class NotTwoMembers(Invalid):
    code = "NOT_TWO_MEMBERS"


class TooManyPairs(Invalid):
    code = "TOO_MANY_PAIRS"


@dataclass(frozen=True, slots=True)
class Wishes:
    """`never` pay each other; `preferred` pairs, as far as the number of transfers allows, do."""

    mode: PlanMode = PlanMode.MINIMAL
    never: frozenset[Two] = frozenset()
    preferred: frozenset[Two] = frozenset()
    centre: UUID | None = None

    def checked(self) -> "Wishes":
        """Itself. Refuses: `CentreAndModeDisagree`, `NotTwoMembers`, `TooManyPairs`."""
        if (self.mode is PlanMode.CENTRED) != (self.centre is not None):
            raise CentreAndModeDisagree(
                "A centred plan, and no other, has a centre.", path=("centre",)
            )
        for name, pairs in (("neverPay", self.never), ("preferredPairs", self.preferred)):
            if len(pairs) > MOST_PAIRS:
                raise TooManyPairs(f"At most {MOST_PAIRS} pairs.", path=(name,))
            if any(len(pair) == 1 for pair in pairs):
                raise NotTwoMembers("A pair is two different members.", path=(name,))
        return self

    @property
    def people(self) -> frozenset[UUID]:
        """Everyone they name."""
        centre = frozenset({self.centre} if self.centre else ())
        return centre.union(*self.never, *self.preferred)


@dataclass(frozen=True, slots=True)
class Problem:
    """One currency's open balances (which sum to zero) and, for modes that ask, who owes whom how much."""

    net_minor: Mapping[UUID, int]
    owed: Sequence[Debt]
    wishes: Wishes

    @property
    def is_quick(self) -> bool:
        """Whether it takes no more than some milliseconds."""
        people = sum(minor != 0 for minor in self.net_minor.values())
        match self.wishes.mode:
            case PlanMode.NONE | PlanMode.CENTRED:
                return people + len(self.owed) <= _QUICK_PLAIN
            case PlanMode.MINIMAL if not self.wishes.never:
                return people <= _QUICK_PEOPLE
            case PlanMode.MINIMAL | PlanMode.MINIMAL_EXISTING_EDGES:
                return people + len(self.owed) <= _QUICK_RESTRICTED


class Effort(NamedTuple):
    """How long to search before an answer may be less than the best; a number, so that it is always the same.

    A step takes less than a microsecond, a window some 20 milliseconds.
    """

    steps: int = 500_000
    windows: int = 30


ORDINARY = Effort()


@dataclass(frozen=True, slots=True)
class Plan:
    """Transfers that settle everyone. `parts` sum to zero each, and settle among themselves.

    No plan of the mode, within the same constraints, has fewer transfers than `at_least`. `greedy` is how
    many there are if the largest debtor always pays the largest creditor, whatever the constraints.
    """

    debts: Sequence[Debt]
    parts: Sequence[frozenset[UUID]]
    at_least: int
    greedy: int

    @property
    def optimal(self) -> bool:
        """Whether this is known to be the fewest."""
        return len(self.debts) == self.at_least
