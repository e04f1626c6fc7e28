"""The benchmarks still fit what they measure: they can be imported, and the API knows their documents."""

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from graphql import parse, validate

from tests import sdl

_PROGRAMS = sorted(path.stem for path in (Path(__file__).parents[2] / "bench").glob("[a-z]*.py"))
_OPERATION = re.compile(r"(query|mutation|subscription) \w+")


@pytest.mark.parametrize("name", _PROGRAMS)
def test_a_benchmark_asks_what_the_api_knows(name: str) -> None:
    for document in _documents(_module(name)):
        assert validate(sdl.SCHEMA, parse(document)) == []


def test_the_whole_run_names_programs_that_exist() -> None:
    run = (Path(__file__).parents[2] / "bench" / "__main__.py").read_text()
    programs = re.findall(r'"bench\.(\w+)"', run)

    assert programs
    assert set(programs) <= {name for name in _PROGRAMS if hasattr(_module(name), "main")}


def _documents(module: ModuleType) -> list[str]:
    values = [value for value in vars(module).values() if isinstance(value, str)]
    return [value for value in values if _OPERATION.match(value)]


def _module(name: str) -> ModuleType:
    return import_module(f"bench.{name}")
