from pathlib import Path

import pytest

from adapters.ocr import models
from adapters.ocr.engine import Reader

_MODELS = Path(".outgo/models")


@pytest.fixture(scope="session")
def model_dir() -> Path:
    models.ensure(_MODELS, progress=print)
    return _MODELS


@pytest.fixture(scope="session")
def reader(model_dir: Path) -> Reader:
    reader = Reader(model_dir)
    reader.warm()
    return reader
