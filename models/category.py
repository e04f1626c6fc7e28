from typing import ClassVar
from uuid import UUID

from sqlmodel import Field

from models.base import Row


class Category(Row, table=True):
    """Two levels. System categories have stable keys like `food.groceries` and belong to no ledger."""

    __tablename__: ClassVar[str] = "categories"
    key: str = Field(unique=True)
    name: str
    parent_id: UUID | None = Field(default=None, foreign_key="categories.id", index=True)
