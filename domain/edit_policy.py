"""Who may change what was recorded, and until when. Pure.

A policy looks at facts: expenses, settlements, conversions. It never stops anyone from disputing one.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Forbidden, Invalid
from domain.role import Role

LONGEST_OPEN_DAYS = 3650


class EditNotAllowed(Forbidden):
    code = "EDIT_NOT_ALLOWED"


class LockedByAge(Conflict):
    code = "LOCKED_BY_AGE"


class NotInvolved(Forbidden):
    code = "NOT_INVOLVED"


class LockOutOfRange(Invalid):
    code = "LOCK_OUT_OF_RANGE"


class WhoMayEdit(StrEnum):
    ANY_MEMBER = "ANY_MEMBER"
    INVOLVED = "INVOLVED"
    CREATOR_OR_ADMIN = "CREATOR_OR_ADMIN"


@dataclass(frozen=True, slots=True)
class Editable:
    """What a policy looks at in a fact. `members` are part of it; `settles` if it is a payment."""

    ledger_id: UUID
    day: date
    created_by: UUID
    members: frozenset[UUID]
    settles: bool = False


@dataclass(frozen=True, slots=True)
class EditPolicy:
    """`lock_after_days` after its day a fact stays as it is; None for never."""

    who: WhoMayEdit
    lock_after_days: int | None

    def checked(self) -> "EditPolicy":
        """Itself. Refuses: `LockOutOfRange`."""
        days = self.lock_after_days
        if days is not None and not 0 <= days <= LONGEST_OPEN_DAYS:
            raise LockOutOfRange(
                f"A lock comes after 0 to {LONGEST_OPEN_DAYS} days.", path=("lockAfterDays",)
            )
        return self

    def lets(self, role: Role, *, creator: bool, involved: bool) -> bool:
        """Whether a member with this role may change a fact. Each choice lets all whom the next one lets."""
        match self.who:
            case WhoMayEdit.ANY_MEMBER:
                return True
            case WhoMayEdit.INVOLVED:
                return involved or creator or role.reaches(Role.ADMIN)
            case WhoMayEdit.CREATOR_OR_ADMIN:
                return creator or role.reaches(Role.ADMIN)

    def require_open(self, day: date, today: date) -> None:
        """That facts of a day can come, change and go: for nobody, whatever their role, once it is locked.

        Refuses: `LockedByAge`.
        """
        if self.lock_after_days is None:
            return
        if day < (first := today - timedelta(days=self.lock_after_days)):
            raise LockedByAge(f"This group has locked everything before {first}.")


def require_involved(member_id: UUID, members: AbstractSet[UUID]) -> None:
    """Refuses: `NotInvolved`."""
    if member_id not in members:
        raise NotInvolved("Only who is part of it can dispute it.")
