"""What was made of the newest things, so that it is made once for everyone who wants it."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")


class Recent(Generic[Thing, Made]):
    """Of the `most` things that were asked for last, told apart by identity."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._made: OrderedDict[tuple[int, int], tuple[Thing, Any, Made]] = OrderedDict()

    def of(self, thing: Thing, how: Any, make: Callable[[], Made]) -> Made:
        """What `make` makes, or made before, of the thing, in the way that `how` stands for."""
        key = id(thing), id(how)
        if key not in self._made:
            self._made[key] = thing, how, make()  # held, so that nothing else gets their identities
            if len(self._made) > self._most:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key][-1]
