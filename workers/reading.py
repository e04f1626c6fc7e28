"""The text reader of this process. Imported by who reads only: it takes OpenCV and the models."""

import logging
import time
from functools import cache

from adapters.decoding.decoder import Decoder
from adapters.decoding.sheet import Limits, Sheet
from adapters.ocr import reading
from adapters.ocr.engine import Reader
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
    ready = Reader(
        settings.models_folder,
        device=settings.ocr_device,
        engine=settings.ocr_engine,
        threads=settings.ocr_threads,
    )
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
def lines_of(sheet: Sheet) -> list[list[Line]]:
    """What is written on it, one list for each piece of paper."""
    return reading.lines_of(sheet, reader())


@metrics.READING_SECONDS.labels("compare").time()
def looks_of(sheet: Sheet) -> int | None:
    """How it looks, to compare it with others; see `domain.receipt.looks`."""
    return looks.looks_of(reading.grey_of(sheet, looks.SIDE))
