from typing import Any, ClassVar

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import Row


class Calibration(Row, table=True):
    """Curves from confidence to probability, fitted to `examples` confirmed receipts. The newest holds."""

    __tablename__: ClassVar[str] = "calibrations"
    __table_args__ = (Index("calibrations_newest_idx", "created_at"),)
    curves: dict[str, Any] = Field(sa_type=JSONB)
    examples: int
