"""Opens the file on standard input: its sheet, or why there is none, goes to standard output.

    python -m adapters.decoding MAX_PIXELS MAX_PAGES MAX_BYTES MAX_SECONDS

Anything may go wrong with what others wrote: this process has no more memory, time and files than it needs,
no network where the system lets it leave, and whoever waits for it counts on its death.
"""

import ctypes
import resource
import sys

from PIL import Image

from adapters.decoding.opening import opened
from adapters.decoding.sheet import Limits, Unopened, write_refusal

_MOST_FILES = 16
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h


def leave_network() -> bool:
    """Go where there is none, and no privilege either, if the kernel lets anybody go (`unshare(2)`)."""
    if sys.platform != "linux":
        return False
    return ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0


def _confine(most_bytes: int, most_seconds: int) -> None:
    limits = {
        resource.RLIMIT_AS: most_bytes,
        resource.RLIMIT_CPU: most_seconds,
        resource.RLIMIT_FSIZE: most_bytes,  # standard output is a file
        resource.RLIMIT_NOFILE: _MOST_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        hard = resource.getrlimit(which)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        if which != resource.RLIMIT_AS or sys.platform == "linux":  # macOS refuses to set this one
            resource.setrlimit(which, (limit, limit))


def main() -> None:
    max_pixels, max_pages, most_bytes, most_seconds = map(int, sys.argv[1:])
    leave_network()
    _confine(most_bytes, most_seconds)
    Image.MAX_IMAGE_PIXELS = max_pixels  # of images within images, too
    try:
        opened(sys.stdin.buffer.read(), Limits(max_pixels, max_pages)).write(sys.stdout.buffer)
    except Unopened as refusal:
        write_refusal(refusal.failure, sys.stdout.buffer)


if __name__ == "__main__":
    main()
