"""Opens the file on standard input: its sheet, or why there is none, goes to standard output.

    python -m adapters.decoding MAX_PIXELS MAX_PAGES MAX_BYTES MAX_SECONDS

Anything may go wrong with what others wrote: this process has no more memory, time and files than it needs,
no network where the system lets it leave, and whoever waits for it counts on its death.
"""

import ctypes
import sys

from PIL import Image

from adapters.confined import confine
from adapters.decoding.opening import opened
from adapters.decoding.sheet import Limits, Unopened, write_refusal

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h


def leave_network() -> bool:
    """Go where there is none, and no privilege either, if the kernel lets anybody go (`unshare(2)`)."""
    if sys.platform != "linux":
        return False
    return ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0


def main() -> None:
    max_pixels, max_pages, most_bytes, most_seconds = map(int, sys.argv[1:])
    leave_network()
    confine(most_bytes, most_seconds)
    Image.MAX_IMAGE_PIXELS = max_pixels  # of images within images, too
    try:
        opened(sys.stdin.buffer.read(), Limits(max_pixels, max_pages)).write(sys.stdout.buffer)
    except Unopened as refusal:
        write_refusal(refusal.failure, sys.stdout.buffer)


if __name__ == "__main__":
    main()
