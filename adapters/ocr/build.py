"""PaddleOCR's detector and recogniser as a setup asks for them, or a refusal: never something less."""

import logging
import os
from pathlib import Path
from typing import Any, NamedTuple

from adapters.ocr.headless import answer_for_opencv
from adapters.ocr.models import DETECTOR, RECOGNISER, ModelsMissing
from adapters.ocr.setup import LONGEST_SIDE_DETECTED, ReaderUnavailable, Setup
from core import loading


class Models(NamedTuple):
    detector: Any
    recogniser: Any


def build(model_dir: Path, setup: Setup) -> Models:
    """Raises `ModelsMissing`, and `ReaderUnavailable` when device or engine are not there."""
    for name in (DETECTOR, RECOGNISER):
        if not (model_dir / name / "inference.yml").is_file():
            raise ModelsMissing(f"There is no reading model {name} in {model_dir}.")
    with loading.for_good():
        detection, recognition = _import_paddleocr(model_dir)
    limits = {"limit_side_len": LONGEST_SIDE_DETECTED, "limit_type": "max"}
    try:
        models = Models(
            detection(**limits, **_how(DETECTOR, model_dir, setup)),
            recognition(**_how(RECOGNISER, model_dir, setup)),
        )
    except (RuntimeError, ValueError, ImportError) as error:
        raise ReaderUnavailable(
            f"The text reader cannot start with {setup.engine} on {setup.device}: {error}"
        ) from error
    for model in models:
        _require_provider(model, setup)
    return models


def _how(name: str, model_dir: Path, setup: Setup) -> dict[str, Any]:
    return {
        "model_name": name,
        "model_dir": str(model_dir / name),
        "device": setup.device,
        "engine": "paddle_static" if setup.engine == "paddle" else setup.engine,
        "engine_config": setup.engine_config(name, model_dir),
    }


def _require_provider(model: Any, setup: Setup) -> None:
    """ONNX Runtime goes on without a GPU that it cannot use, and says so in its log alone."""
    if setup.engine != "onnxruntime":
        return
    running = model.paddlex_predictor.runner.session.get_providers()
    if setup.provider not in running:
        raise ReaderUnavailable(
            f"ONNX Runtime cannot use {setup.provider} on {setup.device}: it would run with"
            f" {', '.join(running)}. Its log says why."
        )


def _import_paddleocr(model_dir: Path) -> tuple[Any, Any]:
    """The classes, told before their first import never to go to the network nor from GPU to CPU."""
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    os.environ["PADDLE_PDX_DISABLE_DEVICE_FALLBACK"] = "1"
    os.environ["PADDLE_PDX_EAGER_INIT"] = "0"  # registers training code that reading never uses
    os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(model_dir / ".paddlex"))
    answer_for_opencv()
    try:
        from paddleocr import TextDetection, TextRecognition  # noqa: PLC0415 - seconds, for readers
    except ImportError as error:
        raise ReaderUnavailable(f"PaddleOCR is missing ({error}): install outgo[ocr].") from error
    logging.getLogger("paddlex").setLevel(logging.WARNING)
    return TextDetection, TextRecognition
