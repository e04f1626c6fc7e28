"""A receipt as a client means to upload it, before anybody has looked at the image."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ReceiptPriority(StrEnum):
    INTERACTIVE = "INTERACTIVE"
    BULK = "BULK"


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """`id` is the client's, so that asking twice uploads it once."""

    id: UUID
    ledger_id: UUID
    priority: ReceiptPriority = ReceiptPriority.INTERACTIVE
