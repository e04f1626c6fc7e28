"""Plans of every mode. Pure, and possibly a second of work: nothing for an event loop."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import permutations
from uuid import UUID

from domain.debts import Debt, netted
from domain.plan.fewest import Pair, anybody
from domain.plan.greedy import largest_first
from domain.plan.large import Few, few
from domain.plan.parts import parts_of
from domain.plan.problem import (
    ORDINARY,
    Effort,
    NoPermittedPlan,
    Plan,
    PlanMode,
    Problem,
    Two,
    Wishes,
)
from domain.plan.restricted import fewest_permitted

Nets = Mapping[UUID, int]


def solve(problem: Problem, effort: Effort = ORDINARY) -> Plan:
    """The plan that is wished for; the same problem always has the same. Refuses: `NoPermittedPlan`."""
    greedy = largest_first(problem.net_minor)
    found = _found(problem, greedy, effort)
    if found is None:
        raise NoPermittedPlan("Who may pay whom cannot settle everyone.", path=("neverPay",))
    debts = sorted(found.debts)
    return Plan(debts, parts_of(debts), found.at_least, len(greedy))


def _found(problem: Problem, greedy: Sequence[Debt], effort: Effort) -> Few | None:
    wishes = problem.wishes
    match wishes.mode:
        case PlanMode.NONE:
            return _as_it_is(netted(problem.owed), wishes.never)
        case PlanMode.CENTRED:
            return _as_it_is(_centred(problem), wishes.never)
        case PlanMode.MINIMAL if not wishes.never:
            found = few(problem.net_minor, _preferred(problem), windows=effort.windows)
            return found._replace(debts=min(found.debts, greedy, key=len))
        case PlanMode.MINIMAL:
            permitted = anybody(problem.net_minor, _preferred(problem))
        case PlanMode.MINIMAL_EXISTING_EDGES:
            permitted = _wanted(
                [(debtor, creditor) for debtor, creditor, _ in netted(problem.owed)], wishes
            )
    permitted = [pair for pair in permitted if frozenset(pair) not in wishes.never]
    return fewest_permitted(
        problem.net_minor, permitted, steps=effort.steps, windows=effort.windows
    )


def _as_it_is(debts: Sequence[Debt], never: AbstractSet[Two]) -> Few | None:
    """These, if they are permitted: the mode knows no others."""
    permitted = not any(frozenset({debtor, creditor}) in never for debtor, creditor, _ in debts)
    return Few([*debts], len(debts)) if permitted else None


def _centred(problem: Problem) -> list[Debt]:
    centre = problem.wishes.centre
    assert centre is not None
    return [
        Debt(who, centre, -minor) if minor < 0 else Debt(centre, who, minor)
        for who, minor in problem.net_minor.items()
        if minor and who != centre
    ]


def _preferred(problem: Problem) -> list[Pair]:
    """The pairs that are, who owes first, by id."""
    nets = problem.net_minor
    return sorted(
        (debtor, creditor)
        for pair in problem.wishes.preferred
        for debtor, creditor in permutations(pair)
        if nets.get(debtor, 0) < 0 < nets.get(creditor, 0)
    )


def _wanted(pairs: Sequence[Pair], wishes: Wishes) -> list[Pair]:
    """The preferred ones first, otherwise by id."""
    return sorted(pairs, key=lambda pair: (frozenset(pair) not in wishes.preferred, pair))
