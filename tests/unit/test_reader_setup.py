"""What engines are told for each device, and what is refused before any of them is asked."""

from pathlib import Path
from typing import Any

import pytest

from adapters.ocr.models import DETECTOR, RECOGNISER
from adapters.ocr.setup import ReaderUnavailable, Setup

_MODELS = Path("models")


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"precision": "fp16"}, "fp16 needs a GPU"),
        ({"tensorrt": True}, "TensorRT needs a GPU"),
        ({"device": "gpu:0", "precision": "fp16"}, "OUTGO_OCR_TENSORRT"),
    ],
)
def test_refuses_by_name_what_cannot_be(asked: dict[str, Any], reason: str) -> None:
    with pytest.raises(ReaderUnavailable, match=reason):
        Setup(**asked)


def test_a_processor_reads_on_so_many_threads() -> None:
    assert Setup(threads=3).engine_config(DETECTOR, _MODELS) == {
        "intra_op_num_threads": 3,
        "enable_cpu_mem_arena": False,
    }


def test_cuda_runs_on_the_device_that_is_named() -> None:
    told = Setup(device="gpu:2").engine_config(RECOGNISER, _MODELS)

    assert told["providers"] == ["CUDAExecutionProvider", "CPUExecutionProvider"]
    assert told["provider_options"] == [{"device_id": 2}, {}]


def test_tensorrt_is_compiled_for_every_size_that_can_come() -> None:
    setup = Setup(
        device="gpu:1", tensorrt=True, precision="fp16", detection_batch=4, recognition_batch=32
    )

    detector = setup.engine_config(DETECTOR, _MODELS)
    recogniser = setup.engine_config(RECOGNISER, _MODELS)

    assert setup.provider == "TensorrtExecutionProvider"
    assert detector["providers"] == [
        "TensorrtExecutionProvider",
        "CUDAExecutionProvider",
        "CPUExecutionProvider",
    ]
    assert detector["provider_options"][0] == {
        "device_id": 1,
        "trt_fp16_enable": True,
        "trt_engine_cache_enable": True,
        "trt_engine_cache_path": "models/.tensorrt",
        "trt_profile_min_shapes": "x:1x3x32x32",
        "trt_profile_opt_shapes": "x:1x3x1280x640",
        "trt_profile_max_shapes": "x:4x3x1280x1280",
    }
    assert recogniser["provider_options"][0]["trt_profile_max_shapes"] == "x:32x3x48x3200"


@pytest.mark.parametrize(
    ("precision", "tensorrt", "mode"),
    [
        ("fp32", False, "paddle"),
        ("fp16", False, "paddle_fp16"),
        ("fp32", True, "trt_fp32"),
        ("fp16", True, "trt_fp16"),
    ],
)
def test_paddle_has_a_mode_for_each(precision: Any, tensorrt: bool, mode: str) -> None:  # noqa: FBT001 - a case
    setup = Setup(device="gpu:0", engine="paddle", precision=precision, tensorrt=tensorrt)

    assert setup.engine_config(DETECTOR, _MODELS) == {"run_mode": mode}
