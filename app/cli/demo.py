"""The demo against a running API, and once by itself."""

from pathlib import Path

from app.cli import environment
from core.settings import Settings

_PLAYED = "demo-played"


def play_demo(*, url: str | None, receipt: Path | None) -> None:
    from app import demo  # noqa: PLC0415 - TEMP

    demo.play(url or environment.read().base_url, receipt)


def play_first_time(settings: Settings) -> None:
    """Play it on data that has not seen it. The server goes on even if the demo does not come to its end."""
    marker = settings.data_dir / _PLAYED
    if marker.exists():
        return
    play_demo(url=settings.base_url, receipt=None)
    marker.touch()
