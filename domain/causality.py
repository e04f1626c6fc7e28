"""Who wrote what, knowing what. The clocks that let devices edit offline and merge without guessing.

Every row that a device may edit carries one clock per register (a field, or fields that must change
together). A register's clock holds
- its dot: the device that wrote it last and that device's count of writes to the row (Almeida et al.,
  "Scalable and Accurate Causality Tracking for Eventually Consistent Stores", 2014),
- its context: the version vector of all writes that the writer had seen, its own included,
- its hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014), which orders
  concurrent writes when nothing better does.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

SERVER = 0
"""The device id of writes that no user's device made."""


class Hlc(NamedTuple):
    """Compares as milliseconds since 1970, then counter, then device, so no two writes ever tie."""

    millis: int
    counter: int
    device: int

    def tick(self, wall_millis: int, device: int) -> "Hlc":
        """The stamp of the next write: never behind this one, whatever the wall clock does."""
        if wall_millis > self.millis:
            return Hlc(wall_millis, 0, device)
        return Hlc(self.millis, self.counter + 1, device)


class Dot(NamedTuple):
    device: int
    writes: int


class Stamp(NamedTuple):
    """The clock of one register."""

    dot: Dot
    context: Mapping[int, int]
    hlc: Hlc


Clock = Mapping[str, Stamp]
_BEGINNING = Hlc(0, 0, SERVER)


def written(clock: Clock, registers: Iterable[str], device: int, wall_millis: int) -> Clock:
    """The row's clock after `device`, which had seen the whole row, writes these registers."""
    seen = _joined(stamp.context for stamp in clock.values())
    dot = Dot(device, seen.get(device, 0) + 1)
    latest = max((stamp.hlc for stamp in clock.values()), default=_BEGINNING)
    stamp = Stamp(dot, {**seen, device: dot.writes}, latest.tick(wall_millis, device))
    return {**clock, **dict.fromkeys(registers, stamp)}


def stored(clock: Clock) -> dict[str, Any]:
    """As JSON: {register: {dot: [device, count], context: {device: count}, hlc: [ms, counter, device]}}."""
    stamps = {id(stamp): stamp for stamp in clock.values()}  # what was written together has one
    shown = {
        id: {
            "dot": list(stamp.dot),
            "context": {str(device): count for device, count in stamp.context.items()},
            "hlc": list(stamp.hlc),
        }
        for id, stamp in stamps.items()
    }
    return {register: shown[id(stamp)] for register, stamp in clock.items()}


def restored(clock: Mapping[str, Any]) -> Clock:
    return {
        register: Stamp(
            Dot(*stamp["dot"]),
            {int(device): count for device, count in stamp["context"].items()},
            Hlc(*stamp["hlc"]),
        )
        for register, stamp in clock.items()
    }


def _joined(vectors: Iterable[Mapping[int, int]]) -> dict[int, int]:
    joined: dict[int, int] = {}
    for vector in vectors:
        for device, count in vector.items():
            joined[device] = max(count, joined.get(device, 0))
    return joined
