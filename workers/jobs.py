"""Which events cause which jobs. The relay enqueues them by name, so it needs to import no actor.

A job may come twice, and long after the event: an actor looks at what is stored, not at what happened.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from dramatiq import Message

from domain.concern import TOLD
from domain.log import EventKind
from domain.receipt.upload import ReceiptPriority
from models.event import Event
from models.upkeep import UpkeepKind
from workers.observed import ORIGIN


@dataclass(frozen=True, slots=True)
class Job:
    """An actor of `workers`, its queue, what arguments an event gives it, and which events it is for.

    One `by_ledger` does all events of a ledger that are carried together: it is given their `seqs` too.
    """

    actor: str
    queue: str
    arguments: Callable[[Event], dict[str, Any]]
    wanted: Callable[[Event], bool] = lambda _: True
    by_ledger: bool = False

    def messages(self, events: Iterable[Event]) -> list[Message[None]]:
        wanted = [event for event in events if self.wanted(event)]
        if not self.by_ledger:
            return [self._message(event) for event in wanted]
        of_ledgers: defaultdict[UUID, list[Event]] = defaultdict(list)
        for event in wanted:
            of_ledgers[event.ledger_id].append(event)
        return [
            self._message(together[0], seqs=[event.seq for event in together])
            for together in of_ledgers.values()
        ]

    def _message(self, event: Event, **more: Any) -> Message[None]:
        return Message(
            queue_name=self.queue,
            actor_name=self.actor,
            args=(),
            kwargs=self.arguments(event) | more,
            options={ORIGIN: event.origin} if event.origin else {},
        )


@dataclass(frozen=True, slots=True)
class JobForAll(Job):
    """One for all events that are carried together: it is given the `seqs` of each ledger."""

    def messages(self, events: Iterable[Event]) -> list[Message[None]]:
        together = list(events)
        announced: dict[str, list[int]] = {}
        for event in together:
            announced.setdefault(str(event.ledger_id), []).append(event.seq)
        return [self._message(together[0], announced=announced)]


Jobs = Mapping[EventKind, Sequence[Job]]


def _event(event: Event) -> dict[str, Any]:
    return {"ledger_id": str(event.ledger_id), "seq": event.seq}


def _ledger(event: Event) -> dict[str, Any]:
    return {"ledger_id": str(event.ledger_id)}


def _receipt(event: Event) -> dict[str, Any]:
    return {"receipt_id": str(event.entity_id)}


def _of(priority: ReceiptPriority) -> Callable[[Event], bool]:
    return lambda event: event.after is not None and event.after["priority"] == priority


TELL = Job("tell", "notifications", _ledger, by_ledger=True)
PLAN_DELIVERIES = JobForAll("plan_deliveries", "deliveries", lambda _: {})
CHECK_BUDGETS = Job("check_budgets", "budgets", _ledger, by_ledger=True)
READ = Job("read_receipt", "ocr", _receipt)
READ_AT_ONCE = replace(READ, wanted=_of(ReceiptPriority.INTERACTIVE))
READ_IN_BULK = Job("read_receipt_in_bulk", "ocr_bulk", _receipt, _of(ReceiptPriority.BULK))
READS = frozenset({READ.actor, READ_IN_BULK.actor})
REFIT = Job("refit_calibration", "learning", lambda _: {})
ERASE_OBJECTS = Job("erase_objects", "files", _event)

_CAUSED: Jobs = {
    EventKind.MEMBER_CLAIMED: (CHECK_BUDGETS,),
    EventKind.EXPENSE_CREATED: (CHECK_BUDGETS,),
    EventKind.EXPENSE_UPDATED: (CHECK_BUDGETS,),
    EventKind.EXPENSE_DELETED: (CHECK_BUDGETS,),
    EventKind.EXPENSE_RESTORED: (CHECK_BUDGETS,),
    EventKind.IMPORT_COMMITTED: (CHECK_BUDGETS,),
    EventKind.IMPORT_UNDONE: (CHECK_BUDGETS,),
    EventKind.RECEIPT_UPLOADED: (READ_AT_ONCE, READ_IN_BULK),
    EventKind.RECEIPT_RETRIED: (READ,),  # by somebody who looks at it
    EventKind.RECEIPT_CONFIRMED: (REFIT,),
    EventKind.RECEIPT_DELETED: (ERASE_OBJECTS,),
    EventKind.LEDGER_ERASED: (ERASE_OBJECTS,),
    EventKind.NOTIFICATION_CREATED: (PLAN_DELIVERIES,),
}

JOBS: Jobs = {
    kind: (*_CAUSED.get(kind, ()), *((TELL,) if kind in TOLD else ())) for kind in EventKind
}

_UPKEEP = "upkeep"
_ROUND: Mapping[UpkeepKind, Sequence[str]] = {
    UpkeepKind.RECONCILE: ("reconcile",),
    UpkeepKind.SWEEP_FILES: ("sweep_files", "forget_guests"),
}
"""The actors of each kind. A kind of its own would be a row that the version before does not understand."""

QUEUES = sorted({_UPKEEP, *(job.queue for jobs in JOBS.values() for job in jobs)})
"""Every queue there is, by name."""


def deliver_due(ledger_id: UUID) -> Message[None]:
    """For what no event causes: its time has come."""
    return Message(
        queue_name=PLAN_DELIVERIES.queue,
        actor_name="deliver_due",
        args=(),
        kwargs={"ledger_id": str(ledger_id)},
        options={},
    )


def come_round(kind: UpkeepKind) -> list[Message[None]]:
    return [
        Message(queue_name=_UPKEEP, actor_name=actor, args=(), kwargs={}, options={})
        for actor in _ROUND[kind]
    ]


def caused_by(events: Sequence[Event], jobs: Jobs) -> list[Message[None]]:
    causes: defaultdict[Job, list[Event]] = defaultdict(list)
    for event in events:
        for job in jobs.get(event.kind, ()):
            causes[job].append(event)
    return [message for job, events in causes.items() for message in job.messages(events)]
