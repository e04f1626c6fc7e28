"""What is carried together asks for as few jobs as it can."""

from datetime import UTC, datetime
from uuid import UUID

from domain.log import EventKind
from models.event import Event
from workers.jobs import CHECK_BUDGETS, JOBS, caused_by

_ANNS, _BOBS = UUID(int=1), UUID(int=2)


def _of(ledger_id: UUID, seq: int, kind: EventKind) -> Event:
    return Event(
        ledger_id=ledger_id,
        seq=seq,
        kind=kind,
        entity_id=UUID(int=seq),
        actor_name="Ann",
        device_id=1,
        at=datetime(2026, 11, 21, tzinfo=UTC),
        hash=b"",
    )


def test_however_many_are_told_their_deliveries_are_planned_by_one_job() -> None:
    told = [
        _of(ledger_id, seq, EventKind.NOTIFICATION_CREATED)
        for ledger_id, seq in ((_ANNS, 4), (_BOBS, 9), (_ANNS, 5))
    ]

    [planning] = caused_by(told, JOBS)

    assert (planning.queue_name, planning.actor_name) == ("deliveries", "plan_deliveries")
    assert planning.kwargs == {"announced": {str(_ANNS): [4, 5], str(_BOBS): [9]}}


def test_budgets_are_checked_when_a_file_comes_in_and_when_it_is_taken_out() -> None:
    for kind in (EventKind.IMPORT_COMMITTED, EventKind.IMPORT_UNDONE):
        assert CHECK_BUDGETS in JOBS[kind]


def test_budgets_are_checked_by_one_job_of_each_ledger() -> None:
    spent = [
        _of(ledger_id, seq, EventKind.EXPENSE_CREATED)
        for ledger_id, seq in ((_ANNS, 4), (_BOBS, 9), (_ANNS, 5))
    ]

    checks = [job.kwargs for job in caused_by(spent, JOBS) if job.actor_name == "check_budgets"]

    assert checks == [
        {"ledger_id": str(_ANNS), "seqs": [4, 5]},
        {"ledger_id": str(_BOBS), "seqs": [9]},
    ]
