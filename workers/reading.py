"""The text reader of this process. Imported by who reads only: it takes OpenCV and the models."""

import logging
import time
from functools import cache

from adapters.ocr.engine import Reader
from adapters.ocr.pixels import prepare
from domain.receipt import Line
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


def lines_on(image: bytes) -> list[Line]:
    """What is written on a kept image. Refuses: `ImageUnreadable`."""
    prepared = prepare(image)
    return reader().read(prepared.pixels, scale=prepared.scale)
