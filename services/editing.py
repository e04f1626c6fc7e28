"""Whether somebody may change what was recorded, by the policy that its ledger has now."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain import role
from domain.actor import Actor
from domain.edit_policy import Editable, EditNotAllowed
from domain.errors import Refusal
from domain.role import Role
from models.ledger import Ledger, Member
from services import access
from services.access import Seat
from services.postings import AnyFact, Fact


async def lock(tx: Tx, actor: Actor, table: type[AnyFact], fact_id: UUID) -> tuple[Seat, AnyFact]:
    """For whoever may write such a fact at all. Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`."""
    seat, fact = await access.lock_row(tx, actor, table, fact_id, at_least=Role.VIEWER)
    role.require(_rights(seat.member, fact.editable), Role.MEMBER)
    return seat, fact


def require_editable(seat: Seat, fact: Fact) -> None:
    """For whoever changes a fact, takes it back or brings it back.

    Refuses: `RoleTooLow`, `EditNotAllowed`, `LockedByAge`.
    """
    _require(seat.ledger, seat.member, fact.editable)


def require_unlocked(ledger: Ledger, day: date) -> None:
    """For a fact that is new on a day, or moves there. Days are those of UTC. Refuses: `LockedByAge`."""
    ledger.edit_policy.require_open(day, now().date())


def require_settling(seat: Seat, parties: AbstractSet[UUID]) -> None:
    """For a payment between these members. Refuses: `RoleTooLow`."""
    role.require(_settling(seat.member, parties), Role.MEMBER)


async def editable_by(
    session: AsyncSession, viewer: UUID, facts: Sequence[Editable]
) -> Mapping[Editable, bool]:
    """Which of the facts the viewer may change now."""
    places = await access.places_of(session, viewer, {fact.ledger_id for fact in facts})
    return {fact: _may(*places[fact.ledger_id], fact) for fact in facts if fact.ledger_id in places}


def _may(ledger: Ledger, member: Member, fact: Editable) -> bool:
    try:
        access.require_open(ledger)
        _require(ledger, member, fact)
    except Refusal:
        return False
    return True


def _require(ledger: Ledger, member: Member, fact: Editable) -> None:
    rights = _rights(member, fact)
    role.require(rights, Role.MEMBER)
    creator, involved = member.user_id == fact.created_by, member.id in fact.members
    if not ledger.edit_policy.lets(rights, creator=creator, involved=involved):
        raise EditNotAllowed("This group lets others change it.")
    require_unlocked(ledger, fact.day)


def _rights(member: Member, fact: Editable) -> Role:
    return _settling(member, fact.members) if fact.settles else member.rights


def _settling(member: Member, parties: AbstractSet[UUID]) -> Role:
    """What the member may do with a payment: who is deactivated still settles what is theirs."""
    return member.role if member.id in parties else member.rights
