"""Splits that wait for expenses: the nearest counts, and none does once other people are there."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.default_split import DefaultSplitStale, NewDefault, NotBetweenThem, OneScopeOnly, Scope
from domain.errors import NotFound, Refusal
from domain.expense import Bill, Changes
from domain.fingerprint import Stale
from domain.group import MemberChanges, NewInvite, NewMember
from domain.money import Money
from domain.split import (
    Between,
    ByWeight,
    Equal,
    Percent,
    Shares,
    SharesDoNotAddUp,
    Standing,
    Wanted,
    Weighted,
    restored,
)
from models.category import Category
from models.default_split import DefaultSplit
from models.expense import Expense
from models.ledger import Member
from services import default_splits, expenses, invites, ledgers, members
from services.categories import NoSuchCategory
from services.ledgers import PersonalLedger
from services.postings import NotMembers
from tests.groups import Group, draft, entries, log, make_group, personal_ledger, spend


async def put(
    db: Database, actor: Actor, scope: Scope, split: Standing | None, version: int = 0
) -> DefaultSplit:
    async with db.transaction() as tx:
        return await default_splits.put(tx, actor, NewDefault(scope, split), version)


async def category(db: Database, key: str) -> UUID:
    async with db.reading() as session:
        return (await session.exec(select(Category.id).where(Category.key == key))).one()


async def owed(db: Database, expense: Expense) -> dict[UUID, int]:
    return {who: minor for who, (_, minor) in (await entries(db, expense.id)).items() if minor}


async def join(db: Database, owner: Actor, group: Group, other: Actor, claim: UUID | None) -> None:
    async with db.transaction() as tx:
        invite = NewInvite(group.id, timedelta(hours=1), max_uses=1)
        issued = await invites.create(tx, owner, invite)
    async with db.transaction() as tx:
        await invites.accept(tx, other, issued.token, claim)


async def test_the_nearest_default_splits_what_nobody_says_how_to(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    a, b = trip.seat(ann), trip.seat(bob)
    food, groceries = await category(db, "food"), await category(db, "food.groceries")
    fuel = await category(db, "transport.fuel")

    await put(db, ann, Scope(trip.id), Percent({a: 2500}, remainder_to=b))
    await put(db, bob, Scope(trip.id, food), Shares({a: 300, b: 100}))
    await put(db, bob, Scope(trip.id, groceries), Equal((a,)))

    for category_id, parts in (
        (None, {a: 100, b: 300}),
        (fuel, {a: 100, b: 300}),
        (food, {a: 300, b: 100}),
        (groceries, {a: 400}),
    ):
        expense = await spend(db, ann, trip.id, 400, category_id=category_id)
        assert await owed(db, expense) == parts
    said = await spend(db, ann, trip.id, 400, split=Equal((b,)), category_id=groceries)
    assert await owed(db, said) == {b: 400}
    taken_back = await put(db, ann, Scope(trip.id, groceries), None, 1)
    assert (taken_back.split, taken_back.version) == (None, 2)
    expense = await spend(db, ann, trip.id, 400, category_id=groceries)
    assert await owed(db, expense) == {a: 300, b: 100}


async def test_two_have_a_default_of_their_own(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob, eve)
    a, b, e = (trip.seat(who) for who in (ann, bob, eve))
    await put(db, ann, Scope(trip.id, with_member_id=b), Shares({a: 100, b: 300}))

    of_two = await spend(db, bob, trip.id, 400, split=Between(a))
    half = await spend(db, bob, trip.id, 400, split=Between(e))
    everyone = await spend(db, bob, trip.id, 300)
    async with db.transaction() as tx:
        edit = Changes(bill=Bill(Money(800, "EUR"), split=Between(b)))
        await expenses.update(tx, ann, half.id, 1, edit)

    assert await owed(db, of_two) == {a: 100, b: 300}
    assert await owed(db, half) == {a: 200, b: 600}
    assert await owed(db, everyone) == {a: 100, b: 100, e: 100}
    async with db.reading() as session:
        scope = Scope(trip.id, with_member_id=a)
        found = await default_splits.of_scope(session, bob.user_id, scope)
        assert found is not None
        assert found.pair == {a, b}
        other = Scope(trip.id, with_member_id=e)
        assert await default_splits.of_scope(session, bob.user_id, other) is None


async def test_between_oneself_there_is_nothing_to_split(
    db: Database, ann: Actor, trip: Group
) -> None:
    with pytest.raises(NotBetweenThem):
        await spend(db, ann, trip.id, 400, split=Between(trip.seat(ann)))


async def test_standing_weights_are_frozen_into_the_expense(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    a, b = trip.seat(ann), trip.seat(bob)
    await put(db, ann, Scope(trip.id), ByWeight((a, b)))

    async def weigh(weight: int) -> None:
        async with db.transaction() as tx:
            (await tx.get_one(Member, b)).weight = weight

    await weigh(300)
    before = await spend(db, ann, trip.id, 400)
    await weigh(700)
    after = await spend(db, ann, trip.id, 800)
    async with db.transaction() as tx:
        bill = Changes(bill=Bill(Money(1200, "EUR")))
        edited = await expenses.update(tx, ann, before.id, 1, bill)

    assert restored(edited.split) == Weighted({a: 100, b: 300})
    assert await owed(db, before) == {a: 300, b: 900}
    assert await owed(db, after) == {a: 100, b: 700}
    with pytest.raises(NotMembers):
        await spend(db, ann, trip.id, split=ByWeight((new_id(),)))


async def test_a_default_is_asked_about_when_somebody_comes_is_claimed_or_goes(
    db: Database, ann: Actor, bob: Actor, eve: Actor, trip: Group
) -> None:
    a, b = trip.seat(ann), trip.seat(bob)
    how, pair = Shares({a: 100, b: 300}), Scope(trip.id, with_member_id=b)
    between = await put(db, ann, pair, how)
    placeholder = NewMember(id=new_id(), ledger_id=trip.id, name="Eve")

    async def come() -> None:
        async with db.transaction() as tx:
            await ledgers.add_placeholder(tx, ann, placeholder)

    async def go() -> None:
        async with db.transaction() as tx:
            await members.leave(tx, eve, trip.id)

    version = 0
    for change in (come, lambda: join(db, ann, trip, eve, placeholder.id), go):
        default = await put(db, ann, Scope(trip.id), how, version)
        same = draft(trip.id, 400)
        async with db.transaction() as tx:
            await expenses.create(tx, ann, same)

        await change()

        before = await log(db, trip.id)
        with pytest.raises(DefaultSplitStale) as refused:
            await spend(db, ann, trip.id, 400)
        assert refused.value.entity == ("DefaultSplit", default.id)
        assert await log(db, trip.id) == before
        async with db.transaction() as tx:  # a retry of what was recorded before the change
            assert (await expenses.create(tx, ann, same)).expense.id == same.id
        told = await spend(db, ann, trip.id, 400, split=Equal((a,)))
        assert await owed(db, told) == {a: 400}
        of_two = await spend(db, ann, trip.id, 400, split=Between(b))
        assert await owed(db, of_two) == {a: 100, b: 300}
        version = default.version

    again = await put(db, bob, Scope(trip.id), how, version)
    assert again.version == version + 1
    assert await owed(db, await spend(db, ann, trip.id, 400)) == {a: 100, b: 300}
    assert (await put(db, ann, pair, how)).version == between.version  # nothing to do


async def test_what_was_set_is_in_the_log(db: Database, ann: Actor, trip: Group) -> None:
    a = trip.seat(ann)
    default = await put(db, ann, Scope(trip.id), Equal((a,)))
    assert (await put(db, ann, Scope(trip.id), Equal((a,)))).version == 1
    await put(db, ann, Scope(trip.id), None, 1)

    *_, made, cleared = await log(db, trip.id)
    assert (made.kind, cleared.kind) == ("default_split.set", "default_split.cleared")
    assert made.entity_id == cleared.entity_id == default.id
    assert made.after is not None
    assert made.after["split"] == {"kind": "EQUAL", "participants": [str(a)]}
    assert cleared.before == made.after
    assert cleared.after is not None
    assert cleared.after["split"] is None


async def test_refuses_by_name_and_leaves_no_trace(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob, eve)
    a, b, e = (trip.seat(who) for who in (ann, bob, eve))
    mine = await personal_ledger(db, ann)
    await put(db, ann, Scope(trip.id), Equal((a, b)))
    before = await log(db, trip.id)
    stranger = new_id()

    refused: list[tuple[type[Refusal], Scope, Standing]] = [
        (Stale, Scope(trip.id), Equal((a,))),
        (OneScopeOnly, Scope(trip.id, await category(db, "food"), b), Equal((a,))),
        (NoSuchCategory, Scope(trip.id, stranger), Equal((a,))),
        (NotBetweenThem, Scope(trip.id, with_member_id=a), Equal((a,))),
        (NotBetweenThem, Scope(trip.id, with_member_id=b), Equal((a, e))),
        (NotMembers, Scope(trip.id, with_member_id=stranger), Equal((a,))),
        (NotMembers, Scope(trip.id), Equal((stranger,))),
        (SharesDoNotAddUp, Scope(trip.id), Percent({a: 1})),
        (PersonalLedger, Scope(mine.id), Equal((mine.seat(ann),))),
        (NotFound, Scope(stranger), Equal((a,))),
    ]
    for refusal, scope, how in refused:
        with pytest.raises(refusal):
            await put(db, ann, scope, how)

    assert await log(db, trip.id) == before


async def test_an_edit_is_answered_again_whatever_has_become_of_weights_and_defaults(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    a, b = trip.seat(ann), trip.seat(bob)
    by_weight, between = await spend(db, ann, trip.id), await spend(db, ann, trip.id)

    async def edit(who: Actor, expense: Expense, version: int, split: Wanted) -> Expense:
        changes = Changes(bill=Bill(Money(400, "EUR"), split=split))
        async with db.transaction() as tx:
            return await expenses.update(tx, who, expense.id, version, changes)

    await edit(ann, by_weight, 1, ByWeight((a, b)))
    await edit(ann, between, 1, Between(b))
    async with db.transaction() as tx:
        await members.update(tx, ann, a, 1, MemberChanges(weight=300))
    await put(db, bob, Scope(trip.id, with_member_id=a), Shares({a: 100, b: 300}))
    before = await log(db, trip.id)

    assert (await edit(ann, by_weight, 1, ByWeight((a, b)))).version == 2
    assert (await edit(ann, between, 1, Between(b))).version == 2
    for who, expense, split in (
        (bob, by_weight, ByWeight((a, b))),  # it was not his
        (ann, by_weight, ByWeight((a,))),  # nor this what she asked for
        (ann, between, ByWeight((a, b))),
    ):
        with pytest.raises(Stale):
            await edit(who, expense, 1, split)
    assert await log(db, trip.id) == before
    assert await owed(db, by_weight) == await owed(db, between) == {a: 200, b: 200}

    assert (await edit(ann, by_weight, 2, ByWeight((a, b)))).version == 3  # to the weights of today
    assert await owed(db, by_weight) == {a: 300, b: 100}
