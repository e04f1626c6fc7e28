"""What clients see of errors: their own ones as they are, passing trouble by name, bugs not at all."""

from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import MissingQueryError, StrawberryInputCoercionError
from strawberry.extensions import MaskErrors
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from core.troubles import Trouble, trouble
from domain.errors import Refusal
from resolvers.named_error import named_error

_NO_OPERATION = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)


def is_a_bug(error: GraphQLError) -> bool:
    """Whether it is ours. Refusals and what clients sent wrongly are theirs, and trouble is nobody's."""
    return _is_masked(error) and trouble(error.original_error) is None


def in_trouble(which: Trouble) -> GraphQLError:
    return named_error(which.name, which.value, retryable=True)


class Masked(MaskErrors):
    """Every error has a code when it leaves."""

    def __init__(self) -> None:
        super().__init__(should_mask_error=lambda error: not error.extensions)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        if isinstance(error.original_error, _NO_OPERATION):
            return named_error("OPERATION_RESOLUTION_FAILURE", error.message)
        if not _is_masked(error):
            is_syntax = isinstance(error, GraphQLSyntaxError)
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED" if is_syntax else "BAD_USER_INPUT"}
            return error
        masked = super().anonymise_error(error)
        which = trouble(error.original_error)
        told = in_trouble(which) if which else named_error("INTERNAL_SERVER_ERROR", masked.message)
        masked.message, masked.extensions = told.message, told.extensions
        return masked


def _is_masked(error: GraphQLError) -> bool:
    match error.original_error:
        case None | Refusal() | StrawberryInputCoercionError():
            return False
        case original if isinstance(original, _NO_OPERATION):
            return False
        case GraphQLError() if error.path is None:  # no field was asked yet: it is their variables
            return False
        case _:
            return not error.extensions
