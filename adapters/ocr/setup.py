"""How the reading models are to be run: by which engine, on which device, how many images at once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from adapters.ocr.models import DETECTOR

Engine = Literal["onnxruntime", "paddle"]
Precision = Literal["fp32", "fp16"]

LONGEST_SIDE_DETECTED = 1280
WIDEST_LINE = 3200
"""In pixels: as large as the detector sees an image, and the recogniser a line of 48 pixels' height."""

_CPU = "cpu"
_PADDLE_MODES = {
    ("fp32", False): "paddle",
    ("fp16", False): "paddle_fp16",
    ("fp32", True): "trt_fp32",
    ("fp16", True): "trt_fp16",
}


class ReaderUnavailable(Exception):  # noqa: N818 - names the situation
    """The reader cannot run as it was asked to; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """`device` is "cpu" or "gpu:0" and so on; a GPU that is not there is an error and never a fall-back.

    `engine` is "onnxruntime", or "paddle" with PaddlePaddle's own model files. `precision` "fp16" halves
    numbers, and `tensorrt` compiles the models for the GPU at hand; both are for GPUs only, and ONNX Runtime
    halves by TensorRT alone. Batches are of images detected and of lines recognised at once.
    """

    device: str = _CPU
    engine: Engine = "onnxruntime"
    threads: int = 1
    precision: Precision = "fp32"
    tensorrt: bool = False
    detection_batch: int = 1
    recognition_batch: int = 1

    def __post_init__(self) -> None:
        if self.on_cpu and self.tensorrt:
            raise ReaderUnavailable("TensorRT needs a GPU, and OUTGO_OCR_DEVICE is cpu.")
        if self.on_cpu and self.precision == "fp16":
            raise ReaderUnavailable("fp16 needs a GPU, and OUTGO_OCR_DEVICE is cpu.")
        if self.engine == "onnxruntime" and self.precision == "fp16" and not self.tensorrt:
            raise ReaderUnavailable("ONNX Runtime reads in fp16 with OUTGO_OCR_TENSORRT only.")

    @property
    def on_cpu(self) -> bool:
        return self.device == _CPU

    @property
    def provider(self) -> str:
        """What ONNX Runtime has to run the models with."""
        if self.on_cpu:
            return "CPUExecutionProvider"
        return "TensorrtExecutionProvider" if self.tensorrt else "CUDAExecutionProvider"

    def engine_config(self, model: str, model_dir: Path) -> dict[str, Any]:
        """As PaddleX wants to be told."""
        if self.engine == "paddle":
            return self._paddle()
        # every image has another shape, and an arena keeps room for the largest of each
        told: dict[str, Any] = {
            "intra_op_num_threads": self.threads,
            "enable_cpu_mem_arena": not self.on_cpu,
        }
        return told if self.on_cpu else told | self._on_gpu(model, model_dir)

    def _paddle(self) -> dict[str, Any]:
        if self.on_cpu:
            # oneDNN needs paddlepaddle 3.2.2: later ones abort on it (PaddlePaddle/Paddle#77340)
            return {"run_mode": "mkldnn", "cpu_threads": self.threads}
        return {"run_mode": _PADDLE_MODES[self.precision, self.tensorrt]}

    def _on_gpu(self, model: str, model_dir: Path) -> dict[str, Any]:
        number = {"device_id": int(self.device.partition(":")[2])}
        options = {
            "TensorrtExecutionProvider": number | self._tensorrt(model, model_dir),
            "CUDAExecutionProvider": number,
            "CPUExecutionProvider": {},  # for the few operations that belong there
        }
        if not self.tensorrt:
            del options["TensorrtExecutionProvider"]
        return {"providers": list(options), "provider_options": list(options.values())}

    def _tensorrt(self, model: str, model_dir: Path) -> dict[str, Any]:
        """Compiled once, for all shapes that can come, and kept beside the models."""
        side, width = LONGEST_SIDE_DETECTED, WIDEST_LINE
        if model == DETECTOR:
            most = self.detection_batch
            least, often, largest = (
                "1x3x32x32",
                f"1x3x{side}x{side // 2}",
                f"{most}x3x{side}x{side}",
            )
        else:
            most = self.recognition_batch
            least, often, largest = "1x3x48x32", f"{most}x3x48x320", f"{most}x3x48x{width}"
        return {
            "trt_fp16_enable": self.precision == "fp16",
            "trt_engine_cache_enable": True,
            "trt_engine_cache_path": str(model_dir / ".tensorrt"),
            "trt_profile_min_shapes": f"x:{least}",
            "trt_profile_opt_shapes": f"x:{often}",
            "trt_profile_max_shapes": f"x:{largest}",
        }
