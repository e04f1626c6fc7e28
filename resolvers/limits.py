"""How large a document may be, so that no single one keeps a process busy: told before it is validated.

Validation compares every two fields that have one name in the answer, so of what is asked for again there
must be little. Everything is measured with the fragments put in, each measured once. Introspection may be as
deep as it is, for validation bounds it.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# variables are whatever JSON holds

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from resolvers.named_error import named_error

MOST_CHARACTERS = 15_000
MOST_TOKENS = 1000
DEEPEST = 10
MOST_ALIASES = 15
MOST_DIRECTIVES = 50
MOST_FIELDS = 2000
MOST_ROOT_FIELDS = 20
MOST_REPEATED = 100
MOST_VALUES = 25_000
_MOST_NESTED = 50  # selections, fragments and fragments in fragments, whatever they select

Fragments = Mapping[str, FragmentDefinitionNode]


class Size(NamedTuple):
    levels: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0


def require_small(document: DocumentNode) -> None:
    """Raises `GraphQLError`, DOCUMENT_TOO_LARGE."""
    fragments = fragments_of(document)
    measure = _Measure(fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            _require_small(measure.of(node.selection_set))
            roots, repeated = _merged([node.selection_set], fragments)
            _require("fields that are asked for again", repeated, MOST_REPEATED)
            if isinstance(node, OperationDefinitionNode):
                _require("root fields", roots, MOST_ROOT_FIELDS)


def require_few(variables: Mapping[str, Any] | None) -> None:
    """Values in all variables together. Raises `GraphQLError`, DOCUMENT_TOO_LARGE."""
    seen = 0
    left: list[Any] = [variables or {}]
    while left:
        each = left.pop()
        values = each.values() if isinstance(each, dict) else each
        seen += len(values)
        if seen > MOST_VALUES:
            raise too_large(f"The variables have more than {MOST_VALUES} values.")
        left += [value for value in values if isinstance(value, dict | list)]


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    nodes = document.definitions
    return {node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)}


def _require_small(size: Size) -> None:
    _require("levels", size.levels, DEEPEST)
    _require("aliases", size.aliases, MOST_ALIASES)
    _require("directives", size.directives, MOST_DIRECTIVES)
    _require("fields", size.fields, MOST_FIELDS)


def _require(what: str, there: int, allowed: int) -> None:
    if there > allowed:
        raise too_large(f"The document has {there} {what}, of {allowed} allowed.")


def too_large(message: str) -> GraphQLError:
    return named_error("DOCUMENT_TOO_LARGE", message)


class _Measure:
    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._known: dict[str, Size | None] = {}

    def of(self, selections: SelectionSetNode | None, nested: int = 0) -> Size:
        _require("nested selections", nested, _MOST_NESTED)
        within = selections.selections if selections else ()
        if not within:
            return Size()
        levels, *sums = zip(*(self._of(one, nested + 1) for one in within), strict=True)
        return Size(max(levels), *map(sum, sums))

    def _of(self, selection: SelectionNode, nested: int) -> Size:
        levels, aliases, directives, fields = self._inner(selection, nested)
        directives += len(selection.directives or ())
        if not isinstance(selection, FieldNode):
            return Size(levels, aliases, directives, fields)
        if selection.name.value.startswith("__"):
            return Size(directives=directives, fields=fields + 1)
        return Size(
            levels=levels + 1 if selection.selection_set else 0,
            aliases=aliases + (selection.alias is not None),
            directives=directives,
            fields=fields + 1,
        )

    def _inner(self, selection: SelectionNode, nested: int) -> Size:
        match selection:
            case FieldNode(selection_set=selections) | InlineFragmentNode(selection_set=selections):
                return self.of(selections, nested)
            case FragmentSpreadNode(name=name):
                return self._of_fragment(name.value, nested)
            case _:
                return Size()

    def _of_fragment(self, name: str, nested: int) -> Size:
        if name not in self._known:
            self._known[name] = None
            fragment = self._fragments.get(name)
            self._known[name] = self.of(fragment and fragment.selection_set, nested)
        if (size := self._known[name]) is None:
            raise too_large(f"Cannot spread fragment '{name}' within itself.")
        return size


def _merged(sets: Iterable[SelectionSetNode], fragments: Fragments) -> tuple[int, int]:
    """How many fields these have, each name counted once, and how often one is asked for again below."""
    by_name: dict[str, list[FieldNode]] = {}
    for selections in sets:
        for field in _fields(selections, fragments):
            by_name.setdefault((field.alias or field.name).value, []).append(field)
    repeated = 0
    for fields in by_name.values():
        below = [field.selection_set for field in fields if field.selection_set]
        repeated += len(fields) - 1 + (_merged(below, fragments)[1] if below else 0)
    return len(by_name), repeated


def _fields(selections: SelectionSetNode, fragments: Fragments) -> Iterator[FieldNode]:
    for selection in selections.selections:
        match selection:
            case FieldNode():
                yield selection
            case InlineFragmentNode(selection_set=within):
                yield from _fields(within, fragments)
            case FragmentSpreadNode(name=name) if name.value in fragments:
                yield from _fields(fragments[name.value].selection_set, fragments)
            case _:
                pass
