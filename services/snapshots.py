"""Where a stream begins: what is stored together with the `seq` that it is stored as of.

Each is one statement, hence one moment, and it is read before it is decided who may see it: whoever has a
seat then may see all of it.
"""

from collections.abc import Sequence
from typing import NamedTuple, cast
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.errors import NotFound
from models.claim import Claiming
from models.ledger import Balance, Ledger
from models.notification import Notification
from models.receipt import Receipt
from services import access, notifications


class BalancesAsOf(NamedTuple):
    seq: int
    balances: Sequence[Balance]


class ReceiptAsOf(NamedTuple):
    ledger: Ledger
    receipt: Receipt


class ClaimingAsOf(NamedTuple):
    ledger: Ledger
    claiming: Claiming


async def balances(session: AsyncSession, viewer: UUID, ledger_id: UUID) -> BalancesAsOf:
    """Every open balance of the ledger. Refuses: `NotFound`."""
    query = (
        select(Ledger.seq, Balance)
        .join(
            Balance,
            (col(Balance.ledger_id) == Ledger.id) & (col(Balance.net_minor) != 0),
            isouter=True,
        )
        .where(Ledger.id == ledger_id)
        .order_by(col(Balance.currency), col(Balance.net_minor).desc(), col(Balance.member_id))
    )
    rows = cast("Sequence[tuple[int, Balance | None]]", (await session.exec(query)).all())
    await access.require_ledger(session, viewer, ledger_id)
    return BalancesAsOf(rows[0][0], [balance for _, balance in rows if balance is not None])


async def unread_notifications(session: AsyncSession, viewer: UUID) -> tuple[int, int]:
    """The `seq` of the viewer's own log, and how many notifications they have not read."""
    unread = (
        select(func.count())
        .where(Notification.ledger_id == Ledger.id, *notifications.unread_in_app())
        .scalar_subquery()
    )
    query = select(Ledger.seq, unread).where(Ledger.owner_id == viewer)
    return (await session.exec(query)).one()


async def receipt(session: AsyncSession, viewer: UUID, receipt_id: UUID) -> ReceiptAsOf:
    """Refuses: `NotFound`."""
    query = (
        select(Ledger, Receipt)
        .join(Receipt, col(Receipt.ledger_id) == Ledger.id)
        .where(Receipt.id == receipt_id)
    )
    found = (await session.exec(query)).one_or_none()
    await access.row_of(session, viewer, Receipt, receipt_id)
    if found is None:
        raise NotFound("No such receipt.")
    return ReceiptAsOf(*found)


async def claiming(session: AsyncSession, viewer: UUID, claiming_id: UUID) -> ClaimingAsOf:
    """Refuses: `NotFound`."""
    query = (
        select(Ledger, Claiming)
        .join(Claiming, col(Claiming.ledger_id) == Ledger.id)
        .where(Claiming.id == claiming_id)
    )
    found = (await session.exec(query)).one_or_none()
    await access.row_of(session, viewer, Claiming, claiming_id)
    if found is None:
        raise NotFound("No such claiming.")
    return ClaimingAsOf(*found)
