"""What an operation costs, told before it is executed: about as many points as its answer may hold objects.

A list counts as many times as it may be long: as long as `first` says, else as it is assumed to be. A value
of a union counts as the dearest of its types. What takes more than its objects tell has a price of its own.
A cost depends on the document, but for lengths that are variables: of those it is a formula, made once.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves the type of a wrapped type open

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    ValueNode,
    VariableNode,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    value_from_ast_untyped,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from graphql.utilities.coerce_input_value import coerce_default_value

from resolvers.execution.conditions import ByOutcome

LIST_LENGTH = 5
"""How long a list is assumed to be that has no `first`, unless it is named here."""
LIST_LENGTHS = {
    "Budget.categories": 2,
    "ExpenseConnection.totals": 2,  # currencies
    "Friend.balances": 2,
    "ImportPreview.matches": 100,
    "ImportPreview.moves": 100,
    "ImportPreview.problems": 100,
    "Ledger.balances": 10,
    "Ledger.members": 10,
    "LedgerEvent.changes": 3,
    "Query.categories": 50,
    "Query.settlementPlan": 2,
    "ReadAmount.alternatives": 2,
    "Receipt.duplicates": 1,
    "Receipt.parts": 2,
    "ReceiptReading.items": 20,
    "Route.steps": 2,
    "SettlementPlan.transfers": 10,
    "Statistics.days": 100,
    "Subgroup.balances": 2,
    "Subgroup.members": 2,
    "TransferReason.routes": 2,
}
OPERATION = {OperationType.QUERY: 1, OperationType.MUTATION: 10, OperationType.SUBSCRIPTION: 10}
"""Of each root field: who writes, or stays, takes more than who reads."""
PASSWORD, RECEIPT, FILE, PLAN = 2000, 500, 500, 100
FIELDS = {
    "Ledger.suggestedTransfers": PLAN,
    "Mutation.changePassword": 2 * PASSWORD,
    "Mutation.createReceiptUpload": RECEIPT,
    "Mutation.deleteAccount": PASSWORD,
    "Mutation.importFile": FILE,
    "Mutation.logIn": PASSWORD,
    "Mutation.register": PASSWORD,
    "Mutation.registerGuest": PASSWORD,
    "Mutation.retryReceipt": RECEIPT,
    "Mutation.undoImport": FILE,
    "Mutation.uploadReceipt": RECEIPT,
    "Query.__schema": 1000,
    "Query.__type": 50,
    "Query.budgetStatus": 10,
    "Query.previewImport": FILE,
    "Query.settlementPlan": 20 * PLAN,
    "Query.statistics": 100,
}
"""Of fields that cause more work than they show: a hash of a password takes a tenth of a second, a receipt
seconds of a worker, a file thousands of rows. A plan takes milliseconds, and in some groups most of a second:
more often so by a mode or pairs of one's own.

What is below an introspection field is in its price.
"""

_PAGES = ("edges", "nodes")  # the lists of a connection that are as long as its `first` says

Variables = Mapping[str, Any]
Formula = Callable[[Variables], int]
Amount = int | Formula


class Cost:
    """The cost of one operation of a document that is valid."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._schema, self._operation = schema, operation
        self._fragments = {name: FragmentDetails(node) for name, node in fragments.items()}
        self._defaults = {
            definition.variable.name.value: value_from_ast_untyped(definition.default_value)
            for definition in operation.variable_definitions or ()
            if definition.default_value is not None
        }
        self._amounts: ByOutcome[Amount] = ByOutcome([operation, *fragments.values()])

    def of(self, variables: Variables | None) -> int:
        """With variables as they came: what is wrong about them costs nothing, and is refused later."""
        given = {**self._defaults, **variables} if variables else self._defaults
        outcome = {name: given.get(name) is True for name in self._amounts.names}
        return _at(self._amounts.of(outcome, lambda: self._amount(outcome)), given)

    def _amount(self, outcome: Mapping[str, bool]) -> Amount:
        return _Prices(self._schema, self._operation, self._fragments, outcome).whole()


class _Prices:
    """Of what is there at one outcome of the operation's conditions."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        outcome: Mapping[str, bool],
    ) -> None:
        self._schema, self._operation, self._fragments = schema, operation, fragments
        self._values = VariableValues({}, dict(outcome))
        self._known: dict[tuple[Any, ...], Amount] = {}

    def whole(self) -> Amount:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None, "validated"
        fields = collect_fields(
            self._schema, self._fragments, self._values, root, self._operation
        ).grouped_field_set
        entry = OPERATION[self._operation.operation]
        return _sum([entry * len(fields), self._of_fields(root, fields, None)])

    def _of_fields(
        self, parent: GraphQLObjectType, fields: GroupedFieldSet, page: Amount | None
    ) -> Amount:
        return _sum([self._of_field(parent, details, page) for details in fields.values()])

    def _of_field(
        self, parent: GraphQLObjectType, details: FieldDetailsList, page: Amount | None
    ) -> Amount:
        node = details[0].node
        name = f"{parent.name}.{node.name.value}"
        price = FIELDS.get(name, 0)
        if node.name.value.startswith("__"):
            return price
        field = parent.fields[node.name.value]
        first = _argument(field, "first", details)
        length = page if page is not None and node.name.value in _PAGES else first
        if length is None:
            length = LIST_LENGTHS.get(name, LIST_LENGTH)
        return _sum([price, self._of_value(field.type, details, length, first)])

    def _of_value(
        self, type: Any, details: FieldDetailsList, length: Amount, first: Amount | None
    ) -> Amount:
        if is_non_null_type(type):
            return self._of_value(type.of_type, details, length, first)
        if is_leaf_type(type):
            return 0
        if is_list_type(type):
            return _times(length, self._of_value(type.of_type, details, length, first))
        if is_abstract_type(type):
            possible = self._schema.get_possible_types(type)
            return _largest([self._of_object(one, details, first) for one in possible])
        return self._of_object(type, details, first)

    def _of_object(
        self, type: GraphQLObjectType, details: FieldDetailsList, page: Amount | None
    ) -> Amount:
        """Worked out once for a type and its selections: within unions it is asked for again and again."""
        key = type.name, page, *(id(detail.node) for detail in details)
        if key not in self._known:
            fields = collect_subfields(
                self._schema, self._fragments, self._values, self._operation, type, details
            ).grouped_field_set
            self._known[key] = _sum([1, self._of_fields(type, fields, page)])
        return self._known[key]


def _argument(field: GraphQLField, name: str, details: FieldDetailsList) -> Amount | None:
    """What the field is told by an argument that is a number; None where it has no such argument."""
    if name not in field.args:
        return None
    default = _number(coerce_default_value(field.args[name]))
    for argument in details[0].node.arguments or ():
        if argument.name.value == name:
            return _literal(argument.value, default)
    return default


def _literal(value: ValueNode, default: int) -> Amount:
    match value:
        case VariableNode(name=name):
            variable = name.value
            return lambda given: _number(given.get(variable, default))
        case IntValueNode(value=digits):
            return _number(int(digits))
        case _:
            return 0


def _number(value: object) -> int:
    match value:
        case bool():
            return 0
        case int() | float():
            return max(0, int(value))
        case _:
            return 0


def _at(amount: Amount, variables: Variables) -> int:
    return amount if isinstance(amount, int) else amount(variables)


def _sum(amounts: Iterable[Amount]) -> Amount:
    known, open = _parted(amounts)
    fixed = sum(known)
    return (lambda given: fixed + sum(each(given) for each in open)) if open else fixed


def _largest(amounts: Iterable[Amount]) -> Amount:
    known, open = _parted(amounts)
    least = max(known, default=0)
    return (lambda given: max(least, *(each(given) for each in open))) if open else least


def _times(length: Amount, each: Amount) -> Amount:
    if isinstance(length, int) and isinstance(each, int):
        return length * each
    return lambda given: _at(length, given) * _at(each, given)


def _parted(amounts: Iterable[Amount]) -> tuple[list[int], list[Formula]]:
    known: list[int] = []
    open: list[Formula] = []
    for amount in amounts:
        if isinstance(amount, int):
            known.append(amount)
        else:
            open.append(amount)
    return known, open
