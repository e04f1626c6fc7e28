"""A group and the ways into it, as a client means them. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import currency, text
from domain.errors import Conflict, Invalid
from domain.fingerprint import NothingToChange
from domain.role import Role
from domain.split import HEAVIEST

LONGEST_INVITE = timedelta(days=365)
MOST_USES = 1000
MOST_MEMBERS = 10_000
"""Of one group, ever."""


class InviteTooGenerous(Invalid):
    code = "INVITE_TOO_GENEROUS"


class InviteExpired(Conflict):
    code = "INVITE_EXPIRED"


class InviteUsedUp(Conflict):
    code = "INVITE_USED_UP"


class InviteRevoked(Conflict):
    code = "INVITE_REVOKED"


class InviteOlderThanLeaving(Conflict):
    code = "INVITE_OLDER_THAN_LEAVING"


class TooManyMembers(Conflict):
    code = "TOO_MANY_MEMBERS"


class WeightOutOfRange(Invalid):
    code = "WEIGHT_OUT_OF_RANGE"


@dataclass(frozen=True, slots=True)
class NewGroup:
    id: UUID
    name: str
    currency: str

    def checked(self) -> "NewGroup":
        """Itself with a clean name. Refuses: `UnknownCurrency`, and see `domain.text`."""
        currency.exponent(self.currency)
        return replace(self, name=text.required(self.name, "name"))


@dataclass(frozen=True, slots=True)
class NewMember:
    """A placeholder: someone who has no account here, or not yet."""

    id: UUID
    ledger_id: UUID
    name: str

    def checked(self) -> "NewMember":
        return replace(self, name=text.required(self.name, "name"))


@dataclass(frozen=True, slots=True)
class NewFriend:
    """A seat for somebody who has an account, by their user id."""

    id: UUID
    ledger_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class MemberChanges:
    """What an edit of a seat changes. None leaves a field as it is."""

    name: str | None = None
    weight: int | None = None

    def checked(self) -> "MemberChanges":
        """Itself with a clean name. Refuses: `NothingToChange`, `WeightOutOfRange`, and see `domain.text`."""
        if self.name is None and self.weight is None:
            raise NothingToChange("Name at least one field to change.")
        if self.weight is not None and not 0 < self.weight <= HEAVIEST:
            raise WeightOutOfRange(f"A weight is 1 to {HEAVIEST}.", path=("weight",))
        return replace(self, name=self.name and text.required(self.name, "name"))

    @property
    def columns(self) -> dict[str, str | int]:
        named = {"name": self.name, "weight": self.weight}
        return {column: value for column, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class NewInvite:
    """A link. Whoever joins by it gets the role."""

    ledger_id: UUID
    valid_for: timedelta
    max_uses: int
    role: Role = Role.MEMBER
    allows_guests: bool = True

    def checked(self) -> "NewInvite":
        """Refuses: `InviteTooGenerous` beyond a year or a thousand uses, or when it could never be used."""
        if not timedelta(0) < self.valid_for <= LONGEST_INVITE:
            raise InviteTooGenerous("An invite is valid for up to a year.", path=("validForHours",))
        if not 0 < self.max_uses <= MOST_USES:
            raise InviteTooGenerous(f"An invite has 1 to {MOST_USES} uses.", path=("maxUses",))
        return self


def require_usable(
    *, at: datetime, expires_at: datetime, revoked_at: datetime | None, uses: int, max_uses: int
) -> None:
    """Refuses: `InviteRevoked`, `InviteExpired`, `InviteUsedUp`."""
    if revoked_at is not None:
        raise InviteRevoked("This invite was revoked.")
    if at >= expires_at:
        raise InviteExpired("This invite has expired.")
    if uses >= max_uses:
        raise InviteUsedUp("This invite has been used as often as it may be.")
