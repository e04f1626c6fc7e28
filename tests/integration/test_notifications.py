import pytest

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import NotFound
from domain.notification import MOST_AT_ONCE, These, TooManyNotifications, UpTo
from domain.pages import CursorUnreadable, Page, Slice
from models.notification import Notification
from services import notifications
from tests.budgets import check, make_budget, told
from tests.groups import personal_ledger, spend
from tests.people import make_user


@pytest.fixture
async def ann(db: Database) -> Actor:
    """Someone with three notifications."""
    ann = await make_user(db, "Ann")
    await make_budget(db, ann, 1000, thresholds=[50, 75, 100])
    ledger = await personal_ledger(db, ann)
    for _ in range(4):
        await spend(db, ann, ledger.id, 250)
        await check(db, ann)
    return ann


async def page(
    db: Database, viewer: Actor, first: int = 50, after: str | None = None, *, unread: bool = False
) -> Page[Notification]:
    async with db.reading() as session:
        return await notifications.page(
            session, viewer.user_id, Slice.of(first, after), unread_only=unread
        )


async def unread_count(db: Database, viewer: Actor) -> int:
    async with db.reading() as session:
        return await notifications.unread_count(session, viewer.user_id)


async def mark(db: Database, actor: Actor, which: notifications.Reading) -> int:
    async with db.transaction() as tx:
        return await notifications.mark_read(tx, actor, which)


def thresholds(page: Page[Notification]) -> list[int]:
    return [row.data["threshold"] for _, row in page.rows]


async def test_newest_first_page_by_page(db: Database, ann: Actor) -> None:
    first = await page(db, ann, 2)
    rest = await page(db, ann, 2, first.rows[-1][0])

    assert (thresholds(first), first.has_next) == ([100, 75], True)
    assert (thresholds(rest), rest.has_next) == ([50], False)
    async with db.reading() as session:
        with pytest.raises(CursorUnreadable):
            await notifications.page(session, ann.user_id, Slice(1, ("x",)), unread_only=False)


async def test_up_to_marks_all_older_ones_once(db: Database, ann: Actor) -> None:
    oldest, middle, newest = await told(db, ann)

    assert await unread_count(db, ann) == 3
    assert await mark(db, ann, UpTo(middle.id)) == 2
    assert await mark(db, ann, UpTo(middle.id)) == 0

    assert await unread_count(db, ann) == 1
    assert [row.id for _, row in (await page(db, ann, unread=True)).rows] == [newest.id]
    assert [row.read_at is None for row in await told(db, ann)] == [False, False, True]
    assert thresholds(await page(db, ann)) == [100, 75, 50]
    assert oldest.read_at is None  # as it was read before


async def test_marks_those_that_are_named(db: Database, ann: Actor) -> None:
    oldest, _, newest = await told(db, ann)

    assert await mark(db, ann, These({oldest.id, newest.id})) == 2
    assert await mark(db, ann, These({oldest.id})) == 0
    assert await mark(db, ann, These(set())) == 0

    assert thresholds(await page(db, ann, unread=True)) == [75]


async def test_nobody_reads_or_marks_those_of_others(db: Database, ann: Actor) -> None:
    eve = await make_user(db, "Eve")
    *_, newest = await told(db, ann)

    assert (await page(db, eve)).rows == []
    assert await unread_count(db, eve) == 0
    for which in (UpTo(newest.id), These({newest.id})):
        with pytest.raises(NotFound, match=r"No such notification\."):
            await mark(db, eve, which)

    assert await unread_count(db, ann) == 3


async def test_one_that_is_not_there_marks_none_of_the_others(db: Database, ann: Actor) -> None:
    *_, newest = await told(db, ann)

    with pytest.raises(NotFound):
        await mark(db, ann, These({newest.id, new_id()}))

    assert await unread_count(db, ann) == 3


def test_refuses_more_than_a_page() -> None:
    with pytest.raises(TooManyNotifications):
        These({new_id() for _ in range(MOST_AT_ONCE + 1)})
