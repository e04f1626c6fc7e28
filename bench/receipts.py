"""How well and how fast receipts are read: accuracy of total, day and merchant, seconds, CPU and memory.

    python -m bench.receipts [--limit N] [--cache FILE]

Scanned receipts with their truth are looked for beside the repository, in `../shared/receipts`: `truth.json`
and the images in `dev/`. They are skipped where that folder is absent; receipts that we draw are always read.
With a cache of read lines only new images are read, so that the understanding can be judged in seconds.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

from rapidfuzz.fuzz import ratio

from adapters import images
from adapters.ocr import models
from adapters.ocr.engine import Reader
from adapters.ocr.pixels import prepare
from app.demo.drawn_receipt import draw, sample
from domain.currency import exponent
from domain.receipt import Line, Point, Reading, read

_LIMITS = {"max_bytes": 50_000_000, "max_pixels": 100_000_000}
_DAY_FORMS = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%m-%y", "%d %b %Y", "%d-%b-%Y", "%Y%m%d")
_CENTS = 2
_ALIKE = 90
_SURE = 0.8


@dataclass(frozen=True)
class Case:
    name: str
    image: bytes
    merchant: str
    day: date
    total: Decimal


@dataclass
class Score:
    cases: int = 0
    total: int = 0
    day: int = 0
    merchant: int = 0
    merchant_alike: int = 0
    sure_of_total: int = 0
    sure_and_right: int = 0
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    def count(self, case: Case, reading: Reading) -> None:
        right = _total(reading) == case.total
        name = reading.merchant.value if reading.merchant else ""
        equal = _bare(name) == _bare(case.merchant)
        self.cases += 1
        self.total += right
        self.day += reading.day is not None and reading.day.value == case.day
        self.merchant += equal
        self.merchant_alike += equal or ratio(name.casefold(), case.merchant.casefold()) >= _ALIKE
        if reading.total and reading.total.confidence >= _SURE:
            self.sure_of_total += 1
            self.sure_and_right += right

    def print(self, title: str) -> None:
        print(f"\n{title}: {self.cases}")
        for label, hits in (
            ("total", self.total),
            ("day", self.day),
            ("merchant, exact", self.merchant),
            (f"merchant, alike to {_ALIKE}", self.merchant_alike),
        ):
            print(f"  {label:24} {hits / self.cases:7.1%}")
        if self.sure_of_total:
            share, right = self.sure_of_total / self.cases, self.sure_and_right / self.sure_of_total
            print(f"  sure of the total        {share:7.1%}, of them right {right:.1%}")
        if self.seconds:
            print(f"  seconds per receipt      {_spread(self.seconds)}")
            print(f"  CPU seconds per receipt  {_spread(self.cpu_seconds)}")


class LineCache:
    """Lines by the hash of the image they were read from; kept in a file if one is named."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        kept = json.loads(file.read_text()) if file and file.exists() else {}
        self._lines = {key: [_line(*parts) for parts in lines] for key, lines in kept.items()}

    def get(self, image: bytes) -> list[Line] | None:
        return self._lines.get(_key(image))

    def put(self, image: bytes, lines: list[Line]) -> None:
        self._lines[_key(image)] = lines

    def save(self) -> None:
        if self._file:
            kept = {
                key: [(line.text, line.confidence, line.box) for line in lines]
                for key, lines in self._lines.items()
            }
            self._file.write_text(json.dumps(kept))


def _line(text: str, confidence: float, box: list[list[float]]) -> Line:
    return Line(text, confidence, tuple(Point(*corner) for corner in box))


def main() -> None:
    options = _options()
    _print_machine()
    cache = LineCache(options.cache)
    reader = _reader(options.models, options.threads)
    scanned = list(_scanned(options.receipts))[: options.limit]
    if scanned:
        _measure(scanned, reader, cache).print("Scanned receipts")
    else:
        print(f"\nScanned receipts: skipped, there are none in {options.receipts}")
    drawn = list(_drawn(options.drawn))[: options.limit]
    _measure(drawn, reader, cache).print("Drawn receipts")
    cache.save()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"\nPeak memory {peak / 1024:.0f} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--receipts", type=Path, default=Path("../shared/receipts"))
    parser.add_argument("--models", type=Path, default=Path(".outgo/models"))
    parser.add_argument("--drawn", type=int, default=20, help="how many receipts to draw")
    parser.add_argument("--limit", type=int, help="at most this many receipts of each kind")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="JSON file of the lines read before")
    return parser.parse_args()


def _print_machine() -> None:
    about = Path("/proc/cpuinfo")
    cpu = re.search(r"model name\s*: (.+)", about.read_text()) if about.exists() else None
    name = cpu[1] if cpu else platform.processor()
    print(f"{name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    libraries = ("paddleocr", "onnxruntime", "opencv-contrib-python-headless", "pillow")
    versions = [f"{library} {version(library)}" for library in libraries]
    print(f"Python {platform.python_version()}", *versions, sep=", ")


def _reader(model_dir: Path, threads: int) -> Reader:
    started = time.perf_counter()
    models.ensure(model_dir, progress=print)
    reader = Reader(model_dir, threads=threads)
    reader.warm()
    print(f"Reader ready in {time.perf_counter() - started:.1f} s, {threads} thread(s)")
    return reader


def _scanned(folder: Path) -> Iterator[Case]:
    truth_file = folder / "truth.json"
    if not truth_file.exists():
        return
    for name, truth in sorted(json.loads(truth_file.read_text()).items()):
        image = (folder / "dev" / f"{name}.jpg").read_bytes()
        total = Decimal(re.sub(r"[^\d.]", "", truth["total"]))
        yield Case(name, image, truth["company"], _day(truth["date"]), total)


def _drawn(count: int) -> Iterator[Case]:
    for seed in range(count):
        receipt = sample(seed)
        total = Decimal(receipt.total_minor).scaleb(-exponent(receipt.currency))
        yield Case(f"drawn {seed}", draw(receipt, seed=seed), receipt.merchant, receipt.day, total)


def _measure(cases: Iterable[Case], reader: Reader, cache: LineCache) -> Score:
    score = Score()
    for case in cases:
        lines = cache.get(case.image)
        if lines is None:
            wall, cpu = time.perf_counter(), time.process_time()
            kept = images.clean(case.image, **_LIMITS)
            prepared = prepare(kept.data)
            lines = reader.read(prepared.pixels, scale=prepared.scale)
            reading = read(lines)
            score.seconds.append(time.perf_counter() - wall)
            score.cpu_seconds.append(time.process_time() - cpu)
            cache.put(case.image, lines)
        else:
            reading = read(lines)
        score.count(case, reading)
    return score


def _total(reading: Reading) -> Decimal | None:
    if reading.total is None:
        return None
    decimals = exponent(reading.currency.value) if reading.currency else _CENTS
    return Decimal(reading.total.value).scaleb(-decimals)


def _day(text: str) -> date:
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(text.title(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(text)


def _bare(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _spread(values: list[float]) -> str:
    high = quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
    return f"p50 {median(values):.2f}, p95 {high:.2f}"


def _key(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()


if __name__ == "__main__":
    main()
