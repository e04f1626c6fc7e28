"""Mails by SMTP (RFC 5321). A server that has taken a mail has it: what becomes of it later, nobody tells."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientsRefused

from domain.delivery import Again, Outcome, Refused, Sent

_TIMEOUT_SECONDS = 30
_PORTS = {"smtp": 587, "smtps": 465}
_PERMANENT = 500  # RFC 5321, 4.2.1: 5yz says not to repeat it


@dataclass(frozen=True, slots=True)
class Mail:
    """`id` is the same when the mail is sent again, so that its reader may show it once."""

    id: str
    to: str
    subject: str
    text: str


class Mailer:
    """By `smtp://user:password@host:port` or `smtps://…`, both percent-encoded.

    `smtps` speaks TLS at once. `smtp` changes to it where it is offered, and insists on it before it sends
    a password.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._sender = sender
        self._domain = parseaddr(sender)[1].rpartition("@")[2]
        self._host, self._port = parts.hostname, parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._tls = parts.scheme == "smtps"

    async def send(self, mail: Mail) -> Outcome:
        try:
            await aiosmtplib.send(
                self._message(mail),
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                start_tls=True if self._user and not self._tls else None,
                timeout=_TIMEOUT_SECONDS,
            )
        except SMTPRecipientsRefused as refused:
            if all(one.code >= _PERMANENT for one in refused.recipients):
                return Refused("The mail server refuses the address.")
            return Again("The mail server does not take the address now.")
        except (SMTPException, OSError) as problem:
            return Again(f"The mail server does not take it: {type(problem).__name__}.")
        except ValueError:
            return Refused("The address cannot be written to.")
        return Sent()

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, mail.to
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
        message.set_content(mail.text)
        return message
