"""Tells services: those of standard input, pairs of URL and text. Each answer goes to standard output.

    python -m adapters.apprise MAX_SECONDS PRIVATE_TOO

Services are somebody's servers, which may never come to an end of what they answer: this process has no
more memory and time than it needs, and whoever waits for it counts on its death.
"""

# pyright: reportUnknownMemberType=false
# apprise is half typed

import json
import sys
from contextlib import nullcontext

from adapters.apprise.service import service_of
from adapters.confined import confine
from adapters.egress import public_only

_MOST_BYTES = 128 * 2**20  # address space; Python and Apprise take 70 MiB


def main() -> None:
    most_seconds, private_too = map(int, sys.argv[1:])
    confine(_MOST_BYTES, most_seconds)
    with nullcontext() if private_too else public_only():
        for url, text in json.load(sys.stdin):
            print(json.dumps(_told(url, text)), flush=True)  # noqa: T201 - whoever started us reads it


def _told(url: str, text: str) -> bool | None:
    """Whether the service has taken it; None if we do not talk to it."""
    try:
        service = service_of(url)
        return None if service is None else service.notify(body=text)
    except Exception:  # noqa: BLE001 - whatever its answer has caused, others are still to be told
        return False


if __name__ == "__main__":
    main()
