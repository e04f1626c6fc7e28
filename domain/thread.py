from typing import NamedTuple
from uuid import UUID

from domain.pages import Slice


class Thread(NamedTuple):
    """A slice of what belongs to one fact or subgroup of a ledger."""

    ledger_id: UUID
    topic_id: UUID
    slice: Slice
