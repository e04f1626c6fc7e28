"""Top-level errors that clients tell apart by their code."""

from graphql import GraphQLError


def named_error(code: str, message: str, **more: object) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code, **more})
