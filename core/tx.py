"""A transaction on one of the driver's connections, and the session that joins it there."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, StaticPool, event
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from core.connections import Driver, cut_off

Thing = TypeVar("Thing")
Writing = Callable[["Tx", list[Any]], Awaitable[None]]


class _Joining(Session):
    """Knows nothing of its connection until it needs one. The transaction is none of its business."""

    def __init__(self, *, engine: Engine, driver: Driver, **options: Any) -> None:
        super().__init__(**options)
        self._engine = engine
        self._driver = driver
        self._joined: Connection | None = None

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        if self._joined is None:
            self._joined = Connection(self._engine, _known(self._engine, self._driver).connect())
        return self._joined

    def leave(self) -> None:
        """Nothing waits: it neither ends the transaction nor gives the connection back."""
        self.expunge_all()
        if self._joined is not None:
            self._joined.close()


class Tx(AsyncSession):
    """A session that writes, in a transaction that has begun. Only `Database.transaction` makes one.

    Statements for `driver` itself cost nothing else; the rest of the session comes to life once something
    is asked of it.
    """

    sync_session_class = _Joining
    sync_session: _Joining

    def __init__(self, engine: Engine, driver: Driver) -> None:
        super().__init__(engine=engine, driver=driver, expire_on_commit=False)
        self.driver: Any = driver
        self._at_end: dict[Writing, list[Any]] = {}

    def at_end(self, write: Callable[["Tx", list[Thing]], Awaitable[None]]) -> list[Thing]:
        """What `write` is given when the transaction's block has ended, all at once. Add to it."""
        return self._at_end.setdefault(write, [])

    async def end(self) -> None:
        for write, things in self._at_end.items():
            await write(self, things)
        if self.in_transaction():
            await self.commit()  # of what it has still to write: the driver's transaction goes on

    def leave(self) -> None:
        self.sync_session.leave()


def _known(engine: Engine, driver: Driver) -> StaticPool:
    """How SQLAlchemy knows a connection of the driver's, with the statements that it has prepared there."""

    async def itself(**_: Any) -> Driver:
        return driver

    def adapted() -> Any:
        connection = engine.dialect.connect(async_creator_fn=itself)
        engine.dialect.set_isolation_level(connection, "AUTOCOMMIT")
        return connection

    if driver.known_as is None:
        driver.known_as = StaticPool(adapted, dialect=engine.dialect)
        event.listen(driver.known_as, "invalidate", cut_off)
    return driver.known_as
