"""What a notification says: kept as structure, so that clients may say it their way. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain import budget
from domain.money import Money
from domain.notification import NotificationKind

_SENTENCES: Mapping[NotificationKind, str] = {
    NotificationKind.ADDED_TO_GROUP: "{who} added you to {ledger}.",
    NotificationKind.REMOVED_FROM_GROUP: "{who} removed you from {ledger}.",
    NotificationKind.ROLE_CHANGED: "{who} changed what you may do in {ledger}.",
    NotificationKind.MEMBER_ADDED: "{who} added {what} to {ledger}.",
    NotificationKind.MEMBER_JOINED: "{who} joined {ledger}.",
    NotificationKind.MEMBER_CLAIMED: "{who} joined {ledger} as {what}.",
    NotificationKind.MEMBER_LEFT: "{what} is no longer in {ledger}.",
    NotificationKind.MEMBER_DEACTIVATED: "{what} has no part in new costs of {ledger}.",
    NotificationKind.MEMBER_REACTIVATED: "{what} takes part in {ledger} again.",
    NotificationKind.GROUP_RENAMED: "{who} renamed {what} to {ledger}.",
    NotificationKind.GROUP_CURRENCY_CHANGED: "{who} changed the currency that {ledger} is shown in.",
    NotificationKind.GROUP_CHANGED: "{who} changed how {ledger} works.",
    NotificationKind.GROUP_ARCHIVED: "{who} archived {ledger}.",
    NotificationKind.GROUP_REOPENED: "{who} reopened {ledger}.",
    NotificationKind.SUBGROUP_CHANGED: "{who} changed {what}, who settle as one in {ledger}.",
    NotificationKind.EXPENSE_ADDED: "{who} added {what} in {ledger}.",
    NotificationKind.EXPENSE_UPDATED: "{who} changed {what} in {ledger}.",
    NotificationKind.EXPENSE_DELETED: "{who} deleted {what} in {ledger}.",
    NotificationKind.EXPENSE_RESTORED: "{who} restored {what} in {ledger}.",
    NotificationKind.EXPENSE_DISPUTED: "{who} disputes {what} in {ledger}.",
    NotificationKind.EXPENSE_DISPUTE_WITHDRAWN: "{who} disputes {what} in {ledger} no more.",
    NotificationKind.SETTLEMENT_RECORDED: "{who} recorded a payment of {amount} in {ledger}.",
    NotificationKind.SETTLEMENT_UPDATED: "{who} changed a payment of {amount} in {ledger}.",
    NotificationKind.SETTLEMENT_DELETED: "{who} deleted a payment of {amount} in {ledger}.",
    NotificationKind.SETTLEMENT_RESTORED: "{who} restored a payment of {amount} in {ledger}.",
    NotificationKind.SETTLEMENT_CONFIRMED: "{who} confirmed a payment of {amount} in {ledger}.",
    NotificationKind.SETTLEMENT_DISPUTED: "{who} disputes a payment of {amount} in {ledger}.",
    NotificationKind.SETTLEMENT_REOPENED: "{who} took back their word on a payment of {amount} in {ledger}.",
    NotificationKind.CONVERSION_POSTED: "{who} converted balances of {ledger}.",
    NotificationKind.CONVERSION_DELETED: "{who} took back a conversion of balances of {ledger}.",
    NotificationKind.CONVERSION_RESTORED: "{who} restored a conversion of balances of {ledger}.",
    NotificationKind.FILE_IMPORTED: "{who} imported {count} expenses and payments into {ledger}.",
    NotificationKind.IMPORT_UNDONE: "{who} took {count} imported expenses and payments out of {ledger}.",
    NotificationKind.MENTIONED: "{who} mentioned you on {what} in {ledger}.",
    NotificationKind.COMMENT_ADDED: "{who} commented on {what} in {ledger}.",
    NotificationKind.RECEIPT_READ: "Your receipt in {ledger} is read.",
    NotificationKind.RECEIPT_FAILED: "Your receipt in {ledger} could not be read.",
    NotificationKind.CLAIMING_OPENED: "{who} asks what you had of {what} in {ledger}.",
}


_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class News:
    """What somebody did in a ledger. Names are as they were when it was told.

    `entity` is the type of what it happened to, as clients know it; `title` what people call it,
    `changed` the columns that an edit changed, and `count` how many things it is about, if several.
    """

    ledger_id: UUID
    ledger_name: str
    actor_name: str
    entity: str
    entity_id: UUID
    title: str | None = None
    amount: Money | None = None
    changed: Sequence[str] = ()
    count: int | None = None


_STORED = TypeAdapter(News)


def stored(news: News) -> dict[str, Any]:
    return _STORED.dump_python(news, mode="json")


def restored(data: dict[str, Any]) -> News:
    return _STORED.validate_python(data)


def changed(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Sequence[str]:
    """The columns at which two sets of facts differ; none where one of them is missing."""
    if before is None or after is None:
        return ()
    return [column for column, value in after.items() if before.get(column) != value]


def title(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str | None:
    """What people call the thing that facts describe; what is renamed goes by its old name."""
    new, old = after or {}, before or after or {}
    found = new.get("merchant") or new.get("note") or old.get("name")
    return str(found)[:_LONGEST_TITLE] if found else None


def amount(facts: dict[str, Any]) -> Money | None:
    """What it is about, if it is about money: of a conversion, what is owed no more."""
    if "from_minor" in facts:
        return Money(facts["from_minor"], facts["from_currency"])
    if "amount_minor" in facts:
        return Money(facts["amount_minor"], facts["currency"])
    return None


def count(facts: dict[str, Any]) -> int | None:
    """How many facts a file added; None for anything but the import of one."""
    if "expense_count" not in facts:
        return None
    return sum(value for column, value in facts.items() if column.endswith("_count"))


def sentence(kind: NotificationKind, data: dict[str, Any]) -> str:
    """What happened, in one line of English, for mails and lock screens."""
    if kind is NotificationKind.BUDGET_ALERT:
        told = _budget_sentence(budget.restored(data))
    else:
        told = _news_sentence(kind, restored(data))
    return " ".join(told.split())


def _news_sentence(kind: NotificationKind, news: News) -> str:
    return _SENTENCES[kind].format(
        who=news.actor_name,
        what=_named(news),
        ledger=news.ledger_name,
        amount=news.amount,
        count=news.count,
    )


def _named(news: News) -> str:
    if news.title is None:
        return str(news.amount)
    return f"“{news.title}” ({news.amount})" if news.amount else f"“{news.title}”"


def _budget_sentence(alert: budget.Alert) -> str:
    reached = f"{alert.threshold} percent of your budget “{alert.name}” are spent"
    return f"{reached}: {alert.spent} of {alert.amount}."
