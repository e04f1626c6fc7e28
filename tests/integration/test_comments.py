"""Talking about facts: said once, by members only, in words that can be taken back for good."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select, update

from core.clock import now
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.comment import EDIT_WINDOW, EditWindowClosed, NewComment, Topic, Words
from domain.errors import NotFound
from domain.fingerprint import IdAlreadyUsed, IdNotVersion7, Stale
from domain.log import GENESIS, EventKind, chained
from domain.money import Money
from domain.role import Role
from domain.settlement import Payment
from models.comment import Comment
from models.expense import Expense
from models.ledger import Member
from services import accounts, comments, erasure, events, expenses, ledgers, members, settlements
from services.access import LedgerArchived
from services.comments import CommentDeleted, NotTheAuthor
from services.postings import NotMembers
from tests.groups import DAY, Group, log, make_group, personal_ledger, spend
from tests.people import register


@pytest.fixture
async def dinner(db: Database, ann: Actor, trip: Group) -> Expense:
    return await spend(db, ann, trip.id)


async def add(
    db: Database,
    actor: Actor,
    topic_id: UUID,
    said: str = "Who had the wine?",
    *mentions: UUID,
    id: UUID | None = None,
    topic: Topic = Topic.EXPENSE,
) -> Comment:
    wanted = NewComment(id or new_id(), topic, topic_id, Words(said, mentions))
    async with db.transaction() as tx:
        return await comments.add(tx, actor, wanted)


async def edit(db: Database, actor: Actor, comment: Comment, said: str, *mentions: UUID) -> Comment:
    async with db.transaction() as tx:
        words = Words(said, mentions)
        return await comments.edit(tx, actor, comment.id, comment.version, words)


async def delete(db: Database, actor: Actor, comment: Comment) -> Comment:
    async with db.transaction() as tx:
        return await comments.delete(tx, actor, comment.id)


async def stored(db: Database) -> list[Comment]:
    async with db.reading() as session:
        return list((await session.exec(select(Comment))).all())


async def grow_old(db: Database, comment: Comment, age: timedelta) -> None:
    async with db.transaction() as tx:
        await tx.exec(update(Comment).values(created_at=now() - age))
    assert comment.id


async def test_a_comment_is_added_once_and_told(
    db: Database, bob: Actor, ann: Actor, trip: Group, dinner: Expense
) -> None:
    id, to_ann = new_id(), trip.seat(ann)

    first = await add(db, bob, dinner.id, "  Thanks! 🍷 ", to_ann, to_ann, id=id)
    again = await add(db, bob, dinner.id, "  Thanks! 🍷 ", to_ann, to_ann, id=id)

    assert (first.text, first.mention_ids, first.author_name) == ("Thanks! 🍷", [to_ann], "Bob")
    assert again.id == first.id
    newest = (await log(db, trip.id))[-1]
    assert (newest.kind, newest.entity_id) == (EventKind.COMMENT_ADDED, id)
    assert newest.after == {
        "expense_id": str(dinner.id),
        "settlement_id": None,
        "conversion_id": None,
        "mention_ids": [str(to_ann)],
        "edited_at": None,
        "deleted_at": None,
    }
    assert [event.kind for event in await log(db, trip.id)].count(EventKind.COMMENT_ADDED) == 1


async def test_another_comment_under_the_same_id_is_refused(
    db: Database, bob: Actor, ann: Actor, trip: Group, dinner: Expense
) -> None:
    first = await add(db, bob, dinner.id)
    before = await log(db, trip.id)

    for actor, said in ((bob, "Else"), (ann, "Who had the wine?")):
        with pytest.raises(IdAlreadyUsed):
            await add(db, actor, dinner.id, said, id=first.id)
    with pytest.raises(IdNotVersion7):
        await add(db, bob, dinner.id, id=UUID(int=1))

    assert await log(db, trip.id) == before
    assert [row.text for row in await stored(db)] == ["Who had the wine?"]


async def test_settlements_and_deleted_expenses_can_be_talked_about(
    db: Database, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    payment = Payment(new_id(), trip.id, trip.seat(bob), trip.seat(ann), Money(500, "EUR"), DAY)
    async with db.transaction() as tx:
        settlement = await settlements.record(tx, bob, payment)
        await expenses.delete(tx, ann, dinner.id)

    about_payment = await add(db, ann, settlement.id, topic=Topic.SETTLEMENT)
    about_dinner = await add(db, bob, dinner.id, "Why?")

    assert (about_payment.settlement_id, about_payment.expense_id) == (settlement.id, None)
    assert about_dinner.expense_id == dinner.id
    with pytest.raises(NotFound):
        await add(db, ann, dinner.id, topic=Topic.SETTLEMENT)


async def test_strangers_are_told_nothing_and_say_nothing(
    db: Database, ann: Actor, eve: Actor, trip: Group, dinner: Expense
) -> None:
    comment = await add(db, ann, dinner.id)
    before = await log(db, trip.id)

    for act in (add(db, eve, dinner.id), edit(db, eve, comment, "!"), delete(db, eve, comment)):
        with pytest.raises(NotFound):
            await act

    assert await log(db, trip.id) == before
    assert [row.text for row in await stored(db)] == [comment.text]


async def test_who_only_looks_on_may_speak(
    db: Database, bob: Actor, trip: Group, dinner: Expense
) -> None:
    async with db.transaction() as tx:
        seat = await tx.get_one(Member, trip.seat(bob))
        seat.role = Role.VIEWER

    comment = await add(db, bob, dinner.id)
    edited = await edit(db, bob, comment, "What was this?")

    assert (await delete(db, bob, edited)).deleted_at is not None


async def test_only_members_of_today_can_be_mentioned_anew(
    db: Database, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    to_bob = trip.seat(bob)
    mentioned = await add(db, ann, dinner.id, "Bob?", to_bob)
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, dinner.id)
        await members.leave(tx, bob, trip.id)
    before = await log(db, trip.id)

    with pytest.raises(NotMembers):
        await add(db, ann, dinner.id, "Bob?", to_bob)
    with pytest.raises(NotMembers):
        await add(db, ann, dinner.id, "You?", new_id())

    assert await log(db, trip.id) == before
    assert (await edit(db, ann, mentioned, "Bob!", to_bob)).mention_ids == [to_bob]


async def test_its_author_edits_it_while_that_is_open(
    db: Database, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    comment = await add(db, ann, dinner.id)

    edited = await edit(db, ann, comment, "Who had the beer?", trip.seat(bob))
    again = await edit(db, ann, comment, "Who had the beer?", trip.seat(bob))

    assert (edited.text, edited.version, again.version) == ("Who had the beer?", 2, 2)
    assert edited.edited_at is not None
    newest = (await log(db, trip.id))[-1]
    assert newest.kind == EventKind.COMMENT_EDITED
    assert newest.before is not None
    assert newest.after is not None
    assert newest.before["mention_ids"] == []
    assert newest.after["mention_ids"] == [str(trip.seat(bob))]


async def test_an_edit_is_refused_to_others_when_stale_and_when_late(
    db: Database, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    comment = await add(db, ann, dinner.id)
    newer = await edit(db, ann, comment, "Newer")
    before = await log(db, trip.id)

    with pytest.raises(NotTheAuthor):
        await edit(db, bob, newer, "Mine")
    with pytest.raises(NotTheAuthor):
        await delete(db, bob, newer)
    with pytest.raises(Stale):
        await edit(db, ann, comment, "Stale")
    await grow_old(db, comment, EDIT_WINDOW)
    with pytest.raises(EditWindowClosed):
        await edit(db, ann, newer, "Late")

    assert await log(db, trip.id) == before
    assert [row.text for row in await stored(db)] == ["Newer"]
    assert (await edit(db, ann, comment, "Newer")).version == 2  # it is in place: no edit


async def test_deleted_words_are_gone_from_every_table_and_a_tombstone_stays(
    db: Database, ann: Actor, trip: Group, dinner: Expense
) -> None:
    comment = await add(db, ann, dinner.id, "A terrible secret", trip.seat(ann))
    edited = await edit(db, ann, comment, "A terrible secret indeed")
    await grow_old(db, comment, EDIT_WINDOW * 100)
    assert await mentions_of(db, "terrible") == {"comments"}

    gone = await delete(db, ann, edited)
    twice = await delete(db, ann, edited)

    assert (gone.text, gone.mention_ids, gone.author_name) == (None, [], "Ann")
    assert twice.version == gone.version == 3
    assert await mentions_of(db, "terrible") == set()
    kinds = [event.kind for event in await log(db, trip.id)]
    assert kinds.count(EventKind.COMMENT_DELETED) == 1
    with pytest.raises(CommentDeleted):
        await edit(db, ann, gone, "Again")
    assert (
        await add(db, ann, dinner.id, "A terrible secret", trip.seat(ann), id=gone.id)
    ).text is None


async def mentions_of(db: Database, wanted: str) -> set[str]:
    """The tables that hold the text anywhere."""
    found: set[str] = set()
    async with db.engine.connect() as connection:
        for table in ("comments", "events", "expenses"):
            query = text(f"SELECT count(*) FROM {table} t WHERE to_jsonb(t)::text LIKE :wanted")  # noqa: S608 - our own tables
            if (await connection.execute(query, {"wanted": f"%{wanted}%"})).scalar_one():
                found.add(table)
    return found


async def test_an_archived_group_is_silent_but_words_can_be_taken_back(
    db: Database, ann: Actor, trip: Group, dinner: Expense
) -> None:
    comment = await add(db, ann, dinner.id)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)

    with pytest.raises(LedgerArchived):
        await add(db, ann, dinner.id)
    with pytest.raises(LedgerArchived):
        await edit(db, ann, comment, "Else")

    assert (await add(db, ann, dinner.id, id=comment.id)).id == comment.id  # a retry is answered
    assert (await delete(db, ann, comment)).text is None


async def test_who_deletes_their_account_leaves_their_words_and_their_name(
    db: Database, bob: Actor
) -> None:
    eve = await register(db, "Eve")
    trip = await make_group(db, bob, eve.actor)
    dinner = await spend(db, bob, trip.id, paid_by={trip.seat(bob): 1000})
    await add(db, eve.actor, dinner.id, "I had none")
    own = await personal_ledger(db, eve.actor)
    await add(db, eve.actor, (await spend(db, eve.actor, own.id)).id, "Private")

    async with db.transaction() as tx:
        proof = await accounts.proof_wanted(tx, eve.user.email or "")
        assert proof is not None
        await erasure.delete_account(tx, eve.actor, proof)

    assert [(row.text, row.author_name) for row in await stored(db)] == [("I had none", "Eve")]


async def test_comments_are_links_of_the_chain(
    db: Database, ann: Actor, trip: Group, dinner: Expense
) -> None:
    comment = await add(db, ann, dinner.id)
    await delete(db, ann, await edit(db, ann, comment, "Else"))

    hash = GENESIS
    for event in await log(db, trip.id):
        hash = chained(hash, events.fact_of(event))
        assert event.hash == hash
