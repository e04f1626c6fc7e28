"""Who asks together is answered by one fetch, and nobody takes anybody along."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from core.loader import Loader


class _Squares:
    """Says what it was asked, and answers when it may."""

    def __init__(self) -> None:
        self.fetched: list[list[int]] = []
        self.may_answer = asyncio.Event()
        self.loader = Loader(self._fetch)

    async def _fetch(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.fetched.append(list(keys))
        await self.may_answer.wait()
        if -1 in keys:
            raise ValueError
        return {key: key * key for key in keys}

    def ask(self, *keys: int) -> list[asyncio.Task[int]]:
        return [asyncio.create_task(self.loader.load(key)) for key in keys]


async def test_who_asks_in_one_turn_is_answered_together() -> None:
    squares = _Squares()
    squares.may_answer.set()

    assert await asyncio.gather(*squares.ask(1, 2, 1), *squares.ask(3)) == [1, 4, 1, 9]
    assert await squares.loader.load_many([4, 1]) == [16, 1]
    assert squares.fetched == [[1, 2, 3], [4, 1]]


@pytest.mark.parametrize("turns", [1, 3])
@pytest.mark.parametrize("who", [0, 1])
async def test_one_who_gives_up_takes_no_other_along(who: int, turns: int) -> None:
    squares = _Squares()
    asking = squares.ask(1, 2, 3)
    for _ in range(turns):  # before it is fetched, and while it is
        await asyncio.sleep(0)
    asking.pop(who).cancel()
    await asyncio.sleep(0)
    squares.may_answer.set()

    others = [1, 2, 3]
    del others[who]
    assert await asyncio.gather(*asking) == [key * key for key in others]


async def test_everybody_meets_what_goes_wrong() -> None:
    squares = _Squares()
    squares.may_answer.set()

    met = await asyncio.gather(*squares.ask(1, -1), return_exceptions=True)

    assert [type(error) for error in met] == [ValueError, ValueError]
    assert await squares.loader.load(2) == 4
