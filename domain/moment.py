"""A moment in a ledger's past. Pure."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.errors import Invalid


class SeqNotReached(Invalid):
    code = "SEQ_NOT_REACHED"


class NameOneMoment(Invalid):
    code = "NAME_ONE_MOMENT"


class Moment(NamedTuple):
    """After the event `seq`, or at the end of a `day`."""

    ledger_id: UUID
    seq: int | None
    day: date | None

    def checked(self) -> "Moment":
        """Itself. Refuses: `NameOneMoment`."""
        if (self.seq is None) == (self.day is None):
            raise NameOneMoment("Name either a `seq` or a `day`.", path=("seq",))
        return self
