"""Which variables decide what fields an operation has at all, by `@skip` and `@include`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from graphql import DirectiveNode, Node, VariableNode, Visitor, visit

_MOST_OUTCOMES = 16
Made = TypeVar("Made")


class ByOutcome(Generic[Made]):
    """What is made of an operation, once for each outcome of its conditions."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.names = _conditions(nodes)
        self._made: dict[tuple[Any, ...], Made] = {}

    def of(self, values: Mapping[str, Any], make: Callable[[], Made]) -> Made:
        outcome = tuple(values.get(name) for name in self.names)
        if outcome not in self._made:
            if len(self._made) >= _MOST_OUTCOMES:
                self._made.clear()
            self._made[outcome] = make()
        return self._made[outcome]


def _conditions(nodes: Iterable[Node]) -> tuple[str, ...]:
    conditions = _Conditions()
    for node in nodes:
        if node.loc is None or "@" in node.loc.source.body:
            visit(node, conditions)
    return tuple(sorted(conditions.names))


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        values = [argument.value for argument in node.arguments or ()]
        self.names.update(value.name.value for value in values if isinstance(value, VariableNode))
