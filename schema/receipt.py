from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.file_uploads import Upload

from adapters.links import Link
from domain.pages import Page
from domain.receipt.confirmation import Confirmation
from domain.receipt.failure import Failure
from domain.receipt.matching import Likeness, Unspent, facts_of
from domain.receipt.stored import restored, restored_correction
from domain.receipt.upload import NewReceipt, ReceiptPriority
from models.receipt import Receipt as ReceiptRow
from models.receipt import ReceiptStatus
from schema.category import Category
from schema.claim import Claiming
from schema.context import Info
from schema.expense import BillInput, Expense
from schema.ids import row_id
from schema.ledger import Ledger
from schema.member import Member
from schema.pages import page_info
from schema.receipt_correction import ReceiptCorrection
from schema.receipt_match import ReceiptMatch
from schema.receipt_reading import ReceiptReading
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt

strawberry.enum(ReceiptStatus, description="How far a receipt has come.")
strawberry.enum(Failure, name="ReceiptFailure", description="Why a receipt could not be read.")
strawberry.enum(
    Likeness,
    name="ReceiptLikeness",
    description="SAME_PICTURE: the pictures look alike. SAME_BILL: merchant, total, currency and day agree. "
    "SAME_NUMBERS: nearly all numbers printed on them agree.",
)
strawberry.enum(
    ReceiptPriority, description="INTERACTIVE: somebody waits for it. BULK: read when nobody waits."
)


@strawberry.type(description="A photographed receipt, what was read from it and what became of it.")
class Receipt(relay.Node):
    id: relay.NodeID[UUID]
    status: ReceiptStatus = strawberry.field(description="How far it has come.")
    failure: str | None = strawberry.field(
        description="Why it could not be read, in English, for people."
    )
    failure_code: Failure | None = strawberry.field(description="The same, for programs.")
    priority: ReceiptPriority = strawberry.field(description="Whether somebody waits for it.")
    width: int | None = strawberry.field(description="Of the image, in pixels, once it is opened.")
    height: int | None = strawberry.field(description="Of the image, in pixels, once it is opened.")
    created_at: datetime = strawberry.field(description="When it was uploaded.")
    read_at: datetime | None = strawberry.field(description="When it was read, if it was.")
    version: BigInt = strawberry.field(description="Grows with every change.")
    row: strawberry.Private[ReceiptRow]

    @strawberry.field(
        description="Where to look at it for minutes, once it is opened: upright, without metadata, pages "
        "one below the other."
    )
    def image_url(self, info: Info) -> str | None:
        key = self.row.image_key
        return info.context.files.links.image(key).url if key else None

    @strawberry.field(
        description="The receipt that was uploaded, when this one lies beside it on the same photograph."
    )
    async def part_of(self, info: Info) -> "Receipt | None":
        node = await info.context.loaders.node.load(("Receipt", self.row.part_of))
        return node if isinstance(node, Receipt) else None

    @strawberry.field(description="Further receipts that lie beside this one on its photograph.")
    async def parts(self, info: Info) -> list["Receipt"]:
        rows = await info.context.loaders.parts_of_receipt.load(self.id)
        return [Receipt.of(row) for row in rows]

    @strawberry.field(description="What was read, once it is.")
    def reading(self) -> ReceiptReading | None:
        return ReceiptReading.of(restored(self.row.reading)) if self.row.reading else None

    @strawberry.field(
        description="What its uploader last filed the same shop under, if they know it."
    )
    async def suggested_category(self, info: Info) -> Category | None:
        return Category.maybe(
            await info.context.loaders.categories.load(self.row.suggested_category_id)
        )

    @strawberry.field(description="What was confirmed, beside what was read.")
    def correction(self) -> ReceiptCorrection | None:
        said = self.row.correction
        return ReceiptCorrection.of(restored_correction(said)) if said else None

    @strawberry.field(description="Where it belongs.")
    async def ledger(self, info: Info) -> Ledger:
        row = await info.context.loaders.ledgers.load(self.row.ledger_id)
        assert row is not None, "who sees a receipt sees its ledger"
        return Ledger.of(row)

    @strawberry.field(description="Who uploaded it, unless their account is gone.")
    async def uploaded_by(self, info: Info) -> Member | None:
        seats = await info.context.loaders.members_of_ledger.load(self.row.ledger_id)
        theirs = (seat for seat in seats if seat.user_id == self.row.uploaded_by)
        return next((Member.of(seat) for seat in theirs), None)

    @strawberry.field(description="The expense that was made of it, if one was.")
    async def expense(self, info: Info) -> Expense | None:
        row = await info.context.loaders.expense_of_receipt.load(self.id)
        return Expense.of(row) if row else None

    @strawberry.field(
        description="Expenses of its ledger that it may be the receipt of, the best first, at most 5: once "
        "it is read, until it is confirmed. `attachReceipt` takes one."
    )
    async def matches(self, info: Info) -> list[ReceiptMatch]:
        if self.status is not ReceiptStatus.READ or self.row.reading is None:
            return []
        unspent = Unspent(self.row.ledger_id, facts_of(restored(self.row.reading)))
        found = await info.context.loaders.matches_of_receipt.load(unspent)
        return [ReceiptMatch.of(row, match) for row, match in found]

    @strawberry.field(
        description="Receipts in ledgers of yours that are likely to be of the same bill. Nothing is "
        "refused for it: two tickets may cost the same."
    )
    async def duplicates(self, info: Info) -> list["ReceiptDuplicate"]:
        found = await info.context.loaders.duplicates_of_receipt.load(self.id)
        return [ReceiptDuplicate(receipt=Receipt.of(row), reasons=[*why]) for row, why in found]

    @strawberry.field(
        description="Who had what of it, if it was opened for claiming: the last time."
    )
    async def claiming(self, info: Info) -> Claiming | None:
        row = await info.context.loaders.claiming_of_receipt.load(self.id)
        return Claiming.of(row) if row else None

    @staticmethod
    def of(row: ReceiptRow) -> "Receipt":
        return Receipt(
            id=row.id,
            status=row.status,
            failure=row.failure and row.failure.words,
            failure_code=row.failure,
            priority=row.priority,
            width=row.width,
            height=row.height,
            created_at=row.created_at,
            read_at=row.read_at,
            version=BigInt(row.version),
            row=row,
        )


@strawberry.type(description="A receipt that is likely to be of the same bill as another one.")
class ReceiptDuplicate:
    receipt: Receipt = strawberry.field(description="Which.")
    reasons: list[Likeness] = strawberry.field(description="What they have in common.")


@strawberry.type(description="Receipts, page by page.")
class ReceiptConnection(relay.Connection[Receipt]):
    @staticmethod
    def over(page: Page[ReceiptRow]) -> "ReceiptConnection":
        edges = [relay.Edge(cursor=cursor, node=Receipt.of(row)) for cursor, row in page.rows]
        return ReceiptConnection(edges=edges, page_info=page_info(page))


@strawberry.type(description="An HTTP header to send along.")
class HttpHeader:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(
    description="Where to send an image. Sending it is all there is to do: the receipt is then there."
)
class ReceiptUpload:
    url: str = strawberry.field(description="Whoever knows it can upload this one receipt.")
    method: str = strawberry.field(description="The HTTP method; the body is the file as it is.")
    headers: list[HttpHeader] = strawberry.field(description="What to send along.")
    expires_at: datetime = strawberry.field(description="When the address ends.")
    max_bytes: int = strawberry.field(description="How large the file may be.")

    @staticmethod
    def of(link: Link, max_bytes: int) -> "ReceiptUpload":
        return ReceiptUpload(
            url=link.url,
            method="PUT",
            headers=[HttpHeader(name="Content-Type", value="application/octet-stream")],
            expires_at=link.expires_at,
            max_bytes=max_bytes,
        )


@strawberry.input(description="A new receipt with its image: JPEG, PNG, WebP, HEIC or PDF.")
class UploadReceiptInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Where it belongs.")
    file: Upload = strawberry.field(description="By the GraphQL multipart request specification.")
    priority: ReceiptPriority = strawberry.field(
        default=ReceiptPriority.INTERACTIVE, description="Whether somebody waits for it."
    )

    def to_domain(self) -> NewReceipt:
        return NewReceipt(self.id, row_id(self.ledger_id, "Ledger"), self.priority)


@strawberry.input(description="A new receipt whose image is sent by itself.")
class CreateReceiptUploadInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Where it belongs.")
    priority: ReceiptPriority = strawberry.field(
        default=ReceiptPriority.INTERACTIVE, description="Whether somebody waits for it."
    )

    def to_domain(self) -> NewReceipt:
        return NewReceipt(self.id, row_id(self.ledger_id, "Ledger"), self.priority)


@strawberry.input(description="The expense that a receipt is for, as you confirm or correct it.")
class ConfirmReceiptInput:
    receipt_id: relay.GlobalID = strawberry.field(description="Which receipt.")
    expense_id: UUID = strawberry.field(
        description="A UUID of version 7 of your own for the expense: repeating is safe."
    )
    bill: BillInput = strawberry.field(description="What it cost.")
    day: date = strawberry.field(description="When it was spent.")
    category_id: relay.GlobalID | None = strawberry.field(default=None, description="For what.")
    merchant: str | None = strawberry.field(default=None, description="At most 200 characters.")
    note: str | None = strawberry.field(default=None, description="At most 2000 characters.")
    tags: list[str] = strawberry.field(
        default_factory=list, description="At most 20 free words of at most 50 characters."
    )

    def to_domain(self) -> Confirmation:
        return Confirmation(
            expense_id=self.expense_id,
            bill=self.bill.to_domain(),
            day=self.day,
            category_id=row_id(self.category_id, "Category") if self.category_id else None,
            merchant=self.merchant,
            note=self.note,
            tags=self.tags,
        )


@strawberry.input(description="The expense that a receipt belongs to.")
class AttachReceiptInput:
    receipt_id: relay.GlobalID = strawberry.field(description="Which receipt.")
    expense_id: relay.GlobalID = strawberry.field(description="Which expense of the same ledger.")
    if_version: BigInt = strawberry.field(description="The expense's version that you have seen.")


@strawberry.input(description="A receipt that does not belong to its expense.")
class DetachReceiptInput:
    receipt_id: relay.GlobalID = strawberry.field(description="Which receipt.")
    if_version: BigInt = strawberry.field(description="The expense's version that you have seen.")


@strawberry.type(description="A receipt that is not there any more.")
class DeletedReceipt:
    id: relay.GlobalID = strawberry.field(description="The id that it had.")


ReceiptResult = Annotated[
    Receipt | Invalid | NotFound | Forbidden | Conflict, strawberry.union("ReceiptResult")
]
CreateReceiptUploadResult = Annotated[
    ReceiptUpload | Invalid | NotFound | Forbidden | Conflict,
    strawberry.union("CreateReceiptUploadResult"),
]
DeleteReceiptResult = Annotated[
    DeletedReceipt | NotFound | Forbidden | Conflict, strawberry.union("DeleteReceiptResult")
]
