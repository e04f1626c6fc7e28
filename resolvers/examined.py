"""Documents, each examined once however often it comes: parsed, measured, validated, and priced."""

from functools import cached_property, lru_cache

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    validate,
)
from strawberry.schema.schema import validate_document
from strawberry.types.graphql import OperationType

from resolvers.cost import Cost
from resolvers.execution.inputs import Unfit, Variables
from resolvers.limits import MOST_TOKENS, fragments_of, require_small
from resolvers.plainly_valid import is_plainly_valid
from resolvers.rules import INTROSPECTION, rules_for

DOCUMENTS_REMEMBERED = 250


class Operation:
    """One of a document that `introspects`, or does not: it asks for the schema itself."""

    def __init__(
        self,
        schema: GraphQLSchema,
        node: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
        *,
        introspects: bool,
    ) -> None:
        self.type = OperationType(node.operation.value)
        self.node = node
        self.introspects = introspects
        self._fragments = fragments
        self._schema = schema

    @property
    def is_subscription(self) -> bool:
        return self.type is OperationType.SUBSCRIPTION

    @cached_property
    def cost(self) -> Cost:
        return Cost(self._schema, self.node, self._fragments)

    @cached_property
    def variables(self) -> Variables | None:
        """None where the library has to look at them each time."""
        try:
            return Variables(self._schema, self.node.variable_definitions or ())
        except Unfit:
            return None


class Examined:
    """A document. `refusals` says what is wrong with it, whoever asks and whatever its variables are.

    Nothing in it leads back to it, so that one that is forgotten goes at once, before any collection.
    """

    def __init__(self, schema: GraphQLSchema, parsed: DocumentNode) -> None:
        self.parsed = parsed
        self.fragments = fragments_of(parsed)
        self.refusals = _refusals(schema, parsed)
        introspects = not self.refusals and _introspects(schema, parsed)
        self._operations = {
            node.name and node.name.value: Operation(
                schema, node, self.fragments, introspects=introspects
            )
            for node in parsed.definitions
            if isinstance(node, OperationDefinitionNode)
        }

    def named(self, name: object) -> Operation | None:
        """What a client means by a name, or by none where there is one operation only."""
        if name is None and len(self._operations) == 1:
            return next(iter(self._operations.values()))
        return self._operations.get(name) if isinstance(name, str | None) else None


@lru_cache(maxsize=DOCUMENTS_REMEMBERED)
def examined(schema: GraphQLSchema, document: str) -> Examined:
    """Raises `GraphQLSyntaxError`, also for more than `MOST_TOKENS`."""
    parsed = parse(document, max_tokens=MOST_TOKENS)
    _let_go_of_itself(parsed)
    return Examined(schema, parsed)


def _let_go_of_itself(parsed: DocumentNode) -> None:
    """Tokens know what follows them and what they follow, of which nobody asks for the latter."""
    token = parsed.loc and parsed.loc.start_token
    while token:
        token.prev, token = None, token.next


def _refusals(schema: GraphQLSchema, parsed: DocumentNode) -> list[GraphQLError]:
    try:
        require_small(parsed)
    except GraphQLError as too_large:
        return [too_large]  # validating it would take the longest
    if is_plainly_valid(schema, parsed):
        return []
    return list(map(_of_client, validate_document(schema, parsed, rules_for(_text(parsed)))))


def _introspects(schema: GraphQLSchema, parsed: DocumentNode) -> bool:
    names_it = INTROSPECTION.search(_text(parsed)) is not None
    return names_it and bool(validate(schema, parsed, [NoSchemaIntrospectionCustomRule]))


def _text(parsed: DocumentNode) -> str:
    assert parsed.loc is not None
    return parsed.loc.source.body


def _of_client(error: GraphQLError) -> GraphQLError:
    """The error without what raised it, such as a number of too many digits: it is no bug of ours."""
    extensions = error.extensions or {"code": "GRAPHQL_VALIDATION_FAILED"}
    return GraphQLError(error.message, error.nodes, extensions=extensions)
