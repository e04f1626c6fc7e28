"""Receipts that wait all at once, read one by one and read together: how many a second, and at what cost.

    python -m bench.throughput [--count N] [--rounds N] [--at-once N] [--detection-batch N]
                               [--recognition-batch N] [--threads N] [--device gpu:0]
                               [--engine paddle] [--precision fp16] [--tensorrt]

Scans from `../shared/receipts` where that folder is, else receipts that we draw. Both ways take turns in one
process, so that whatever else runs on the machine harms both alike. It does what a reader does, but for
storage and database.
"""

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from adapters.decoding.decoder import Decoder
from adapters.decoding.sheet import Limits
from adapters.ocr import models, reading
from adapters.ocr.batches import Batches
from adapters.ocr.engine import Reader
from adapters.ocr.setup import Setup
from bench.machine import introduce
from bench.reading.case import drawn, scanned
from bench.reading.process import cpu_seconds

_DECODER = Decoder(Limits(max_pixels=100_000_000, max_pages=1))
_FIRST_SEED = 1_000_001


@dataclass
class _Way:
    """How receipts are read, and what came of it; `seconds` are from a round's start to the end of each."""

    name: str
    read: reading.Read
    threads: int = 1
    seconds: list[float] = field(default_factory=list)
    rounds_seconds: float = 0.0
    cpu_seconds: float = 0.0
    texts: list[list[str]] = field(default_factory=list)

    def go(self, images: Sequence[bytes]) -> None:
        began, cpu_began = time.perf_counter(), cpu_seconds()
        with ThreadPoolExecutor(self.threads) as pool:
            told = list(pool.map(partial(self._one, began), images))
        self.rounds_seconds += time.perf_counter() - began
        self.cpu_seconds += cpu_seconds() - cpu_began
        self.texts = [texts for texts, _ in told]
        self.seconds += [seconds for _, seconds in told]

    def _one(self, began: float, image: bytes) -> tuple[list[str], float]:
        papers = reading.lines_of(_DECODER.open(image), self.read)
        return [line.text for paper in papers for line in paper], time.perf_counter() - began


def main() -> None:
    options = _options()
    introduce()
    models.ensure(options.models, progress=print)
    images = _images(options)
    ways = [_one_by_one(options), _together(options)]
    for _ in range(options.rounds):
        for way in ways:
            way.go(images)
    _print(len(images) * options.rounds, *ways)


def _one_by_one(options: argparse.Namespace) -> _Way:
    return _Way("one by one", _warm(options, detected=1, recognised=1).read_all)


def _together(options: argparse.Namespace) -> _Way:
    reader = _warm(options, options.detection_batch, options.recognition_batch)
    batches = Batches(partial(reading.together, reader.read_all), most=options.at_once)
    return _Way("together", batches.ask, options.at_once)


def _warm(options: argparse.Namespace, detected: int, recognised: int) -> Reader:
    setup = Setup(
        device=options.device,
        engine=options.engine,
        threads=options.threads,
        precision=options.precision,
        tensorrt=options.tensorrt,
        detection_batch=detected,
        recognition_batch=recognised,
    )
    reader = Reader(options.models, setup)
    reader.warm()
    return reader


def _images(options: argparse.Namespace) -> list[bytes]:
    seeds = range(_FIRST_SEED, _FIRST_SEED + options.count)
    scans = list(islice(scanned(options.receipts), options.count))
    return [case.image() for case in scans or drawn(seeds, (), photographed=True)]


def _print(count: int, alone: _Way, together: _Way) -> None:
    print(f"{count} receipts, {len(alone.texts)} waiting at once\n")
    print(f"  {'':12}{'per second':>12}{'p50':>9}{'p95':>9}{'processor':>12}")
    for way in (alone, together):
        rate, cpu = count / way.rounds_seconds, way.cpu_seconds / count
        print(
            f"  {way.name:12}{rate:12.2f}{median(way.seconds):7.1f} s{_p95(way.seconds):7.1f} s{cpu:10.2f} s"
        )
    print(
        f"  {'ratio':12}{alone.rounds_seconds / together.rounds_seconds:12.2f}{'':18}"
        f"{alone.cpu_seconds / together.cpu_seconds:12.2f}"
    )
    print(
        f"\n  {_unlike(alone, together)} of {sum(map(len, alone.texts))} lines are read otherwise"
    )


def _unlike(one: _Way, other: _Way) -> int:
    """Lines of one that the other has not, wherever they stand."""
    pairs = zip(one.texts, other.texts, strict=True)
    return sum((Counter(texts) - Counter(others)).total() for texts, others in pairs)


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--receipts", type=Path, default=Path("../shared/receipts"))
    parser.add_argument("--models", type=Path, default=Path(".outgo/models"))
    parser.add_argument("--count", type=int, default=8, help="receipts that wait at once")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--detection-batch", type=int, default=4)
    parser.add_argument("--recognition-batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--engine", choices=("onnxruntime", "paddle"), default="onnxruntime")
    parser.add_argument("--precision", choices=("fp32", "fp16"), default="fp32")
    parser.add_argument("--tensorrt", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
