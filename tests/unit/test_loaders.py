from resolvers.loaders import MAKING
from schema.context import Loaders


def test_every_loader_can_be_made() -> None:
    assert MAKING.keys() == Loaders.__annotations__.keys()
