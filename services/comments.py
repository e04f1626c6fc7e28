"""Talking about expenses, settlements and conversions. Every member may, those who only look on too."""

from typing import Any
from uuid import UUID

from core.clock import now
from core.db import Tx
from domain.actor import Actor
from domain.comment import NewComment, Topic, Words, require_editable
from domain.errors import Conflict, Forbidden
from domain.fingerprint import Stale, fingerprint
from domain.log import EventKind
from domain.role import Role
from models.comment import Comment
from models.conversion import Conversion
from models.expense import Expense, Settlement
from services import access, events
from services.access import Seat
from services.once import insert_once
from services.postings import Fact, NotMembers


class NotTheAuthor(Forbidden):
    code = "NOT_THE_AUTHOR"


class CommentDeleted(Conflict):
    code = "COMMENT_DELETED"


async def add(tx: Tx, actor: Actor, wanted: NewComment) -> Comment:
    """Add the comment once, however often the client repeats itself. What is deleted may be talked about.

    Refuses: `NotFound`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed`, `NotMembers`, and whatever the
    words refuse.
    """
    wanted = wanted.checked()
    seat, topic = await _lock_topic(tx, actor, wanted)
    comment = _new(wanted, actor, seat, topic)
    if first := await insert_once(tx, comment):
        return first
    access.require_open(seat.ledger)
    await _require_members(tx, seat, wanted.words, mentioned=())
    events.record_row(tx, seat, EventKind.COMMENT_ADDED, comment)
    return comment


async def edit(tx: Tx, actor: Actor, comment_id: UUID, if_version: int, words: Words) -> Comment:
    """Put one's own comment in other words, while that is open.

    Repeating an edit that is already in place answers with the comment, whatever its version.
    Refuses: `NotFound`, `LedgerArchived`, `NotTheAuthor`, `CommentDeleted`, `Stale`, `EditWindowClosed`,
    `NotMembers`, and whatever the words refuse.
    """
    words = words.checked()
    seat, comment = await access.lock_row(tx, actor, Comment, comment_id, at_least=Role.VIEWER)
    _require_author(comment, actor)
    if comment.deleted_at is not None:
        raise CommentDeleted("This comment was deleted.", entity=("Comment", comment.id))
    if Words(comment.text or "", comment.mention_ids) == words:
        return comment
    if comment.version != if_version:
        raise Stale("This comment was changed on another device.", entity=("Comment", comment.id))
    require_editable(comment.created_at, now())
    await _require_members(tx, seat, words, mentioned=comment.mention_ids)
    before = comment.facts()
    comment.text, comment.mention_ids, comment.edited_at = words.text, [*words.mentions], now()
    _record(tx, seat, EventKind.COMMENT_EDITED, comment, "words", before=before)
    return comment


async def delete(tx: Tx, actor: Actor, comment_id: UUID) -> Comment:
    """Take one's own words back, in an archived ledger too; a tombstone stays. Twice is no different.

    Refuses: `NotFound`, `NotTheAuthor`.
    """
    seat, comment = await access.lock_row(
        tx, actor, Comment, comment_id, at_least=Role.VIEWER, archived_too=True
    )
    _require_author(comment, actor)
    if comment.deleted_at is not None:
        return comment
    before = comment.facts()
    comment.text, comment.mention_ids, comment.deleted_at = None, [], now()
    _record(tx, seat, EventKind.COMMENT_DELETED, comment, "words", "deleted", before=before)
    return comment


async def _lock_topic(tx: Tx, actor: Actor, wanted: NewComment) -> tuple[Seat, Fact]:
    how: Any = {"at_least": Role.VIEWER, "archived_too": True}
    match wanted.topic:
        case Topic.EXPENSE:
            return await access.lock_row(tx, actor, Expense, wanted.topic_id, **how)
        case Topic.SETTLEMENT:
            return await access.lock_row(tx, actor, Settlement, wanted.topic_id, **how)
        case Topic.CONVERSION:
            return await access.lock_row(tx, actor, Conversion, wanted.topic_id, **how)


def _new(wanted: NewComment, actor: Actor, seat: Seat, topic: Fact) -> Comment:
    return Comment(
        id=wanted.id,
        ledger_id=topic.ledger_id,
        expense_id=topic.id if isinstance(topic, Expense) else None,
        settlement_id=topic.id if isinstance(topic, Settlement) else None,
        conversion_id=topic.id if isinstance(topic, Conversion) else None,
        author_id=seat.member.id,
        author_name=seat.author.name,
        text=wanted.words.text,
        mention_ids=[*wanted.words.mentions],
        created_by=actor.user_id,
        fingerprint=fingerprint(actor.user_id, wanted),
    ).written_by(actor.device_id)


def _require_author(comment: Comment, actor: Actor) -> None:
    if comment.created_by != actor.user_id:
        raise NotTheAuthor("Only who wrote a comment may change it.")


async def _require_members(
    tx: Tx, seat: Seat, words: Words, *, mentioned: tuple[UUID, ...] | list[UUID]
) -> None:
    """Who was `mentioned` before may have left since."""
    seated = await access.seated_in(tx, seat.ledger.id)
    if strangers := {*words.mentions} - {*seated, *mentioned}:
        raise NotMembers(
            f"{len(strangers)} of these people are not members now.", path=("mentions",)
        )


def _record(
    tx: Tx,
    seat: Seat,
    kind: EventKind,
    comment: Comment,
    *registers: str,
    before: dict[str, Any],
) -> None:
    comment.written_by(seat.author.device_id, *registers)
    events.record_row(tx, seat, kind, comment, before)
