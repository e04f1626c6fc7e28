"""Whoever is spoken to, or has part in what is talked about, is told of a comment."""

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.comment import NewComment, Topic, Words
from domain.news import sentence
from domain.notification import NotificationKind
from domain.split import Exact
from services import comments
from tests.budgets import told
from tests.groups import convert, log, make_group, spend
from tests.integration.test_telling import kinds, tell


async def test_a_mention_is_dearer_than_a_comment(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    group = await make_group(db, ann, bob, eve)
    split = Exact({group.seat(ann): 700, group.seat(bob): 300})
    expense = await spend(db, ann, group.id, 1000, split=split, merchant="Dinner")
    question = Words("Who had the wine?", [group.seat(eve), group.seat(bob)])
    for author, words in ((ann, question), (bob, Words("Me."))):
        async with db.transaction() as tx:
            await comments.add(tx, author, NewComment(new_id(), Topic.EXPENSE, expense.id, words))
    for event in (await log(db, group.id))[-2:]:
        await tell(db, event)

    assert await kinds(db, eve) == await kinds(db, bob) == [NotificationKind.MENTIONED]
    assert await kinds(db, ann) == [NotificationKind.COMMENT_ADDED]
    [mentioned] = await told(db, eve)
    assert mentioned.data["title"] == "Dinner"
    assert "wine" not in str(mentioned.data)  # what is deleted must be gone


async def test_talk_about_a_conversion_is_told_to_the_two_of_it(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    group = await make_group(db, ann, bob, eve)
    conversion = await convert(db, bob, group, ann)
    async with db.transaction() as tx:
        wanted = NewComment(new_id(), Topic.CONVERSION, conversion.id, Words("At 1.20?"))
        await comments.add(tx, eve, wanted)
    await tell(db, (await log(db, group.id))[-1])

    assert await kinds(db, ann) == await kinds(db, bob) == [NotificationKind.COMMENT_ADDED]
    assert await kinds(db, eve) == []
    [heard] = await told(db, ann)
    assert sentence(heard.kind, heard.data) == "Eve commented on 5.00 EUR in Trip."
