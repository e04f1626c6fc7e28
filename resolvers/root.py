"""The executable schema: every room's fields under three roots."""

import strawberry
from graphql import GraphQLError
from strawberry import relay
from strawberry.extensions import MaskErrors, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from domain.errors import Refusal
from resolvers.accounts import AccountMutations, AccountQueries
from resolvers.budgets import BudgetMutations, BudgetQueries
from resolvers.categories import CategoryQueries
from resolvers.expenses import ExpenseMutations, ExpenseQueries
from resolvers.ledgers import LedgerMutations, LedgerQueries
from resolvers.notifications import NotificationMutations, NotificationQueries
from resolvers.refusals import HANDLERS
from resolvers.settlements import SettlementMutations
from schema.permissions import SignedIn
from schema.scalars import SCALARS

DOCUMENTS_REMEMBERED = 1000


@strawberry.type
class Query(
    AccountQueries,
    BudgetQueries,
    CategoryQueries,
    ExpenseQueries,
    LedgerQueries,
    NotificationQueries,
):
    node: relay.Node | None = relay.node(
        permission_classes=[SignedIn],
        description="Anything that has an id, if it is yours to see.",
    )


@strawberry.type
class Mutation(
    AccountMutations,
    BudgetMutations,
    ExpenseMutations,
    LedgerMutations,
    NotificationMutations,
    SettlementMutations,
):
    pass


def _is_a_bug(error: GraphQLError) -> bool:
    """Whether clients see only that something went wrong. Refusals and GraphQL's own errors are theirs."""
    return error.original_error is not None and not (
        isinstance(error.original_error, Refusal) or error.extensions
    )


graphql = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    exception_handlers=HANDLERS,
    config=StrawberryConfig(
        scalar_map=SCALARS, disable_field_suggestions=True, relay_max_results=100
    ),
    extensions=[
        lambda: MaskErrors(should_mask_error=_is_a_bug),
        lambda: ParserCache(maxsize=DOCUMENTS_REMEMBERED),
        lambda: ValidationCache(maxsize=DOCUMENTS_REMEMBERED),
    ],
)
