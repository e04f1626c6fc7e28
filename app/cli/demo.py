"""The demo against a running API, and once by itself."""

import sys
from pathlib import Path

import httpx
from websockets import WebSocketException

from app.cli import environment
from app.cli.console import complain, say, stage
from app.demo.client import Refused
from app.demo.play import play
from core.settings import Settings

_UNPLAYABLE = (Refused, TimeoutError, OSError, httpx.HTTPError, WebSocketException)


def play_demo(*, url: str | None, receipt: Path | None) -> None:
    if _log_ins(url or environment.read().base_url, receipt) is None:
        raise SystemExit(1)


def play_first_time(settings: Settings, url: str) -> None:
    """Play it on data that has not seen it. What stops the demo does not stop the server."""
    played = settings.data_dir / "demo-played"
    if played.exists():
        say(f"\nThe demo was played before: `{sys.argv[0]} demo` plays it again.")
        say(played.read_text())
    elif log_ins := _log_ins(url, None):
        played.write_text(log_ins)


def _log_ins(url: str, receipt: Path | None) -> str | None:
    """Play it and say who may log in now; None when it stopped."""
    try:
        log_ins = play(url, receipt, stage())
    except _UNPLAYABLE as reason:
        complain(f"The demo stopped: {reason or type(reason).__name__}")
        return None
    say(f"\n{log_ins}")
    return log_ins
