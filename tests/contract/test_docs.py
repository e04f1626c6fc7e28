"""What the documents lead to exists: files, commands, options, decisions by number."""

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from app.cli import cli

_ROOT = Path(__file__).parents[2]
_DOCUMENTS = [*_ROOT.glob("*.md"), *_ROOT.glob("docs/**/*.md")]
_COMMAND = re.compile(r"\boutgo ([a-z]+)((?: +--?[a-z]+| +[\w./-]+)*)`")

documents = pytest.mark.parametrize(
    "document", _DOCUMENTS, ids=lambda path: str(path.relative_to(_ROOT))
)


@documents
def test_their_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


@documents
def test_their_commands_and_options_exist(document: Path) -> None:
    program = get_command(cli)
    assert isinstance(program, TyperGroup)
    for name, arguments in _COMMAND.findall(document.read_text()):
        command = program.commands[name]
        if isinstance(command, TyperGroup):
            command = command.commands[arguments.split()[0]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", arguments)) <= known, f"outgo {name}{arguments}"


def test_decisions_are_numbered_one_by_one() -> None:
    decisions = sorted((_ROOT / "docs" / "adr").glob("*.md"))
    numbers = range(1, len(decisions) + 1)
    titles = [decision.read_text().partition(". ")[0] for decision in decisions]

    assert [decision.name[:4] for decision in decisions] == [f"{number:04}" for number in numbers]
    assert titles == [f"# {number}" for number in numbers]
