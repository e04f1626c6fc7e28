from typing import Annotated

import strawberry
from strawberry import relay

from domain.pages import Slice
from models.receipt import ReceiptStatus
from resolvers.intake import chunks_of, take_in
from schema.context import Info
from schema.ids import row_id
from schema.pages import After, First
from schema.permissions import SignedIn, actor
from schema.receipt import (
    AttachReceiptInput,
    ConfirmReceiptInput,
    CreateReceiptUploadInput,
    CreateReceiptUploadResult,
    DeletedReceipt,
    DeleteReceiptResult,
    DetachReceiptInput,
    Receipt,
    ReceiptConnection,
    ReceiptResult,
    ReceiptUpload,
    UploadReceiptInput,
)
from services import receipt_attachments, receipt_list, receipts

ReceiptId = Annotated[relay.GlobalID, strawberry.argument(description="Which receipt.")]


@strawberry.type
class ReceiptQueries:
    @strawberry.field(permission_classes=[SignedIn], description="A receipt in a ledger of yours.")
    async def receipt(self, info: Info, id: ReceiptId) -> Receipt | None:
        found = await info.context.loaders.node.load(("Receipt", row_id(id, "Receipt")))
        return found if isinstance(found, Receipt) else None

    @strawberry.field(
        permission_classes=[SignedIn], description="A ledger's receipts, newest first."
    )
    async def receipts(
        self,
        info: Info,
        ledger_id: Annotated[relay.GlobalID, strawberry.argument(description="Which ledger.")],
        status: Annotated[
            ReceiptStatus | None, strawberry.argument(description="Only those that came so far.")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> ReceiptConnection:
        viewer, ledger = actor(info).user_id, row_id(ledger_id, "Ledger")
        async with info.context.db.reading() as session:
            page = await receipt_list.page(session, viewer, ledger, status, Slice.of(first, after))
        return ReceiptConnection.over(page)


@strawberry.type
class ReceiptMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Upload a receipt, to be read at once. A file that the ledger has already is a "
        "Conflict that shows the receipt.",
    )
    async def upload_receipt(self, info: Info, input: UploadReceiptInput) -> ReceiptResult:
        db, files, chunks = info.context.db, info.context.files, chunks_of(input.file)
        row = await take_in(db, files, actor(info), input.to_domain(), chunks)
        return Receipt.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Ask where to send a receipt's image without GraphQL.",
    )
    async def create_receipt_upload(
        self, info: Info, input: CreateReceiptUploadInput
    ) -> CreateReceiptUploadResult:
        who, wanted = actor(info), input.to_domain()
        async with info.context.db.transaction() as tx:
            await receipts.allow_upload(tx, who, wanted)
        files = info.context.files
        return ReceiptUpload.of(files.links.upload(who, wanted), files.max_bytes)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Have a receipt read again that could not be read, or that seems stuck.",
    )
    async def retry_receipt(self, info: Info, id: ReceiptId) -> ReceiptResult:
        async with info.context.db.transaction() as tx:
            row = await receipts.retry(tx, actor(info), row_id(id, "Receipt"))
        return Receipt.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make an expense of a receipt, as it was read or as you say.",
    )
    async def confirm_receipt(self, info: Info, input: ConfirmReceiptInput) -> ReceiptResult:
        receipt_id = row_id(input.receipt_id, "Receipt")
        async with info.context.db.transaction() as tx:
            row = await receipts.confirm(tx, actor(info), receipt_id, input.to_domain())
        return Receipt.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Attach a receipt to an expense that is there already, and that stays as it is.",
    )
    async def attach_receipt(self, info: Info, input: AttachReceiptInput) -> ReceiptResult:
        receipt_id = row_id(input.receipt_id, "Receipt")
        expense_id = row_id(input.expense_id, "Expense")
        async with info.context.db.transaction() as tx:
            row = await receipt_attachments.attach(
                tx, actor(info), receipt_id, expense_id, input.if_version
            )
        return Receipt.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Take a receipt off its expense, which stays as it is. The receipt is as it was read.",
    )
    async def detach_receipt(self, info: Info, input: DetachReceiptInput) -> ReceiptResult:
        receipt_id = row_id(input.receipt_id, "Receipt")
        async with info.context.db.transaction() as tx:
            row = await receipt_attachments.detach(tx, actor(info), receipt_id, input.if_version)
        return Receipt.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Forget a receipt and its image. An expense that was made of it stays.",
    )
    async def delete_receipt(self, info: Info, id: ReceiptId) -> DeleteReceiptResult:
        receipt_id = row_id(id, "Receipt")
        async with info.context.db.transaction() as tx:
            await receipts.delete(tx, actor(info), receipt_id)
        return DeletedReceipt(id=id)
