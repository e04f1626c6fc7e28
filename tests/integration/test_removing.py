"""Who goes, who is deactivated because something is still open, and who comes back."""

import pytest

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import NotFound
from domain.log import EventKind
from domain.money import Money
from domain.role import Role, RoleTooLow
from domain.settlement import Payment
from domain.split import ByWeight
from services import access, expenses, settlements
from services.postings import MemberDeactivated, MemberHasLeft
from tests.groups import (
    DAY,
    Group,
    balances,
    draft,
    entries,
    ledger_row,
    log,
    make_group,
    spend,
)
from tests.members import leave, pay, placeholder, reactivate, remove, seat, set_role, update

OWNER, ADMIN, MEMBER = Role.OWNER, Role.ADMIN, Role.MEMBER


async def test_removing_is_for_those_above(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    group = await make_group(db, ann, bob, eve)
    with pytest.raises(RoleTooLow):
        await remove(db, bob, group.seat(eve))
    await set_role(db, ann, group, bob, ADMIN)
    with pytest.raises(RoleTooLow):
        await remove(db, bob, group.seat(ann))
    for _ in range(2):
        assert (await remove(db, bob, group.seat(eve))).left_at is not None

    async with db.reading() as session:
        with pytest.raises(NotFound):
            await access.ledger_of(session, eve.user_id, group.id)
    *_, event = await log(db, group.id)
    assert (event.kind, event.entity_id) == ("member.left", group.seat(eve))


async def test_removing_deactivates_whoever_has_a_balance_in_any_currency(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await set_role(db, ann, trip, bob, ADMIN)
    await spend(db, ann, trip.id, 1000, currency="JPY")

    gone = await remove(db, ann, trip.seat(bob))
    again = await remove(db, ann, trip.seat(bob))

    assert gone.left_at is None
    assert gone.deactivated_at == again.deactivated_at is not None
    assert (again.version, again.role) == (gone.version, MEMBER)
    *_, event = await log(db, trip.id)
    assert (event.kind, event.entity_id) == ("member.deactivated", trip.seat(bob))


async def test_an_owner_who_is_deactivated_hands_over(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)

    await leave(db, ann, trip)

    assert (await seat(db, trip.seat(ann))).role is MEMBER
    assert (await seat(db, trip.seat(bob))).role is OWNER


async def test_the_last_to_go_hands_over_to_who_was_deactivated(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    cat = await placeholder(db, ann, trip)
    await spend(db, ann, trip.id, 900)
    await pay(db, ann, cat, trip.seat(ann), trip)
    await remove(db, ann, trip.seat(bob))
    await pay(db, ann, trip.seat(ann), cat, trip)
    payment = Payment(new_id(), trip.id, trip.seat(bob), trip.seat(ann), Money(300, "EUR"), DAY)
    async with db.transaction() as tx:
        await settlements.record(tx, bob, payment)
    payment = Payment(new_id(), trip.id, cat, trip.seat(ann), Money(300, "EUR"), DAY)
    async with db.transaction() as tx:
        await settlements.record(tx, ann, payment)

    await leave(db, ann, trip)

    heir = await seat(db, trip.seat(bob))
    assert (heir.role, heir.is_active) == (OWNER, True)
    assert (await ledger_row(db, trip.id)).archived_at is None


async def test_a_placeholder_is_removed_too(db: Database, ann: Actor, trip: Group) -> None:
    cat = await placeholder(db, ann, trip)

    assert (await remove(db, ann, cat)).left_at is not None
    with pytest.raises(MemberHasLeft):
        await update(db, ann, cat, name="Kit")


@pytest.fixture
async def owing(db: Database, ann: Actor, bob: Actor, eve: Actor) -> Group:
    """A group in which Bob owes Ann 5.00 and is deactivated."""
    group = await make_group(db, ann, bob, eve)
    await spend(db, ann, group.id, 1000, split=ByWeight((group.seat(ann), group.seat(bob))))
    await remove(db, ann, group.seat(bob))
    return group


async def test_new_costs_may_not_name_who_is_deactivated(
    db: Database, ann: Actor, bob: Actor, owing: Group
) -> None:
    before = await log(db, owing.id)
    with pytest.raises(MemberDeactivated):
        await spend(db, ann, owing.id, 1000, split=ByWeight((owing.seat(bob),)))
    with pytest.raises(MemberDeactivated):
        await spend(db, ann, owing.id, 1000, paid_by={owing.seat(bob): 1000})
    assert await log(db, owing.id) == before


async def test_everyone_equally_is_everyone_else(
    db: Database, ann: Actor, eve: Actor, owing: Group
) -> None:
    expense = await spend(db, ann, owing.id, 1000)

    assert await entries(db, expense.id) == {
        owing.seat(ann): (1000, 500),
        owing.seat(eve): (0, 500),
    }


async def test_the_deactivated_see_but_write_nothing(
    db: Database, bob: Actor, owing: Group
) -> None:
    async with db.reading() as session:
        assert (await access.ledger_of(session, bob.user_id, owing.id)).id == owing.id
    with pytest.raises(RoleTooLow):
        await spend(db, bob, owing.id)
    with pytest.raises(RoleTooLow):
        await placeholder(db, bob, owing)


async def test_the_deactivated_settle_what_is_theirs_and_nothing_else(
    db: Database, ann: Actor, bob: Actor, eve: Actor, owing: Group
) -> None:
    with pytest.raises(RoleTooLow):
        await pay(db, bob, owing.seat(eve), owing.seat(ann), owing)
    mistaken = await pay(db, bob, owing.seat(bob), owing.seat(ann), owing)
    async with db.transaction() as tx:
        await settlements.delete(tx, bob, mistaken.id)
    await pay(db, bob, owing.seat(bob), owing.seat(ann), owing)
    assert await balances(db, owing.id) == {}

    await leave(db, bob, owing)

    assert (await seat(db, owing.seat(bob))).left_at is not None


async def test_the_deactivated_are_let_in_again_by_an_admin(
    db: Database, ann: Actor, bob: Actor, owing: Group
) -> None:
    with pytest.raises(RoleTooLow):
        await reactivate(db, bob, owing.seat(bob))
    with pytest.raises(MemberDeactivated):
        await set_role(db, ann, owing, bob, ADMIN)
    for _ in range(2):
        assert (await reactivate(db, ann, owing.seat(bob))).is_active

    await spend(db, bob, owing.id, 900)
    kinds = [event.kind for event in await log(db, owing.id)]
    assert kinds.count(EventKind.MEMBER_REACTIVATED) == 1


async def test_a_cost_that_the_deactivated_are_part_of_can_still_be_edited_and_restored(
    db: Database, ann: Actor, bob: Actor, owing: Group
) -> None:
    [old] = [event for event in await log(db, owing.id) if event.kind == "expense.created"]
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, old.entity_id)
    async with db.transaction() as tx:
        await expenses.restore(tx, ann, old.entity_id)

    assert (await balances(db, owing.id))[owing.seat(bob), "EUR"] == -500


async def test_what_was_asked_before_is_answered_again(
    db: Database, ann: Actor, bob: Actor, owing: Group
) -> None:
    await reactivate(db, ann, owing.seat(bob))
    wanted = draft(owing.id, 900)
    async with db.transaction() as tx:
        first, _ = await expenses.create(tx, ann, wanted)
    await remove(db, ann, owing.seat(bob))

    async with db.transaction() as tx:
        again, _ = await expenses.create(tx, ann, wanted)

    assert again.id == first.id
