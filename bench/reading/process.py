"""The text reader in a process of its own, so that its time is nobody else's."""

import multiprocessing
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from adapters.decoding.decoder import Decoder
from adapters.decoding.sheet import Limits
from adapters.ocr import reading
from adapters.ocr.engine import Reader
from adapters.ocr.setup import Setup
from domain.receipt import Line, read
from domain.receipt.papers import is_receipt

_LIMITS = Limits(max_pixels=100_000_000, max_pages=1)


class Stage(StrEnum):
    DECODE = "decode"
    PREPROCESS = "preprocess"
    DETECT = "detect"
    RECOGNISE = "recognise"
    UNDERSTAND = "understand"
    REST = "cut out and sort"


@dataclass(frozen=True)
class Sample:
    """Lines of an image, and what they cost. `seconds` are of the clock, by stage."""

    lines: list[Line]
    seconds: Counter[Stage]
    cpu_seconds: float


@contextmanager
def reading_process(model_dir: Path, threads: int) -> Iterator[ProcessPoolExecutor]:
    """Ready to `submit(sample, image)` to, one at a time."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh, initializer=_warm_up, initargs=(model_dir, threads)) as pool:
        yield pool


def sample(image: bytes) -> Sample:
    """Read as a worker does it; runs in the process of the reader."""
    _spent.clear()
    began, cpu_began = time.perf_counter(), cpu_seconds()
    with _timed(Stage.DECODE):
        sheet = Decoder(_LIMITS).open(image)
    papers = reading.lines_of(sheet, _readers[0].read_all)
    _spent[Stage.REST] = time.perf_counter() - began - sum(_spent.values())
    receipts = [lines for lines in papers if is_receipt(read(lines))] or papers
    lines = receipts[0] if receipts else []
    return Sample(lines, Counter(_spent), cpu_seconds() - cpu_began)


def cpu_seconds() -> float:
    """Of this process and of those that opened files for it."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


_readers: list[Reader] = []
_spent: Counter[Stage] = Counter()


def _warm_up(model_dir: Path, threads: int) -> None:
    reader = Reader(model_dir, Setup(threads=threads))
    reader.warm()
    for model, stage in zip(reader._models, (Stage.DETECT, Stage.RECOGNISE), strict=True):  # noqa: SLF001
        model.predict = _watched(model.predict, stage)  # nothing public tells stages apart
    reading.papers_on = _watched(reading.papers_on, Stage.PREPROCESS)
    _readers.append(reader)


@contextmanager
def _timed(stage: Stage) -> Iterator[None]:
    began = time.perf_counter()
    yield
    _spent[stage] += time.perf_counter() - began


def _watched(work: Callable[..., Any], stage: Stage) -> Callable[..., Any]:
    def timed(*arguments: Any, **options: Any) -> Any:
        with _timed(stage):
            return work(*arguments, **options)

    return timed
