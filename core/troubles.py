"""What goes wrong without anybody's fault and goes away by itself: worth another try, and said so by name."""

from enum import Enum

import asyncpg
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as NoneFree


class Trouble(Enum):
    BUSY = "Somebody else is changing the same. Try again."
    TIMED_OUT = "This took too long. Try again, or ask for less."
    UNAVAILABLE = "Something that this needs is away for now. Try again."


class TimedOut(TimeoutError):  # noqa: N818 - a situation, and worth another try
    """It took longer than it may, and was given up."""


_BY_STATE = {  # https://www.postgresql.org/docs/current/errcodes-appendix.html
    "25P03": Trouble.TIMED_OUT,  # idle_in_transaction_session_timeout
    "40001": Trouble.BUSY,  # serialization_failure
    "40P01": Trouble.BUSY,  # deadlock_detected
    "55P03": Trouble.BUSY,  # lock_not_available
    "57014": Trouble.TIMED_OUT,  # query_canceled, such as by statement_timeout
}
_BY_CLASS = {
    "08": Trouble.UNAVAILABLE,  # connection exceptions
    "53": Trouble.UNAVAILABLE,  # insufficient resources
    "57": Trouble.UNAVAILABLE,  # operator intervention, such as a shutdown
}


def trouble(error: BaseException | None) -> Trouble | None:
    """Which one it is; None for anything else, which is somebody's mistake."""
    match error:
        case TimedOut():
            return Trouble.TIMED_OUT
        case (
            DBAPIError(connection_invalidated=True) | DisconnectionError() | NoneFree() | OSError()
        ):
            return Trouble.UNAVAILABLE
        case DBAPIError(orig=cause):
            return trouble(cause)
        case asyncpg.InternalClientError():  # its server said goodbye in the middle of it
            return Trouble.UNAVAILABLE
        case asyncpg.InterfaceError() if "closed" in str(error):  # it has no other mark
            return Trouble.UNAVAILABLE
        case _:
            state = str(getattr(error, "sqlstate", None))
            return _BY_STATE.get(state, _BY_CLASS.get(state[:2]))
