"""Proving who one is. Hashing takes its time between short transactions and holds none of them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from domain.account import (
    Client,
    Registration,
    WrongCredentials,
    normalised_email,
    require_good_password,
)
from domain.actor import Actor
from domain.fingerprint import IdAlreadyUsed
from domain.guest import NewGuest, NotAGuest
from models.account import User
from schema.context import Context
from services import accounts, guests
from services.accounts import AlreadyRegistered, Proof
from services.sessions import SignIn


async def register(context: Context, wanted: Registration, password: str, client: Client) -> SignIn:
    """A new account; or, if this very request made it before, the account that it made then.

    Refuses: `TooManyAttempts`, what `accounts.register` refuses, and see `require_good_password`.
    """
    wanted, client = wanted.checked(), client.checked()
    require_good_password(password, wanted.email)
    async with _attempt(context, wanted.email):
        password_hash = await context.gate.passwords.hash(password)
        try:
            async with context.db.transaction() as tx:
                return await accounts.register(
                    tx, wanted, password_hash, client, context.gate.refresh_lifetime
                )
        except AlreadyRegistered as before:
            proof = await _prove_again(context, wanted.email, password)
            return await _log_in(context, proof, password, replace(client, replica=before.replica))


async def log_in(context: Context, email: str, password: str, client: Client) -> SignIn:
    """Refuses: `TooManyAttempts`, `WrongCredentials`, `EmailInvalid`, and see `sessions.begin`."""
    email, client = normalised_email(email), client.checked()
    async with _attempt(context, email):
        proof = await _prove(context, email, password)
        return await _log_in(context, proof, password, client)


async def join_as_guest(context: Context, wanted: NewGuest, client: Client) -> SignIn:
    """Refuses: `TooManyAttempts`, and what `guests.join` refuses."""
    asker = str(context.actor.user_id) if context.actor else None
    async with _attempt(context, asker), context.db.transaction() as tx:
        return await guests.join(tx, wanted, client.checked(), context.gate.refresh_lifetime)


async def register_guest(
    context: Context, guest: Actor, wanted: Registration, password: str
) -> User:
    """Refuses: `TooManyAttempts`, what `guests.register` refuses, and see `require_good_password`."""
    wanted = wanted.checked()
    require_good_password(password, wanted.email)
    async with _attempt(context, wanted.email):
        password_hash = await context.gate.passwords.hash(password)
        try:
            async with context.db.transaction() as tx:
                return await guests.register(tx, guest, wanted, password_hash)
        except NotAGuest:
            async with context.db.reading() as session:
                if not await accounts.is_repeated(session, wanted):
                    raise
                user = await accounts.user_of(session, guest)
            await _prove_again(context, wanted.email, password)
            return user


async def prove(context: Context, actor: Actor, password: str) -> Proof:
    """That the one who is signed in knows the password. Refuses: `TooManyAttempts`, `WrongCredentials`."""
    async with context.db.reading() as session:
        user = await accounts.user_of(session, actor)
    assert user.email is not None, "the field lacks WithAccount"
    async with _attempt(context, user.email):
        return await _prove(context, user.email, password)


@asynccontextmanager
async def _attempt(context: Context, account: str | None) -> AsyncGenerator[None]:
    """Count the block as a failed attempt unless it ends well. Refuses: `TooManyAttempts`.

    `account` is whose password is tried, or who tries a link: then it may be nobody that we know.
    """
    await context.gate.throttle.admit(account, context.address)
    yield
    await context.gate.throttle.forgive(account, context.address)


async def _prove_again(context: Context, email: str, password: str) -> Proof:
    """That a registration which is repeated names the password of the first time."""
    try:
        return await _prove(context, email, password)
    except WrongCredentials as error:
        raise IdAlreadyUsed("This account was registered with another password.") from error


async def _log_in(context: Context, proof: Proof, password: str, client: Client) -> SignIn:
    rehashed = await context.gate.passwords.rehashed(password, proof.password_hash)
    async with context.db.transaction() as tx:
        return await accounts.log_in(
            tx, proof, client, context.gate.refresh_lifetime, rehashed=rehashed
        )


async def _prove(context: Context, email: str, password: str) -> Proof:
    async with context.db.reading() as session:
        wanted = await accounts.proof_wanted(session, email)
    fits = await context.gate.passwords.fits(password, wanted and wanted.password_hash)
    if wanted is None or not fits:
        raise WrongCredentials
    return wanted
