"""Members who settle as one: joining them, changing who they are, and parting them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.db import Tx
from domain import text
from domain.actor import Actor
from domain.fingerprint import NothingToChange, Stale, fingerprint
from domain.log import EventKind
from domain.subgroup import (
    InAnotherSubgroup,
    NewSubgroup,
    SubgroupChanges,
    SubgroupDissolved,
    heir,
    payer_among,
    together,
)
from models.subgroup import Subgroup
from services import access, events, parties
from services.access import Seat
from services.ledgers import require_group
from services.once import insert_once
from services.postings import NotMembers


async def create(tx: Tx, actor: Actor, wanted: NewSubgroup) -> Subgroup:
    """Let members settle as one from now on, once, however often the client repeats itself.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `IdNotVersion7`, `IdAlreadyUsed`,
    `NotMembers`, `InAnotherSubgroup`, and see `NewSubgroup`.
    """
    wanted = wanted.checked()
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id, archived_too=True)
    require_group(seat.ledger)
    row = _new(wanted, actor)
    if first := await insert_once(tx, row):
        return first
    access.require_open(seat.ledger)
    await _require_free(tx, seat, row.id, row.member_ids)
    events.record_row(tx, seat, EventKind.SUBGROUP_CREATED, row)
    return row


async def update(
    tx: Tx, actor: Actor, subgroup_id: UUID, if_version: int, changes: SubgroupChanges
) -> Subgroup:
    """Change one that nobody has changed since `if_version`. If the payer goes, the first member pays.

    Repeating an edit that is already in place answers with the subgroup, whatever its version.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `SubgroupDissolved`, `Stale`, `NothingToChange`, and
    what `create` refuses of a field.
    """
    seat, row = await access.lock_row(tx, actor, Subgroup, subgroup_id)
    columns = _columns(changes, row)
    if row.dissolved_at is not None:
        raise SubgroupDissolved("These settle each alone again.", entity=("Subgroup", row.id))
    if all(getattr(row, name) == value for name, value in columns.items()):
        return row
    if row.version != if_version:
        raise Stale("Somebody has changed this subgroup.", entity=("Subgroup", row.id))
    if "member_ids" in columns:
        await _require_free(tx, seat, row.id, columns["member_ids"])
    before = row.facts()
    for name, value in columns.items():
        setattr(row, name, value)
    row.written_by(actor.device_id, *row.touched_since(before))
    events.record_row(tx, seat, EventKind.SUBGROUP_UPDATED, row, before)
    return row


async def dissolve(tx: Tx, actor: Actor, subgroup_id: UUID) -> Subgroup:
    """Let each of them settle alone again. Doing so twice is no different.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`.
    """
    seat, row = await access.lock_row(tx, actor, Subgroup, subgroup_id)
    if row.dissolved_at is None:
        parties.dissolve(tx, seat, row)
    return row


def _new(wanted: NewSubgroup, actor: Actor) -> Subgroup:
    assert wanted.payer_id is not None, "checked, it has a payer"
    return Subgroup(
        id=wanted.id,
        ledger_id=wanted.ledger_id,
        name=wanted.name,
        member_ids=list(wanted.member_ids),
        payer_id=wanted.payer_id,
        fingerprint=fingerprint(actor.user_id, wanted),
    ).written_by(actor.device_id)


def _columns(changes: SubgroupChanges, row: Subgroup) -> dict[str, Any]:
    """The columns that an edit sets, with their checked values. Refuses: `NothingToChange`."""
    columns: dict[str, Any] = {}
    if changes.name is not None:
        columns["name"] = text.required(changes.name, "name")
    if changes.member_ids is not None or changes.payer_id is not None:
        named = row.member_ids if changes.member_ids is None else changes.member_ids
        member_ids = together(named)
        payer_id = changes.payer_id or heir(member_ids, row.payer_id)
        columns |= {"member_ids": member_ids, "payer_id": payer_among(member_ids, payer_id)}
    if not columns:
        raise NothingToChange("Name at least one field to change.")
    return columns


async def _require_free(tx: Tx, seat: Seat, id: UUID, member_ids: Sequence[UUID]) -> None:
    """Refuses: `NotMembers`, `InAnotherSubgroup` unless it is the one with this id."""
    if strangers := {*member_ids}.difference(await access.seated_in(tx, seat.ledger.id)):
        raise NotMembers(
            f"{len(strangers)} of these people are not members of the ledger.", path=("memberIds",)
        )
    for other in (await parties.subgroups_of(tx, [seat.ledger.id]))[seat.ledger.id]:
        if other.id != id and not {*member_ids}.isdisjoint(other.member_ids):
            raise InAnotherSubgroup(
                "Some of them settle as one with others.", entity=("Subgroup", other.id)
            )
