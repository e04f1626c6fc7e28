"""Whether bills photographed twice are known to be the same, and different ones never are.

    python -m bench.twice [--count N] [--seed N] [--cache FILE]

Every drawn bill is photographed anew: turned otherwise, in another light and bad way. Scanned receipts,
many of them of one shop, are compared among themselves where they are at hand.
"""

import argparse
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from random import Random

from adapters.ocr import models
from bench.drawn import draw
from bench.drawn.camera import photograph, shot
from bench.reading.case import drawn, scanned
from bench.reading.lines import LineCache
from bench.reading.process import reading_process, sample
from domain.receipt import Line, read
from domain.receipt.matching import Likeness, Sighting, facts_of, likeness
from domain.receipt.numbers import numbers_on

_SEEDS_APART = 1_000_000


def main() -> None:
    options = _options()
    models.ensure(options.models, progress=print)
    cache = LineCache(options.cache)
    seeds = range(options.seed * _SEEDS_APART, options.seed * _SEEDS_APART + options.count)
    with reading_process(options.models, threads=1) as pool:

        def look(key: str, image: Callable[[], bytes]) -> Sighting:
            lines = cache.get(key)
            if lines is None:
                lines = pool.submit(sample, image()).result().lines
                cache.put(key, lines)
                cache.save()
            return _sighting(lines)

        first = [look(case.key, case.image) for case in drawn(seeds, (), photographed=True)]
        again = [look(f"again {seed}", lambda seed=seed: _again(seed)) for seed in seeds]
        scans = [look(case.key, case.image) for case in scanned(options.receipts)]
    found = [reason for pair in zip(first, again, strict=True) for reason in likeness(*pair)]
    print(f"{len(first)} bills photographed twice")
    for reason in (Likeness.SAME_BILL, Likeness.SAME_NUMBERS):
        print(f"  {reason:14}{found.count(reason):6}")
    _print_false("drawn", first)
    _print_false("scanned", scans)


def _again(seed: int) -> bytes:
    """The bill of this seed, seen by somebody else."""
    return photograph(
        draw(seed).paper, shot(Random(f"second {seed}")), Random(f"light {seed}")
    ).data


def _sighting(lines: Sequence[Line]) -> Sighting:
    return Sighting(facts_of(read(lines)), None, frozenset(numbers_on(lines)))


def _print_false(kind: str, sightings: Sequence[Sighting]) -> None:
    pairs = [likeness(*pair) for pair in combinations(sightings, 2)]
    print(f"{len(pairs)} pairs of different bills, {kind}")
    for reason in (Likeness.SAME_BILL, Likeness.SAME_NUMBERS):
        print(f"  {reason:14}{sum(reason in reasons for reasons in pairs):6}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--receipts", type=Path, default=Path("../shared/receipts"))
    parser.add_argument("--models", type=Path, default=Path(".outgo/models"))
    parser.add_argument("--count", type=int, default=30, help="how many bills to draw")
    parser.add_argument("--seed", type=int, default=13, help="which bills to draw")
    parser.add_argument("--cache", type=Path, help="JSON file of the lines read before")
    return parser.parse_args()


if __name__ == "__main__":
    main()
