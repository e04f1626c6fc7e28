"""The reading models on disk: PP-OCRv6 small, detector and recogniser, in ONNX form.

Both ship inside the `rapidocr` wheel (Apache-2.0). That package is never imported: its pins contradict
PaddleOCR's. It is only unpacked, and what PaddleOCR wants to know about each model is written beside it.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

DETECTOR = "PP-OCRv6_small_det"
RECOGNISER = "PP-OCRv6_small_rec"

_REQUIREMENT = (
    "rapidocr==3.10.0"
    " --hash=sha256:2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050\n"
)


class ModelsMissing(Exception):  # noqa: N818 - names the situation
    """The models are not there and could not be fetched; the message says what to do."""


@dataclass(frozen=True, slots=True)
class _Model:
    """`transforms` are what an image goes through first, `post_process` is made of the ONNX file."""

    name: str
    shipped_as: str
    sha256: str
    transforms: Sequence[dict[str, Any]]
    post_process: Callable[[Path], dict[str, Any]]

    @property
    def beginning(self) -> str:
        """Of what is written beside it, as far as that is known without the model."""
        about = {"Global": {"model_name": self.name}}
        return _yaml(about | {"PreProcess": {"transform_ops": list(self.transforms)}})

    def is_ready(self, folder: Path) -> bool:
        about = folder / "inference.yml"
        return (
            about.is_file()
            and about.read_text(encoding="utf-8").startswith(self.beginning)
            and self.is_genuine(folder / "inference.onnx")
        )

    def is_genuine(self, file: Path) -> bool:
        return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == self.sha256


def ensure(model_dir: Path, *, progress: Callable[[str], None]) -> None:
    """Leave both models, checked against their hashes, as folders of `model_dir`.

    They come from an installed `rapidocr`, else from the package index pip is configured for. Each folder
    appears whole or not at all, so a second process doing the same does no harm.
    """
    absent = [model for model in _MODELS if not model.is_ready(model_dir / model.name)]
    if not absent:
        return
    model_dir.mkdir(parents=True, exist_ok=True)
    with _shipped_models(progress) as shipped, TemporaryDirectory(dir=model_dir) as scratch:
        for model in absent:
            progress(f"Installing the reading model {model.name}.")
            built = _build(model, shipped / model.shipped_as, Path(scratch))
            _put_in_place(model, built, model_dir / model.name)


def _build(model: _Model, onnx: Path, scratch: Path) -> Path:
    if not model.is_genuine(onnx):
        raise ModelsMissing(
            f"{onnx} is not the file that rapidocr 3.10.0 ships."
            " Uninstall rapidocr or install that version, and try again."
        )
    folder = scratch / model.name
    folder.mkdir()
    shutil.copyfile(onnx, folder / "inference.onnx")
    text = model.beginning + _yaml({"PostProcess": model.post_process(onnx)})
    (folder / "inference.yml").write_text(text, encoding="utf-8")
    return folder


def _put_in_place(model: _Model, built: Path, place: Path) -> None:
    """Rename into place; a damaged folder makes way, another process's good one stays."""
    if place.exists() and not model.is_ready(place):
        place.rename(built.with_suffix(".damaged"))
    try:
        built.rename(place)
    except OSError:
        if not model.is_ready(place):
            raise


@contextmanager
def _shipped_models(progress: Callable[[str], None]) -> Generator[Path]:
    installed = find_spec("rapidocr")
    if installed and installed.origin:
        yield Path(installed.origin).parent / "models"
        return
    with TemporaryDirectory() as target:
        progress("Fetching the reading models (27 MB, once).")
        _unpack_wheel(Path(target))
        yield Path(target) / "rapidocr" / "models"


def _unpack_wheel(target: Path) -> None:
    pinned = target / "requirement.txt"
    pinned.write_text(_REQUIREMENT, encoding="utf-8")
    arguments = ("--quiet", "--no-deps", "--require-hashes", "--target", str(target))
    command = [*_installer(), "install", *arguments, "-r", str(pinned)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our words
    if result.returncode:
        raise ModelsMissing(
            "The reading models could not be fetched. Connect to the package index once, or install"
            " rapidocr==3.10.0 where this Python finds it, and try again."
            f"\n{result.stderr.strip()}"
        )


def _installer() -> list[str]:
    """Pip, else uv, which makes virtual environments without pip; both read the user's own settings."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if uv := shutil.which("uv"):
        return [uv, "pip"]
    raise ModelsMissing("Neither pip nor uv is here to fetch the reading models: install one.")


def _yaml(about: dict[str, Any]) -> str:
    return yaml.safe_dump(about, allow_unicode=True, sort_keys=False)


def _boxes(_: Path) -> dict[str, Any]:
    return {
        "name": "DBPostProcess",
        "thresh": 0.3,
        "box_thresh": 0.6,
        "max_candidates": 1000,
        "unclip_ratio": 1.5,
    }


def _characters(onnx: Path) -> dict[str, Any]:
    return {"name": "CTCLabelDecode", "character_dict": _alphabet(onnx)}


def _alphabet(onnx: Path) -> list[str]:
    """The characters the recogniser tells apart, in the order of its outputs (without blank and space)."""
    import onnxruntime  # noqa: PLC0415 - of the `ocr` extra, and slow to import

    session: Any = onnxruntime.InferenceSession(onnx, providers=["CPUExecutionProvider"])
    return str(session.get_modelmeta().custom_metadata_map["character"]).split("\n")


_DECODE: dict[str, Any] = {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}
_IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
_MODELS = (
    _Model(
        DETECTOR,
        "PP-OCRv6_det_small.onnx",
        "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        (  # PaddleOCR's own settings (configs/det/PP-OCRv6/PP-OCRv6_small_det.yml)
            _DECODE,
            {"DetResizeForTest": {"resize_long": 960}},
            {"NormalizeImage": {**_IMAGENET, "order": "hwc", "scale": "1./255."}},
            {"ToCHWImage": None},
        ),
        _boxes,
    ),
    _Model(
        RECOGNISER,
        "PP-OCRv6_rec_small.onnx",
        "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        # Shorter lines are padded to this width. PaddleOCR's 320 pixels cost a fifth of a receipt's time
        # and read prices no better.
        (_DECODE, {"RecResizeImg": {"image_shape": [3, 48, 160]}}),
        _characters,
    ),
)
