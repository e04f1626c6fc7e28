"""A server has no libGL and needs none: reading loads OpenCV's build without windows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

_LOADED = """
from pathlib import Path
from adapters.ocr.engine import Reader
Reader(Path(".outgo/models")).warm()
print(Path("/proc/self/maps").read_text())
"""
_LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process has loaded")
@pytest.mark.usefixtures("model_dir")
def test_reading_loads_nothing_of_a_screen() -> None:
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _LOADED], stdout=subprocess.PIPE, check=True, text=True
    )

    libraries = {Path(line).name for line in ended.stdout.split() if ".so" in line}
    assert any(name.startswith("cv2") for name in libraries)
    assert {name for name in libraries if re.match(r"lib(GL|EGL|X11|Qt\d)", name)} == set()


@pytest.mark.parametrize("lock", _LOCKS)
def test_the_lock_installs_one_opencv(lock: str) -> None:
    found = re.findall(r"^(opencv[\w-]*)==\S+(.*)$", Path(lock).read_text(), re.MULTILINE)

    installed = [name for name, condition in found if "'never'" not in condition]
    assert installed == ["opencv-contrib-python-headless"]
