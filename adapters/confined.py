"""Programs of ours that meet what strangers send: they know no secret, have little, and end in time."""

import os
import resource
import signal
import sys

_SHELL = ("PATH", "PYTHONPATH", "VIRTUAL_ENV")
_MOST_FILES = 16


def environment(*more: str) -> dict[str, str]:
    """Of our variables what such a program needs, and `more` if they are set."""
    return {name: os.environ[name] for name in (*_SHELL, *more) if name in os.environ}


def confine(most_bytes: int, most_seconds: int) -> None:
    """Let this process have no more address space, and no more seconds of the clock and of a processor.

    The system ends it when they are over, also if whoever started it is gone.
    """
    limits = {
        resource.RLIMIT_AS: most_bytes,
        resource.RLIMIT_CPU: most_seconds,
        resource.RLIMIT_FSIZE: most_bytes,  # standard output may be a file
        resource.RLIMIT_NOFILE: _MOST_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        hard = resource.getrlimit(which)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        if which != resource.RLIMIT_AS or sys.platform == "linux":  # macOS refuses to set this one
            resource.setrlimit(which, (limit, limit))
    signal.alarm(most_seconds)
