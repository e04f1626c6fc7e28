"""The executable schema: every room's fields under three roots."""

import logging
from collections.abc import Mapping
from copy import copy
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from core.telemetry import metrics, trail
from core.troubles import TimedOut, Trouble, trouble
from resolvers.accounts import AccountMutations, AccountQueries
from resolvers.admission import Admission, price, spend
from resolvers.budgets import BudgetMutations, BudgetQueries
from resolvers.categories import CategoryQueries
from resolvers.claims import ClaimMutations
from resolvers.comments import CommentMutations
from resolvers.conversions import ConversionMutations, ConversionQueries
from resolvers.deadlines import in_time
from resolvers.default_splits import DefaultSplitMutations, DefaultSplitQueries
from resolvers.direct import Direct
from resolvers.examined import Operation
from resolvers.execution.planned import Planned, Recalling
from resolvers.expenses import ExpenseMutations, ExpenseQueries
from resolvers.friends import FriendQueries
from resolvers.guests import GuestMutations
from resolvers.imports import ImportMutations, ImportQueries
from resolvers.ledgers import LedgerMutations, LedgerQueries
from resolvers.masking import Masked, in_trouble, is_a_bug
from resolvers.members import MemberMutations
from resolvers.named_error import named_error
from resolvers.nodes import NodeQueries
from resolvers.notifications import NotificationMutations, NotificationQueries
from resolvers.outreach import OutreachMutations, OutreachQueries
from resolvers.plans import PlanQueries
from resolvers.receipts import ReceiptMutations, ReceiptQueries
from resolvers.refusals import HANDLERS
from resolvers.settlements import SettlementMutations, SettlementQueries
from resolvers.statistics import StatisticsQueries
from resolvers.subgroups import SubgroupMutations
from resolvers.undo import UndoMutations
from schema.context import Context
from schema.scalars import SCALARS
from subscriptions.root import Subscription

_STREAM_NEEDED = "A subscription is followed over a websocket, or with `Accept: text/event-stream`."

_log = logging.getLogger(__name__)


@strawberry.type
class Query(
    AccountQueries,
    BudgetQueries,
    CategoryQueries,
    ConversionQueries,
    DefaultSplitQueries,
    ExpenseQueries,
    FriendQueries,
    ImportQueries,
    LedgerQueries,
    NodeQueries,
    NotificationQueries,
    OutreachQueries,
    PlanQueries,
    ReceiptQueries,
    SettlementQueries,
    StatisticsQueries,
):
    pass


@strawberry.type
class Mutation(
    AccountMutations,
    BudgetMutations,
    ClaimMutations,
    CommentMutations,
    ConversionMutations,
    DefaultSplitMutations,
    ExpenseMutations,
    GuestMutations,
    ImportMutations,
    LedgerMutations,
    MemberMutations,
    NotificationMutations,
    OutreachMutations,
    ReceiptMutations,
    SettlementMutations,
    SubgroupMutations,
    UndoMutations,
):
    pass


class _Schema(Direct):
    async def admitted(
        self, operation: Operation, variables: Mapping[str, Any] | None, context: Context
    ) -> dict[str, Any]:
        points = price(context.limits, operation, variables)
        return await spend(context, points)

    async def execute(self, *asked: Any, **options: Any) -> ExecutionResult:
        """Within the time that an operation may take, or not at all: what it has begun is rolled back."""
        try:
            context: Context = options["context_value"]
            return await in_time(super().execute(*asked, **options), context.limits.seconds)
        except TimedOut:
            late = in_trouble(Trouble.TIMED_OUT)
            self.process_errors([late])
            return PreExecutionError(data=None, errors=[late])
        except InvalidOperationTypeError as error:
            if error.operation_type is not OperationType.SUBSCRIPTION:
                raise
            return PreExecutionError(
                data=None, errors=[named_error("STREAM_NEEDED", _STREAM_NEEDED)]
            )

    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,  # noqa: ARG002 - the library passes it
    ) -> None:
        """Log and count what is a bug; anything else is between us and the client.

        The library would log what the client has sent.
        """
        for error in errors:
            if is_a_bug(error):
                its = trail.current()
                metrics.note_bug(its.operation if its else "")
                _log.error("A bug at %s.", error.path, exc_info=error.original_error)
            elif which := trouble(error.original_error):
                metrics.REFUSALS.labels(which.name).inc()
                _log.warning("%s at %s: %s", which.name, error.path, error.original_error)
            elif code := _code(error):
                metrics.REFUSALS.labels(code).inc()

    async def _execute_operation(self, execution_context: ExecutionContext, *args: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] - the rest is the library's affair
        """What a socket asks for has its time, too."""
        work = super()._execute_operation(execution_context, *args)
        context: Context = execution_context.context
        return await in_time(work, context.limits.seconds)


def _code(error: GraphQLError) -> str | None:
    return (error.extensions or {}).get("code")


graphql = _Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    exception_handlers=HANDLERS,
    execution_context_class=Recalling,
    config=StrawberryConfig(
        scalar_map=SCALARS, disable_field_suggestions=True, relay_max_results=100
    ),
    extensions=[Masked, Admission, Planned],
)


def executed_by_the_library() -> Direct:
    """The same schema without our plans: slower, with the same answers."""
    schema = copy(graphql)  # Strawberry cannot build it a second time
    schema.extensions = tuple(each for each in graphql.extensions if each is not Planned)
    schema.is_direct = False
    return schema
