"""Many questions at once, asked as one."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Loader(Generic[Key, Value]):
    """Fetches in one go what is asked for in one turn of the event loop, each key once. Remembers nothing."""

    __slots__ = ("_absent", "_batch", "_fetch")

    def __init__(
        self,
        fetch: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]],
        absent: Any = None,
    ) -> None:
        """`absent` is the answer for keys that nothing is found for."""
        self._fetch = fetch
        self._absent = absent
        self._batch: _Batch[Key, Value] | None = None

    async def load(self, key: Key) -> Value:
        return self._of(key, await self._found([key]))

    async def load_many(self, keys: Collection[Key]) -> list[Value]:
        found = await self._found(keys)
        return [self._of(key, found) for key in keys]

    async def load_at_once(self, keys: Sequence[Key]) -> list[Value]:
        """Without waiting for others who may ask. The keys differ."""
        found = await self._fetch(keys)
        return [self._of(key, found) for key in keys]

    def _of(self, key: Key, found: Mapping[Key, Value]) -> Value:
        """An exception that was found for a key is for those who asked for that one."""
        value = found.get(key, self._absent)
        if isinstance(value, Exception):
            raise value
        return value

    def _found(self, keys: Collection[Key]) -> asyncio.Future[Mapping[Key, Value]]:
        loop = asyncio.get_running_loop()
        if self._batch is None:
            self._batch = _Batch()
            self._batch.fetching = loop.create_task(self._fill(self._batch))
        return self._batch.wanting(keys, loop)

    async def _fill(self, batch: "_Batch[Key, Value]") -> None:
        """Begins in the next turn of the loop, and by then everyone has asked."""
        self._batch = None
        await batch.fill(self._fetch)


class _Batch(Generic[Key, Value]):
    """Whoever asked has a future of their own, so that one who gives up takes no other along."""

    def __init__(self) -> None:
        self._keys: dict[Key, None] = {}
        self._waiting: list[asyncio.Future[Mapping[Key, Value]]] = []
        self.fetching: asyncio.Task[None] | None = None

    def wanting(
        self, keys: Collection[Key], loop: asyncio.AbstractEventLoop
    ) -> asyncio.Future[Mapping[Key, Value]]:
        self._keys.update(dict.fromkeys(keys))
        future: asyncio.Future[Mapping[Key, Value]] = loop.create_future()
        self._waiting.append(future)
        return future

    async def fill(self, fetch: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        try:
            found = await fetch(list(self._keys))
        except Exception as error:  # noqa: BLE001 - whoever asked meets it
            for future in self._still_waiting():
                future.set_exception(error)
        else:
            for future in self._still_waiting():
                future.set_result(found)

    def _still_waiting(self) -> list[asyncio.Future[Mapping[Key, Value]]]:
        return [future for future in self._waiting if not future.done()]
