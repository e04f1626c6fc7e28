"""Files opened by a process of their own each, which ends with the file and takes nothing along."""

import subprocess
import sys
from signal import SIGXCPU
from tempfile import TemporaryFile
from typing import BinaryIO

from adapters import confined
from adapters.decoding import sheet
from adapters.decoding.sheet import Limits, Sheet, Unopened
from domain.receipt.failure import Failure

_BYTES_PER_PIXEL = 16  # decoded, turned, flattened and copied
_BYTES_ANYWAY = 512 * 2**20  # address space of Python and the decoders


class Decoder:
    """Opens files within limits. `seconds` are both of the clock and of a processor."""

    def __init__(self, limits: Limits, *, seconds: int = 20) -> None:
        self._seconds = seconds
        most_bytes = _BYTES_ANYWAY + _BYTES_PER_PIXEL * limits.max_pixels
        numbers = (*limits, most_bytes, seconds)
        self._command = [sys.executable, "-m", "adapters.decoding", *map(str, numbers)]

    def open(self, data: bytes) -> Sheet:
        """What is to be seen and read in the file. Raises `Unopened`, whatever the file does."""
        with TemporaryFile() as output:
            self._run(data, output)
            output.seek(0)
            try:
                return sheet.read(output)
            except (ValueError, LookupError, TypeError) as nonsense:
                raise Unopened(Failure.DECODER_CRASHED) from nonsense

    def _run(self, data: bytes, output: BinaryIO) -> None:
        try:
            ended = subprocess.run(  # noqa: S603 - our own program
                self._command,
                input=data,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=confined.environment(),
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise Unopened(Failure.DECODER_TIMEOUT) from late
        if ended.returncode == -SIGXCPU:
            raise Unopened(Failure.DECODER_TIMEOUT)
        if ended.returncode:
            raise Unopened(Failure.DECODER_CRASHED)
