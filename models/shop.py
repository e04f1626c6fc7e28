from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlmodel import Field, SQLModel

from core.clock import now


class ShopMemory(SQLModel, table=True):
    """What one user confirmed receipts with one key (`domain.receipt.shop`) to be, the last time.

    `confirmations` counts all of them, `changes` those that changed the name.
    """

    __tablename__: ClassVar[str] = "shop_memories"
    key: str = Field(primary_key=True)
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE", index=True)
    merchant: str
    category_id: UUID | None = Field(default=None, foreign_key="categories.id")
    currency: str
    confirmations: int = 1
    changes: int = 0
    used_at: datetime = Field(default_factory=now)
