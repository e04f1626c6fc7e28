"""What passes by itself is told from what is somebody's mistake."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoneFree

from adapters.storage import StorageUnavailable
from core.troubles import Trouble, trouble


@pytest.mark.parametrize(
    ("error", "which"),
    [
        (asyncpg.LockNotAvailableError(), Trouble.BUSY),
        (asyncpg.DeadlockDetectedError(), Trouble.BUSY),
        (asyncpg.SerializationError(), Trouble.BUSY),
        (DBAPIError("", {}, asyncpg.LockNotAvailableError()), Trouble.BUSY),
        (asyncpg.QueryCanceledError(), Trouble.TIMED_OUT),
        (asyncpg.IdleInTransactionSessionTimeoutError(), Trouble.TIMED_OUT),
        (asyncpg.CannotConnectNowError(), Trouble.UNAVAILABLE),
        (asyncpg.AdminShutdownError(), Trouble.UNAVAILABLE),
        (asyncpg.ConnectionDoesNotExistError(), Trouble.UNAVAILABLE),
        (asyncpg.TooManyConnectionsError(), Trouble.UNAVAILABLE),
        (asyncpg.InterfaceError("connection is closed"), Trouble.UNAVAILABLE),
        (asyncpg.InternalClientError("cannot switch to state 15"), Trouble.UNAVAILABLE),
        (DBAPIError("", {}, OSError(), connection_invalidated=True), Trouble.UNAVAILABLE),
        (ConnectionRefusedError(), Trouble.UNAVAILABLE),
        (TimeoutError(), Trouble.UNAVAILABLE),
        (StorageUnavailable(), Trouble.UNAVAILABLE),
        (NoneFree(), Trouble.UNAVAILABLE),
        (DisconnectionError(), Trouble.UNAVAILABLE),
        (asyncpg.InterfaceError("another operation is in progress"), None),
        (IntegrityError("", {}, asyncpg.UniqueViolationError()), None),
        (asyncpg.UndefinedTableError(), None),
        (ValueError(), None),
        (None, None),
    ],
)
def test_trouble_has_a_name(error: Exception | None, which: Trouble | None) -> None:
    assert trouble(error) is which
