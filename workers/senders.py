"""What takes notifications out of here, as far as this server is set up for it: one per process."""

from functools import cache

from adapters.apprise.services import Services
from adapters.mail import Mailer
from adapters.web_push import WebPush
from core.key_ring import KeyRing
from workers.runtime import settings


@cache
def mailer() -> Mailer | None:
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return Mailer(settings.smtp_url.get_secret_value(), settings.mail_from)


@cache
def web_push() -> WebPush | None:
    if settings.vapid_private_key is None or settings.vapid_subject is None:
        return None
    return WebPush(
        settings.vapid_private_key.get_secret_value(),
        settings.vapid_subject,
        private_too=settings.private_endpoints,
    )


@cache
def services() -> Services | None:
    return Services(private_too=settings.private_endpoints) if settings.services else None


@cache
def key_ring() -> KeyRing:
    return KeyRing(settings.encryption_key_bytes)
