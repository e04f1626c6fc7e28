"""One read of the log for everyone who listens, and what happens when rings, seats or Redis are lost."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# redis is half typed

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from broadcaster import Broadcast
from redis.asyncio import Redis
from sqlmodel import col, update

from core.clock import now
from core.db import Database
from domain.actor import Actor
from domain.errors import NotFound
from models.event import Event
from models.ledger import Ledger, Member
from services import events, members
from subscriptions.feed import FellBehind, Listener
from subscriptions.hub import Closing, Hub
from subscriptions.rings import RING, RedisRings, channel_of
from tests.groups import Group, ledger_row, make_group, spend
from tests.live import end_connections, own_redis, statements, until

_NEVER = 3600.0
_SOON = 0.05


@pytest.fixture
async def ledger(db: Database, trip: Group) -> Ledger:
    return await ledger_row(db, trip.id)


@asynccontextmanager
async def opened(
    db: Database, redis_url: str, *, look_seconds: float = _NEVER, connected: bool = True
) -> AsyncGenerator[Hub]:
    hub = Hub(db, redis_url, look_seconds=look_seconds, remembers=10)
    await hub.open()
    await until(lambda: hub.connected is connected)
    yield hub
    await hub.close()


@asynccontextmanager
async def doorbell(redis_url: str) -> AsyncGenerator[Broadcast]:
    rings = RedisRings(redis_url)
    yield Broadcast(backend=rings)
    await rings.disconnect()


def _feeds_reading() -> list[str]:
    return [name for task in asyncio.all_tasks() if (name := task.get_name()).startswith("feed ")]


async def read(listener: Listener, after: int, through: int) -> list[int]:
    """The numbers of the events that come after `after`, up to `through`."""
    seqs: list[int] = []
    while after < through:
        listener.seq = after
        seqs += [event.seq for event in await listener.news()]
        after = seqs[-1]
    return seqs


async def test_a_ring_is_one_read_for_all_who_listen(
    db: Database, redis_url: str, ann: Actor, bob: Actor, ledger: Ledger
) -> None:
    web = Database(db.url)
    async with (
        opened(web, redis_url) as hub,
        doorbell(redis_url) as rings,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as one,
        hub.listening(ledger.id, ledger.seq, bob.user_id) as two,
        hub.listening(ledger.id, ledger.seq, bob.user_id) as three,
    ):
        with statements(web) as seen:
            for seq in range(ledger.seq, ledger.seq + 20):
                await spend(db, ann, ledger.id)
                await rings.publish(channel_of(ledger.id), RING)
                heard = await asyncio.gather(
                    *(read(ear, seq, seq + 1) for ear in (one, two, three))
                )
                assert heard == [[seq + 1]] * 3

    read_logs = [statement for statement in seen if "FROM events" in statement]
    assert 20 <= len(read_logs) <= 21  # one more where Redis confirms while the first is read
    assert len(seen) - len(read_logs) <= 2  # looks at what may have come before that
    await web.close()


async def test_nobody_is_woken_for_what_can_be_told_at_once(
    db: Database, redis_url: str, ann: Actor, ledger: Ledger
) -> None:
    offered: list[int] = []

    def takes_two(event: Event | None) -> bool:
        assert event
        offered.append(event.seq)
        return len(offered) <= 2

    async with (
        opened(db, redis_url) as hub,
        doorbell(redis_url) as rings,
        hub.listening(ledger.id, ledger.seq, ann.user_id, takes_two) as listener,
    ):
        waiting = asyncio.create_task(listener.news())
        for seq in range(ledger.seq + 1, ledger.seq + 4):
            await spend(db, ann, ledger.id)
            await rings.publish(channel_of(ledger.id), RING)
            await until(lambda seq=seq: offered[-1:] == [seq])

        assert [event.seq for event in await waiting] == [ledger.seq + 3]
        assert listener.seq == ledger.seq + 2
        assert offered == [ledger.seq + 1, ledger.seq + 2, ledger.seq + 3]


async def test_a_bug_of_one_follower_is_no_others(
    db: Database, redis_url: str, ann: Actor, bob: Actor, ledger: Ledger
) -> None:
    def stumbles(_: Event | None) -> bool:
        raise LookupError

    async with (
        opened(db, redis_url) as hub,
        doorbell(redis_url) as rings,
        hub.listening(ledger.id, ledger.seq, ann.user_id, stumbles) as anns,
        hub.listening(ledger.id, ledger.seq, bob.user_id) as bobs,
    ):
        waiting = [asyncio.create_task(each.news()) for each in (anns, bobs)]
        await asyncio.sleep(0)  # they wait
        await spend(db, ann, ledger.id)
        await rings.publish(channel_of(ledger.id), RING)

        for news in waiting:
            assert [event.seq for event in await news] == [ledger.seq + 1]


async def test_a_ledger_without_news_takes_no_task(
    db: Database, redis_url: str, ann: Actor, trip: Group, ledger: Ledger
) -> None:
    groups = [await make_group(db, ann) for _ in range(5)]
    async with (
        opened(db, redis_url) as hub,
        doorbell(redis_url) as rings,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as listener,
    ):
        await until(lambda: not _feeds_reading())
        before = len(asyncio.all_tasks())
        async with AsyncExitStack() as others:
            for group in groups:
                head = (await ledger_row(db, group.id)).seq
                await others.enter_async_context(hub.listening(group.id, head, ann.user_id))
            await until(lambda: len(asyncio.all_tasks()) == before)

            await spend(db, ann, trip.id)
            await rings.publish(channel_of(trip.id), RING)
            assert await read(listener, ledger.seq, ledger.seq + 1) == [ledger.seq + 1]


async def test_a_bug_while_the_log_is_read_is_told_and_the_next_begin_anew(
    db: Database, redis_url: str, ann: Actor, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbles(*_: object, **__: object) -> list[Event]:
        raise LookupError

    async with (
        opened(db, redis_url) as hub,
        doorbell(redis_url) as rings,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as listener,
    ):
        await until(lambda: not _feeds_reading())
        with monkeypatch.context() as broken:
            broken.setattr(events, "since", stumbles)
            await rings.publish(channel_of(ledger.id), RING)
            with pytest.raises(LookupError):
                await listener.news()
        async with hub.listening(ledger.id, ledger.seq, ann.user_id) as another:
            await spend(db, ann, ledger.id)
            await rings.publish(channel_of(ledger.id), RING)
            assert await read(another, ledger.seq, ledger.seq + 1) == [ledger.seq + 1]


async def test_a_quiet_time_is_told_at_once_or_by_waking(
    db: Database, redis_url: str, ann: Actor, ledger: Ledger
) -> None:
    told: list[Event | None] = []

    def takes_one(event: Event | None) -> bool:
        told.append(event)
        if len(told) > 1:
            return False
        listener.spoke()
        return True

    async with (
        opened(db, redis_url) as hub,
        hub.listening(
            ledger.id, ledger.seq, ann.user_id, takes_one, quiet_seconds=_SOON
        ) as listener,
    ):
        assert await listener.news() == []
        assert told == [None, None]


async def test_a_lost_ring_costs_no_more_than_a_look(
    db: Database, redis_url: str, ann: Actor, ledger: Ledger
) -> None:
    async with (
        opened(db, redis_url, look_seconds=_SOON) as hub,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as listener,
    ):
        await spend(db, ann, ledger.id)

        assert await read(listener, ledger.seq, ledger.seq + 1) == [ledger.seq + 1]


async def test_who_left_sees_nothing_from_then_on(
    db: Database, redis_url: str, ann: Actor, bob: Actor, ledger: Ledger
) -> None:
    async with (
        opened(db, redis_url) as hub,
        doorbell(redis_url) as rings,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as anns,
        hub.listening(ledger.id, ledger.seq, bob.user_id) as bobs,
    ):
        async with db.transaction() as tx:
            await members.leave(tx, bob, ledger.id)
        await spend(db, ann, ledger.id)
        await rings.publish(channel_of(ledger.id), RING)

        assert await read(anns, ledger.seq, ledger.seq + 2) == [ledger.seq + 1, ledger.seq + 2]
        with pytest.raises(NotFound, match="No such ledger"):
            await bobs.news()


async def test_an_end_of_a_membership_that_nobody_told_is_seen_at_the_next_look(
    db: Database, redis_url: str, ann: Actor, bob: Actor, ledger: Ledger
) -> None:
    async with (
        opened(db, redis_url, look_seconds=_SOON) as hub,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as anns,
        hub.listening(ledger.id, ledger.seq, bob.user_id) as bobs,
    ):
        async with db.transaction() as tx:
            bobs_seat = update(Member).where(col(Member.user_id) == bob.user_id)
            await tx.exec(bobs_seat.values(left_at=now()))

        with pytest.raises(NotFound):
            await bobs.news()
        anns.require_seat()


async def test_a_reader_that_falls_out_of_memory_is_told_and_others_go_on(
    db: Database, redis_url: str, ann: Actor, ledger: Ledger
) -> None:
    async with (
        opened(db, redis_url) as hub,
        doorbell(redis_url) as rings,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as slow,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as quick,
    ):
        for seq in range(ledger.seq, ledger.seq + 11):
            await spend(db, ann, ledger.id)
            await rings.publish(channel_of(ledger.id), RING)
            assert await read(quick, seq, seq + 1) == [seq + 1]

        with pytest.raises(FellBehind):
            await slow.news()
        assert slow.head == ledger.seq + 11
        slow.seq += 1
        assert len(await slow.news()) == 10


async def test_a_restart_of_redis_rings_everyone(
    db: Database, ann: Actor, ledger: Ledger, tmp_path: Path
) -> None:
    with own_redis(tmp_path) as (server, url):
        async with (
            opened(db, url) as hub,
            hub.listening(ledger.id, ledger.seq, ann.user_id) as listener,
        ):
            await spend(db, ann, ledger.id)
            server.stop()
            await until(lambda: not hub.connected)
            await spend(db, ann, ledger.id)
            server.start()

            assert await read(listener, ledger.seq, ledger.seq + 2) == [
                ledger.seq + 1,
                ledger.seq + 2,
            ]
            await until(lambda: hub.connected)
            async with doorbell(url) as rings:
                await spend(db, ann, ledger.id)
                await rings.publish(channel_of(ledger.id), RING)
                assert await read(listener, ledger.seq + 2, ledger.seq + 3) == [ledger.seq + 3]


async def test_after_a_restart_of_redis_only_logs_with_news_are_read(
    db: Database, ann: Actor, ledger: Ledger, tmp_path: Path
) -> None:
    web, others = Database(db.url), [await make_group(db, ann) for _ in range(20)]
    with own_redis(tmp_path) as (server, url):
        async with (
            opened(web, url) as hub,
            AsyncExitStack() as listening,
            Redis.from_url(url) as redis,
        ):

            async def subscribed() -> bool:
                return len(await redis.pubsub_channels("ledger:*")) == 1 + len(others)

            for group in others:
                head = (await ledger_row(db, group.id)).seq
                await listening.enter_async_context(hub.listening(group.id, head, ann.user_id))
            listener = hub.listening(ledger.id, ledger.seq, ann.user_id)
            await listening.enter_async_context(listener)
            await until(subscribed)
            server.stop()
            await until(lambda: not hub.connected)
            await spend(db, ann, ledger.id)
            with statements(web) as seen:
                server.start()
                assert await read(listener, ledger.seq, ledger.seq + 1) == [ledger.seq + 1]
                await until(subscribed)

    assert ["FROM events" in statement for statement in seen].count(True) == 1
    await web.close()


async def test_a_restart_of_postgresql_loses_nothing(
    db: Database, redis_url: str, ann: Actor, ledger: Ledger
) -> None:
    async with (
        opened(db, redis_url) as hub,
        doorbell(redis_url) as rings,
        hub.listening(ledger.id, ledger.seq, ann.user_id) as listener,
    ):
        for seq in range(ledger.seq, ledger.seq + 5):
            await spend(db, ann, ledger.id)
            reading = asyncio.create_task(read(listener, seq, seq + 1))
            await asyncio.gather(rings.publish(channel_of(ledger.id), RING), end_connections(db))
            assert await reading == [seq + 1]


async def test_one_can_begin_to_listen_while_redis_is_away(
    db: Database, ann: Actor, ledger: Ledger, tmp_path: Path
) -> None:
    with own_redis(tmp_path) as (server, url):
        server.stop()
        async with (
            opened(db, url, look_seconds=_SOON, connected=False) as hub,
            hub.listening(ledger.id, ledger.seq, ann.user_id) as listener,
        ):
            await spend(db, ann, ledger.id)

            assert await read(listener, ledger.seq, ledger.seq + 1) == [ledger.seq + 1]
            assert hub.healthy


async def test_redis_is_told_when_the_last_listener_leaves(
    db: Database, redis_url: str, ann: Actor, bob: Actor, ledger: Ledger
) -> None:
    async with opened(db, redis_url) as hub, Redis.from_url(redis_url) as redis:

        async def subscribed(wanted: int) -> bool:
            ((_, count),) = await redis.pubsub_numsub(channel_of(ledger.id))
            return count == wanted

        async with hub.listening(ledger.id, ledger.seq, ann.user_id):
            async with hub.listening(ledger.id, ledger.seq, bob.user_id):
                await until(lambda: subscribed(1))
            assert await subscribed(1)
        await until(lambda: subscribed(0))
        async with hub.listening(ledger.id, ledger.seq, ann.user_id):
            await until(lambda: subscribed(1))


async def test_closing_ends_whoever_listens(
    db: Database, redis_url: str, ann: Actor, ledger: Ledger
) -> None:
    hub = Hub(db, redis_url, look_seconds=_NEVER)
    await hub.open()
    async with hub.listening(ledger.id, ledger.seq, ann.user_id) as listener:
        waiting = asyncio.create_task(read(listener, ledger.seq, ledger.seq + 1))
        await asyncio.sleep(0)
        await hub.close()

        with pytest.raises(Closing):
            await waiting
        assert not hub.healthy
