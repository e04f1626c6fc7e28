"""What takes a change back. Pure: the log is never rewritten, another change follows."""

from datetime import date
from typing import Any
from uuid import UUID

from domain import split
from domain.errors import Conflict, Forbidden, Invalid
from domain.expense import Bill, Changes, To
from domain.log import EventKind, Fact
from domain.money import Money


class NotYourChange(Forbidden):
    code = "NOT_YOUR_CHANGE"


class ChangedSince(Conflict):
    code = "CHANGED_SINCE"


class CannotBeUndone(Invalid):
    code = "CANNOT_BE_UNDONE"


_OPPOSITE = {
    EventKind.EXPENSE_CREATED: EventKind.EXPENSE_DELETED,
    EventKind.EXPENSE_UPDATED: EventKind.EXPENSE_UPDATED,
    EventKind.EXPENSE_DELETED: EventKind.EXPENSE_RESTORED,
    EventKind.EXPENSE_RESTORED: EventKind.EXPENSE_DELETED,
    EventKind.SETTLEMENT_RECORDED: EventKind.SETTLEMENT_DELETED,
    EventKind.SETTLEMENT_DELETED: EventKind.SETTLEMENT_RESTORED,
    EventKind.SETTLEMENT_RESTORED: EventKind.SETTLEMENT_DELETED,
}


def opposite(kind: EventKind) -> EventKind:
    """The kind of change that takes such a change back. Refuses: `CannotBeUndone`."""
    if kind not in _OPPOSITE:
        raise CannotBeUndone(f"There is no way back from {kind}.", path=("seq",))
    return _OPPOSITE[kind]


def is_undone(change: Fact, later: Fact) -> bool:
    """Whether `later`, the next change of the same thing, is one by which its author took `change` back."""
    return (
        later.actor_id == change.actor_id
        and later.kind == opposite(change.kind)
        and (later.kind is not EventKind.EXPENSE_UPDATED or later.after == change.before)
    )


_BILL = frozenset({"amount_minor", "currency", "payers", "split"})
_PLAIN = frozenset({"category_id", "day", "merchant", "note", "tags"})


def way_back(change: Fact) -> Changes:
    """The edit of an expense that undoes another. Refuses: `CannotBeUndone`."""
    before, after = change.before or {}, change.after or {}
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if not changed <= _BILL | _PLAIN:
        raise CannotBeUndone("This change was more than an edit.", path=("seq",))
    return Changes(
        bill=_bill(before) if changed & _BILL else None,
        day=date.fromisoformat(before["day"]) if "day" in changed else None,
        category_id=To(_id(before["category_id"])) if "category_id" in changed else None,
        merchant=To(before["merchant"]) if "merchant" in changed else None,
        note=To(before["note"]) if "note" in changed else None,
        tags=before["tags"] if "tags" in changed else None,
    )


def _bill(facts: dict[str, Any]) -> Bill:
    return Bill(
        amount=Money(facts["amount_minor"], facts["currency"]),
        paid_by={UUID(who): minor for who, minor in facts["payers"].items()},
        split=split.restored(facts["split"]),
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
