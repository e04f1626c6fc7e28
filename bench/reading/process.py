"""The text reader in a process of its own, so that its memory and its time are nobody else's."""

import multiprocessing
import resource
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from adapters import images
from adapters.ocr.engine import Reader
from adapters.ocr.pixels import prepare
from domain.receipt import Line

_LIMITS = {"max_bytes": 50_000_000, "max_pixels": 100_000_000}
_KIB = 2**10


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
    peak_mib: float


@contextmanager
def reading_process(model_dir: Path, threads: int) -> Iterator[ProcessPoolExecutor]:
    """Ready to `submit(sample, image)` to, one at a time."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh, initializer=_warm_up, initargs=(model_dir, threads)) as pool:
        yield pool


def sample(image: bytes) -> Sample:
    """Read as a worker does it; runs in the process of the reader."""
    _spent.clear()
    began, cpu_began = time.perf_counter(), time.process_time()
    with _timed(Stage.DECODE):
        kept = images.clean(image, **_LIMITS)
    with _timed(Stage.PREPROCESS):
        prepared = prepare(kept.data)
    lines = _readers[0].read(prepared.pixels, scale=prepared.scale)
    _spent[Stage.REST] = time.perf_counter() - began - sum(_spent.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
    return Sample(lines, Counter(_spent), time.process_time() - cpu_began, peak)


_readers: list[Reader] = []
_spent: Counter[Stage] = Counter()


def _warm_up(model_dir: Path, threads: int) -> None:
    reader = Reader(model_dir, threads=threads)
    reader.warm()
    models = reader._pipeline.paddlex_pipeline._pipeline  # noqa: SLF001 - nothing public tells stages apart
    models.text_det_model = _Watched(models.text_det_model, Stage.DETECT)
    models.text_rec_model = _Watched(models.text_rec_model, Stage.RECOGNISE)
    _readers.append(reader)


@contextmanager
def _timed(stage: Stage) -> Iterator[None]:
    began = time.perf_counter()
    yield
    _spent[stage] += time.perf_counter() - began


class _Watched:
    """A model of the pipeline, whose answers are awaited by the clock."""

    def __init__(self, model: Any, stage: Stage) -> None:
        self._model, self._stage = model, stage

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def __call__(self, *images: Any, **options: Any) -> Iterable[Any]:
        answers = iter(self._model(*images, **options))
        while True:
            with _timed(self._stage):
                answer = next(answers, None)
            if answer is None:
                return
            yield answer
