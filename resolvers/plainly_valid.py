"""Documents that are plainly valid, as nearly all are: seen in one walk, for less than a tenth of the time.

graphql-core asks each of its rules at every node. Here the document is walked once, the way that fields are
collected, and whatever is wrong, or only unusual, is left to those rules: they say what is valid, and this
only when they need not be asked. Unusual are several operations, subscriptions, introspection, directives but
`@skip` and `@include`, and literals of inputs and lists.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types open

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    TypeNameMetaFieldDef,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    do_types_overlap,
    get_named_type,
    is_composite_type,
    is_input_type,
    is_leaf_type,
    is_required_argument,
    print_ast,
    type_from_ast,
)
from graphql.utilities import is_equal_type, validate_input_literal
from graphql.validation.rules.variables_in_allowed_position import allowed_variable_usage

from resolvers.limits import DEEPEST

_SIMPLE = (IntValueNode, FloatValueNode, StringValueNode, BooleanValueNode, EnumValueNode)
_ORDINARY = ("skip", "include")

Scope = tuple[Any, SelectionSetNode]
"""Selections, and the type of what they are made from."""


class _Unsure(Exception):  # noqa: N818 - the rules will say
    pass


def is_plainly_valid(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether no rule has anything to say. False says nothing. It is to be small (`limits.require_small`)."""
    try:
        _Walk(schema, document.definitions).through()
    except _Unsure:
        return False
    return True


class _Asked(NamedTuple):
    """A name in the answer: who asks for it first, of which type, and what all together ask below."""

    node: FieldNode
    type: Any
    below: list[Scope]


class _Walk:
    def __init__(self, schema: GraphQLSchema, definitions: Iterable[Any]) -> None:
        self._schema = schema
        operations: list[OperationDefinitionNode] = []
        self._fragments: dict[str, FragmentDefinitionNode] = {}
        for node in definitions:
            if isinstance(node, FragmentDefinitionNode):
                _sure(node.name.value not in self._fragments and not node.directives)
                _sure(not node.variable_definitions)
                self._fragments[node.name.value] = node
            else:
                _sure(isinstance(node, OperationDefinitionNode))
                operations.append(node)
        _sure(len(operations) == 1)
        (self._operation,) = operations
        self._variables: dict[str, tuple[Any, VariableDefinitionNode]] = {}
        self._used: set[str] = set()
        self._spread: set[str] = set()
        self._within: list[str] = []

    def through(self) -> None:
        operation = self._operation
        _sure(operation.operation is not OperationType.SUBSCRIPTION and not operation.directives)
        root = self._schema.get_root_type(operation.operation)
        _sure(root is not None)
        for node in operation.variable_definitions or ():
            self._define(node)
        self._merged([(root, operation.selection_set)], 1)
        _sure(self._used == self._variables.keys() and self._spread == self._fragments.keys())

    def _define(self, node: VariableDefinitionNode) -> None:
        name, type = node.variable.name.value, type_from_ast(self._schema, node.type)
        _sure(is_input_type(type) and name not in self._variables and not node.directives)
        if node.default_value is not None:
            _sure(isinstance(node.default_value, _SIMPLE))
            self._value(node.default_value, type, None)
        self._variables[name] = type, node

    def _merged(self, scopes: Sequence[Scope], level: int) -> None:
        """All that is selected from one thing. What is below one name in the answer is one thing, too."""
        _sure(level <= DEEPEST)
        asked: dict[str, _Asked] = {}
        for parent, selections in scopes:
            self._collect(parent, selections, asked)
        for one in asked.values():
            if one.below:
                self._merged(one.below, level + 1)

    def _collect(self, parent: Any, selections: SelectionSetNode, asked: dict[str, _Asked]) -> None:
        for selection in selections.selections:
            self._directives(selection)
            match selection:
                case FieldNode():
                    self._field(parent, selection, asked)
                case InlineFragmentNode(type_condition=None, selection_set=within):
                    self._collect(parent, within, asked)
                case InlineFragmentNode(type_condition=condition, selection_set=within):
                    self._collect(self._narrowed(parent, condition), within, asked)
                case FragmentSpreadNode(name=name, arguments=arguments):
                    _sure(not arguments)
                    self._put_in(parent, name.value, asked)
                case _:
                    raise _Unsure

    def _put_in(self, parent: Any, name: str, asked: dict[str, _Asked]) -> None:
        fragment = self._fragments.get(name)
        if fragment is None or name in self._within:
            raise _Unsure
        self._spread.add(name)
        self._within.append(name)
        narrowed = self._narrowed(parent, fragment.type_condition)
        self._collect(narrowed, fragment.selection_set, asked)
        self._within.pop()

    def _narrowed(self, parent: Any, condition: Any) -> Any:
        type: Any = self._schema.get_type(condition.name.value)
        _sure(is_composite_type(type) and do_types_overlap(self._schema, parent, type))
        return type

    def _field(self, parent: Any, node: FieldNode, asked: dict[str, _Asked]) -> None:
        field = _definition(parent, node.name.value)
        self._arguments(field.args, node.arguments)
        type = get_named_type(field.type)
        _sure(is_leaf_type(type) == (node.selection_set is None))
        name = (node.alias or node.name).value
        one = asked.setdefault(name, _Asked(node, field.type, []))
        if one.node is not node:
            _sure(one.node.name.value == node.name.value and is_equal_type(one.type, field.type))
            _sure(_told(one.node) == _told(node))
        if node.selection_set is not None:
            one.below.append((type, node.selection_set))

    def _directives(self, selection: SelectionNode) -> None:
        seen: set[str] = set()
        for node in selection.directives or ():
            name = node.name.value
            directive = self._schema.get_directive(name)
            if directive is None or name not in _ORDINARY or name in seen:
                raise _Unsure
            seen.add(name)
            self._arguments(directive.args, node.arguments)

    def _arguments(
        self, known: Mapping[str, GraphQLArgument], nodes: Sequence[ArgumentNode] | None
    ) -> None:
        given: set[str] = set()
        for node in nodes or ():
            name = node.name.value
            argument = known.get(name)
            if argument is None or name in given:
                raise _Unsure
            given.add(name)
            self._value(node.value, argument.type, argument)
        for name, argument in known.items():
            _sure(name in given or not is_required_argument(argument))

    def _value(self, value: ValueNode, type: Any, argument: GraphQLArgument | None) -> None:
        if isinstance(value, _SIMPLE):
            validate_input_literal(value, type, _unsure)
        elif isinstance(value, VariableNode) and argument and value.name.value in self._variables:
            name = value.name.value
            told, definition = self._variables[name]
            default = argument.default_value if argument.default is None else argument.default
            _sure(
                allowed_variable_usage(self._schema, told, definition.default_value, type, default)
            )
            self._used.add(name)
        else:
            raise _Unsure


def _definition(parent: Any, name: str) -> GraphQLField:
    if name == "__typename":
        return TypeNameMetaFieldDef
    field = getattr(parent, "fields", {}).get(name)  # a union has none
    if field is None:
        raise _Unsure
    return field


def _told(node: FieldNode) -> Mapping[str, str]:
    return {one.name.value: print_ast(one.value) for one in node.arguments or ()}


def _sure(holds: bool) -> None:  # noqa: FBT001 - it reads like the assertion that it is
    if not holds:
        raise _Unsure


def _unsure(*_: object) -> NoReturn:
    raise _Unsure
