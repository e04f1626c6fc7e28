"""The real models, fetched as a worker fetches them, on receipts that we draw."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
import pytest

from adapters.ocr import models
from adapters.ocr.engine import Reader
from adapters.ocr.models import ModelsMissing
from adapters.ocr.setup import ReaderUnavailable, Setup
from app.demo.drawn_receipt import sample
from domain.receipt import Line, read
from tests.drawn import pixels_of, told, written


@pytest.mark.parametrize("seed", [1, 3, 8])
def test_reads_everything_on_a_drawn_receipt(reader: Reader, seed: int) -> None:
    receipt = sample(seed)
    pixels = pixels_of(receipt, seed=seed)

    reading = read(reader.read(pixels))

    assert told(reading) == written(receipt)
    assert reading.total
    assert reading.total.confidence > 0.8


@pytest.mark.parametrize("turns", [1, 2, 3], ids=["on its left", "upside down", "on its right"])
def test_reads_paper_that_lies_on_a_side(reader: Reader, turns: int) -> None:
    receipt = sample(1)
    pixels = pixels_of(receipt)
    upright = _place_of(receipt.merchant, reader.read(pixels))

    lines = reader.read(np.ascontiguousarray(np.rot90(pixels, turns)))

    assert told(read(lines)) == written(receipt)
    expected = _turned(upright, turns, pixels.shape[1], pixels.shape[0])
    assert np.abs(np.subtract(_place_of(receipt.merchant, lines), expected)).max() < 8


def test_reads_paper_that_lies_askew(reader: Reader) -> None:
    receipt = sample(3)
    pixels = pixels_of(receipt)
    height, width = pixels.shape[:2]
    tilt = cv2.getRotationMatrix2D((width / 2, height / 2), 9, 0.85)

    askew = cv2.warpAffine(pixels, tilt, (width, height)).astype(np.uint8)

    assert told(read(reader.read(askew))) == written(receipt)


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 900, 3), (400, 300, 3)])
def test_finds_nothing_on_empty_paper(reader: Reader, shape: tuple[int, int, int]) -> None:
    assert reader.read(np.full(shape, 255, np.uint8)) == []


def test_refuses_a_gpu_that_is_not_there(model_dir: Path) -> None:
    with pytest.raises(ReaderUnavailable, match=r"gpu:7.*CUDAExecutionProvider"):
        Reader(model_dir, Setup(device="gpu:7"))


def test_refuses_to_run_on_less_than_it_was_asked_to(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ONNX Runtime does where CUDA's libraries are missing: it goes on without them."""
    monkeypatch.setattr(Setup, "provider", "CUDAExecutionProvider")

    with pytest.raises(ReaderUnavailable, match="would run with CPUExecutionProvider"):
        Reader(model_dir)


def test_reads_several_images_as_if_each_were_alone(model_dir: Path) -> None:
    """Of other sizes, and one of them upside down."""
    together = Reader(model_dir, Setup(detection_batch=4, recognition_batch=6))
    receipts = [sample(1), sample(3), sample(8)]
    images = [pixels_of(receipt) for receipt in receipts]
    images[1] = np.ascontiguousarray(np.rot90(images[1], 2))

    found = together.read_all([*images, np.full((300, 400, 3), 255, np.uint8)])

    assert [told(read(lines)) for lines in found[:3]] == [written(receipt) for receipt in receipts]
    assert found[3] == []


def test_refuses_an_engine_that_is_not_installed(model_dir: Path) -> None:
    with pytest.raises(ReaderUnavailable, match="paddle"):
        Reader(model_dir, Setup(engine="paddle"))


def test_refuses_to_read_without_models(tmp_path: Path) -> None:
    with pytest.raises(ModelsMissing, match="PP-OCRv6_small_det"):
        Reader(tmp_path)


def test_leaves_good_models_alone(model_dir: Path) -> None:
    said: list[str] = []

    models.ensure(model_dir, progress=said.append)

    assert said == []


@pytest.fixture
def shipped(model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """An installed `rapidocr` package with the genuine models, so that no test fetches them twice."""

    def install() -> Path:
        package = tmp_path / "site" / "rapidocr"
        (package / "models").mkdir(parents=True)
        (package / "__init__.py").touch()
        for name, shipped_as in (("det", "det_small"), ("rec", "rec_small")):
            source = model_dir / f"PP-OCRv6_small_{name}" / "inference.onnx"
            shutil.copyfile(source, package / "models" / f"PP-OCRv6_{shipped_as}.onnx")
        monkeypatch.setattr(sys, "path", [str(package.parent), *sys.path])
        return package

    return install


def test_repairs_damaged_models_from_an_installed_package(
    shipped: Callable[[], Path], tmp_path: Path
) -> None:
    shipped()
    target = tmp_path / "models"
    (target / models.DETECTOR).mkdir(parents=True)
    (target / models.DETECTOR / "inference.onnx").write_bytes(b"half a download")

    models.ensure(target, progress=lambda _: None)

    assert sorted(path.name for path in target.iterdir()) == [models.DETECTOR, models.RECOGNISER]
    assert "PP-OCRv6_small_rec" in (target / models.RECOGNISER / "inference.yml").read_text()


def test_two_processes_at_once_do_no_harm(shipped: Callable[[], Path], tmp_path: Path) -> None:
    shipped()
    target, failures = tmp_path / "models", list[Exception]()

    def install() -> None:
        try:
            models.ensure(target, progress=lambda _: None)
        except Exception as error:  # noqa: BLE001 - carried to the assertion below
            failures.append(error)

    threads = [Thread(target=install) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(path.name for path in target.iterdir()) == [models.DETECTOR, models.RECOGNISER]


def test_refuses_models_that_are_not_the_known_ones(
    shipped: Callable[[], Path], tmp_path: Path
) -> None:
    package = shipped()
    (package / "models" / "PP-OCRv6_det_small.onnx").write_bytes(b"other weights")

    with pytest.raises(ModelsMissing, match="rapidocr"):
        models.ensure(tmp_path / "models", progress=lambda _: None)

    assert list((tmp_path / "models").iterdir()) == []


def test_says_what_to_do_when_models_cannot_be_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    with pytest.raises(ModelsMissing, match=r"rapidocr==3\.10\.0"):
        models.ensure(tmp_path / "models", progress=lambda _: None)


def _place_of(text: str, lines: list[Line]) -> list[tuple[float, float]]:
    line = next(line for line in lines if line.text == text)
    return [(point.x, point.y) for point in line.box]


def _turned(
    box: list[tuple[float, float]], turns: int, width: int, height: int
) -> list[tuple[float, float]]:
    """Where the corners go when the image is turned counter-clockwise."""
    for _ in range(turns):
        box = [(y, width - 1 - x) for x, y in box]
        width, height = height, width
    return box
