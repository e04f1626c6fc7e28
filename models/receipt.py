from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Computed, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.receipt.failure import Failure
from domain.receipt.upload import ReceiptPriority
from models.base import Asked, text_enum


class ReceiptStatus(StrEnum):
    QUEUED = "QUEUED"
    READING = "READING"
    READ = "READ"
    FAILED = "FAILED"
    CONFIRMED = "CONFIRMED"


_BILL_KEY = """
CASE WHEN correction IS NULL THEN
    (reading #>> '{total,value}') || ' ' || (reading #>> '{currency,value}')
    || ' ' || (reading #>> '{day,value}')
ELSE
    (correction ->> 'total_minor') || ' ' || (correction ->> 'currency') || ' ' || (correction ->> 'day')
END
"""


class Receipt(Asked, table=True):
    """A photograph or document, what was read from it, and what the user made of that.

    `object_key` is the file as it came, with the `sha256` of its bytes; `image_key` is how it looks to those
    who may see it, in pixels of `width` and `height`, once somebody has opened it. `reading` is what the
    machine proposed (`domain.receipt`), `lines` the raw text it was read from, and `correction` what the
    user confirmed; all three are kept. `suggested_category_id` is what the uploader last filed the same shop
    under. `attempts` counts how often reading was begun since it was last asked for. `looks` is how the image
    looks (`domain.receipt.looks`), `numbers` are those printed on it (`domain.receipt.numbers`); `bill_key`
    has the total, currency and day that were confirmed, or else read, if all three were. Where several
    receipts lie on one photograph, each further one is a row that is `part_of` the one uploaded, with the
    same file and no `sha256`.
    """

    __tablename__: ClassVar[str] = "receipts"
    __table_args__ = (
        Index("receipts_same_image_idx", "ledger_id", "sha256", unique=True),
        Index("receipts_newest_idx", "ledger_id", text("created_at DESC"), text("id DESC")),
        Index(
            "receipts_examples_idx",
            "read_at",
            "id",
            postgresql_where=text("status = 'CONFIRMED' AND read_at IS NOT NULL"),
        ),
        Index("receipts_same_bill_idx", "ledger_id", "bill_key"),
    )
    registers: ClassVar[dict[str, tuple[str, ...]]] = {
        "status": ("status", "failure"),
        "priority": ("priority",),
        "correction": ("correction",),
    }
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    uploaded_by: UUID
    object_key: str
    content_type: str
    size_bytes: int
    sha256: bytes | None = None
    image_key: str | None = None
    width: int | None = None
    height: int | None = None
    looks: int | None = Field(default=None, sa_type=BigInteger)
    numbers: list[int] | None = Field(default=None, sa_type=ARRAY(Integer))  # pyright: ignore[reportArgumentType] - no class, but a type
    part_of: UUID | None = Field(
        default=None, foreign_key="receipts.id", ondelete="SET NULL", index=True
    )
    priority: ReceiptPriority = Field(
        default=ReceiptPriority.INTERACTIVE, sa_type=text_enum(ReceiptPriority)
    )
    status: ReceiptStatus = Field(default=ReceiptStatus.QUEUED, sa_type=text_enum(ReceiptStatus))
    failure: Failure | None = Field(default=None, sa_type=text_enum(Failure))
    attempts: int = 0
    lines: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    reading: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    correction: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    suggested_category_id: UUID | None = Field(default=None, foreign_key="categories.id")
    bill_key: str | None = Field(
        default=None, sa_column_args=(Computed(_BILL_KEY, persisted=True),)
    )
    read_at: datetime | None = None
    reading_millis: int | None = Field(default=None, sa_type=BigInteger)
