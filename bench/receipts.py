"""How well and how fast receipts are read: each goal against its figure.

    python -m bench.receipts [--count N] [--seed N] [--languages de,pl] [--clean | --as-printed]
                             [--cache FILE] [--failures]

Scanned receipts with their truth are looked for beside the repository, in `../shared/receipts`: `truth.json`
and the images in `dev/`. They are skipped where that folder is absent; receipts that we draw are always read.
With a cache of read lines only new images are read, so that the understanding can be judged in seconds. What
would be understood if reading made no mistakes is told by `--as-printed`.
"""

import argparse
import os
import platform
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from adapters.ocr import models
from bench.reading import report
from bench.reading.calibrate import Evidence
from bench.reading.case import Case, drawn, scanned
from bench.reading.journey import travel
from bench.reading.lines import LineCache
from bench.reading.process import Sample, Stage, reading_process, sample
from bench.reading.verdict import basket, verdicts
from domain.receipt import Line, read

_SEEDS_APART = 1_000_000  # so that the receipts of two seeds are others


def main() -> None:
    options = _options()
    _print_machine()
    models.ensure(options.models, progress=print)
    cache = LineCache(options.cache)
    scans = list(islice(scanned(options.receipts), options.limit))
    with reading_process(options.models, options.threads) as pool:
        judge = _Judge(lambda image: pool.submit(sample, image).result(), cache, options)
        if scans:
            judge.measure("Scanned receipts", scans)
        else:
            print(f"\nScanned receipts: skipped, there are none in {options.receipts}")
        cases = list(_drawn(options))
        kind = "as printed" if options.as_printed else "flat" if options.clean else "photographed"
        judge.measure(f"Drawn receipts, {kind}, seed {options.seed}", cases)
    if options.fit:
        print("\nCurves of confidence, and of how many values")
        judge.evidence.print()
    if options.journeys:
        images = [
            case.image() for case in _some(scans, options.journeys) + _some(cases, options.journeys)
        ]
        print(f"\nFrom upload to READ, one at a time: {len(images)}")
        report.print_journeys(travel(images, options.models))


def _drawn(options: argparse.Namespace) -> Iterator[Case]:
    first = options.seed * _SEEDS_APART
    seeds = range(first, first + min(options.count, options.limit or options.count))
    return drawn(seeds, options.languages, photographed=not options.clean)


def _some(cases: Sequence[Case], journeys: int) -> list[Case]:
    """Half as many as there are journeys, spread evenly over all."""
    return list(cases[:: max(1, 2 * len(cases) // journeys)])


class _Judge:
    def __init__(
        self, look: Callable[[bytes], Sample], cache: LineCache, options: argparse.Namespace
    ) -> None:
        self._look, self._cache, self._options = look, cache, options
        self.evidence = Evidence()

    def measure(self, title: str, cases: Iterable[Case]) -> None:
        results = report.Results()
        for case in cases:
            lines = self._lines(case, results)
            began = time.perf_counter()
            understood = read(lines)
            if results.samples:
                results.samples[-1].seconds[Stage.UNDERSTAND] = time.perf_counter() - began
            results.verdicts += verdicts(case, understood, lines)
            if self._options.fit:
                self.evidence.add(case, lines)
            if case.expected.is_complete:
                goods, judged = basket(case, understood)
                results.baskets.append((case.group, goods))
                results.verdicts += judged
        self._cache.save()
        print(f"\n{title}: {len(results.of('total'))}")
        _print(results, failures=self._options.failures)

    def _lines(self, case: Case, results: report.Results) -> Sequence[Line]:
        if self._options.as_printed and case.printed:
            return case.printed
        kept = self._cache.get(case.key)
        if kept is not None:
            return kept
        seen = self._look(case.image())
        self._cache.put(case.key, seen.lines)
        results.samples.append(seen)
        return seen.lines


def _print(results: report.Results, *, failures: bool) -> None:
    report.print_goals(results)
    report.print_reliability(results)
    if results.baskets:
        report.print_groups(results)
    report.print_causes(results)
    if results.samples:
        report.print_stages(results.samples)
    if failures:
        report.print_failures(results)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--receipts", type=Path, default=Path("../shared/receipts"))
    parser.add_argument("--models", type=Path, default=Path(".outgo/models"))
    parser.add_argument("--count", type=int, default=80, help="how many receipts to draw")
    parser.add_argument("--seed", type=int, default=1, help="which receipts to draw")
    parser.add_argument("--languages", type=lambda text: text.split(","), default=())
    parser.add_argument("--clean", action="store_true", help="drawn receipts are not photographed")
    parser.add_argument("--as-printed", action="store_true", help="drawn ones are not even read")
    parser.add_argument("--limit", type=int, help="at most this many receipts of each kind")
    parser.add_argument("--journeys", type=int, default=20, help="receipts read by a whole Outgo")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="JSON file of the lines read before")
    parser.add_argument(
        "--fit", action="store_true", help="print curves for domain/receipt/odds.py"
    )
    parser.add_argument("--failures", action="store_true", help="tell each wrong field")
    return parser.parse_args()


def _print_machine() -> None:
    about = Path("/proc/cpuinfo")
    cpu = re.search(r"model name\s*: (.+)", about.read_text()) if about.exists() else None
    name = cpu[1] if cpu else platform.processor()
    print(f"{name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    libraries = ("paddleocr", "onnxruntime", "opencv-contrib-python-headless", "pillow")
    versions = [f"{library} {version(library)}" for library in libraries]
    print(f"Python {platform.python_version()}", *versions, sep=", ")


if __name__ == "__main__":
    main()
