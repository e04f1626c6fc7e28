from collections import defaultdict
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from domain.debts import Debt, netted, of_fact
from domain.party import Parties
from domain.route import Question, Route, Step, routes

ANN, BOB, CAT, DAN = (UUID(int=number) for number in (1, 2, 3, 4))
PEOPLE = (ANN, BOB, CAT, DAN, UUID(int=5), UUID(int=6))

debts = st.lists(
    st.builds(Debt, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(1, 10**6)).filter(
        lambda debt: debt.debtor != debt.creditor
    ),
    max_size=20,
).map(netted)

ALONE = Parties()
parties = st.permutations(PEOPLE).map(
    lambda people: Parties(
        {who: couple[0] for couple in (people[:2], people[2:4]) for who in couple}
    )
)


def _nets(owed: list[Debt]) -> dict[UUID, int]:
    nets: defaultdict[UUID, int] = defaultdict(int)
    for debtor, creditor, minor in owed:
        nets[debtor] -= minor
        nets[creditor] += minor
    return dict(nets)


def _found(
    transfer: Debt, owed: list[Debt], plan: list[Debt], parties: Parties = ALONE
) -> list[tuple[int, tuple[UUID, ...]]]:
    """The routes of one transfer, each as its amount and the people along it."""
    [found] = routes(Question([transfer], plan, owed, parties))
    return [(route.minor, _people(route)) for route in found]


def _people(route: Route) -> tuple[UUID, ...]:
    first, *rest = route.steps
    return first.debtor, first.creditor, *(step.creditor for step in rest)


def test_a_transfer_cuts_a_chain_short() -> None:
    owed = [Debt(ANN, BOB, 700), Debt(BOB, CAT, 600)]
    plan = [Debt(ANN, CAT, 600), Debt(ANN, BOB, 100)]

    assert routes(Question([plan[0]], plan, owed)) == [
        [Route(600, [Step(ANN, BOB, 700, within=False), Step(BOB, CAT, 600, within=False)])]
    ]


def test_what_is_owed_directly_comes_first() -> None:
    owed = [Debt(ANN, BOB, 600), Debt(BOB, CAT, 600), Debt(ANN, CAT, 100)]
    plan = [Debt(ANN, CAT, 700)]

    assert _found(plan[0], owed, plan) == [(100, (ANN, CAT)), (600, (ANN, BOB, CAT))]


def test_a_transfer_may_stand_in_for_another() -> None:
    owed = [Debt(ANN, BOB, 500), Debt(CAT, DAN, 500)]
    plan = [Debt(ANN, DAN, 500), Debt(CAT, BOB, 500)]

    assert _found(plan[0], owed, plan) == [(500, (ANN, BOB, CAT, DAN))]


def test_what_one_pays_for_a_subgroup_is_what_its_members_owe() -> None:
    owed = [Debt(ANN, CAT, 300), Debt(BOB, CAT, 700), Debt(BOB, ANN, 900)]
    plan = [Debt(ANN, CAT, 1000)]
    couple = Parties({ANN: ANN, BOB: ANN})

    assert routes(Question(plan, plan, owed, couple)) == [
        [
            Route(300, [Step(ANN, CAT, 300, within=False)]),
            Route(700, [Step(ANN, BOB, 0, within=True), Step(BOB, CAT, 700, within=False)]),
        ]
    ]


def test_whoever_is_joined_meanwhile_has_nothing_to_pay_each_other() -> None:
    plan = [Debt(ANN, BOB, 500)]

    [[route]] = routes(Question(plan, plan, plan, Parties({ANN: ANN, BOB: ANN})))

    assert route == Route(500, [Step(ANN, BOB, 500, within=True)])


def test_all_transfers_at_once_have_the_routes_of_each() -> None:
    owed = [Debt(ANN, BOB, 500), Debt(CAT, DAN, 500), Debt(ANN, DAN, 70)]
    plan = [Debt(ANN, BOB, 500), Debt(ANN, DAN, 70), Debt(CAT, DAN, 500)]

    together = routes(Question(plan, plan, owed))

    assert together == [routes(Question([each], plan, owed))[0] for each in plan]


@given(debts, parties)
@example([Debt(ANN, BOB, 1), Debt(CAT, DAN, 1)], Parties({BOB: BOB, CAT: BOB}))
def test_routes_carry_every_transfer_wholly_and_never_in_circles(
    owed: list[Debt], parties: Parties
) -> None:
    plan = of_fact(parties.nets(_nets(owed)))

    for transfer in plan:
        found = _found(transfer, owed, plan, parties)
        assert sum(minor for minor, _ in found) == transfer.minor
        for minor, people in found:
            assert minor > 0
            assert (people[0], people[-1]) == (transfer.debtor, transfer.creditor)
            assert len(set(people)) == len(people)


@given(debts, parties)
def test_a_step_is_owed_or_paid_elsewhere_in_the_plan_or_within_a_party(
    owed: list[Debt], parties: Parties
) -> None:
    plan = of_fact(parties.nets(_nets(owed)))
    known = {(debt.debtor, debt.creditor): debt.minor for debt in owed}

    for transfer, found in zip(plan, routes(Question(plan, plan, owed, parties)), strict=True):
        elsewhere = {(debt.creditor, debt.debtor) for debt in plan if debt != transfer}
        for route in found:
            for one, other, minor, within in route.steps:
                assert minor == known.get((one, other), 0)
                assert within == (parties.of(one) == parties.of(other))
                assert within or minor or (one, other) in elsewhere
