"""What a settlement plan starts from: balances and debts of parties as they stand, by currency."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.debts import Debt
from domain.plan import PlanMode, Problem, Wishes
from models.ledger import Balance, Member
from services import access, parties, transfers
from services.postings import NotMembers

ByCurrency = Mapping[str, Problem]
_Open = Mapping[tuple[UUID, str], tuple[Mapping[UUID, int], Collection[Debt]]]

_BY_WHO_OWES_WHOM = frozenset({PlanMode.NONE, PlanMode.MINIMAL_EXISTING_EDGES})


async def problems(
    session: AsyncSession, viewer: UUID, ledger_id: UUID, wishes: Wishes
) -> ByCurrency:
    """One for each currency in which anything is open between parties.

    Refuses: `NotFound`, `NotMembers`, and whatever the wishes themselves refuse.
    """
    await access.require_ledger(session, viewer, ledger_id)
    query = select(Member.id).where(Member.ledger_id == ledger_id)
    if strangers := wishes.checked().people.difference((await session.exec(query)).all()):
        raise NotMembers(f"{len(strangers)} of these people are not members of the ledger.")
    return (await problems_of(session, [ledger_id], wishes)).get(ledger_id, {})


async def problems_of(
    session: AsyncSession, ledger_ids: Collection[UUID], wishes: Wishes
) -> Mapping[UUID, ByCurrency]:
    """The same for many ledgers. The caller has checked access and wishes.

    One query for the money, so that all of it is of the same moment; whoever is joined or parted at that
    moment, what parties are owed sums to zero.
    """
    found: defaultdict[UUID, dict[str, Problem]] = defaultdict(dict)
    members = _debts if wishes.mode in _BY_WHO_OWES_WHOM else _balances
    settling = await parties.of_ledgers(session, ledger_ids)
    for (ledger_id, currency), (nets, owed) in (await members(session, ledger_ids)).items():
        party = settling[ledger_id]
        problem = Problem(party.nets(nets), party.debts(owed), party.wishes(wishes))
        if problem.net_minor or problem.owed:
            found[ledger_id][currency] = problem
    return {ledger_id: dict(sorted(found[ledger_id].items())) for ledger_id in found}


async def _debts(session: AsyncSession, ledger_ids: Collection[UUID]) -> _Open:
    found = await transfers.pairwise(session, ledger_ids)
    return {key: (_nets(owed), owed) for key, owed in found.items()}


async def _balances(session: AsyncSession, ledger_ids: Collection[UUID]) -> _Open:
    query = select(Balance.ledger_id, Balance.currency, Balance.member_id, Balance.net_minor).where(
        col(Balance.ledger_id).in_(ledger_ids), col(Balance.net_minor) != 0
    )
    nets: defaultdict[tuple[UUID, str], dict[UUID, int]] = defaultdict(dict)
    for ledger_id, currency, member_id, net in (await session.exec(query)).all():
        nets[ledger_id, currency][member_id] = net
    return {key: (net_minor, ()) for key, net_minor in nets.items()}


def _nets(owed: Collection[Debt]) -> dict[UUID, int]:
    nets: defaultdict[UUID, int] = defaultdict(int)
    for debtor, creditor, minor in owed:
        nets[debtor] -= minor
        nets[creditor] += minor
    return dict(nets)
