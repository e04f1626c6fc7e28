from collections import defaultdict
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.debts import Debt, netted, of_fact
from domain.route import Route, routes

ANN, BOB, CAT, DAN = (UUID(int=number) for number in (1, 2, 3, 4))
PEOPLE = (ANN, BOB, CAT, DAN, UUID(int=5), UUID(int=6))

debts = st.lists(
    st.builds(Debt, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(1, 10**6)).filter(
        lambda debt: debt.debtor != debt.creditor
    ),
    max_size=20,
).map(netted)


def _nets(owed: list[Debt]) -> dict[UUID, int]:
    nets: defaultdict[UUID, int] = defaultdict(int)
    for debtor, creditor, minor in owed:
        nets[debtor] -= minor
        nets[creditor] += minor
    return dict(nets)


def test_a_transfer_cuts_a_chain_short() -> None:
    owed = [Debt(ANN, BOB, 600), Debt(BOB, CAT, 600)]

    assert routes(Debt(ANN, CAT, 600), owed, [Debt(ANN, CAT, 600)]) == [Route(600, (ANN, BOB, CAT))]


def test_what_is_owed_directly_comes_first() -> None:
    owed = [Debt(ANN, BOB, 600), Debt(BOB, CAT, 600), Debt(ANN, CAT, 100)]
    plan = [Debt(ANN, CAT, 700)]

    assert routes(plan[0], owed, plan) == [Route(100, (ANN, CAT)), Route(600, (ANN, BOB, CAT))]


def test_a_transfer_may_stand_in_for_another() -> None:
    owed = [Debt(ANN, BOB, 500), Debt(CAT, DAN, 500)]
    plan = [Debt(ANN, DAN, 500), Debt(CAT, BOB, 500)]

    assert routes(plan[0], owed, plan) == [Route(500, (ANN, BOB, CAT, DAN))]


@given(debts)
def test_routes_carry_every_transfer_wholly_and_never_in_circles(owed: list[Debt]) -> None:
    plan = of_fact(_nets(owed))

    for transfer in plan:
        found = routes(transfer, owed, plan)
        assert sum(route.minor for route in found) == transfer.minor
        for minor, people in found:
            assert minor > 0
            assert (people[0], people[-1]) == (transfer.debtor, transfer.creditor)
            assert len(set(people)) == len(people)


@given(debts)
def test_a_step_is_owed_or_paid_elsewhere_in_the_plan(owed: list[Debt]) -> None:
    plan = of_fact(_nets(owed))
    known = {(debt.debtor, debt.creditor) for debt in owed}

    for transfer in plan:
        elsewhere = {(debt.creditor, debt.debtor) for debt in plan if debt != transfer}
        for _, people in routes(transfer, owed, plan):
            assert set(pairwise(people)) <= known | elsewhere
