"""The demo against a running API, and once by itself."""

from pathlib import Path

import httpx
from websockets import WebSocketException

from app.cli import environment
from app.cli.console import complain, stage
from app.demo.client import Refused
from app.demo.play import play
from core.settings import Settings

_UNPLAYABLE = (Refused, TimeoutError, OSError, httpx.HTTPError, WebSocketException)


def play_demo(*, url: str | None, receipt: Path | None) -> None:
    if not _played(url or environment.read().base_url, receipt):
        raise SystemExit(1)


def play_first_time(settings: Settings, url: str) -> None:
    """Play it on data that has not seen it. What stops the demo does not stop the server."""
    marker = settings.data_dir / "demo-played"
    if not marker.exists() and _played(url, None):
        marker.touch()


def _played(url: str, receipt: Path | None) -> bool:
    try:
        play(url, receipt, stage())
    except _UNPLAYABLE as reason:
        complain(f"The demo stopped: {reason or type(reason).__name__}")
        return False
    return True
