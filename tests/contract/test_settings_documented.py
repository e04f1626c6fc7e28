"""`docs/settings.md` says of every setting what it is and what it is by default, and of nothing else."""

import re
from enum import Enum
from pathlib import Path
from typing import cast

from pydantic import SecretStr

from core.settings import Settings

_DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
_ROW = re.compile(r"^\| `OUTGO_.*$", re.MULTILINE)


def test_the_table_is_the_class() -> None:
    documented = _ROW.findall(_DOCUMENT.read_text())

    assert documented == [_row(name) for name in Settings.model_fields]


def _row(name: str) -> str:
    default = _shown(getattr(Settings(), name))
    return f"| `OUTGO_{name.upper()}` | {default} | {Settings.model_fields[name].description} |"


def _shown(default: object) -> str:
    match default:
        case None | ():
            return ""
        case tuple():
            return f"`{','.join(cast('tuple[str, ...]', default))}`"
        case SecretStr():
            return "for development only"
        case Enum():
            return f"`{default.value}`"
        case bool():
            return f"`{str(default).lower()}`"
        case _:
            return f"`{default}`"
