"""Accounts: who exists, and what they may change about themselves. Passwords arrive hashed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from core.hashes import sha256
from core.prepared import Prepared, Where, an_id
from domain import text
from domain.account import Client, Registration, WrongCredentials, known_time_zone
from domain.actor import Actor, Author
from domain.errors import Conflict
from domain.fingerprint import IdAlreadyUsed, fingerprint, require_version_7
from domain.guest import NotAGuest
from models.account import Device, SessionEnd, UsedId, User
from models.base import select_shown
from models.ledger import Ledger, LedgerKind
from services import access, ledgers, sessions
from services.sessions import SignIn

_SHOWN = Prepared(select_shown(User).where(User.id == an_id("id")))


class EmailTaken(Conflict):
    code = "EMAIL_TAKEN"


class AlreadyRegistered(Conflict):
    """This very registration happened before: its password signs in on `replica`, its first device."""

    code = "ALREADY_REGISTERED"

    def __init__(self, replica: int) -> None:
        super().__init__("This account exists already.")
        self.replica = replica


class Proof(NamedTuple):
    """Whose password was shown, and the hash that it fits. It holds until the hash changes."""

    user_id: UUID
    email: str
    password_hash: str


async def register(
    tx: Tx, wanted: Registration, password_hash: str, client: Client, lifetime: timedelta
) -> SignIn:
    """An account with its personal ledger, signed in on its first device.

    Refuses: `AlreadyRegistered`, `EmailTaken`, `IdAlreadyUsed`, `IdNotVersion7`, and see `Registration`.
    """
    wanted = wanted.checked()
    require_version_7(wanted.id)
    if not await insert_new(tx, _user(wanted, password_hash)):
        raise await _why_not(tx, wanted)
    user = await tx.get_one(User, wanted.id)
    sign_in = await sessions.begin(tx, user, client, lifetime)
    await found_personal_ledger(tx, sign_in.actor, user, wanted)
    return sign_in


async def found_personal_ledger(tx: Tx, actor: Actor, user: User, wanted: Registration) -> None:
    """What every account has from its beginning."""
    ledger = Ledger(
        kind=LedgerKind.PERSONAL,
        owner_id=user.id,
        name="Personal",
        currency=wanted.currency,
        fingerprint=fingerprint(user.id, wanted),
    ).written_by(actor.device_id)
    tx.add(ledger)
    await tx.flush()
    await ledgers.found(tx, ledger, Author(user.id, user.name, actor.device_id), user)


async def is_repeated(session: AsyncSession, wanted: Registration) -> bool:
    """Whether it was this very registration that made the account with this id."""
    ledger = await access.personal_ledger_of(session, wanted.id)
    return ledger.fingerprint == fingerprint(wanted.id, wanted)


async def proof_wanted(session: AsyncSession, email: str) -> Proof | None:
    """What a log-in by this address would have to prove; None if nobody registered it."""
    user = (await session.exec(select(User).where(User.email == email))).one_or_none()
    if user is None or user.password_hash is None:
        return None
    return Proof(user.id, email, user.password_hash)


async def log_in(
    tx: Tx, proof: Proof, client: Client, lifetime: timedelta, *, rehashed: str | None = None
) -> SignIn:
    """A session on the client; `rehashed` is the same password, hashed by today's parameters.

    Refuses: `WrongCredentials` if the proof holds no more, and see `sessions.begin`.
    """
    user = await lock_proven(tx, proof)
    if rehashed is not None:
        user.password_hash = rehashed
    return await sessions.begin(tx, user, client, lifetime)


async def change_password(tx: Tx, actor: Actor, proof: Proof, new_hash: str) -> User:
    """Ends every other session of the user. Refuses: `WrongCredentials`."""
    user = await lock_proven(tx, proof)
    user.password_hash = new_hash
    await sessions.end_others(tx, actor, SessionEnd.PASSWORD_CHANGED)
    return user


async def update_profile(
    tx: Tx,
    actor: Actor,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    shares_receipts_for_training: bool | None = None,
) -> User:
    """Change what is given. Seats in ledgers keep the names they have.

    Refuses: `UnknownTimeZone`, and see `domain.text`.
    """
    user = await tx.get_one(User, actor.user_id, with_for_update={"key_share": True})
    if name is not None:
        user.name = text.required(name, "name")
    if time_zone is not None:
        user.time_zone = known_time_zone(time_zone)
    if shares_receipts_for_training is not None:
        user.shares_receipts_for_training = shares_receipts_for_training
    return user


async def user_of(session: AsyncSession, actor: Actor) -> User:
    return await session.get_one(User, actor.user_id)


async def shown(where: Where, actor: Actor) -> User:
    """What the caller sees of themselves."""
    (found,) = await _SHOWN.rows(where, id=actor.user_id)
    return found


async def seen(session: AsyncSession, viewer: UUID, ids: Iterable[UUID]) -> dict[UUID, User]:
    """Those of the users that the viewer may see: nobody but themselves."""
    query = select(User).where(User.id == viewer, col(User.id).in_(ids))
    return {row.id: row for row in (await session.exec(query)).all()}


async def lock_proven(tx: Tx, proof: Proof, *, to_delete: bool = False) -> User:
    """The user, locked against another change of password. Refuses: `WrongCredentials`."""
    query = select(User).where(User.id == proof.user_id, User.password_hash == proof.password_hash)
    user = (await tx.exec(query.with_for_update(key_share=not to_delete))).one_or_none()
    if user is None:
        raise WrongCredentials
    return user


async def insert_new(tx: Tx, user: User) -> bool:
    """Whether the user is new; an id or address that is taken leaves everything as it is.

    Refuses: `IdAlreadyUsed` when it was the id of somebody who was deleted.
    """
    query = insert(User).values(user.model_dump()).on_conflict_do_nothing()
    if (await tx.exec(query.returning(col(User.id)))).first() is None:
        return False
    if await tx.get(UsedId, sha256(str(user.id))) is not None:
        raise IdAlreadyUsed("Whoever had this id was deleted.")
    return True


async def delete(tx: Tx, user: User) -> None:
    """Forget the user, but for a trace of their id. Their row is locked by this transaction."""
    tx.add(UsedId(hash=sha256(str(user.id))))
    await tx.delete(user)
    await tx.flush()


async def lock_guest(tx: Tx, actor: Actor, *, to_delete: bool = False) -> User:
    """The caller, locked as the guest that they are. Refuses: `NotAGuest`."""
    query = select(User).where(User.id == actor.user_id, col(User.email).is_(None))
    user = (await tx.exec(query.with_for_update(key_share=not to_delete))).one_or_none()
    if user is None:
        raise NotAGuest("You have an account.", entity=("User", actor.user_id))
    return user


def _user(wanted: Registration, password_hash: str) -> User:
    return User(
        id=wanted.id,
        email=wanted.email,
        name=wanted.name,
        password_hash=password_hash,
        time_zone=wanted.time_zone,
    )


async def _why_not(tx: Tx, wanted: Registration) -> Conflict:
    user = await tx.get(User, wanted.id)
    if user is None:
        return EmailTaken("Somebody registered this address. Log in instead.")
    if user.is_guest:
        return IdAlreadyUsed("A guest has this id.")
    if not await is_repeated(tx, wanted):
        return IdAlreadyUsed("Another account has this id.")
    first = select(Device.id).where(Device.user_id == wanted.id).order_by(col(Device.id)).limit(1)
    replica = (await tx.exec(first)).one()
    assert replica is not None, "the database numbered it"
    return AlreadyRegistered(replica)
