from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.debts import Debt, of_fact
from domain.party import Parties
from domain.plan import PlanMode, Problem, Wishes, solve

ANN, BOB, CAT, DAN, EVE, FAY = PEOPLE = tuple(UUID(int=number + 1) for number in range(6))
TWO_COUPLES = Parties({ANN: BOB, BOB: BOB, CAT: CAT, EVE: CAT})

nets = st.lists(st.integers(-500, 500), min_size=5, max_size=5).map(
    lambda minors: dict(zip(PEOPLE, [*minors, -sum(minors)], strict=True))
)


def test_a_subgroup_is_one_party_and_anybody_else_alone() -> None:
    assert [TWO_COUPLES.of(who) for who in PEOPLE] == [BOB, BOB, CAT, DAN, CAT, FAY]
    assert [TWO_COUPLES.members(who) for who in (ANN, CAT, DAN)] == [{ANN, BOB}, {CAT, EVE}, {DAN}]


def test_balances_are_summed_and_debts_within_are_gone() -> None:
    owed = [Debt(ANN, BOB, 900), Debt(ANN, CAT, 500), Debt(EVE, BOB, 200), Debt(EVE, CAT, 10)]

    assert TWO_COUPLES.nets({ANN: -500, BOB: 200, CAT: 300, DAN: 7, FAY: -7}) == {
        BOB: -300,
        CAT: 300,
        DAN: 7,
        FAY: -7,
    }
    assert TWO_COUPLES.nets({ANN: -40, BOB: 40}) == {}
    assert TWO_COUPLES.debts(owed) == [Debt(BOB, CAT, 300)]


def test_wishes_are_about_parties() -> None:
    def two(one: UUID, other: UUID) -> frozenset[UUID]:
        return frozenset({one, other})

    wishes = Wishes(
        PlanMode.CENTRED,
        never=frozenset({two(ANN, BOB), two(ANN, EVE)}),
        preferred=frozenset({two(ANN, DAN), two(BOB, DAN), two(DAN, FAY)}),
        centre=EVE,
    )

    assert TWO_COUPLES.wishes(wishes) == Wishes(
        PlanMode.CENTRED,
        never=frozenset({two(BOB, CAT)}),
        preferred=frozenset({two(BOB, DAN), two(DAN, FAY)}),
        centre=CAT,
    )


@given(nets, st.sampled_from([PlanMode.MINIMAL, PlanMode.MINIMAL_EXISTING_EDGES, PlanMode.NONE]))
def test_a_transfer_that_is_paid_leaves_the_others_as_they_are(
    net_minor: dict[UUID, int], mode: PlanMode
) -> None:
    plan = _plan(net_minor, mode)

    for paid in plan:
        left = {
            **net_minor,
            paid.debtor: net_minor[paid.debtor] + paid.minor,
            paid.creditor: net_minor[paid.creditor] - paid.minor,
        }
        if mode is PlanMode.MINIMAL:
            assert _plan(left, mode) == [each for each in plan if each != paid]
        else:
            assert _plan(net_minor, mode, paid) == [each for each in plan if each != paid]


def _plan(net_minor: dict[UUID, int], mode: PlanMode, *paid: Debt) -> list[Debt]:
    """By balances, or by the debts of one fact with these balances less what is paid."""
    owed = [*of_fact(net_minor), *(Debt(each.creditor, each.debtor, each.minor) for each in paid)]
    between = TWO_COUPLES.debts(owed)
    flows: dict[UUID, int] = dict.fromkeys(PEOPLE, 0)
    for debtor, creditor, minor in owed:
        flows[debtor] -= minor
        flows[creditor] += minor
    if mode is PlanMode.MINIMAL:
        return list(solve(Problem(TWO_COUPLES.nets(net_minor), (), Wishes(mode))).debts)
    return list(solve(Problem(TWO_COUPLES.nets(flows), between, Wishes(mode))).debts)
