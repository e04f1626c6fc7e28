"""`outgo doctor`: everything that the settings lead to, tried for real; a line each, and what to do."""

import asyncio

from pydantic import ValidationError
from rich.markup import escape

from app.cli import environment
from app.cli.checks import CHECKS, Check, Problem
from app.cli.console import say, waiting
from core.settings import Settings


def examine() -> None:
    """End with 1 when there is a problem."""
    settings = _settings()
    are_well = [_is_well(name, check, settings) for name, check in CHECKS.items()]
    if not all(are_well):
        raise SystemExit(1)


def _settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as refused:
        _report("Settings", "; ".join(environment.problems(refused)), is_well=False)
        raise SystemExit(1) from None
    _report("Settings", settings.environment.value, is_well=True)
    return settings


def _is_well(name: str, check: Check, settings: Settings) -> bool:
    try:
        with waiting(name):
            words = asyncio.run(check(settings))
    except Problem as problem:
        _report(name, str(problem), is_well=False)
    except Exception as surprise:  # noqa: BLE001 - whatever is wrong is what the doctor is asked for
        first_line = str(surprise).partition("\n")[0]
        _report(name, f"{type(surprise).__name__}: {first_line}", is_well=False)
    else:
        _report(name, words, is_well=True)
        return True
    return False


def _report(name: str, words: str, *, is_well: bool) -> None:
    sign = "[green]ok     [/]" if is_well else "[red]problem[/]"
    say(f"{sign} {name:<10} {escape(words)}")
