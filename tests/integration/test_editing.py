"""Who may change what was recorded, and until when: the same for every kind of fact and of change."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.clock import now
from core.db import Database, Tx
from core.ids import new_id
from domain.actor import Actor
from domain.conversion import Exchange
from domain.edit_policy import EditNotAllowed, EditPolicy, LockedByAge, WhoMayEdit
from domain.expense import Changes, To
from domain.fingerprint import Stale
from domain.money import Money
from domain.role import Role, RoleTooLow
from domain.settlement import Payment, PaymentChanges
from domain.split import Equal
from models.conversion import Conversion
from models.expense import Expense, Settlement
from services import conversions, expenses, ledgers, settlement_edits, settlements, undo
from services.ledgers import PersonalLedger
from tests.groups import Group, draft, ledger_row, log, make_group, personal_ledger, spend
from tests.members import set_role
from tests.people import make_user

ANY, INVOLVED, CREATOR = WhoMayEdit.ANY_MEMBER, WhoMayEdit.INVOLVED, WhoMayEdit.CREATOR_OR_ADMIN
Deed = Callable[[Tx, Actor], Awaitable[Any]]


def today() -> date:
    return now().date()


async def choose(
    db: Database, actor: Actor, group: Group, who: WhoMayEdit, lock_after_days: int | None = None
) -> None:
    version = (await ledger_row(db, group.id)).version
    async with db.transaction() as tx:
        policy = EditPolicy(who, lock_after_days)
        await ledgers.choose_edit_policy(tx, actor, group.id, version, policy)


class Facts:
    """An expense, a settlement and a conversion between Ann and Bob, all recorded by Bob."""

    def __init__(self, expense: Expense, settlement: Settlement, conversion: Conversion) -> None:
        self.expense, self.settlement, self.conversion = expense, settlement, conversion

    def deeds(self) -> dict[str, Deed]:
        """Every way to change one of them."""
        expense, settlement = self.expense, self.settlement
        edit, other = Changes(note=To("Wine")), PaymentChanges(note=To("Cash"))
        return {
            "edit an expense": lambda tx, who: expenses.update(tx, who, expense.id, 1, edit),
            "delete an expense": lambda tx, who: expenses.delete(tx, who, expense.id),
            "edit a settlement": lambda tx, who: settlement_edits.update(
                tx, who, settlement.id, 1, other
            ),
            "delete a settlement": lambda tx, who: settlements.delete(tx, who, settlement.id),
            "delete a conversion": lambda tx, who: conversions.delete(tx, who, self.conversion.id),
        }


@pytest.fixture
async def dan(db: Database) -> Actor:
    return await make_user(db, "Dan")


@pytest.fixture
async def group(db: Database, ann: Actor, bob: Actor, eve: Actor, dan: Actor) -> Group:
    """Ann owns it, Dan is an admin, Bob and Eve are members."""
    made = await make_group(db, ann, bob, eve, dan)
    await set_role(db, ann, made, dan, Role.ADMIN)
    return made


@pytest.fixture
async def facts(db: Database, ann: Actor, bob: Actor, group: Group) -> Facts:
    a, b = group.seat(ann), group.seat(bob)
    expense = await spend(
        db, bob, group.id, 1000, paid_by={a: 1000}, split=Equal((a, b)), day=today()
    )
    async with db.transaction() as tx:
        payment = Payment(new_id(), group.id, b, a, Money(100, "EUR"), today())
        settlement = await settlements.record(tx, bob, payment)
    async with db.transaction() as tx:
        conversion = await conversions.convert(tx, bob, exchange(group, b, a, today()))
    return Facts(expense, settlement, conversion)


def exchange(group: Group, debtor: Any, creditor: Any, day: date) -> Exchange:
    return Exchange(
        new_id(), group.id, debtor, creditor, Money(100, "EUR"), "USD", day, Decimal("1.1")
    )


class _Done(Exception):  # noqa: N818 - told to nobody
    pass


async def outcomes(db: Database, actor: Actor, deeds: dict[str, Deed]) -> dict[str, str]:
    """What comes of each deed, which is not kept."""
    found: dict[str, str] = {}
    for name, deed in deeds.items():
        try:
            async with db.transaction() as tx:
                await deed(tx, actor)
                raise _Done  # noqa: TRY301 - rolls back what was done
        except _Done:
            found[name] = "DONE"
        except (EditNotAllowed, LockedByAge, RoleTooLow) as refusal:
            found[name] = refusal.code
    return found


@pytest.mark.parametrize(
    ("who", "outsider", "involved", "admin", "creator"),
    [
        (ANY, "DONE", "DONE", "DONE", "DONE"),
        (INVOLVED, "EDIT_NOT_ALLOWED", "DONE", "DONE", "DONE"),
        (CREATOR, "EDIT_NOT_ALLOWED", "EDIT_NOT_ALLOWED", "DONE", "DONE"),
    ],
)
async def test_the_policy_says_who(
    db: Database,
    ann: Actor,
    bob: Actor,
    eve: Actor,
    dan: Actor,
    group: Group,
    facts: Facts,
    *,
    who: WhoMayEdit,
    outsider: str,
    involved: str,
    admin: str,
    creator: str,
) -> None:
    await choose(db, ann, group, who)
    await set_role(db, ann, group, dan, Role.OWNER)
    await set_role(db, dan, group, ann, Role.MEMBER)
    deeds = facts.deeds()

    assert await outcomes(db, eve, deeds) == dict.fromkeys(deeds, outsider)
    assert await outcomes(db, ann, deeds) == dict.fromkeys(deeds, involved)
    assert await outcomes(db, dan, deeds) == dict.fromkeys(deeds, admin)
    assert await outcomes(db, bob, deeds) == dict.fromkeys(deeds, creator)


async def test_what_was_deleted_is_restored_by_the_same_people(
    db: Database, ann: Actor, bob: Actor, eve: Actor, group: Group, facts: Facts
) -> None:
    await choose(db, ann, group, CREATOR)
    async with db.transaction() as tx:
        await expenses.delete(tx, bob, facts.expense.id)
    async with db.transaction() as tx:
        await settlements.delete(tx, bob, facts.settlement.id)
    async with db.transaction() as tx:
        await conversions.delete(tx, bob, facts.conversion.id)
    before = await log(db, group.id)
    deeds: dict[str, Deed] = {
        "expense": lambda tx, who: expenses.restore(tx, who, facts.expense.id),
        "settlement": lambda tx, who: settlements.restore(tx, who, facts.settlement.id),
        "conversion": lambda tx, who: conversions.restore(tx, who, facts.conversion.id),
    }

    assert await outcomes(db, eve, deeds) == dict.fromkeys(deeds, "EDIT_NOT_ALLOWED")
    assert await outcomes(db, bob, deeds) == dict.fromkeys(deeds, "DONE")
    assert await log(db, group.id) == before


async def test_undoing_ones_own_edit_needs_the_right_to_edit(
    db: Database, ann: Actor, eve: Actor, group: Group, facts: Facts
) -> None:
    async with db.transaction() as tx:
        await expenses.update(tx, eve, facts.expense.id, 1, Changes(note=To("Wine")))
    *_, edit = await log(db, group.id)
    await choose(db, ann, group, INVOLVED)

    with pytest.raises(EditNotAllowed):
        async with db.transaction() as tx:
            await undo.last_change(tx, eve, group.id, edit.seq)


async def test_a_lock_holds_for_everybody_and_is_moved_in_the_open(
    db: Database, ann: Actor, bob: Actor, dan: Actor, group: Group
) -> None:
    day = today() - timedelta(days=10)
    expense = await spend(db, bob, group.id, day=day)
    await choose(db, ann, group, ANY, 9)
    deeds: dict[str, Deed] = {
        "edit": lambda tx, who: expenses.update(tx, who, expense.id, 1, Changes(note=To("Wine"))),
        "move out": lambda tx, who: expenses.update(tx, who, expense.id, 1, Changes(day=today())),
        "delete": lambda tx, who: expenses.delete(tx, who, expense.id),
        "add": lambda tx, who: expenses.create(tx, who, draft(group.id, day=day)),
        "pay": lambda tx, who: settlements.record(
            tx,
            who,
            Payment(new_id(), group.id, group.seat(bob), group.seat(ann), Money(1, "EUR"), day),
        ),
        "convert": lambda tx, who: conversions.convert(
            tx, who, exchange(group, group.seat(bob), group.seat(ann), day)
        ),
    }

    for who in (ann, bob, dan):
        assert await outcomes(db, who, deeds) == dict.fromkeys(deeds, "LOCKED_BY_AGE")
    await choose(db, dan, group, ANY, 10)
    assert await outcomes(db, bob, deeds) == dict.fromkeys(deeds, "DONE")
    *_, event = await log(db, group.id)
    assert event.kind == "ledger.updated"
    assert event.before is not None
    assert event.after is not None
    assert (event.before["lock_after_days"], event.after["lock_after_days"]) == (9, 10)


async def test_nothing_moves_into_what_is_locked(
    db: Database, ann: Actor, group: Group, facts: Facts
) -> None:
    await choose(db, ann, group, ANY, 5)
    day = today() - timedelta(days=6)
    deeds: dict[str, Deed] = {
        "expense": lambda tx, who: expenses.update(tx, who, facts.expense.id, 1, Changes(day=day)),
        "settlement": lambda tx, who: settlement_edits.update(
            tx, who, facts.settlement.id, 1, PaymentChanges(day=day)
        ),
    }

    assert await outcomes(db, ann, deeds) == dict.fromkeys(deeds, "LOCKED_BY_AGE")


async def test_what_was_asked_before_the_lock_is_answered_again(
    db: Database, ann: Actor, group: Group
) -> None:
    wanted = draft(group.id, day=today() - timedelta(days=3))
    async with db.transaction() as tx:
        first, _ = await expenses.create(tx, ann, wanted)
    await choose(db, ann, group, ANY, 1)

    async with db.transaction() as tx:
        assert (await expenses.create(tx, ann, wanted)).expense.id == first.id


async def test_payments_are_confirmed_and_disputed_whatever_the_policy(
    db: Database, ann: Actor, bob: Actor, group: Group
) -> None:
    day = today() - timedelta(days=10)
    payment = Payment(new_id(), group.id, group.seat(bob), group.seat(ann), Money(1, "EUR"), day)
    async with db.transaction() as tx:
        settlement = await settlements.record(tx, bob, payment)
    await choose(db, ann, group, CREATOR, 0)

    async with db.transaction() as tx:
        await settlement_edits.confirm(tx, ann, settlement.id, 1)
    async with db.transaction() as tx:
        await settlement_edits.dispute(tx, bob, settlement.id, 2, "It was more.")


async def test_the_policy_is_chosen_by_admins_of_a_group(
    db: Database, ann: Actor, bob: Actor, dan: Actor, group: Group
) -> None:
    mine = await personal_ledger(db, ann)

    with pytest.raises(RoleTooLow):
        await choose(db, bob, group, CREATOR)
    with pytest.raises(PersonalLedger):
        await choose(db, ann, mine, CREATOR)
    await choose(db, dan, group, CREATOR, 3)
    await choose(db, dan, group, CREATOR, 3)
    with pytest.raises(Stale):
        async with db.transaction() as tx:
            await ledgers.choose_edit_policy(tx, ann, group.id, 1, EditPolicy(ANY, None))

    row = await ledger_row(db, group.id)
    assert (row.edit_policy, row.version) == (EditPolicy(CREATOR, 3), 2)
