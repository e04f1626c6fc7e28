"""Who gets the odd cents, under each policy."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from domain import split
from domain.split import Equal, RemainderPolicy, Shares, precedence
from tests.unit.test_split import shares

ANN, BOB, CAT = PEOPLE = sorted(new_id() for _ in range(3))


def _ranks(
    policy: RemainderPolicy, *, payers: Sequence[UUID] = (), received: dict[UUID, int] | None = None
) -> split.Precedence:
    return precedence(policy, payers=payers, sharing={*PEOPLE}, received=received or {})


def test_the_payers_are_served_first_by_id() -> None:
    everyone = Equal(tuple(PEOPLE))

    for payers, minor, parts in (
        ([CAT], 100, [33, 33, 34]),
        ([CAT, BOB], 100, [33, 34, 33]),
        ([CAT, BOB], 101, [33, 34, 34]),
        ([ANN], -101, [-33, -34, -34]),
    ):
        owed = shares(minor, everyone, ANN, _ranks(RemainderPolicy.PAYER, payers=payers))
        assert [owed[who] for who in PEOPLE] == parts


def test_the_policy_serves_before_the_largest_remainder() -> None:
    how = Shares({ANN: 200, BOB: 100, CAT: 100})

    assert shares(1001, how)[ANN] == 501
    assert shares(1001, how, ANN, _ranks(RemainderPolicy.PAYER, payers=[CAT])) == {
        ANN: 500,
        BOB: 250,
        CAT: 251,
    }


def test_who_has_no_fraction_gets_no_odd_cent() -> None:
    how = Shares({ANN: 0, BOB: 100, CAT: 100})

    owed = shares(101, how, ANN, _ranks(RemainderPolicy.PAYER, payers=[ANN]))

    assert (owed[ANN], owed[BOB] + owed[CAT]) == (0, 101)


def test_ranks_do_not_grow_with_the_ledger() -> None:
    assert _ranks(RemainderPolicy.ROTATE, received={ANN: 9}) == {}
    assert _ranks(RemainderPolicy.FAIR_LEDGER, received={ANN: 9, BOB: 7, CAT: 7}) == {ANN: 2}


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.uuids()), max_size=40))
def test_equal_shares_by_a_fair_ledger_stay_within_one_odd_cent(
    expenses: list[tuple[int, UUID]],
) -> None:
    received: Counter[UUID] = Counter()
    for minor, expense_id in expenses:
        ranks = _ranks(RemainderPolicy.FAIR_LEDGER, received=received)
        owed = shares(minor, Equal(tuple(PEOPLE)), expense_id, ranks)
        received.update(who for who in PEOPLE if owed[who] > minor / 3)

    counts = [received[who] for who in PEOPLE]
    assert max(counts) - min(counts) <= 1
