from dataclasses import replace
from datetime import UTC, datetime

from core.ids import new_id
from domain.log import GENESIS, EventKind, Fact, chained

FACT = Fact(
    ledger_id=new_id(),
    seq=1,
    kind=EventKind.EXPENSE_CREATED,
    entity_id=new_id(),
    actor_id=None,
    actor_name="Ann",
    device_id=7,
    before=None,
    after={"b": 1, "a": [1, 2]},
    balances=[],
    at=datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
)


def test_the_hash_depends_on_everything_before_and_in_the_event() -> None:
    hash = chained(GENESIS, FACT)

    assert hash == chained(GENESIS, replace(FACT, after={"a": [1, 2], "b": 1}))
    others = [
        chained(hash, FACT),
        chained(GENESIS, replace(FACT, seq=2)),
        chained(GENESIS, replace(FACT, actor_name="Bob")),
        chained(GENESIS, replace(FACT, after={"b": 1, "a": [2, 1]})),
        chained(GENESIS, replace(FACT, at=datetime(2026, 1, 2, 3, 4, 5, 7, UTC))),
    ]
    assert hash not in others
    assert len(set(others)) == len(others)
