"""From a notification to a mail, a browser and a service, by a real worker and real servers."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# dramatiq, aiosmtpd and http_ece are half typed

import asyncio
import json
import os
from asyncio import StreamReader, StreamWriter
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import dramatiq
import http_ece
import jwt
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlmodel import col, select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.clock import now
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from domain.delivery import LEASE, MOST_ATTEMPTS, Again, DeliveryState, Sent, Untried
from domain.endpoint import PushSubscription, Service
from domain.log import EventKind
from domain.notification import NotificationKind
from domain.preferences import Channel, Digest
from models.account import User
from models.event import Event
from models.notification import Delivery, Endpoint
from services import deliveries, endpoints, preferences, telling
from tests.budgets import told
from tests.e2e.serving import serving_app
from tests.groups import Group, log, make_group, personal_ledger, spend
from tests.live import relaying, until
from tests.outreach import RING
from tests.working import working
from workers import due
from workers.jobs import JOBS, TELL, Job, caused_by, deliver_due
from workers.runtime import broker_on

VAPID_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"  # RFC 8291's example
VAPID_PUBLIC = (
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
)
KIND = NotificationKind.EXPENSE_ADDED
_DELIVER = Job(
    "deliver", "deliveries", lambda event: {"ledger_id": str(event.ledger_id)}, by_ledger=True
)


@dataclass
class Mailbox:
    """A mail server that keeps what it takes, and answers as it is told."""

    url: str = ""
    answer: str = "250 OK"
    mails: list[Message] = field(default_factory=list[Message])
    tried: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, *_: Any
    ) -> str:
        self.tried += 1
        if self.answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@dataclass
class Listener:
    """A push service and a web hook, which keep what they are sent."""

    url: str = ""
    status: int = 201
    requests: list[tuple[dict[str, str], bytes]] = field(
        default_factory=list[tuple[dict[str, str], bytes]]
    )

    async def take(self, request: Request) -> Response:
        self.requests.append((dict(request.headers), await request.body()))
        return Response(status_code=self.status)


class Phone:
    """A browser with keys of its own."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)

    def subscription(self, url: str) -> PushSubscription:
        public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return PushSubscription(url, encoded(public), encoded(self._secret), "Phone")

    def decrypt(self, body: bytes) -> dict[str, str]:
        return json.loads(
            http_ece.decrypt(
                body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"
            )
        )


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
async def mailbox() -> AsyncGenerator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="test"), "127.0.0.1", 0)
    box.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield box
    server.close()
    await server.wait_closed()


@pytest.fixture
async def listener() -> AsyncGenerator[Listener]:
    listener = Listener()
    app = Starlette(routes=[Route("/{path:path}", listener.take, methods=["POST"])])
    async with serving_app(app) as address:
        listener.url = f"http://{address}"
        yield listener


Working = Callable[..., Any]


@pytest.fixture
def deliverer(settings: Settings, mailbox: Mailbox, tmp_path: Path) -> Working:
    """A worker process for as long as the block, with the settings of a whole installation."""

    @contextmanager
    def run(folder: Path = tmp_path, **overrides: str) -> Generator[None]:
        environment = {
            "OUTGO_SMTP_URL": mailbox.url,
            "OUTGO_MAIL_FROM": "Outgo <outgo@example.org>",
            "OUTGO_VAPID_PRIVATE_KEY": VAPID_KEY,
            "OUTGO_VAPID_SUBJECT": "mailto:ops@example.org",
            "OUTGO_PRIVATE_ENDPOINTS": "true",
        } | overrides
        queues = ("notifications", "deliveries")
        with working(settings, folder, *queues, environment=environment) as log:
            yield
        assert "secret-path" not in log.read_text()

    return run


async def choose(
    db: Database, who: Actor, *channels: Channel, digest: Digest = Digest.IMMEDIATE
) -> None:
    async with db.transaction() as tx:
        await preferences.choose(tx, who, digest, {KIND: frozenset(channels)})


async def states(db: Database, who: Actor) -> list[tuple[Channel, DeliveryState, int]]:
    ledger = await personal_ledger(db, who)
    query = select(Delivery).where(Delivery.ledger_id == ledger.id).order_by(col(Delivery.id))
    async with db.reading() as session:
        return [(row.channel, row.state, row.attempts) for row in (await session.exec(query)).all()]


async def endpoints_of(db: Database, who: Actor) -> list[Endpoint]:
    async with db.reading() as session:
        return list(await endpoints.mine(session, who.user_id))


async def make_due(db: Database) -> None:
    """Let the time pass that everything waits for."""
    async with db.transaction() as tx:
        await tx.exec(update(Delivery).values(due_at=now() - timedelta(seconds=1)))


async def address_of(db: Database, who: Actor) -> str:
    async with db.reading() as session:
        address = (await session.get_one(User, who.user_id)).email
    assert address is not None
    return address


async def test_a_mail_says_what_happened(
    db: Database, redis_url: str, queue_redis_url: str, mailbox: Mailbox, deliverer: Working,
    ann: Actor, bob: Actor, trip: Group,
) -> None:  # fmt: skip
    await choose(db, bob, Channel.IN_APP, Channel.EMAIL)
    with deliverer():
        async with relaying(db, redis_url, queue_redis_url, JOBS):
            await spend(db, ann, trip.id, 1000, merchant="Dinner")
            await until(lambda: len(mailbox.mails) == 1)
            await until(lambda: is_settled(db, bob))

    [mail] = mailbox.mails
    assert (mail["From"], mail["To"]) == ("Outgo <outgo@example.org>", await address_of(db, bob))
    assert mail["Subject"] == "Ann added “Dinner” (10.00 EUR) in Trip."
    assert mail["Message-ID"].endswith("@example.org>")
    assert await states(db, bob) == [(Channel.EMAIL, DeliveryState.SENT, 1)]


async def is_settled(db: Database, who: Actor) -> bool:
    return {state for _, state, _ in await states(db, who)} == {DeliveryState.SENT}


async def test_a_digest_is_one_mail_with_all_that_came_together(
    db: Database, redis_url: str, queue_redis_url: str, mailbox: Mailbox, deliverer: Working,
    ann: Actor, bob: Actor, trip: Group,
) -> None:  # fmt: skip
    await choose(db, bob, Channel.EMAIL, digest=Digest.DAILY)
    with deliverer():
        async with relaying(db, redis_url, queue_redis_url, JOBS):
            for number in range(3):
                await spend(db, ann, trip.id, 1000, merchant=f"Dinner {number}")
            await until(lambda: waits(db, bob, 3))
            assert mailbox.mails == []
            await make_due(db)
            broker = broker_on(queue_redis_url)
            await due.ask(db, broker)
            await until(lambda: is_settled(db, bob))
            await due.ask(db, broker)
            broker.close()

    [mail] = mailbox.mails
    assert mail["Subject"] == "3 news from Outgo"
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().splitlines()[:3] == [
        f"- Ann added “Dinner {number}” (10.00 EUR) in Trip." for number in range(3)
    ]


async def waits(db: Database, who: Actor, number: int) -> bool:
    return await states(db, who) == [(Channel.EMAIL, DeliveryState.WAITING, 0)] * number


async def test_a_mail_that_is_not_taken_is_tried_again_and_sent_once(
    db: Database, redis_url: str, queue_redis_url: str, mailbox: Mailbox, deliverer: Working,
    ann: Actor, bob: Actor, trip: Group,
) -> None:  # fmt: skip
    await choose(db, bob, Channel.EMAIL)
    mailbox.answer = "451 Later"
    with deliverer():
        async with relaying(db, redis_url, queue_redis_url, JOBS):
            await spend(db, ann, trip.id)
            await until(lambda: is_waiting_after(db, bob, 1))
        mailbox.answer = "250 OK"
        await make_due(db)
        broker = broker_on(queue_redis_url)
        for _ in range(5):  # a job may come as often as it likes
            broker.enqueue(deliver_due((await personal_ledger(db, bob)).id))
        await until(lambda: is_settled(db, bob))
        broker.declare_queue("deliveries")
        await asyncio.to_thread(broker.join, "deliveries")
        broker.close()

    assert len(mailbox.mails) == 1
    assert await states(db, bob) == [(Channel.EMAIL, DeliveryState.SENT, 2)]


async def test_jobs_repeated_shuffled_and_weeks_late_send_everything_once(
    db: Database, queue_redis_url: str, mailbox: Mailbox, deliverer: Working,
    ann: Actor, bob: Actor, eve: Actor, tmp_path: Path,
) -> None:  # fmt: skip
    """By two workers; whatever a relay asks for, and one of the version before."""
    chance, others = Random(1), (bob, eve)
    trip = await make_group(db, ann, *others)
    for who in others:
        await choose(db, who, Channel.EMAIL)
    for number in range(8):
        await spend(db, ann, trip.id, 1000, merchant=f"Dinner {number}")
    spent = [event for event in await log(db, trip.id) if event.kind is EventKind.EXPENSE_CREATED]
    (second := tmp_path / "second").mkdir()

    with deliverer(), deliverer(folder=second):
        await do(queue_redis_url, *caused_by(spent, dict.fromkeys(EventKind, (TELL,))))
        announced = [
            event
            for who in others
            for event in await log(db, (await personal_ledger(db, who)).id)
            if event.kind is EventKind.NOTIFICATION_CREATED
        ]
        messages = repeated(announced, chance)
        await do(queue_redis_url, *messages)
        async with db.transaction() as tx:
            await tx.exec(update(Delivery).values(sent_at=now() - timedelta(weeks=3)))
        chance.shuffle(messages)
        await do(queue_redis_url, *messages)

    for who in others:
        assert await states(db, who) == [(Channel.EMAIL, DeliveryState.SENT, 1)] * 8
        address = await address_of(db, who)
        lines = [line for mail in mailbox.mails if mail["To"] == address for line in news_in(mail)]
        assert sorted(lines) == [
            f"Ann added “Dinner {number}” (10.00 EUR) in Trip." for number in range(8)
        ]


def repeated(events: Sequence[Event], chance: Random) -> list[dramatiq.Message[None]]:
    """Every event's jobs one to five times, alone and together with others, and as they once were."""
    times = [event for event in events for _ in range(chance.randint(1, 5))]
    chance.shuffle(times)
    messages = [deliver_due(event.ledger_id) for event in times]
    messages += Job(
        "deliver", "deliveries", lambda event: {"ledger_id": str(event.ledger_id)}, by_ledger=True
    ).messages(times)
    while times:
        together, times = times[: (size := chance.randint(1, 4))], times[size:]
        messages += caused_by(together, JOBS)
    chance.shuffle(messages)
    return messages


async def do(queue_redis_url: str, *messages: dramatiq.Message[None]) -> None:
    """Return when workers have done all of them."""
    broker, queues = broker_on(queue_redis_url), {message.queue_name for message in messages}
    for queue in queues:
        broker.declare_queue(queue)
    broker.enqueue_all(messages)
    for queue in queues:
        await asyncio.to_thread(broker.join, queue)
    broker.close()


def news_in(mail: Message) -> list[str]:
    """One alone is the subject; several are a list."""
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    return [line.removeprefix("- ") for line in body.decode().splitlines() if "added" in line]


async def is_waiting_after(db: Database, who: Actor, attempts: int) -> bool:
    return {(state, tried) for _, state, tried in await states(db, who)} == {
        (DeliveryState.WAITING, attempts)
    }


async def test_an_address_that_is_refused_for_good_is_not_tried_again(
    db: Database, redis_url: str, queue_redis_url: str, mailbox: Mailbox, deliverer: Working,
    ann: Actor, bob: Actor, trip: Group,
) -> None:  # fmt: skip
    await choose(db, bob, Channel.EMAIL)
    mailbox.answer = "550 Nobody here"
    with deliverer():
        async with relaying(db, redis_url, queue_redis_url, JOBS):
            await spend(db, ann, trip.id)
            await until(lambda: has_failed(db, bob))

    assert (mailbox.tried, mailbox.mails) == (1, [])


async def has_failed(db: Database, who: Actor) -> bool:
    return {state for _, state, _ in await states(db, who)} == {DeliveryState.FAILED}


async def test_a_browser_gets_what_only_it_can_read(
    db: Database, redis_url: str, queue_redis_url: str, listener: Listener, deliverer: Working,
    ann: Actor, bob: Actor, trip: Group,
) -> None:  # fmt: skip
    await choose(db, bob, Channel.PUSH)
    phone = Phone()
    async with db.transaction() as tx:
        await endpoints.subscribe(tx, bob, RING, phone.subscription(f"{listener.url}/secret-path"))
    with deliverer():
        async with relaying(db, redis_url, queue_redis_url, JOBS):
            await spend(db, ann, trip.id, 1000, merchant="Dinner")
            await until(lambda: is_settled(db, bob))

    [one] = await told(db, bob)
    [(headers, body)] = listener.requests
    assert phone.decrypt(body) == {
        "id": str(one.id),
        "kind": "EXPENSE_ADDED",
        "text": "Ann added “Dinner” (10.00 EUR) in Trip.",
    }
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "86400")
    assert signer_of(headers["authorization"], listener.url) == "mailto:ops@example.org"


def signer_of(authorization: str, audience: str) -> str:
    """Whoever signed it, as push services check it (RFC 8292)."""
    scheme, _, rest = authorization.partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, fields["k"]) == ("vapid", VAPID_PUBLIC)
    point = urlsafe_b64decode(fields["k"] + "=")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return jwt.decode(fields["t"], key, algorithms=["ES256"], audience=audience)["sub"]


async def test_a_browser_that_is_gone_is_forgotten(
    db: Database, redis_url: str, queue_redis_url: str, listener: Listener, deliverer: Working,
    ann: Actor, bob: Actor, trip: Group,
) -> None:  # fmt: skip
    await choose(db, bob, Channel.PUSH)
    listener.status = 410
    async with db.transaction() as tx:
        await endpoints.subscribe(
            tx, bob, RING, Phone().subscription(f"{listener.url}/secret-path")
        )
    with deliverer():
        async with relaying(db, redis_url, queue_redis_url, JOBS):
            await spend(db, ann, trip.id)
            await until(lambda: has_no_endpoint(db, bob))

    assert len(listener.requests) == 1
    assert await states(db, bob) == []
    assert len(await told(db, bob)) == 1


async def has_no_endpoint(db: Database, who: Actor) -> bool:
    return await endpoints_of(db, who) == []


async def test_nobodys_slow_browsers_keep_others_waiting(
    db: Database, redis_url: str, queue_redis_url: str, listener: Listener, deliverer: Working,
    ann: Actor, bob: Actor, eve: Actor,
) -> None:  # fmt: skip
    """However many there are, and whatever happens meanwhile: one is tried at a time, and not for long."""
    trip = await make_group(db, ann, bob, eve)
    for who in (bob, eve):
        await choose(db, who, Channel.PUSH)
    async with dripping() as slow:
        for number in range(3):
            await push_to(db, bob, f"{slow.url}/secret-path/{number}")
        await push_to(db, eve, f"{listener.url}/secret-path")
        with deliverer():
            async with relaying(db, redis_url, queue_redis_url, JOBS):
                for told in range(1, 6):
                    await spend(db, ann, trip.id)
                    await until(lambda: len(listener.requests) == told and slow.most > 0)  # noqa: B023
                assert len(await states(db, bob)) == 15
                await until(lambda: has_had_its_turn(db, bob), seconds=60)

    assert slow.most == 1
    assert sorted(tried for _, _, tried in await states(db, bob)) == [0] * 14 + [1]


async def push_to(db: Database, who: Actor, url: str) -> None:
    async with db.transaction() as tx:
        await endpoints.subscribe(tx, who, RING, Phone().subscription(url))


async def has_had_its_turn(db: Database, who: Actor) -> bool:
    return {state for _, state, _ in await states(db, who)} == {DeliveryState.WAITING}


@dataclass
class Dripping:
    """A push service whose answers never come to an end; `most` is how many it gave at once."""

    url: str = ""
    most: int = 0


@asynccontextmanager
async def dripping() -> AsyncGenerator[Dripping]:
    there, answering = Dripping(), 0

    async def drip(_reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal answering
        answering += 1
        there.most = max(there.most, answering)
        writer.write(b"HTTP/1.1 201 Created\r\nServer: ")
        with suppress(OSError):
            while not writer.is_closing():
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.1)
        answering -= 1

    async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
        there.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield there


async def test_a_service_is_told(
    db: Database, redis_url: str, queue_redis_url: str, listener: Listener, deliverer: Working,
    ann: Actor, bob: Actor, trip: Group,
) -> None:  # fmt: skip
    await choose(db, bob, Channel.SERVICE)
    url = listener.url.replace("http", "json") + "/secret-path"
    async with db.transaction() as tx:
        await endpoints.connect(tx, bob, RING, Service(url, "Hook"))
    listener.status = 200
    with deliverer():
        async with relaying(db, redis_url, queue_redis_url, JOBS):
            await spend(db, ann, trip.id, 1000, merchant="Dinner")
            await until(lambda: is_settled(db, bob))

    [(_, body)] = listener.requests
    assert json.loads(body)["message"] == "Ann added “Dinner” (10.00 EUR) in Trip."


async def test_nothing_of_the_inside_is_called(
    db: Database, redis_url: str, queue_redis_url: str, listener: Listener, deliverer: Working,
    ann: Actor, bob: Actor, trip: Group,
) -> None:  # fmt: skip
    await choose(db, bob, Channel.PUSH, Channel.SERVICE)
    async with db.transaction() as tx:
        await endpoints.subscribe(
            tx, bob, RING, Phone().subscription(f"{listener.url}/secret-path")
        )
        await endpoints.connect(
            tx, bob, RING, Service(listener.url.replace("http", "json"), "Hook")
        )
    with deliverer(OUTGO_PRIVATE_ENDPOINTS="false"):
        async with relaying(db, redis_url, queue_redis_url, JOBS):
            await spend(db, ann, trip.id)
            await until(lambda: is_waiting_after(db, bob, 1))

    assert listener.requests == []
    assert {channel for channel, _, _ in await states(db, bob)} == {
        Channel.PUSH,
        Channel.SERVICE,
    }


async def test_a_claim_is_nobody_elses_until_it_runs_out(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await choose(db, bob, Channel.EMAIL)
    ledger_id = await planned(db, ann, bob, trip)
    at = now()
    async with db.transaction() as tx:
        [first] = await deliveries.claim(tx, ledger_id, at)
    async with db.transaction() as tx:
        assert await deliveries.claim(tx, ledger_id, at) == []
        assert await deliveries.ask_for_due(tx, at) == []
    async with db.transaction() as tx:
        assert await deliveries.ask_for_due(tx, at + LEASE) == [ledger_id]
        assert await deliveries.ask_for_due(tx, at + LEASE) == []
        [second] = await deliveries.claim(tx, ledger_id, at + LEASE)
    async with (
        db.transaction() as tx
    ):  # the first worker was only slow: it has nothing to say any more
        await deliveries.settle(tx, [first.delivery], Again("slow"), at)
    assert await states(db, bob) == [(Channel.EMAIL, DeliveryState.CLAIMED, 2)]
    async with db.transaction() as tx:
        await deliveries.settle(tx, [second.delivery], Sent(), at)

    assert await states(db, bob) == [(Channel.EMAIL, DeliveryState.SENT, 2)]


async def test_what_there_was_no_time_for_has_not_been_tried(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await choose(db, bob, Channel.EMAIL)
    ledger_id, at = await planned(db, ann, bob, trip), now()
    async with db.transaction() as tx:
        [parcel] = await deliveries.claim(tx, ledger_id, at)
        await deliveries.settle(tx, [parcel.delivery], Untried(), at)

    assert await states(db, bob) == [(Channel.EMAIL, DeliveryState.WAITING, 0)]
    async with db.transaction() as tx:
        assert await deliveries.ask_for_due(tx, at) == [ledger_id]


async def test_one_person_has_one_claim_at_a_time(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await choose(db, bob, Channel.EMAIL)
    ledger_id = await planned(db, ann, bob, trip)
    async with db.transaction() as tx:
        [first] = await deliveries.claim(tx, ledger_id, now())
    await planned(db, ann, bob, trip)
    at = now()

    async with db.transaction() as tx:
        assert await deliveries.claim(tx, ledger_id, at) == []
        assert await deliveries.ask_for_due(tx, at) == []
        await deliveries.settle(tx, [first.delivery], Sent(), at)
        assert await deliveries.ask_for_due(tx, at) == [ledger_id]
        assert len(await deliveries.claim(tx, ledger_id, at)) == 1


async def test_of_two_who_claim_at_once_one_has_the_claim(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await choose(db, bob, Channel.EMAIL)
    ledger_id = await planned(db, ann, bob, trip)
    before = now()
    await planned(db, ann, bob, trip)

    async def claimed(at: datetime) -> int:
        async with db.transaction() as tx:
            return len(await deliveries.claim(tx, ledger_id, at))

    assert 0 in await asyncio.gather(claimed(before), claimed(now()))


async def test_what_never_works_is_given_up(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await choose(db, bob, Channel.EMAIL)
    ledger_id = await planned(db, ann, bob, trip)
    at = now()
    for _ in range(MOST_ATTEMPTS):
        async with db.transaction() as tx:
            [parcel] = await deliveries.claim(tx, ledger_id, at)
            await deliveries.settle(tx, [parcel.delivery], Again("away"), at)
        at += timedelta(days=1)

    assert await states(db, bob) == [(Channel.EMAIL, DeliveryState.FAILED, MOST_ATTEMPTS)]
    async with db.transaction() as tx:
        assert await deliveries.claim(tx, ledger_id, at) == []


async def planned(db: Database, ann: Actor, bob: Actor, trip: Group) -> UUID:
    """Bob's personal ledger, with one delivery that is due: planned twice, as jobs are done twice."""
    await spend(db, ann, trip.id)
    *_, event = await log(db, trip.id)
    [one] = await telling.concerned(db, event.ledger_id, [event.seq])
    async with db.transaction() as tx:
        await telling.tell(tx, one)
    *_, notification = await told(db, bob)
    for _ in range(2):
        async with db.transaction() as tx:
            await deliveries.plan(tx, one.ledger_id, notification.seq, set(Channel), now())
    return one.ledger_id
