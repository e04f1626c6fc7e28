"""Secrets lie sealed in the database, and are sealed anew under another key while everything runs."""

from sqlalchemy import text
from sqlmodel import col, update

from app.cli.rotation import rotate
from core.db import Database
from core.key_ring import KEY_BYTES, KeyRing
from domain.actor import Actor
from domain.endpoint import PushSubscription, Service
from models.notification import Endpoint
from services import endpoints

OLD, NEW = {"2025": b"o" * KEY_BYTES}, {"2026": b"n" * KEY_BYTES}
BROWSER = PushSubscription("https://push.example.org/Sesame", "Sesame", "Sesame", "Phone")
SERVICE = Service("tgram://Sesame/chat", "Telegram")


async def add(db: Database, who: Actor, ring: KeyRing) -> None:
    async with db.transaction() as tx:
        await endpoints.subscribe(tx, who, ring, BROWSER)
        await endpoints.connect(tx, who, ring, SERVICE)


async def opened(db: Database, who: Actor, ring: KeyRing) -> list[endpoints.Secrets]:
    async with db.reading() as session:
        return [endpoints.opened(ring, row) for row in await endpoints.mine(session, who.user_id)]


async def stored(db: Database) -> str:
    async with db.engine.connect() as connection:
        rows = await connection.execute(text("SELECT e::text FROM endpoints e ORDER BY id"))
    return str(rows.scalars().all())


SECRETS = [
    endpoints.Secrets(BROWSER.url, BROWSER.p256dh, BROWSER.auth),
    endpoints.Secrets(SERVICE.url, None, None),
]


async def test_the_table_holds_no_secret_and_knows_an_address_again(
    db: Database, ann: Actor
) -> None:
    ring = KeyRing(NEW)
    await add(db, ann, ring)
    await add(db, ann, ring)

    assert await opened(db, ann, ring) == SECRETS
    assert "Sesame" not in await stored(db)
    assert "https://push.example.org" in await stored(db)


async def test_rotation_leaves_nothing_that_the_old_key_is_needed_for(
    db: Database, ann: Actor, bob: Actor
) -> None:
    await add(db, ann, KeyRing(OLD))
    await add(db, bob, KeyRing(NEW))

    assert await rotate(db, KeyRing(NEW | OLD)) == 2
    assert await rotate(db, KeyRing(NEW | OLD)) == 0
    assert await opened(db, ann, KeyRing(NEW)) == await opened(db, bob, KeyRing(NEW)) == SECRETS


async def test_what_an_older_version_left_open_works_and_is_sealed(
    db: Database, ann: Actor
) -> None:
    ring = KeyRing(NEW)
    await add(db, ann, ring)
    plain = {"url": SERVICE.url, "address": None}
    async with db.transaction() as tx:
        await tx.exec(update(Endpoint).where(col(Endpoint.p256dh).is_(None)).values(plain))
    assert await opened(db, ann, ring) == SECRETS

    assert await rotate(db, ring) == 1
    assert "Sesame" not in await stored(db)
    assert "tgram://" in await stored(db)
    assert await opened(db, ann, ring) == SECRETS
