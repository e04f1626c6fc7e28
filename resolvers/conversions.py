from typing import Annotated

import strawberry
from strawberry import relay

from domain.pages import Slice
from schema.context import Info
from schema.conversion import (
    Conversion,
    ConversionConnection,
    ConversionResult,
    ConvertBalanceInput,
    EnterRateInput,
    Rate,
    RateConnection,
    RateResult,
)
from schema.ids import row_id
from schema.pages import After, First
from schema.permissions import SignedIn, actor
from schema.scalars import IfVersion
from services import conversions, rates

LedgerId = Annotated[relay.GlobalID, strawberry.argument(description="Which ledger.")]
ConversionId = Annotated[relay.GlobalID, strawberry.argument(description="Which conversion.")]


@strawberry.type
class ConversionQueries:
    @strawberry.field(
        permission_classes=[SignedIn], description="A ledger's conversions, newest day first."
    )
    async def conversions(
        self, info: Info, ledger_id: LedgerId, first: First = 50, after: After = None
    ) -> ConversionConnection:
        viewer, ledger = actor(info).user_id, row_id(ledger_id, "Ledger")
        async with info.context.db.reading() as session:
            page = await conversions.page(session, viewer, ledger, Slice.of(first, after))
        return ConversionConnection.over(page)

    @strawberry.field(
        permission_classes=[SignedIn], description="A ledger's exchange rates, newest day first."
    )
    async def rates(
        self, info: Info, ledger_id: LedgerId, first: First = 50, after: After = None
    ) -> RateConnection:
        viewer, ledger = actor(info).user_id, row_id(ledger_id, "Ledger")
        async with info.context.db.reading() as session:
            page = await rates.page(session, viewer, ledger, Slice.of(first, after))
        return RateConnection.over(page)


@strawberry.type
class ConversionMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Enter an exchange rate for a ledger. Nothing that was converted before changes.",
    )
    async def enter_rate(self, info: Info, input: EnterRateInput) -> RateResult:
        async with info.context.db.transaction() as tx:
            row = await rates.enter(tx, actor(info), input.to_domain())
        return Rate.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Move what one member owes another into another currency, at a rate that is kept.",
    )
    async def convert_balance(self, info: Info, input: ConvertBalanceInput) -> ConversionResult:
        async with info.context.db.transaction() as tx:
            row = await conversions.convert(tx, actor(info), input.to_domain())
        return Conversion.of(row)

    @strawberry.mutation(permission_classes=[SignedIn], description="Take a conversion back.")
    async def delete_conversion(
        self, info: Info, id: ConversionId, if_version: IfVersion = None
    ) -> ConversionResult:
        async with info.context.db.transaction() as tx:
            row = await conversions.delete(tx, actor(info), row_id(id, "Conversion"), if_version)
        return Conversion.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Bring a conversion back that was taken back, at the rate that it had.",
    )
    async def restore_conversion(
        self, info: Info, id: ConversionId, if_version: IfVersion = None
    ) -> ConversionResult:
        async with info.context.db.transaction() as tx:
            row = await conversions.restore(tx, actor(info), row_id(id, "Conversion"), if_version)
        return Conversion.of(row)
