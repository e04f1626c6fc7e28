"""What notifications there are, and which of them someone has read. Pure."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.errors import Invalid

MOST_AT_ONCE = 100


class NotificationKind(StrEnum):
    ADDED_TO_GROUP = "ADDED_TO_GROUP"
    REMOVED_FROM_GROUP = "REMOVED_FROM_GROUP"
    ROLE_CHANGED = "ROLE_CHANGED"
    MEMBER_ADDED = "MEMBER_ADDED"
    MEMBER_JOINED = "MEMBER_JOINED"
    MEMBER_CLAIMED = "MEMBER_CLAIMED"
    MEMBER_LEFT = "MEMBER_LEFT"
    MEMBER_DEACTIVATED = "MEMBER_DEACTIVATED"
    MEMBER_REACTIVATED = "MEMBER_REACTIVATED"
    GROUP_RENAMED = "GROUP_RENAMED"
    GROUP_CURRENCY_CHANGED = "GROUP_CURRENCY_CHANGED"
    GROUP_CHANGED = "GROUP_CHANGED"
    GROUP_ARCHIVED = "GROUP_ARCHIVED"
    GROUP_REOPENED = "GROUP_REOPENED"
    SUBGROUP_CHANGED = "SUBGROUP_CHANGED"
    EXPENSE_ADDED = "EXPENSE_ADDED"
    EXPENSE_UPDATED = "EXPENSE_UPDATED"
    EXPENSE_DELETED = "EXPENSE_DELETED"
    EXPENSE_RESTORED = "EXPENSE_RESTORED"
    EXPENSE_DISPUTED = "EXPENSE_DISPUTED"
    EXPENSE_DISPUTE_WITHDRAWN = "EXPENSE_DISPUTE_WITHDRAWN"
    SETTLEMENT_RECORDED = "SETTLEMENT_RECORDED"
    SETTLEMENT_UPDATED = "SETTLEMENT_UPDATED"
    SETTLEMENT_DELETED = "SETTLEMENT_DELETED"
    SETTLEMENT_RESTORED = "SETTLEMENT_RESTORED"
    SETTLEMENT_CONFIRMED = "SETTLEMENT_CONFIRMED"
    SETTLEMENT_DISPUTED = "SETTLEMENT_DISPUTED"
    SETTLEMENT_REOPENED = "SETTLEMENT_REOPENED"
    CONVERSION_POSTED = "CONVERSION_POSTED"
    CONVERSION_DELETED = "CONVERSION_DELETED"
    CONVERSION_RESTORED = "CONVERSION_RESTORED"
    MENTIONED = "MENTIONED"
    COMMENT_ADDED = "COMMENT_ADDED"
    RECEIPT_READ = "RECEIPT_READ"
    RECEIPT_FAILED = "RECEIPT_FAILED"
    BUDGET_ALERT = "BUDGET_ALERT"


class TooManyNotifications(Invalid):
    code = "TOO_MANY_NOTIFICATIONS"


@dataclass(frozen=True, slots=True)
class UpTo:
    """The one with this id and all older ones."""

    id: UUID


@dataclass(frozen=True, slots=True)
class These:
    """Refuses: `TooManyNotifications`."""

    ids: AbstractSet[UUID]

    def __post_init__(self) -> None:
        if len(self.ids) > MOST_AT_ONCE:
            raise TooManyNotifications(
                f"Name at most {MOST_AT_ONCE}, or use `upTo`.", path=("ids",)
            )


Reading = UpTo | These
