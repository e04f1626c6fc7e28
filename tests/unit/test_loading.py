"""What is loaded for good is looked through by nobody."""

import gc
from collections.abc import Iterator

import pytest

from core import loading


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction] - used by every test
    yield
    gc.unfreeze()


def test_nobody_looks_while_it_is_loaded_or_among_it_later() -> None:
    with loading.for_good():
        looked_meanwhile = gc.isenabled()
        loaded = [object()]

    assert not looked_meanwhile
    assert not any(each is loaded for each in gc.get_objects())
    assert gc.isenabled()


def test_what_cannot_be_loaded_leaves_everything_looked_after() -> None:
    with pytest.raises(ImportError), loading.for_good():
        raise ImportError

    assert gc.isenabled()
