"""Who is told of what, by the real services and a job that may run twice."""

import pytest
from sqlmodel import select

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.group import NewMember
from domain.log import EventKind
from domain.money import Money
from domain.news import sentence
from domain.notification import NotificationKind
from domain.preferences import Channel
from domain.role import Role
from domain.settlement import Payment
from domain.split import Exact, RemainderPolicy
from domain.subgroup import NewSubgroup, SubgroupChanges
from models.event import Event
from models.ledger import Ledger
from models.notification import Notification
from services import expenses, ledgers, members, preferences, settlements, subgroups, telling
from tests.budgets import told
from tests.claims import claim, open_dinner
from tests.groups import DAY, Group, log, make_group, personal_ledger, spend
from tests.members import add_friend, reactivate, remove, set_role
from tests.people import make_user
from tests.receipts import begin, fail, upload

Kind = NotificationKind


async def tell_all(db: Database, ledger: Group) -> None:
    """Do the job of every event of a group's log."""
    for event in await log(db, ledger.id):
        await tell(db, event)


async def tell(db: Database, event: Event) -> None:
    for one in await telling.concerned(db, event.ledger_id, [event.seq]):
        async with db.transaction() as tx:
            await telling.tell(tx, one)


async def kinds(db: Database, who: Actor) -> list[Kind]:
    return [row.kind for row in await told(db, who)]


@pytest.fixture
async def trip(db: Database, ann: Actor, bob: Actor) -> Group:
    """A group whose beginning everybody has been told of."""
    group = await make_group(db, ann, bob)
    await tell_all(db, group)
    return group


async def test_whoever_was_there_hears_of_whoever_joins(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    assert await kinds(db, ann) == [Kind.MEMBER_JOINED]
    assert await kinds(db, bob) == []
    assert trip.seat(bob)


async def test_an_expense_is_told_to_whoever_has_part_in_it(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    group = await make_group(db, ann, bob, eve)
    split = Exact({group.seat(ann): 700, group.seat(bob): 300})
    expense = await spend(db, ann, group.id, 1000, split=split, merchant="Dinner")
    *_, event = await log(db, group.id)

    await tell(db, event)
    await tell(db, event)

    [one] = await told(db, bob)
    assert (one.kind, one.source_ledger_id, one.source_seq) == (
        Kind.EXPENSE_ADDED,
        group.id,
        event.seq,
    )
    assert one.data == {
        "ledger_id": str(group.id),
        "ledger_name": "Trip",
        "actor_name": "Ann",
        "entity": "Expense",
        "entity_id": str(expense.id),
        "title": "Dinner",
        "amount": {"minor": 1000, "currency": "EUR"},
        "changed": [],
        "count": None,
    }
    *_, announcement = await log(db, (await personal_ledger(db, bob)).id)
    assert (announcement.kind, announcement.seq) == (EventKind.NOTIFICATION_CREATED, one.seq)
    assert announcement.entity_id == one.id
    assert await told(db, ann) == await told(db, eve) == []


async def test_changing_deleting_and_restoring_are_told_too(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id)
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, expense.id)
    async with db.transaction() as tx:
        await expenses.restore(tx, ann, expense.id)
    await tell_all(db, trip)

    assert await kinds(db, bob) == [
        Kind.EXPENSE_ADDED,
        Kind.EXPENSE_DELETED,
        Kind.EXPENSE_RESTORED,
    ]
    assert [row.data["changed"] for row in await told(db, bob)] == [
        [],
        ["deleted_at"],
        ["deleted_at"],
    ]


async def test_a_payment_is_told_to_the_other_side(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    group = await make_group(db, ann, bob, eve)
    payment = Payment(
        id=new_id(),
        ledger_id=group.id,
        payer_id=group.seat(bob),
        payee_id=group.seat(ann),
        amount=Money(500, "EUR"),
        day=DAY,
    )
    async with db.transaction() as tx:
        await settlements.record(tx, bob, payment)
    async with db.transaction() as tx:
        await settlements.delete(tx, bob, payment.id)
    for event in (await log(db, group.id))[-2:]:
        await tell(db, event)

    assert await kinds(db, ann) == [Kind.SETTLEMENT_RECORDED, Kind.SETTLEMENT_DELETED]
    assert await told(db, bob) == await told(db, eve) == []


async def test_what_happens_to_a_group_is_told_to_everyone_in_it(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    async with db.transaction() as tx:
        ledger = await tx.get_one(Ledger, trip.id)
        renamed = await ledgers.rename(tx, ann, trip.id, ledger.version, "Rome")
    async with db.transaction() as tx:
        shown = await ledgers.present_in(tx, ann, trip.id, renamed.version, "USD")
    async with db.transaction() as tx:
        fair = RemainderPolicy.FAIR_LEDGER
        await ledgers.choose_remainder(tx, ann, trip.id, shown.version, fair)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)
    async with db.transaction() as tx:
        await ledgers.reopen(tx, ann, trip.id)
    async with db.transaction() as tx:
        await ledgers.add_placeholder(tx, ann, NewMember(new_id(), trip.id, "Dan"))
    await tell_all(db, trip)

    assert await kinds(db, bob) == [
        Kind.GROUP_RENAMED,
        Kind.GROUP_CURRENCY_CHANGED,
        Kind.GROUP_CHANGED,
        Kind.GROUP_ARCHIVED,
        Kind.GROUP_REOPENED,
        Kind.MEMBER_ADDED,
    ]
    titles = [row.data["title"] for row in await told(db, bob)]
    assert titles == ["Trip", "Rome", "Rome", "Rome", "Rome", "Dan"]


async def test_whoever_has_left_learns_nothing_new(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    async with db.transaction() as tx:
        await members.leave(tx, bob, trip.id)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)
    await tell_all(db, trip)

    assert await kinds(db, ann) == [Kind.MEMBER_JOINED, Kind.MEMBER_LEFT]
    assert await kinds(db, bob) == []


async def test_who_is_added_or_removed_by_somebody_is_told_so(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    eve = await make_user(db, "Eve")
    shared = await make_group(db, ann, eve)
    added = await add_friend(db, ann, trip, eve)
    await remove(db, ann, added.id)
    await tell_all(db, trip)

    assert await kinds(db, eve) == [Kind.ADDED_TO_GROUP, Kind.REMOVED_FROM_GROUP]
    assert await kinds(db, bob) == [Kind.MEMBER_ADDED, Kind.MEMBER_LEFT]
    sentences = [sentence(one.kind, one.data) for one in await told(db, eve)]
    assert sentences == ["Ann added you to Trip.", "Ann removed you from Trip."]
    assert shared.seat(eve)


async def test_who_is_deactivated_and_let_in_again_is_told_so(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    group = await make_group(db, ann, bob, eve)
    await spend(db, ann, group.id, split=Exact({group.seat(bob): 1000}))
    await remove(db, ann, group.seat(bob))
    await reactivate(db, ann, group.seat(bob))
    await set_role(db, ann, group, bob, Role.VIEWER)
    for event in (await log(db, group.id))[-3:]:
        await tell(db, event)

    assert await kinds(db, bob) == [Kind.ROLE_CHANGED] * 3
    assert await kinds(db, eve) == [Kind.MEMBER_DEACTIVATED, Kind.MEMBER_REACTIVATED]


async def test_a_receipt_is_told_of_to_whoever_sent_it_in(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    receipt = await upload(db, bob, trip.id)
    await begin(db, receipt.id)
    await fail(db, receipt.id)
    await tell_all(db, trip)

    assert await kinds(db, bob) == [Kind.RECEIPT_FAILED]
    assert await kinds(db, ann) == [Kind.MEMBER_JOINED]


async def test_whoever_wants_to_hear_nothing_of_a_kind_is_told_nothing(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    async with db.transaction() as tx:
        await preferences.choose(tx, bob, None, {Kind.EXPENSE_ADDED: frozenset()})
    await spend(db, ann, trip.id)
    await tell_all(db, trip)

    assert await told(db, bob) == []
    assert EventKind.NOTIFICATION_CREATED not in {
        event.kind for event in await log(db, (await personal_ledger(db, bob)).id)
    }


async def test_without_the_app_only_other_channels_tell(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    async with db.transaction() as tx:
        await preferences.choose(tx, bob, None, {Kind.EXPENSE_ADDED: {Channel.EMAIL}})
    await spend(db, ann, trip.id)
    await tell_all(db, trip)

    [one] = await told(db, bob)
    assert not one.in_app


async def test_an_event_that_is_not_there_concerns_nobody(db: Database, trip: Group) -> None:
    assert await telling.concerned(db, trip.id, [99]) == []
    async with db.reading() as session:
        before = len((await session.exec(select(Notification))).all())
    assert before == 1


async def test_whoever_settles_as_one_is_told_with_whom(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    group = await make_group(db, ann, bob, eve)
    couple = NewSubgroup(new_id(), group.id, "Home", [group.seat(ann), group.seat(bob)])
    async with db.transaction() as tx:
        await subgroups.create(tx, ann, couple)
    async with db.transaction() as tx:
        await subgroups.update(tx, ann, couple.id, 1, SubgroupChanges(name="Us"))
    async with db.transaction() as tx:
        await subgroups.dissolve(tx, ann, couple.id)
    for event in (await log(db, group.id))[-3:]:
        await tell(db, event)

    made, gone = await told(db, bob)
    assert (made.kind, gone.kind) == (Kind.SUBGROUP_CHANGED, Kind.SUBGROUP_CHANGED)
    assert sentence(made.kind, made.data) == "Ann changed “Home”, who settle as one in Trip."
    assert gone.data["changed"] == ["dissolved_at"]
    assert await told(db, ann) == await told(db, eve) == []


async def test_a_receipt_to_claim_is_everyones_business(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    row = await open_dinner(db, ann, trip.id)
    await claim(db, bob, row.id, {0: 1})
    await tell_all(db, trip)

    (news,) = [one for one in await told(db, bob) if one.kind is Kind.CLAIMING_OPENED]

    assert sentence(news.kind, news.data) == (
        "Ann asks what you had of “Café Rio” (52.63 EUR) in Trip."
    )
    assert Kind.CLAIMING_OPENED not in await kinds(db, ann)
