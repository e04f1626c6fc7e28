"""Many questions at once, asked as one."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar, cast

Key = TypeVar("Key")
Value = TypeVar("Value")


class Known(Generic[Value]):
    """A key that brings its value along: nothing is fetched for it."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


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

    async def load(self, key: Key | Known[Value]) -> Value:
        if isinstance(key, Known):
            return cast("Known[Value]", key).value
        return self._of(key, await self._found([key]))

    async def load_many(self, keys: Collection[Key | Known[Value]]) -> list[Value]:
        return await self._values(keys, self._found)

    async def load_at_once(self, keys: Sequence[Key | Known[Value]]) -> list[Value]:
        """Without waiting for others who may ask. The keys differ."""
        return await self._values(keys, self._fetch)

    async def _values(
        self,
        keys: Collection[Key | Known[Value]],
        find: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]],
    ) -> list[Value]:
        wanted = [key for key in keys if not isinstance(key, Known)]
        found: Mapping[Key, Value] = await find(wanted) if wanted else {}
        return [self._of(key, found) for key in keys]

    def _of(self, key: Key | Known[Value], found: Mapping[Key, Value]) -> Value:
        """An exception that was found for a key is for those who asked for that one."""
        if isinstance(key, Known):
            return cast("Known[Value]", key).value
        value = found.get(key, self._absent)
        if isinstance(value, Exception):
            raise value
        return value

    async def _found(self, keys: Collection[Key]) -> Mapping[Key, Value]:
        """Who asks first fetches for all who ask in the same turn; by the next one everybody has asked."""
        if self._batch is not None:
            return await self._batch.wanting(keys)
        batch: _Batch[Key, Value] = _Batch(keys)
        self._batch = batch
        try:
            await asyncio.sleep(0)
            self._leave(batch)
            return await batch.fill(self._fetch)
        except asyncio.CancelledError:
            self._leave(batch)
            batch.go_on(self._fetch)
            raise

    def _leave(self, batch: "_Batch[Key, Value]") -> None:
        if self._batch is batch:
            self._batch = None


class _Batch(Generic[Key, Value]):
    """Whoever asks has a future of their own, so that one who gives up takes no other along."""

    def __init__(self, keys: Collection[Key]) -> None:
        self._keys = dict.fromkeys(keys)
        self._waiting: list[asyncio.Future[Mapping[Key, Value]]] = []
        self._going_on: asyncio.Task[None] | None = None

    def wanting(self, keys: Collection[Key]) -> asyncio.Future[Mapping[Key, Value]]:
        self._keys.update(dict.fromkeys(keys))
        future: asyncio.Future[Mapping[Key, Value]] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        return future

    async def fill(
        self, fetch: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]
    ) -> Mapping[Key, Value]:
        try:
            found = await fetch(list(self._keys))
        except Exception as error:
            for future in self._still_waiting():
                future.set_exception(error)
            raise
        for future in self._still_waiting():
            future.set_result(found)
        return found

    def go_on(self, fetch: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        """For the others, without who was to fetch."""

        async def fill() -> None:
            with suppress(Exception):  # whoever asked meets it
                await self.fill(fetch)

        if self._still_waiting():
            self._going_on = asyncio.create_task(fill())

    def _still_waiting(self) -> list[asyncio.Future[Mapping[Key, Value]]]:
        return [future for future in self._waiting if not future.done()]
