"""Taking back one's own last change: by an event that follows, once, and never over somebody else's."""

from uuid import UUID

import pytest
from sqlmodel import col, select, update
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import NotFound
from domain.expense import Bill, Changes, To
from domain.log import EventKind
from domain.money import Money
from domain.role import Role, RoleTooLow
from domain.settlement import Payment, PaymentChanges, SettlementMethod, SettlementState
from domain.split import Exact
from domain.undo import CannotBeUndone, ChangedSince, NotYourChange
from models.category import Category
from models.expense import Expense, Settlement
from models.ledger import Member
from services import expenses, ledgers, members, settlement_edits, settlements, undo
from services.access import LedgerArchived
from services.postings import Fact
from tests.api import Api
from tests.groups import DAY, Group, balances, convert, entries, log, spend
from tests.integration.test_comments import add

UNDO = """mutation($input: UndoLastChangeInput!) { undoLastChange(input: $input) {
  ... on Expense { id deletedAt version } ... on Settlement { id deleted }
  ... on Refusal { __typename code } ... on Conflict { current { id } } } }"""

RESTORE = """mutation($id: ID!) { restoreSettlement(id: $id) {
  ... on Settlement { deleted version } ... on Refusal { code } } }"""


@pytest.fixture
async def dinner(db: Database, ann: Actor, trip: Group) -> Expense:
    return await spend(db, ann, trip.id, merchant="Rosa's", note="Wine", tags=["food"])


async def pay(db: Database, trip: Group, payer: Actor, payee: Actor) -> Settlement:
    amount = Money(500, "EUR")
    payment = Payment(new_id(), trip.id, trip.seat(payer), trip.seat(payee), amount, DAY)
    async with db.transaction() as tx:
        return await settlements.record(tx, payer, payment)


async def delete(db: Database, actor: Actor, expense: Expense) -> Expense:
    async with db.transaction() as tx:
        return await expenses.delete(tx, actor, expense.id)


async def change(db: Database, actor: Actor, expense: Expense, changes: Changes) -> Expense:
    async with db.transaction() as tx:
        version = (await tx.get_one(Expense, expense.id)).version
        return await expenses.update(tx, actor, expense.id, version, changes)


async def take_back(db: Database, actor: Actor, ledger_id: UUID, seq: int) -> Fact:
    async with db.transaction() as tx:
        return await undo.last_change(tx, actor, ledger_id, seq)


async def set_role(db: Database, trip: Group, actor: Actor, role: Role) -> None:
    async with db.transaction() as tx:
        seat = col(Member.id) == trip.seat(actor)
        await tx.exec(update(Member).where(seat).values(role=role))


async def head(db: Database, trip: Group) -> int:
    return (await log(db, trip.id))[-1].seq


async def test_what_was_created_is_deleted_once_however_often_asked(
    db: Database, ann: Actor, trip: Group, dinner: Expense
) -> None:
    seq = await head(db, trip)

    first = await take_back(db, ann, trip.id, seq)
    again = await take_back(db, ann, trip.id, seq)

    assert first.deleted_at is not None
    assert again.version == first.version
    newest = (await log(db, trip.id))[-1]
    assert (newest.seq, newest.kind) == (seq + 1, EventKind.EXPENSE_DELETED)
    assert newest.entity_id == dinner.id
    assert await balances(db, trip.id) == {}


async def test_an_edit_of_every_field_is_as_it_was(
    db: Database, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    async with db.reading() as session:
        category = (await session.exec(select(Category.id).order_by(col(Category.key)))).first()
    was, shares = dinner.facts(), await entries(db, dinner.id)
    split = Exact({trip.seat(bob): 300, trip.seat(ann): 99})
    bill = Bill(Money(399, "USD"), {trip.seat(bob): 399}, split)
    changes = Changes(bill, DAY.replace(day=1), To(category), To(None), To("Beer"), ["b", "a"])
    await change(db, bob, dinner, changes)

    back = await take_back(db, bob, trip.id, await head(db, trip))

    newest = (await log(db, trip.id))[-1]
    assert newest.kind == EventKind.EXPENSE_UPDATED
    assert newest.after == back.facts() == was
    assert await entries(db, dinner.id) == shares
    assert await balances(db, trip.id) == {
        (trip.seat(ann), "EUR"): 500,
        (trip.seat(bob), "EUR"): -500,
    }


async def test_an_edit_is_taken_back_once_and_that_can_be_taken_back_too(
    db: Database, ann: Actor, trip: Group, dinner: Expense
) -> None:
    await change(db, ann, dinner, Changes(note=To("Beer")))
    seq = await head(db, trip)

    back = await take_back(db, ann, trip.id, seq)
    repeated = await take_back(db, ann, trip.id, seq)
    forth = await take_back(db, ann, trip.id, seq + 1)

    assert isinstance(back, Expense)
    assert isinstance(forth, Expense)
    assert (back.note, repeated.version, forth.note) == ("Wine", back.version, "Beer")
    assert await head(db, trip) == seq + 2


async def test_what_was_deleted_is_restored_and_the_other_way_round(
    db: Database, ann: Actor, trip: Group, dinner: Expense
) -> None:
    before = await balances(db, trip.id)
    await delete(db, ann, dinner)

    restored = await take_back(db, ann, trip.id, await head(db, trip))
    assert restored.deleted_at is None
    assert await balances(db, trip.id) == before

    deleted = await take_back(db, ann, trip.id, await head(db, trip))
    assert deleted.deleted_at is not None


async def test_settlements_too(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    await pay(db, trip, bob, ann)
    paid, seq = await balances(db, trip.id), await head(db, trip)

    assert (await take_back(db, bob, trip.id, seq)).deleted_at is not None
    assert await balances(db, trip.id) == {}
    assert (await take_back(db, bob, trip.id, seq + 1)).deleted_at is None
    assert await balances(db, trip.id) == paid
    assert (await take_back(db, bob, trip.id, seq + 2)).deleted_at is not None
    kinds = [event.kind for event in await log(db, trip.id)][-3:]
    assert kinds == ["settlement.deleted", "settlement.restored", "settlement.deleted"]


async def test_an_edit_of_a_settlement_is_as_it_was(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    settlement, paid = await pay(db, trip, bob, ann), await balances(db, trip.id)
    was = settlement.facts()
    changes = PaymentChanges(700, DAY.replace(day=1), SettlementMethod.CASH, To("At last"))
    async with db.transaction() as tx:
        await settlement_edits.update(tx, bob, settlement.id, 1, changes)
    seq = await head(db, trip)

    back = await take_back(db, bob, trip.id, seq)
    again = await take_back(db, bob, trip.id, seq)

    assert back.facts() == was
    assert (back.version, again.version) == (3, 3)
    assert await balances(db, trip.id) == paid


async def test_what_was_said_of_a_settlement_is_unsaid(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    settlement, paid = await pay(db, trip, bob, ann), await balances(db, trip.id)
    async with db.transaction() as tx:
        await settlement_edits.dispute(tx, bob, settlement.id, 1, "It was 400")
        await settlement_edits.confirm(tx, ann, settlement.id, 2)
    disputed, confirmed = (await head(db, trip)) - 1, await head(db, trip)

    with pytest.raises(ChangedSince):
        await take_back(db, bob, trip.id, disputed)
    back = await take_back(db, ann, trip.id, confirmed)
    again = await take_back(db, ann, trip.id, confirmed)

    assert isinstance(back, Settlement)
    assert (back.state, back.dispute_reason) == (SettlementState.DISPUTED, "It was 400")
    assert (back.version, again.version) == (4, 4)
    newest = (await log(db, trip.id))[-1]
    assert (newest.kind, newest.balances) == (EventKind.SETTLEMENT_REOPENED, [])
    assert await balances(db, trip.id) == paid
    with pytest.raises(CannotBeUndone):
        await take_back(db, ann, trip.id, newest.seq)


async def test_conversions_too(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    await convert(db, bob, trip, ann)
    moved, seq = await balances(db, trip.id), await head(db, trip)

    taken = await take_back(db, bob, trip.id, seq)
    again = await take_back(db, bob, trip.id, seq)
    assert (taken.version, again.version) == (2, 2)
    assert taken.deleted_at is not None
    assert await balances(db, trip.id) == {}
    assert (await take_back(db, bob, trip.id, seq + 1)).deleted_at is None
    assert await balances(db, trip.id) == moved
    assert [event.kind for event in await log(db, trip.id)][-3:] == [
        "conversion.posted",
        "conversion.deleted",
        "conversion.restored",
    ]


async def test_whether_it_pays_too_much_is_seen_anew_when_it_is_restored(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    settlement = await pay(db, trip, bob, ann)
    async with db.transaction() as tx:
        await settlements.delete(tx, ann, settlement.id)
    await spend(db, ann, trip.id, 600)

    async with db.transaction() as tx:
        restored = await settlements.restore(tx, ann, settlement.id)

    assert (settlement.overpaid_minor, restored.overpaid_minor) == (500, 200)
    newest = (await log(db, trip.id))[-1]
    assert newest.before is not None
    assert newest.after is not None
    assert (newest.before["overpaid_minor"], newest.after["overpaid_minor"]) == (500, 200)


async def test_what_the_payee_confirmed_is_not_confirmed_by_going_back_to_it(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    settlement = await pay(db, trip, bob, ann)
    async with db.transaction() as tx:
        await settlement_edits.confirm(tx, ann, settlement.id, 1)
        await settlement_edits.update(tx, bob, settlement.id, 2, PaymentChanges(700))
    seq = await head(db, trip)

    back = await take_back(db, bob, trip.id, seq)
    again = await take_back(db, bob, trip.id, seq)

    assert isinstance(back, Settlement)
    assert (back.amount_minor, back.state) == (500, SettlementState.RECORDED)
    assert again.version == back.version
    with pytest.raises(ChangedSince):
        await take_back(db, ann, trip.id, seq - 1)


async def test_a_settlement_is_restored_once_even_between_people_who_left(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    settlement = await pay(db, trip, bob, ann)
    async with db.transaction() as tx:
        await settlements.delete(tx, ann, settlement.id)
        await members.leave(tx, bob, trip.id)

    async with db.transaction() as tx:
        restored = await settlements.restore(tx, ann, settlement.id)
        again = await settlements.restore(tx, ann, settlement.id)

    assert restored.deleted_at is None
    assert again.version == 3
    assert await balances(db, trip.id) == {
        (trip.seat(bob), "EUR"): 500,
        (trip.seat(ann), "EUR"): -500,
    }
    newest = (await log(db, trip.id))[-1]
    assert newest.kind == EventKind.SETTLEMENT_RESTORED
    assert len(newest.balances) == 2


async def test_nothing_is_taken_back_over_a_later_change(
    db: Database, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    created = await head(db, trip)
    await change(db, ann, dinner, Changes(note=To("Beer")))
    edited = await head(db, trip)
    await change(db, bob, dinner, Changes(merchant=To("Rosso")))
    before = await log(db, trip.id)

    for seq in (created, edited):
        with pytest.raises(ChangedSince) as refused:
            await take_back(db, ann, trip.id, seq)
        assert refused.value.entity == ("Expense", dinner.id)

    assert await log(db, trip.id) == before


async def test_another_undoing_it_is_a_later_change_too(
    db: Database, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    seq = await head(db, trip)
    await delete(db, bob, dinner)

    with pytest.raises(ChangedSince):
        await take_back(db, ann, trip.id, seq)


async def test_what_others_do_elsewhere_and_say_does_not_matter(
    db: Database, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    seq = await head(db, trip)
    await spend(db, bob, trip.id)
    await add(db, bob, dinner.id)

    assert (await take_back(db, ann, trip.id, seq)).deleted_at is not None


async def test_others_changes_and_other_events_are_refused(
    db: Database, ann: Actor, bob: Actor, eve: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id)
    before = await log(db, trip.id)
    seq = before[-1].seq

    with pytest.raises(NotYourChange):
        await take_back(db, bob, trip.id, seq)
    with pytest.raises(CannotBeUndone):
        await take_back(db, ann, trip.id, 1)
    with pytest.raises(NotFound):
        await take_back(db, ann, trip.id, seq + 1)
    with pytest.raises(NotFound):
        await take_back(db, eve, trip.id, seq)

    assert await log(db, trip.id) == before


async def test_it_takes_what_the_change_itself_takes(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, bob, trip.id)
    seq = await head(db, trip)

    await set_role(db, trip, bob, Role.VIEWER)
    with pytest.raises(RoleTooLow):
        await take_back(db, bob, trip.id, seq)
    await set_role(db, trip, bob, Role.MEMBER)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)
    with pytest.raises(LedgerArchived):
        await take_back(db, bob, trip.id, seq)

    assert await head(db, trip) == seq + 1  # that it was archived


async def test_clients_undo_by_the_number_of_the_event(
    db: Database, redis_url: str, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    api, seq = Api(db, redis_url), await head(db, trip)
    id = str(GlobalID("Expense", str(dinner.id)))
    wanted = {"ledgerId": str(GlobalID("Ledger", str(trip.id))), "seq": seq}

    not_his = (await api.ask(bob, UNDO, input=wanted))["undoLastChange"]
    undone = (await api.ask(ann, UNDO, input=wanted))["undoLastChange"]
    await take_back(db, ann, trip.id, seq + 1)
    late = (await api.ask(ann, UNDO, input=wanted))["undoLastChange"]

    assert not_his == {"__typename": "Forbidden", "code": "NOT_YOUR_CHANGE"}
    assert (undone["id"], undone["version"]) == (id, 2)
    assert undone["deletedAt"] is not None
    assert late == {"__typename": "Conflict", "code": "CHANGED_SINCE", "current": {"id": id}}


async def test_clients_restore_a_settlement(
    db: Database, redis_url: str, ann: Actor, bob: Actor, trip: Group
) -> None:
    settlement = await pay(db, trip, bob, ann)
    async with db.transaction() as tx:
        await settlements.delete(tx, bob, settlement.id)

    id = str(GlobalID("Settlement", str(settlement.id)))
    answer = await Api(db, redis_url).ask(ann, RESTORE, id=id)

    assert answer["restoreSettlement"] == {"deleted": False, "version": 3}
