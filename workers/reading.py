"""The text reader of this process. Imported by who reads only: it takes OpenCV and the models."""

import logging
import time
from collections.abc import Sequence
from functools import cache, partial

from adapters.decoding.decoder import Decoder
from adapters.decoding.sheet import Limits, Sheet
from adapters.ocr import reading
from adapters.ocr.batches import Batches
from adapters.ocr.engine import Reader
from adapters.ocr.pixels import Pixels
from core.telemetry import metrics
from domain.receipt import Line, looks
from workers import runtime

_log = logging.getLogger(__name__)


@cache
def reader() -> Reader:
    """Built and warmed once. Raises `ModelsMissing`, `ReaderUnavailable`."""
    settings = runtime.settings
    _log.info("Loading the reading models (%s, %s).", settings.ocr_engine, settings.ocr_device)
    began = time.monotonic()
    ready = Reader(settings.models_folder, runtime.reader_setup(settings))
    ready.warm()
    _log.info("Ready to read after %.1f s.", time.monotonic() - began)
    return ready


@metrics.READING_SECONDS.labels("open").time()
def sheet_of(file: bytes) -> Sheet:
    """A kept file, opened by a process of its own. Raises `Unopened`."""
    settings = runtime.settings
    limits = Limits(settings.max_upload_pixels, settings.max_upload_pages)
    return Decoder(limits, seconds=settings.max_opening_seconds).open(file)


@metrics.READING_SECONDS.labels("read").time()
def lines_of(sheet: Sheet, rank: int) -> list[list[Line]]:
    """What is written on it, one list for each piece of paper. A lower `rank` goes first.

    Whatever receipts this process has in hand by then are read in the same batches.
    """
    return reading.lines_of(sheet, lambda images: _batches().ask(images, rank=rank))


@metrics.READING_SECONDS.labels("compare").time()
def looks_of(sheet: Sheet) -> int | None:
    """How it looks, to compare it with others; see `domain.receipt.looks`."""
    return looks.looks_of(reading.grey_of(sheet, looks.SIDE))


@cache
def _batches() -> Batches[Sequence[Pixels], Sequence[Sequence[Line]]]:
    together = partial(reading.together, reader().read_all)
    return Batches(together, most=runtime.settings.receipts_at_once)
