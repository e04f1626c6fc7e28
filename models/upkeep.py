from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.base import text_enum


class UpkeepKind(StrEnum):
    RECONCILE = "RECONCILE"
    SWEEP_FILES = "SWEEP_FILES"


class Upkeep(SQLModel, table=True):
    """Work that no event causes and that comes round, with when it does so next."""

    __tablename__: ClassVar[str] = "upkeep"
    kind: UpkeepKind = Field(sa_type=text_enum(UpkeepKind), primary_key=True)
    due_at: datetime
