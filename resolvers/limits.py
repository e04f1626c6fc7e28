"""How large a document may be, so that no single one keeps a process busy.

Measured with its fragments put in, each measured once: spread in each other they would grow without
bound. Introspection may be as deep as it is.
"""

from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

MOST_TOKENS = 1000
DEEPEST = 10
MOST_ALIASES = 15


class Size(NamedTuple):
    depth: int
    aliases: int


_NOTHING = Size(0, 0)


class WithinLimits(ValidationRule):
    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[str, Size] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        size = self._of_selections(node.selection_set)
        if size.depth > DEEPEST:
            self._refuse(f"The operation is {size.depth} levels deep, of {DEEPEST} allowed.", node)
        if size.aliases > MOST_ALIASES:
            self._refuse(
                f"The operation has {size.aliases} aliases, of {MOST_ALIASES} allowed.", node
            )

    def _refuse(self, message: str, node: OperationDefinitionNode) -> None:
        error = GraphQLError(message, node, extensions={"code": "DOCUMENT_TOO_LARGE"})
        self.report_error(error)

    def _of_selections(self, selections: SelectionSetNode | None) -> Size:
        sizes = [self._of(one) for one in selections.selections] if selections else []
        return Size(
            depth=max((size.depth for size in sizes), default=0),
            aliases=sum(size.aliases for size in sizes),
        )

    def _of(self, selection: SelectionNode) -> Size:
        match selection:
            case FieldNode(name=name) if name.value.startswith("__"):
                return _NOTHING
            case FieldNode(selection_set=selections, alias=alias):
                inner = self._of_selections(selections)
                depth = inner.depth + 1 if selections else 0
                return Size(depth, inner.aliases + (alias is not None))
            case InlineFragmentNode(selection_set=selections):
                return self._of_selections(selections)
            case FragmentSpreadNode(name=name):
                return self._of_fragment(name.value)
            case _:
                return _NOTHING

    def _of_fragment(self, name: str) -> Size:
        if name not in self._fragments:
            self._fragments[name] = _NOTHING  # in a cycle, which another rule refuses
            fragment = self.context.get_fragment(name)
            if fragment is not None:
                self._fragments[name] = self._of_selections(fragment.selection_set)
        return self._fragments[name]
