"""Which events cause which jobs. The relay enqueues them by name, so it needs to import no actor.

A job may come twice, and long after the event: an actor looks at what is stored, not at what happened.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dramatiq import Message

from domain.log import EventKind
from models.event import Event


@dataclass(frozen=True, slots=True)
class Job:
    """An actor of `workers`, its queue, and the keyword arguments that the event gives it."""

    actor: str
    queue: str
    arguments: Callable[[Event], dict[str, str | int]]

    def for_event(self, event: Event) -> Message[None]:
        return Message(
            queue_name=self.queue,
            actor_name=self.actor,
            args=(),
            kwargs=self.arguments(event),
            options={},
        )


Jobs = Mapping[EventKind, Sequence[Job]]

CHECK_BUDGETS = Job(
    actor="check_budgets",
    queue="budgets",
    arguments=lambda event: {"ledger_id": str(event.ledger_id), "seq": event.seq},
)

JOBS: Jobs = {
    EventKind.EXPENSE_CREATED: (CHECK_BUDGETS,),
    EventKind.EXPENSE_UPDATED: (CHECK_BUDGETS,),
    EventKind.EXPENSE_DELETED: (CHECK_BUDGETS,),
    EventKind.EXPENSE_RESTORED: (CHECK_BUDGETS,),
}


def caused_by(events: Sequence[Event], jobs: Jobs) -> list[Message[None]]:
    return [job.for_event(event) for event in events for job in jobs.get(event.kind, ())]
