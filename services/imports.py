"""Bringing in what files of other programs say, once; and taking a whole file out again."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain.actor import Actor
from domain.fingerprint import fingerprint
from domain.imports.contents import Contents, Found
from domain.imports.deed import Converting, Paying, Spending
from domain.imports.plan import Mapped, NewImport, Plan, Sitting, judged, seated
from domain.log import EventKind
from domain.pages import Page, Slice
from models.file_import import Import, ImportedFact
from models.ledger import Ledger, Member
from services import (
    access,
    categories,
    editing,
    events,
    import_known,
    ledgers,
    many_postings,
    paging,
)
from services.access import Seat
from services.facts import posted
from services.import_facts import IMPORTED, WITHDRAWN, Seats, Writer
from services.once import insert_once
from services.paging import Key
from services.postings import Fact

_FACTS_AT_A_TIME = 50
"""How many are written between two looks at anything else that this process has to do."""
_ENTRIES_AT_A_TIME = 500
"""How many entries of them at the most, where many people take part in each."""

Item = TypeVar("Item")


async def preview(
    session: AsyncSession, viewer: UUID, ledger_id: UUID | None, contents: Contents, mapping: Mapped
) -> Plan:
    """What importing would do to a ledger, or to a new group. Writes nothing.

    Refuses: `NotFound`, `PersonUnknown`, `PeopleNotDistinct`, `LockedByAge`.
    """
    if ledger_id is None:
        return Plan(contents, seated(contents.people, (), mapping), judged(contents.found, {}))
    ledger = await access.ledger_of(session, viewer, ledger_id)
    plan = await _planned(session, ledger, contents, mapping)
    _require_unlocked(ledger, plan)
    return plan


async def commit(tx: Tx, actor: Actor, wanted: NewImport, contents: Contents) -> Import:
    """Import what is new in the file, once, however often the client repeats itself or sends the file.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed`, `PersonUnknown`,
    `PeopleNotDistinct`, `LockedByAge`, `MemberDeactivated`, `TooManyMembers`, and `PersonalLedger` when it
    would add people to one.
    """
    wanted = wanted.checked()
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id, archived_too=True)
    if first := await insert_once(tx, _new(wanted, actor, contents)):
        return first
    access.require_open(seat.ledger)
    plan = await _planned(tx, seat.ledger, contents, wanted.mapping)
    _require_unlocked(seat.ledger, plan)
    file = await _counted(tx, wanted, plan)
    keys = {row.key: row.id for row in await categories.all_of(tx)}
    writer = Writer(actor, file, await _seats(tx, seat, plan), keys)
    for found in _batches(plan.new, _facts_at_a_time(contents)):
        await _write(tx, seat, writer, found)
    events.record_row(tx, seat, EventKind.IMPORT_COMMITTED, file)
    return file


async def undo(tx: Tx, actor: Actor, import_id: UUID) -> Import:
    """Delete all that a file added and that still stands, edited since or not. Twice is no different.

    People stay, and whatever was deleted before. The file may be imported again.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, and `EditNotAllowed` or `LockedByAge` if one of these
    facts is not the caller's to delete.
    """
    seat, file = await access.lock_row(tx, actor, Import, import_id)
    if file.undone_at is not None:
        return file
    for facts in _batches(await import_known.standing(tx, file), _FACTS_AT_A_TIME):
        await _withdraw(tx, seat, facts)
    before = file.facts()
    file.undone_at = now()
    file.written_by(actor.device_id, "undone")
    events.record_row(tx, seat, EventKind.IMPORT_UNDONE, file, before)
    return file


async def page(session: AsyncSession, viewer: UUID, ledger_id: UUID, slice: Slice) -> Page[Import]:
    """The files that a ledger's members brought in, newest first. Refuses: `NotFound`, `CursorUnreadable`."""
    await access.require_ledger(session, viewer, ledger_id)
    query = select(Import).where(Import.ledger_id == ledger_id)
    return await paging.page(session, query, slice, Key(col(Import.id), UUID))


async def _planned(
    session: AsyncSession, ledger: Ledger, contents: Contents, mapping: Mapped
) -> Plan:
    active = col(Member.deactivated_at).is_(None)
    query = select(Member.id, Member.name, active).where(
        Member.ledger_id == ledger.id, col(Member.left_at).is_(None)
    )
    members = [Sitting(*found) for found in (await session.exec(query)).all()]
    known = await import_known.of(session, ledger, contents.found)
    seats = seated(contents.people, members, mapping)
    inactive = {member.id for member in members if not member.is_active}
    return Plan(contents, seats, judged(contents.found, known), inactive)


def _require_unlocked(ledger: Ledger, plan: Plan) -> None:
    """Refuses: `LockedByAge`."""
    for found in plan.new:
        editing.require_unlocked(ledger, found.deed.day)


def _new(wanted: NewImport, actor: Actor, contents: Contents) -> Import:
    """It has added nothing yet."""
    return Import(
        id=wanted.id,
        ledger_id=wanted.ledger_id,
        source=contents.source,
        name=contents.name,
        expense_count=0,
        settlement_count=0,
        conversion_count=0,
        created_by=actor.user_id,
        fingerprint=fingerprint(actor.user_id, wanted),
    ).written_by(actor.device_id)


async def _counted(tx: Tx, wanted: NewImport, plan: Plan) -> Import:
    """The import as stored, with what it is about to add."""
    file = await tx.get_one(Import, wanted.id)
    file.expense_count = plan.count(Spending)
    file.settlement_count = plan.count(Paying)
    file.conversion_count = plan.count(Converting)
    return file


async def _seats(tx: Tx, seat: Seat, plan: Plan) -> Seats:
    """Everybody's seat; newcomers get placeholders. Refuses: `PersonalLedger`, `TooManyMembers`."""
    seats = {who: member for who, member in plan.seats.items() if member is not None}
    if plan.newcomers:
        ledgers.require_group(seat.ledger)
    for person in plan.newcomers:
        member = Member(ledger_id=seat.ledger.id, name=person.name)
        tx.add(member.written_by(seat.author.device_id))
        events.record_row(tx, seat, EventKind.MEMBER_IMPORTED, member)
        seats[person.id] = member.id
    await tx.flush()
    if plan.newcomers:
        await ledgers.require_room(tx, seat.ledger)
    return seats


async def _write(tx: Tx, seat: Seat, writer: Writer, found: Sequence[Found]) -> None:
    facts = [writer.fact(each) for each in found]
    tx.add_all(facts)
    await tx.flush()
    await _forget(tx, seat.ledger, [each.key for each in found])
    tx.add_all(writer.origin(each, fact) for each, fact in zip(found, facts, strict=True))
    changes = await many_postings.post(tx, seat.ledger, [(fact, posted(fact)) for fact in facts])
    for fact, balances in zip(facts, changes, strict=True):
        events.record_row(tx, seat, IMPORTED[type(fact)], fact, balances=balances)
    await tx.flush()


async def _forget(tx: Tx, ledger: Ledger, keys: Sequence[bytes]) -> None:
    """Where records came from the last time, if that was undone."""
    query = delete(ImportedFact).where(
        col(ImportedFact.ledger_id) == ledger.id, col(ImportedFact.key).in_(keys)
    )
    await tx.exec(query)


async def _withdraw(tx: Tx, seat: Seat, facts: Sequence[Fact]) -> None:
    before = [fact.facts() for fact in facts]
    for fact in facts:
        editing.require_editable(seat, fact)
        fact.deleted_at = now()
        fact.written_by(seat.author.device_id, "deleted")
    await tx.flush()
    changes = await many_postings.withdraw(tx, seat.ledger, facts)
    for fact, was, balances in zip(facts, before, changes, strict=True):
        events.record_row(tx, seat, WITHDRAWN[type(fact)], fact, was, balances)
    await tx.flush()


def _facts_at_a_time(contents: Contents) -> int:
    """As if everybody took part in all of them."""
    return min(_FACTS_AT_A_TIME, max(1, _ENTRIES_AT_A_TIME // max(1, len(contents.people))))


def _batches(items: Sequence[Item], at_a_time: int) -> Iterable[Sequence[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, at_a_time)):
        yield batch
