"""What takes a change back. Pure: the log is never rewritten, another change follows."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any
from uuid import UUID

from domain import split
from domain.errors import Conflict, Forbidden, Invalid
from domain.expense import Bill, Changes, To
from domain.log import EventKind, Fact
from domain.money import Money
from domain.settlement import PaymentChanges, SettlementMethod, SettlementState, Word


class NotYourChange(Forbidden):
    code = "NOT_YOUR_CHANGE"


class ChangedSince(Conflict):
    code = "CHANGED_SINCE"


class CannotBeUndone(Invalid):
    code = "CANNOT_BE_UNDONE"


_OPPOSITE = {
    EventKind.EXPENSE_CREATED: EventKind.EXPENSE_DELETED,
    EventKind.EXPENSE_IMPORTED: EventKind.EXPENSE_DELETED,
    EventKind.EXPENSE_UPDATED: EventKind.EXPENSE_UPDATED,
    EventKind.EXPENSE_DELETED: EventKind.EXPENSE_RESTORED,
    EventKind.EXPENSE_RESTORED: EventKind.EXPENSE_DELETED,
    EventKind.EXPENSE_DISPUTED: EventKind.EXPENSE_DISPUTE_WITHDRAWN,
    EventKind.EXPENSE_RECEIPT_ATTACHED: EventKind.EXPENSE_RECEIPT_DETACHED,
    EventKind.EXPENSE_RECEIPT_DETACHED: EventKind.EXPENSE_RECEIPT_ATTACHED,
    EventKind.SETTLEMENT_RECORDED: EventKind.SETTLEMENT_DELETED,
    EventKind.SETTLEMENT_IMPORTED: EventKind.SETTLEMENT_DELETED,
    EventKind.SETTLEMENT_UPDATED: EventKind.SETTLEMENT_UPDATED,
    EventKind.SETTLEMENT_CONFIRMED: EventKind.SETTLEMENT_REOPENED,
    EventKind.SETTLEMENT_DISPUTED: EventKind.SETTLEMENT_REOPENED,
    EventKind.SETTLEMENT_DELETED: EventKind.SETTLEMENT_RESTORED,
    EventKind.SETTLEMENT_RESTORED: EventKind.SETTLEMENT_DELETED,
    EventKind.CONVERSION_POSTED: EventKind.CONVERSION_DELETED,
    EventKind.CONVERSION_IMPORTED: EventKind.CONVERSION_DELETED,
    EventKind.CONVERSION_DELETED: EventKind.CONVERSION_RESTORED,
    EventKind.CONVERSION_RESTORED: EventKind.CONVERSION_DELETED,
}


_BILL = frozenset({"amount_minor", "currency", "payers", "split"})
_EDITED = {
    EventKind.EXPENSE_UPDATED: _BILL | {"category_id", "day", "merchant", "note", "tags"},
    EventKind.SETTLEMENT_UPDATED: frozenset(
        {"amount_minor", "day", "method", "note", "external_ref"}
    ),
}
"""What an edit sets, by kind."""

_FOLLOWS = {
    EventKind.EXPENSE_UPDATED: frozenset({"disputes", "precedence"}),
    EventKind.SETTLEMENT_UPDATED: frozenset(
        {"dispute_reason", "overpaid_minor", "paid_as_minor", "state"}
    ),
}
"""What follows from an edit. It follows from the way back too, which makes nobody's word come back."""


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
        and not _differing(change.before, later.after) & _EDITED.get(change.kind, frozenset())
    )


def way_back(change: Fact) -> Changes:
    """The edit of an expense that undoes another. Refuses: `CannotBeUndone`."""
    before, changed = change.before or {}, _edited(change)
    return Changes(
        bill=_bill(before) if changed & _BILL else None,
        day=date.fromisoformat(before["day"]) if "day" in changed else None,
        category_id=To(_id(before["category_id"])) if "category_id" in changed else None,
        merchant=To(before["merchant"]) if "merchant" in changed else None,
        note=To(before["note"]) if "note" in changed else None,
        tags=before["tags"] if "tags" in changed else None,
    )


def payment_way_back(change: Fact) -> PaymentChanges:
    """The edit of a settlement that undoes another. Refuses: `CannotBeUndone`."""
    before, changed = change.before or {}, _edited(change)
    return PaymentChanges(
        amount_minor=before["amount_minor"] if "amount_minor" in changed else None,
        day=date.fromisoformat(before["day"]) if "day" in changed else None,
        method=SettlementMethod(before["method"]) if "method" in changed else None,
        note=To(before["note"]) if "note" in changed else None,
        external_ref=To(before.get("external_ref")) if "external_ref" in changed else None,
    )


def word_before(change: Fact) -> Word:
    """What was said of a settlement before it was confirmed or disputed."""
    before = change.before or {}
    return Word(SettlementState(before["state"]), before["dispute_reason"])


def receipt_of(change: Fact) -> UUID:
    """The receipt that was attached or taken off."""
    facts = change.after if change.kind is EventKind.EXPENSE_RECEIPT_ATTACHED else change.before
    return UUID((facts or {})["receipt_id"])


def _edited(change: Fact) -> AbstractSet[str]:
    """The columns that the edit set to another value. Refuses: `CannotBeUndone`."""
    changed = _differing(change.before, change.after) - _FOLLOWS[change.kind]
    if not changed <= _EDITED[change.kind]:
        raise CannotBeUndone("This change was more than an edit.", path=("seq",))
    return changed


def _differing(one: dict[str, Any] | None, other: dict[str, Any] | None) -> AbstractSet[str]:
    one, other = one or {}, other or {}
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _bill(facts: dict[str, Any]) -> Bill:
    return Bill(
        amount=Money(facts["amount_minor"], facts["currency"]),
        paid_by={UUID(who): minor for who, minor in facts["payers"].items()},
        split=split.restored(facts["split"]),
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
