"""Seats as tests change them: through the real services, with the version that is stored."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.group import (
    MemberChanges,
    NewFriend,
    NewInvite,
    NewMember,
)
from domain.money import Money
from domain.role import Role
from domain.settlement import Payment
from models.expense import Settlement
from models.ledger import Member
from services import invites, ledgers, members, settlements
from tests.groups import (
    DAY,
    Group,
)


async def seat(db: Database, member_id: UUID) -> Member:
    async with db.reading() as session:
        return await session.get_one(Member, member_id)


async def set_role(db: Database, actor: Actor, group: Group, whose: Actor, role: Role) -> Member:
    return await set_role_of(db, actor, group.seat(whose), role)


async def set_role_of(db: Database, actor: Actor, member_id: UUID, role: Role) -> Member:
    version = (await seat(db, member_id)).version
    async with db.transaction() as tx:
        return await members.set_role(tx, actor, member_id, version, role)


async def remove(db: Database, actor: Actor, member_id: UUID) -> Member:
    version = (await seat(db, member_id)).version
    async with db.transaction() as tx:
        return await members.remove(tx, actor, member_id, version)


async def reactivate(db: Database, actor: Actor, member_id: UUID) -> Member:
    version = (await seat(db, member_id)).version
    async with db.transaction() as tx:
        return await members.reactivate(tx, actor, member_id, version)


async def leave(db: Database, actor: Actor, group: Group) -> None:
    async with db.transaction() as tx:
        await members.leave(tx, actor, group.id)


async def update(db: Database, actor: Actor, member_id: UUID, **changes: Any) -> Member:
    version = (await seat(db, member_id)).version
    async with db.transaction() as tx:
        return await members.update(tx, actor, member_id, version, MemberChanges(**changes))


async def placeholder(db: Database, actor: Actor, group: Group, name: str = "Cat") -> UUID:
    wanted = NewMember(new_id(), group.id, name)
    async with db.transaction() as tx:
        return (await ledgers.add_placeholder(tx, actor, wanted)).id


async def add_friend(db: Database, actor: Actor, group: Group, friend: Actor) -> Member:
    wanted = NewFriend(new_id(), group.id, friend.user_id)
    async with db.transaction() as tx:
        return await members.add_friend(tx, actor, wanted)


async def invite(
    db: Database, actor: Actor, group: Group, role: Role = Role.MEMBER, *, uses: int = 1
) -> invites.Issued:
    async with db.transaction() as tx:
        wanted = NewInvite(group.id, timedelta(hours=1), uses, role)
        return await invites.create(tx, actor, wanted)


async def join(db: Database, actor: Actor, token: str, claim: UUID | None = None) -> None:
    async with db.transaction() as tx:
        await invites.accept(tx, actor, token, claim)


async def pay(db: Database, actor: Actor, payer: UUID, payee: UUID, group: Group) -> Settlement:
    payment = Payment(new_id(), group.id, payer, payee, Money(500, "EUR"), DAY)
    async with db.transaction() as tx:
        return await settlements.record(tx, actor, payment)
