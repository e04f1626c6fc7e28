"""The ledger's log: what can happen, and the chain that makes history tamper-evident. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

GENESIS = bytes(32)
"""What the first event of a ledger takes for the hash before it."""


class EventKind(StrEnum):
    """What happened, in the past tense, after the entity it happened to."""

    LEDGER_CREATED = "ledger.created"
    LEDGER_UPDATED = "ledger.updated"
    LEDGER_ARCHIVED = "ledger.archived"
    LEDGER_REOPENED = "ledger.reopened"
    LEDGER_ERASED = "ledger.erased"
    MEMBER_ADDED = "member.added"
    MEMBER_JOINED = "member.joined"
    MEMBER_CLAIMED = "member.claimed"
    MEMBER_LEFT = "member.left"
    MEMBER_UPDATED = "member.updated"
    MEMBER_DEACTIVATED = "member.deactivated"
    MEMBER_REACTIVATED = "member.reactivated"
    INVITE_CREATED = "invite.created"
    INVITE_REVOKED = "invite.revoked"
    DEFAULT_SPLIT_SET = "default_split.set"
    DEFAULT_SPLIT_CLEARED = "default_split.cleared"
    SUBGROUP_CREATED = "subgroup.created"
    SUBGROUP_UPDATED = "subgroup.updated"
    SUBGROUP_DISSOLVED = "subgroup.dissolved"
    EXPENSE_CREATED = "expense.created"
    EXPENSE_UPDATED = "expense.updated"
    EXPENSE_DELETED = "expense.deleted"
    EXPENSE_RESTORED = "expense.restored"
    EXPENSE_DISPUTED = "expense.disputed"
    EXPENSE_DISPUTE_WITHDRAWN = "expense.dispute_withdrawn"
    EXPENSE_RECEIPT_ATTACHED = "expense.receipt_attached"
    EXPENSE_RECEIPT_DETACHED = "expense.receipt_detached"
    SETTLEMENT_RECORDED = "settlement.recorded"
    SETTLEMENT_UPDATED = "settlement.updated"
    SETTLEMENT_CONFIRMED = "settlement.confirmed"
    SETTLEMENT_DISPUTED = "settlement.disputed"
    SETTLEMENT_REOPENED = "settlement.reopened"
    SETTLEMENT_DELETED = "settlement.deleted"
    SETTLEMENT_RESTORED = "settlement.restored"
    COMMENT_ADDED = "comment.added"
    COMMENT_EDITED = "comment.edited"
    COMMENT_DELETED = "comment.deleted"
    CONVERSION_POSTED = "conversion.posted"
    CONVERSION_DELETED = "conversion.deleted"
    CONVERSION_RESTORED = "conversion.restored"
    RATE_ENTERED = "rate.entered"
    MEMBER_IMPORTED = "member.imported"
    EXPENSE_IMPORTED = "expense.imported"
    EXPENSE_WITHDRAWN = "expense.withdrawn"
    SETTLEMENT_IMPORTED = "settlement.imported"
    SETTLEMENT_WITHDRAWN = "settlement.withdrawn"
    CONVERSION_IMPORTED = "conversion.imported"
    CONVERSION_WITHDRAWN = "conversion.withdrawn"
    IMPORT_COMMITTED = "import.committed"
    IMPORT_UNDONE = "import.undone"
    RECEIPT_UPLOADED = "receipt.uploaded"
    RECEIPT_READING = "receipt.reading"
    RECEIPT_READ = "receipt.read"
    RECEIPT_FAILED = "receipt.failed"
    RECEIPT_RETRIED = "receipt.retried"
    RECEIPT_CONFIRMED = "receipt.confirmed"
    RECEIPT_REOPENED = "receipt.reopened"
    RECEIPT_DELETED = "receipt.deleted"
    CLAIMING_OPENED = "claiming.opened"
    CLAIMING_CLAIMED = "claiming.claimed"
    CLAIMING_CLOSED = "claiming.closed"
    CLAIMING_CANCELLED = "claiming.cancelled"
    BUDGET_CREATED = "budget.created"
    BUDGET_UPDATED = "budget.updated"
    BUDGET_DELETED = "budget.deleted"
    BUDGET_RESTORED = "budget.restored"
    BUDGET_ALERTED = "budget.alerted"
    NOTIFICATION_CREATED = "notification.created"


@dataclass(frozen=True, slots=True)
class Fact:
    """One event as the chain sees it. `before` and `after` hold JSON values without floats."""

    ledger_id: UUID
    seq: int
    kind: EventKind
    entity_id: UUID
    actor_id: UUID | None
    actor_name: str
    device_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    balances: list[dict[str, Any]]
    at: datetime


def chained(previous: bytes, fact: Fact) -> bytes:
    """SHA-256 over the previous event's hash and the fact as canonical JSON.

    Changing, dropping or reordering any earlier event changes every hash after it.
    """
    return linked(previous, canonical(fact))


def canonical(fact: Fact) -> bytes:
    """The only bytes that a fact is hashed as: UTC, no spaces, sorted keys within the values."""
    return orjson.dumps(fact, default=str, option=_CANONICAL)  # str: subclasses of UUID


def linked(previous: bytes, canonical: bytes) -> bytes:
    """The hash of what was hashed as `canonical`, after an event with the hash `previous`."""
    return hashlib.sha256(previous + canonical).digest()


_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
