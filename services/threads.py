"""What there is to read about expenses, settlements and conversions: what was said, and all that happened."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.pages import Page, Slice, instant, whole
from domain.thread import Thread
from models.comment import Comment
from models.event import Event
from services import paging
from services.paging import Key

_TOPICS = col(Comment.expense_id), col(Comment.settlement_id), col(Comment.conversion_id)
_TOPIC = func.coalesce(*_TOPICS)


async def comments(
    session: AsyncSession, threads: Sequence[Thread]
) -> Mapping[Thread, Page[Comment]]:
    """Newest first, tombstones too. The caller has checked access. Refuses: `CursorUnreadable`."""
    keys = Key(col(Comment.created_at), instant), Key(col(Comment.id), UUID)

    async def pages(slice: Slice, topics: Collection[UUID], _: Any) -> Mapping[UUID, Page[Any]]:
        query = select(Comment).where(_on(topics))
        return await paging.pages(session, Comment, query, slice, *keys, by=_TOPIC, lists=topics)

    return await _by_slice(threads, pages)


async def history(session: AsyncSession, threads: Sequence[Thread]) -> Mapping[Thread, Page[Event]]:
    """The events of each topic and of its comments, newest first. The caller has checked access.

    Refuses: `CursorUnreadable`.
    """
    key = Key(col(Event.seq), whole)

    async def pages(
        slice: Slice, topics: Collection[UUID], ledgers: Collection[UUID]
    ) -> Mapping[UUID, Page[Any]]:
        said = select(Comment.id).where(_on(topics))
        query = (
            select(Event)
            .outerjoin(Comment, col(Comment.id) == Event.entity_id)
            .where(
                col(Event.ledger_id).in_(ledgers),
                or_(col(Event.entity_id).in_(topics), col(Event.entity_id).in_(said)),
            )
        )
        topic = func.coalesce(_TOPIC, Event.entity_id)
        return await paging.pages(session, Event, query, slice, key, by=topic, lists=topics)

    return await _by_slice(threads, pages)


def _on(topics: Collection[UUID]) -> Any:
    return or_(*(topic.in_(topics) for topic in _TOPICS))


_Pages = Callable[[Slice, Collection[UUID], Collection[UUID]], Awaitable[Mapping[UUID, Page[Any]]]]


async def _by_slice(threads: Sequence[Thread], pages: _Pages) -> dict[Thread, Page[Any]]:
    """All threads of the same slice in one statement: in a document they mostly are."""
    groups: defaultdict[Slice, list[Thread]] = defaultdict(list)
    for thread in threads:
        groups[thread.slice].append(thread)
    found: dict[Thread, Page[Any]] = {}
    for slice, group in groups.items():
        topics = {thread.topic_id for thread in group}
        by_topic = await pages(slice, topics, {thread.ledger_id for thread in group})
        found |= {thread: by_topic[thread.topic_id] for thread in group}
    return found
