from collections import defaultdict
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.debts import Debt, netted, of_fact

people = st.lists(st.uuids(), min_size=2, max_size=12, unique=True)


@st.composite
def balances(draw: st.DrawFn) -> dict[UUID, int]:
    who = draw(people)
    amounts = [draw(st.integers(-(10**6), 10**6)) for _ in who[1:]]
    return dict(zip(who, [-sum(amounts), *amounts], strict=True))


def _after(nets: dict[UUID, int], debts: list[Debt]) -> dict[UUID, int]:
    left = dict(nets)
    for debtor, creditor, minor in debts:
        left[debtor] += minor
        left[creditor] -= minor
    return left


@given(balances())
def test_debts_account_for_every_net_and_are_fewer_than_people(nets: dict[UUID, int]) -> None:
    debts = of_fact(nets)

    assert not any(_after(nets, debts).values())
    assert len(debts) < len(nets)
    assert all(debt.minor > 0 for debt in debts)


@given(balances())
def test_the_same_nets_give_the_same_debts(nets: dict[UUID, int]) -> None:
    assert of_fact(nets) == of_fact(dict(reversed(nets.items())))


@given(people, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(1, 999))))
def test_netting_keeps_every_net_and_one_direction_per_pair(
    who: list[UUID], raw: list[tuple[int, int, int]]
) -> None:
    debts = [
        Debt(who[a % len(who)], who[b % len(who)], minor)
        for a, b, minor in raw
        if a % len(who) != b % len(who)
    ]
    result = netted(debts)

    assert _nets(result) == {person: net for person, net in _nets(debts).items() if net}
    pairs = [frozenset({debt.debtor, debt.creditor}) for debt in result]
    assert len(pairs) == len(set(pairs))


def _nets(debts: list[Debt]) -> dict[UUID, int]:
    nets: defaultdict[UUID, int] = defaultdict(int)
    for debtor, creditor, minor in debts:
        nets[debtor] -= minor
        nets[creditor] += minor
    return {person: net for person, net in nets.items() if net}
