"""Whom an event concerns, and as what. Pure.

What is missing here concerns nobody: whoever adds a kind of event adds a line, or means silence.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from domain import split
from domain.log import EventKind
from domain.news import changed, count
from domain.notification import NotificationKind


@dataclass(frozen=True, slots=True)
class Everyone:
    """Whoever sits in the ledger, and did when it happened."""


@dataclass(frozen=True, slots=True)
class Seats:
    """These members. Whoever has left is told only of that itself (`gone_too`)."""

    ids: AbstractSet[UUID]
    gone_too: bool = False


@dataclass(frozen=True, slots=True)
class Uploader:
    """Whoever sent in the receipt."""


Talked = Literal["expense", "settlement", "conversion"]


@dataclass(frozen=True, slots=True)
class Creator:
    """Whoever recorded the expense."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Whoever is part of what is talked about."""

    table: Talked
    id: UUID


Audience = Everyone | Seats | Uploader | Creator | Parties


@dataclass(frozen=True, slots=True)
class Happened:
    """What the log says of an event."""

    kind: EventKind
    entity_id: UUID
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def facts(self) -> Sequence[dict[str, Any]]:
        return [facts for facts in (self.before, self.after) if facts]


@dataclass(frozen=True, slots=True)
class Concern:
    kind: NotificationKind
    audience: Audience


Rule = Callable[[Happened], Sequence[Concern]]


def concerns(happened: Happened) -> Sequence[Concern]:
    """Who should know of it, dearest first: nobody is told twice of one event."""
    rule = _RULES.get(happened.kind)
    return rule(happened) if rule else ()


def involved(expense: dict[str, Any]) -> AbstractSet[UUID]:
    """The members who paid or have a share, by the facts of an expense."""
    payers = {UUID(who) for who in expense["payers"]}
    return payers | split.participants(split.restored(expense["split"]))


def parties(settlement: dict[str, Any]) -> AbstractSet[UUID]:
    """The two members between whom it is, by the facts of a settlement."""
    return {UUID(settlement["payer_id"]), UUID(settlement["payee_id"])}


def part_of(table: Talked, facts: dict[str, Any]) -> AbstractSet[UUID]:
    """The members who are part of what these are the facts of."""
    match table:
        case "expense":
            return involved(facts)
        case "settlement":
            return parties(facts)
        case "conversion":
            return {UUID(facts["debtor_id"]), UUID(facts["creditor_id"])}


def _each(
    members: Callable[[dict[str, Any]], AbstractSet[UUID]], happened: Happened
) -> AbstractSet[UUID]:
    return {id for facts in happened.facts for id in members(facts)}


def _all(kind: NotificationKind) -> Rule:
    return lambda _: (Concern(kind, Everyone()),)


def _uploader(kind: NotificationKind) -> Rule:
    return lambda _: (Concern(kind, Uploader()),)


def _involved(kind: NotificationKind) -> Rule:
    """Everyone who paid or has a share, before or after."""

    def rule(happened: Happened) -> Sequence[Concern]:
        return (Concern(kind, Seats(_each(involved, happened))),)

    return rule


def _creator_and_involved(kind: NotificationKind) -> Rule:
    def rule(happened: Happened) -> Sequence[Concern]:
        return Concern(kind, Creator()), *_involved(kind)(happened)

    return rule


def _parties(kind: NotificationKind) -> Rule:
    """Whoever pays or is paid, before or after."""

    def rule(happened: Happened) -> Sequence[Concern]:
        return (Concern(kind, Seats(_each(parties, happened))),)

    return rule


def _to_them_and_all(theirs: NotificationKind, others: NotificationKind) -> Rule:
    """One thing to the member it happened to, another to everyone else."""

    def rule(happened: Happened) -> Sequence[Concern]:
        them = Seats({happened.entity_id}, gone_too=True)
        return Concern(theirs, them), Concern(others, Everyone())

    return rule


def _ledger_updated(happened: Happened) -> Sequence[Concern]:
    columns = changed(happened.before, happened.after)
    if "name" in columns:
        kind = NotificationKind.GROUP_RENAMED
    elif "presentation_currency" in columns:
        kind = NotificationKind.GROUP_CURRENCY_CHANGED
    else:
        kind = NotificationKind.GROUP_CHANGED
    return (Concern(kind, Everyone()),)


def _member_updated(happened: Happened) -> Sequence[Concern]:
    if "role" not in changed(happened.before, happened.after):
        return ()
    return (Concern(NotificationKind.ROLE_CHANGED, Seats({happened.entity_id})),)


def _subgroup(happened: Happened) -> Sequence[Concern]:
    """Whoever settles as one, before or after; its name moves no money."""
    if changed(happened.before, happened.after) == ["name"]:
        return ()
    them = Seats({UUID(id) for facts in happened.facts for id in facts["member_ids"]})
    return (Concern(NotificationKind.SUBGROUP_CHANGED, them),)


def _comment_added(happened: Happened) -> Sequence[Concern]:
    facts = happened.after or {}
    mentioned = Concern(NotificationKind.MENTIONED, Seats(_mentioned(facts)))
    return mentioned, Concern(NotificationKind.COMMENT_ADDED, topic(facts))


def _comment_edited(happened: Happened) -> Sequence[Concern]:
    new = _mentioned(happened.after or {}) - _mentioned(happened.before or {})
    return (Concern(NotificationKind.MENTIONED, Seats(new)),)


def _unless_nothing(kind: NotificationKind) -> Rule:
    """Everyone, of a file as a whole; of one that added nothing, nobody."""
    return lambda happened: (Concern(kind, Everyone()),) if count(happened.after or {}) else ()


def topic(facts: dict[str, Any]) -> Parties:
    """What a comment is about."""
    tables: Sequence[Talked] = get_args(Talked)
    return next(Parties(table, UUID(id)) for table in tables if (id := facts.get(f"{table}_id")))


def _mentioned(facts: dict[str, Any]) -> AbstractSet[UUID]:
    return {UUID(id) for id in facts["mention_ids"]}


_RULES: Mapping[EventKind, Rule] = {
    EventKind.LEDGER_UPDATED: _ledger_updated,
    EventKind.LEDGER_ARCHIVED: _all(NotificationKind.GROUP_ARCHIVED),
    EventKind.LEDGER_REOPENED: _all(NotificationKind.GROUP_REOPENED),
    EventKind.MEMBER_ADDED: _to_them_and_all(
        NotificationKind.ADDED_TO_GROUP, NotificationKind.MEMBER_ADDED
    ),
    EventKind.MEMBER_JOINED: _to_them_and_all(
        NotificationKind.ADDED_TO_GROUP, NotificationKind.MEMBER_JOINED
    ),
    EventKind.MEMBER_CLAIMED: _all(NotificationKind.MEMBER_CLAIMED),
    EventKind.MEMBER_LEFT: _to_them_and_all(
        NotificationKind.REMOVED_FROM_GROUP, NotificationKind.MEMBER_LEFT
    ),
    EventKind.MEMBER_UPDATED: _member_updated,
    EventKind.MEMBER_DEACTIVATED: _to_them_and_all(
        NotificationKind.ROLE_CHANGED, NotificationKind.MEMBER_DEACTIVATED
    ),
    EventKind.MEMBER_REACTIVATED: _to_them_and_all(
        NotificationKind.ROLE_CHANGED, NotificationKind.MEMBER_REACTIVATED
    ),
    EventKind.SUBGROUP_CREATED: _subgroup,
    EventKind.SUBGROUP_UPDATED: _subgroup,
    EventKind.SUBGROUP_DISSOLVED: _subgroup,
    EventKind.EXPENSE_CREATED: _involved(NotificationKind.EXPENSE_ADDED),
    EventKind.EXPENSE_UPDATED: _involved(NotificationKind.EXPENSE_UPDATED),
    EventKind.EXPENSE_DELETED: _involved(NotificationKind.EXPENSE_DELETED),
    EventKind.EXPENSE_RESTORED: _involved(NotificationKind.EXPENSE_RESTORED),
    EventKind.EXPENSE_DISPUTED: _creator_and_involved(NotificationKind.EXPENSE_DISPUTED),
    EventKind.EXPENSE_DISPUTE_WITHDRAWN: _creator_and_involved(
        NotificationKind.EXPENSE_DISPUTE_WITHDRAWN
    ),
    EventKind.SETTLEMENT_RECORDED: _parties(NotificationKind.SETTLEMENT_RECORDED),
    EventKind.SETTLEMENT_DELETED: _parties(NotificationKind.SETTLEMENT_DELETED),
    EventKind.SETTLEMENT_RESTORED: _parties(NotificationKind.SETTLEMENT_RESTORED),
    EventKind.SETTLEMENT_UPDATED: _parties(NotificationKind.SETTLEMENT_UPDATED),
    EventKind.SETTLEMENT_CONFIRMED: _parties(NotificationKind.SETTLEMENT_CONFIRMED),
    EventKind.SETTLEMENT_DISPUTED: _parties(NotificationKind.SETTLEMENT_DISPUTED),
    EventKind.SETTLEMENT_REOPENED: _parties(NotificationKind.SETTLEMENT_REOPENED),
    EventKind.CONVERSION_POSTED: _all(NotificationKind.CONVERSION_POSTED),
    EventKind.CONVERSION_DELETED: _all(NotificationKind.CONVERSION_DELETED),
    EventKind.CONVERSION_RESTORED: _all(NotificationKind.CONVERSION_RESTORED),
    EventKind.IMPORT_COMMITTED: _unless_nothing(NotificationKind.FILE_IMPORTED),
    EventKind.IMPORT_UNDONE: _unless_nothing(NotificationKind.IMPORT_UNDONE),
    EventKind.COMMENT_ADDED: _comment_added,
    EventKind.COMMENT_EDITED: _comment_edited,
    EventKind.RECEIPT_READ: _uploader(NotificationKind.RECEIPT_READ),
    EventKind.RECEIPT_FAILED: _uploader(NotificationKind.RECEIPT_FAILED),
    EventKind.CLAIMING_OPENED: _all(NotificationKind.CLAIMING_OPENED),
}

TOLD = frozenset(_RULES)
"""The kinds of events that somebody may be told of."""
