"""What one web process is made of, and what every operation gets of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

from pydantic import SecretStr

from adapters.apprise.services import Services
from adapters.buckets import Buckets
from adapters.document_cache import DocumentCache
from adapters.links import Links
from adapters.passwords import Passwords
from adapters.planning import Planner
from adapters.rates import Rates
from adapters.storage import Storage
from adapters.throttle import LoginThrottle
from adapters.tokens import Tokens
from adapters.web_push import key_of, public_key
from app.documents import Documents, listed
from app.draining import Draining
from app.session_watch import SessionWatch
from core.db import Database, Patience
from core.key_ring import KeyRing
from core.settings import Settings
from core.streams import Streams
from domain.actor import Actor
from domain.preferences import Channel
from resolvers import loaders
from schema.context import Files, Gate, Limits, Outreach
from subscriptions.context import Live, LiveContext
from subscriptions.hub import Hub


class Parts:
    def __init__(self, settings: Settings) -> None:
        self.draining = Draining()
        redis_url = _needed(settings.redis_url, "OUTGO_REDIS_URL")
        database_url = _needed(settings.database_url, "OUTGO_DATABASE_URL")
        replica_url = settings.database_read_url
        self.db = Database(
            database_url,
            pool_size=settings.database_pool_size,
            patience=_patience(settings),
            replica_url=replica_url.get_secret_value() if replica_url else None,
        )
        self.buckets = Buckets(redis_url)
        self.gate = _gate(settings, self.buckets)
        self.document_cache = DocumentCache(
            redis_url, keep=timedelta(hours=settings.document_hours)
        )
        self.documents = Documents(
            self.document_cache, listed(settings.documents) if settings.documents else None
        )
        self.files = _files(settings)
        self.planner = Planner()
        self.limits = _limits(settings, self.buckets)
        self.outreach = _outreach(settings)
        self.live = Live(
            hub=Hub(self.db, redis_url, look_seconds=settings.look_seconds),
            heartbeat_seconds=settings.heartbeat_seconds,
            resume_limit=settings.resume_events,
        )
        self.session_watch = SessionWatch(self.db, look_seconds=settings.look_seconds)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        self.db.watch()
        await self.live.hub.open()
        self.session_watch.start()
        try:
            yield
        finally:
            await self.session_watch.stop()
            await self.live.hub.close()
            await self.document_cache.close()
            await self.buckets.close()
            self.gate.passwords.close()
            self.planner.close()
            await self.db.close()

    def context(self, actor: Actor | None, address: str) -> LiveContext:
        viewer = actor.user_id if actor else None
        return LiveContext(
            db=self.db,
            gate=self.gate,
            files=self.files,
            outreach=self.outreach,
            planner=self.planner,
            limits=self.limits,
            loaders=loaders.build(self.db, self.planner, viewer),
            actor=actor,
            address=address,
            live=self.live,
        )


def _patience(settings: Settings) -> Patience:
    return Patience(
        statement=settings.database_statement_seconds,
        lock=settings.database_lock_seconds,
        idle_transaction=settings.database_idle_transaction_seconds,
    )


def _limits(settings: Settings, buckets: Buckets) -> Limits:
    return Limits(
        most_cost=settings.most_cost,
        introspection=settings.introspection,
        seconds=settings.operation_seconds,
        import_seconds=settings.import_seconds,
        rates=Rates(
            buckets,
            per_user=settings.points_per_user,
            per_address=settings.points_per_address,
        ),
        streams=Streams(most=settings.subscriptions_per_user),
    )


def _gate(settings: Settings, buckets: Buckets) -> Gate:
    return Gate(
        passwords=Passwords(),
        tokens=Tokens(settings.signing_keys, timedelta(minutes=settings.access_token_minutes)),
        throttle=LoginThrottle(
            buckets,
            per_account=settings.login_attempts_per_account,
            per_address=settings.login_attempts_per_address,
            window=timedelta(minutes=settings.login_window_minutes),
        ),
        refresh_lifetime=timedelta(days=settings.refresh_token_days),
    )


def _files(settings: Settings) -> Files:
    return Files(
        storage=Storage(settings.receipts_url),
        links=Links(
            settings.base_url,
            settings.upload_signing_key.get_secret_value(),
            lifetime=timedelta(minutes=settings.link_minutes),
        ),
        max_bytes=settings.max_upload_bytes,
    )


def _outreach(settings: Settings) -> Outreach:
    key = settings.vapid_private_key
    ready = {
        Channel.IN_APP: True,
        Channel.EMAIL: settings.smtp_url is not None,
        Channel.PUSH: key is not None,
        Channel.SERVICE: settings.services,
    }
    return Outreach(
        channels=frozenset(channel for channel, is_ready in ready.items() if is_ready),
        push_public_key=public_key(key_of(key.get_secret_value())) if key else None,
        services=Services(private_too=settings.private_endpoints),
        key_ring=KeyRing(settings.encryption_key_bytes),
        private_too=settings.private_endpoints,
    )


def _needed(url: SecretStr | None, variable: str) -> str:
    if url is None:
        raise RuntimeError(f"{variable} is not set.")
    return url.get_secret_value()
