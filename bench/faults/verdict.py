"""A criterion against its figure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple


class Verdict(NamedTuple):
    """`of_time` depends on who else uses the machine."""

    what: str
    criterion: str
    figure: object
    holds: bool
    of_time: bool = False

    def __str__(self) -> str:
        sign = "ok  " if self.holds else "FAIL"
        return f"  {sign} {self.what:<62} {self.criterion:<12} {self.figure}"


def none_of(what: str, found: Sequence[Any] | AbstractSet[Any]) -> Verdict:
    """There should be nothing of it; the first few are shown."""
    some = [str(each) for each, _ in zip(found, range(3), strict=False)]
    shown = f"{len(found)}" + (
        f": {'; '.join(some)}" if some and found != range(len(found)) else ""
    )
    return Verdict(what, "0", shown, not found)


def at_most(what: str, figure: float, most: float, *, of_time: bool = False) -> Verdict:
    return Verdict(what, f"at most {most:g}", f"{figure:.2f}", figure <= most, of_time)


def conclude(verdicts: Sequence[Verdict]) -> None:
    """Print them, and end the program with an error if any does not hold."""
    print("\n".join(map(str, verdicts)))
    if not all(verdict.holds for verdict in verdicts):
        raise SystemExit(1)
