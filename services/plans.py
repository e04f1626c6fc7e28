"""What a settlement plan starts from: balances and debts as they stand, by currency."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.debts import Debt
from domain.plan import PlanMode, Problem, Wishes
from models.ledger import Balance, Member
from services import access, transfers
from services.postings import NotMembers

ByCurrency = Mapping[str, Problem]

_BY_WHO_OWES_WHOM = frozenset({PlanMode.NONE, PlanMode.MINIMAL_EXISTING_EDGES})


async def problems(
    session: AsyncSession, viewer: UUID, ledger_id: UUID, wishes: Wishes
) -> ByCurrency:
    """One for each currency in which anything is open.

    Refuses: `NotFound`, `NotMembers`, and whatever the wishes themselves refuse.
    """
    await access.ledger_of(session, viewer, ledger_id)
    query = select(Member.id).where(Member.ledger_id == ledger_id)
    if strangers := wishes.checked().people.difference((await session.exec(query)).all()):
        raise NotMembers(f"{len(strangers)} of these people are not members of the ledger.")
    return (await problems_of(session, [ledger_id], wishes)).get(ledger_id, {})


async def problems_of(
    session: AsyncSession, ledger_ids: Collection[UUID], wishes: Wishes
) -> Mapping[UUID, ByCurrency]:
    """The same for many ledgers. The caller has checked access and wishes.

    One query, so that balances and debts are of the same moment.
    """
    found: defaultdict[UUID, dict[str, Problem]] = defaultdict(dict)
    if wishes.mode in _BY_WHO_OWES_WHOM:
        for (ledger_id, currency), owed in (await transfers.pairwise(session, ledger_ids)).items():
            found[ledger_id][currency] = Problem(_nets(owed), owed, wishes)
    else:
        for (ledger_id, currency), nets in (await _balances(session, ledger_ids)).items():
            found[ledger_id][currency] = Problem(nets, (), wishes)
    return {ledger_id: dict(sorted(found[ledger_id].items())) for ledger_id in found}


async def _balances(
    session: AsyncSession, ledger_ids: Collection[UUID]
) -> Mapping[tuple[UUID, str], dict[UUID, int]]:
    query = select(Balance).where(
        col(Balance.ledger_id).in_(ledger_ids), col(Balance.net_minor) != 0
    )
    nets: defaultdict[tuple[UUID, str], dict[UUID, int]] = defaultdict(dict)
    for row in (await session.exec(query)).all():
        nets[row.ledger_id, row.currency][row.member_id] = row.net_minor
    return dict(nets)


def _nets(owed: Collection[Debt]) -> dict[UUID, int]:
    nets: defaultdict[UUID, int] = defaultdict(int)
    for debtor, creditor, minor in owed:
        nets[debtor] -= minor
        nets[creditor] += minor
    return dict(nets)
