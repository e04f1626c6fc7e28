"""Holds plans and what is plainly valid to what graphql-core says, on every document that a test sends."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, specified_rules
from strawberry.schema.schema import validate_document
from strawberry.utils.await_maybe import await_maybe

from resolvers import plainly_valid
from resolvers.execution import planned
from resolvers.execution.columns import Run
from resolvers.execution.compiler import Root
from resolvers.execution.planned import Outcomes, Recalling

_unasked = 0
"""How many blocks of `without_the_library` there are now."""

_answer = planned.answer


@contextmanager
def without_the_library() -> Generator[None]:
    """Where its statements would count too, or where much is asked that other tests have asked."""
    global _unasked  # noqa: PLW0603 - blocks may overlap
    _unasked += 1
    yield
    _unasked -= 1


async def answer(run: Run, roots: Mapping[str, Root], outcomes: dict[str, Any]) -> dict[str, Any]:
    data = await _answer(run, roots, outcomes)
    if not _unasked:
        library = super(Recalling, _recalling(run, outcomes))  # which knows no plan of its own
        reference = await await_maybe(library.execute_operation())
        assert isinstance(reference, ExecutionResult)
        assert (json.dumps(data), None) == (json.dumps(reference.data), reference.errors)
    return data


def is_plainly_valid(schema: GraphQLSchema, document: DocumentNode) -> bool:
    plainly = plainly_valid.is_plainly_valid(schema, document)
    assert not (plainly and validate_document(schema, document, specified_rules))
    return plainly


def _recalling(run: Run, outcomes: dict[str, Any]) -> Recalling:
    """The library's executor, with the answers of the root resolvers that have run already."""
    executor = run.asked.executor
    return Recalling(
        executor.schema,
        executor.fragment_definitions,
        executor.fragments,
        Outcomes(dict(outcomes), executor.root_value),
        executor.context_value,
        executor.operation,
        executor.variable_values,
        executor.field_resolver,
        executor.type_resolver,
        executor.subscribe_field_resolver,
    )
