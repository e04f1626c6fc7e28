from typing import Annotated

import strawberry
from strawberry import relay

from schema.context import Info
from schema.default_split import (
    DefaultSplit,
    DefaultSplitResult,
    SetDefaultSplitInput,
    SetRemainderPolicyInput,
    scope_of,
)
from schema.ids import row_id
from schema.ledger import Ledger, LedgerResult
from schema.permissions import SignedIn, actor
from services import default_splits, ledgers


@strawberry.type
class DefaultSplitQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="What would split a new expense about which nobody says how: the category's default, "
        "else the one of the category above it, else the group's; or the one between you and a member. "
        "Null: all members (or you two) equally.",
    )
    async def default_split(
        self,
        info: Info,
        ledger_id: Annotated[relay.GlobalID, strawberry.argument(description="Which group.")],
        category_id: Annotated[
            relay.GlobalID | None,
            strawberry.argument(description="For an expense of this category."),
        ] = None,
        with_member_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Between you and this member.")
        ] = None,
    ) -> DefaultSplit | None:
        scope = scope_of(ledger_id, category_id, with_member_id)
        async with info.context.db.reading() as session:
            row = await default_splits.of_scope(session, actor(info).user_id, scope)
        return DefaultSplit.maybe(row)


@strawberry.type
class DefaultSplitMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Agree on how new expenses are split when nobody says so. It counts for who is here now.",
    )
    async def set_default_split(
        self, info: Info, input: SetDefaultSplitInput
    ) -> DefaultSplitResult:
        async with info.context.db.transaction() as tx:
            row = await default_splits.put(tx, actor(info), input.to_domain(), input.if_version)
        return DefaultSplit.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Choose who gets the odd cents from now on. What is split already stays as it is.",
    )
    async def set_remainder_policy(
        self, info: Info, input: SetRemainderPolicyInput
    ) -> LedgerResult:
        ledger_id = row_id(input.ledger_id, "Ledger")
        async with info.context.db.transaction() as tx:
            row = await ledgers.choose_remainder(
                tx, actor(info), ledger_id, input.if_version, input.policy
            )
        return Ledger.of(row)
