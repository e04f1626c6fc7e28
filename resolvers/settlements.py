from typing import Annotated

import strawberry
from strawberry import relay

from domain.pages import Slice
from schema.context import Info
from schema.ids import row_id
from schema.pages import After, First
from schema.permissions import SignedIn, actor
from schema.scalars import IfVersion
from schema.settlement import (
    ConfirmSettlementInput,
    DisputeSettlementInput,
    RecordSettlementInput,
    Settlement,
    SettlementConnection,
    SettlementResult,
    UpdateSettlementInput,
)
from services import settlement_edits, settlements

SettlementId = Annotated[relay.GlobalID, strawberry.argument(description="Which settlement.")]


@strawberry.type
class SettlementQueries:
    @strawberry.field(
        permission_classes=[SignedIn], description="A group's settlements, newest day first."
    )
    async def settlements(
        self,
        info: Info,
        ledger_id: Annotated[relay.GlobalID, strawberry.argument(description="Which group.")],
        first: First = 50,
        after: After = None,
    ) -> SettlementConnection:
        viewer, ledger = actor(info).user_id, row_id(ledger_id, "Ledger")
        page = await settlements.page(info.context.db, viewer, ledger, Slice.of(first, after))
        return SettlementConnection.over(page)


@strawberry.type
class SettlementMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Record a payment between two members. "
        "Paying too much flips the balance, and `overpaid` warns of it.",
    )
    async def record_settlement(self, info: Info, input: RecordSettlementInput) -> SettlementResult:
        async with info.context.db.transaction() as tx:
            row = await settlements.record(tx, actor(info), input.to_domain())
        return Settlement.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Change a settlement. Its rate stays, whatever the amount.",
    )
    async def update_settlement(self, info: Info, input: UpdateSettlementInput) -> SettlementResult:
        settlement_id = row_id(input.settlement_id, "Settlement")
        async with info.context.db.transaction() as tx:
            row = await settlement_edits.update(
                tx, actor(info), settlement_id, input.if_version, input.to_domain()
            )
        return Settlement.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn], description="Say that the money came, as who was paid."
    )
    async def confirm_settlement(
        self, info: Info, input: ConfirmSettlementInput
    ) -> SettlementResult:
        settlement_id = row_id(input.settlement_id, "Settlement")
        async with info.context.db.transaction() as tx:
            row = await settlement_edits.confirm(tx, actor(info), settlement_id, input.if_version)
        return Settlement.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Say what is wrong with a settlement, as who paid or was paid.",
    )
    async def dispute_settlement(
        self, info: Info, input: DisputeSettlementInput
    ) -> SettlementResult:
        settlement_id = row_id(input.settlement_id, "Settlement")
        async with info.context.db.transaction() as tx:
            row = await settlement_edits.dispute(
                tx, actor(info), settlement_id, input.if_version, input.reason
            )
        return Settlement.of(row)

    @strawberry.mutation(permission_classes=[SignedIn], description="Take a settlement back.")
    async def delete_settlement(
        self,
        info: Info,
        id: SettlementId,
        if_version: IfVersion = None,
    ) -> SettlementResult:
        async with info.context.db.transaction() as tx:
            row = await settlements.delete(tx, actor(info), row_id(id, "Settlement"), if_version)
        return Settlement.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn], description="Bring a settlement back that was taken back."
    )
    async def restore_settlement(
        self,
        info: Info,
        id: SettlementId,
        if_version: IfVersion = None,
    ) -> SettlementResult:
        async with info.context.db.transaction() as tx:
            row = await settlements.restore(tx, actor(info), row_id(id, "Settlement"), if_version)
        return Settlement.of(row)
