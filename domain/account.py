"""An account and the device it is used on, as their owner means them. Pure."""

from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from domain import currency, text
from domain.errors import Forbidden, Invalid

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


class EmailInvalid(Invalid):
    code = "EMAIL_INVALID"


class PasswordTooShort(Invalid):
    code = "PASSWORD_TOO_SHORT"


class PasswordTooLong(Invalid):
    code = "PASSWORD_TOO_LONG"


class PasswordIsEmail(Invalid):
    code = "PASSWORD_IS_EMAIL"


class UnknownTimeZone(Invalid):
    code = "UNKNOWN_TIME_ZONE"


class WrongCredentials(Forbidden):
    """The same for a wrong password and for an address that nobody registered."""

    code = "WRONG_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("Email and password do not belong together.")


@dataclass(frozen=True, slots=True)
class Registration:
    """A new account. `currency` is what its personal ledger is kept in."""

    id: UUID
    email: str
    name: str
    time_zone: str
    currency: str

    def checked(self) -> "Registration":
        """Itself with a normalised address and a clean name.

        Refuses: `EmailInvalid`, `UnknownTimeZone`, `UnknownCurrency`, and see `domain.text`.
        """
        currency.exponent(self.currency)
        return replace(
            self,
            email=normalised_email(self.email),
            name=text.required(self.name, "name"),
            time_zone=known_time_zone(self.time_zone),
        )


@dataclass(frozen=True, slots=True)
class Client:
    """The device that signs in. `replica` is the number it was given before, None if it never was."""

    name: str
    replica: int | None = None

    def checked(self) -> "Client":
        return replace(self, name=text.required(self.name, "deviceName"))


def normalised_email(email: str) -> str:
    """One spelling per mailbox: Unicode NFC, the domain as people read it, lower case throughout.

    Refuses: `EmailInvalid` for anything that the syntax of RFC 5321 and 6531 does not allow.
    """
    try:
        return validate_email(email, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise EmailInvalid(str(error), path=("email",)) from error
    except UnicodeError as error:
        raise EmailInvalid(
            "The address has characters that are not text.", path=("email",)
        ) from error


def require_good_password(password: str, email: str, field: str = "password") -> None:
    """What NIST SP 800-63B asks of memorised secrets: length, and no rules of composition.

    Refuses: `PasswordTooShort`, `PasswordTooLong`, `PasswordIsEmail`.
    """
    if len(password) < SHORTEST_PASSWORD:
        message = f"A password has at least {SHORTEST_PASSWORD} characters."
        raise PasswordTooShort(message, path=(field,))
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooLong(
            f"A password has at most {LONGEST_PASSWORD} characters.", path=(field,)
        )
    if password.strip().lower() == email:
        raise PasswordIsEmail("The password cannot be the email address.", path=(field,))


def known_time_zone(name: str) -> str:
    """Refuses: `UnknownTimeZone` for what is no name in the IANA time zone database."""
    if name not in _time_zones():
        raise UnknownTimeZone(f"{name!r} is not an IANA time zone.", path=("timeZone",))
    return name


@cache
def _time_zones() -> set[str]:
    return available_timezones()
