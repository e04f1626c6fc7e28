"""From global ids to the things they name, for whoever may see them."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry import relay

from models.budget import Budget as BudgetRow
from models.claim import Claiming as ClaimingRow
from models.comment import Comment as CommentRow
from models.conversion import Conversion as ConversionRow
from models.conversion import Rate as RateRow
from models.default_split import DefaultSplit as DefaultSplitRow
from models.expense import Expense as ExpenseRow
from models.expense import Settlement as SettlementRow
from models.file_import import Import as ImportRow
from models.ledger import Invite as InviteRow
from models.ledger import Member as MemberRow
from models.notification import Endpoint as EndpointRow
from models.notification import Notification as NotificationRow
from models.receipt import Receipt as ReceiptRow
from models.subgroup import Subgroup as SubgroupRow
from schema.account import Session, User
from schema.budget import Budget
from schema.category import Category
from schema.claim import Claiming
from schema.comment import Comment
from schema.context import Info
from schema.conversion import Conversion, Rate
from schema.default_split import DefaultSplit
from schema.expense import Expense
from schema.file_import import Import
from schema.ids import node_key
from schema.ledger import Invite, Ledger
from schema.member import Member
from schema.notification import Notification
from schema.outreach import Endpoint
from schema.permissions import SignedIn
from schema.receipt import Receipt
from schema.settlement import Settlement
from schema.subgroup import Subgroup
from services import access, accounts, categories, sessions

Key = tuple[str, UUID | None]
Seen = Callable[[AsyncSession, UUID, Sequence[UUID]], Awaitable[Mapping[UUID, Any]]]


@strawberry.type
class NodeQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="Anything that has an id, if it is yours to see.",
    )
    async def node(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="The ID of the object.")],
    ) -> relay.Node | None:
        return await info.context.loaders.node.load(node_key(id))


def _in_ledger(table: type[access.InLedger]) -> Seen:
    async def seen(
        session: AsyncSession, viewer: UUID, ids: Sequence[UUID]
    ) -> Mapping[UUID, access.InLedger]:
        return await access.rows_of(session, viewer, table, ids)

    return seen


async def _category(
    session: AsyncSession,
    viewer: UUID,  # noqa: ARG001 - categories are everybody's
    ids: Sequence[UUID],
) -> Mapping[UUID, Any]:
    return await categories.by_id(session, ids)


_NODES: dict[str, tuple[Seen, Callable[[Any], relay.Node]]] = {
    "Budget": (_in_ledger(BudgetRow), Budget.of),
    "Category": (_category, Category.of),
    "Claiming": (_in_ledger(ClaimingRow), Claiming.of),
    "Comment": (_in_ledger(CommentRow), Comment.of),
    "Conversion": (_in_ledger(ConversionRow), Conversion.of),
    "DefaultSplit": (_in_ledger(DefaultSplitRow), DefaultSplit.of),
    "Endpoint": (_in_ledger(EndpointRow), Endpoint.of),
    "Expense": (_in_ledger(ExpenseRow), Expense.of),
    "Import": (_in_ledger(ImportRow), Import.of),
    "Invite": (_in_ledger(InviteRow), Invite.of),
    "Ledger": (access.ledgers_of, Ledger.of),
    "Member": (_in_ledger(MemberRow), Member.of),
    "Notification": (_in_ledger(NotificationRow), Notification.of),
    "Rate": (_in_ledger(RateRow), Rate.of),
    "Receipt": (_in_ledger(ReceiptRow), Receipt.of),
    "Session": (sessions.seen, lambda found: Session.of(*found)),
    "Settlement": (_in_ledger(SettlementRow), Settlement.of),
    "Subgroup": (_in_ledger(SubgroupRow), Subgroup.of),
    "User": (accounts.seen, User.of),
}


async def nodes_of(
    session: AsyncSession, viewer: UUID, keys: Sequence[Key]
) -> Mapping[Key, relay.Node]:
    """The nodes of these type names and ids that the viewer may see."""
    wanted: defaultdict[str, list[UUID]] = defaultdict(list)
    for type_name, id in keys:
        if id is not None and type_name in _NODES:
            wanted[type_name].append(id)
    return {
        (type_name, id): of(row)
        for type_name, ids in wanted.items()
        for seen, of in [_NODES[type_name]]
        for id, row in (await seen(session, viewer, ids)).items()
    }
