"""The contract that clients build on: it changes on purpose or not at all, and explains itself."""

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
)

from app import reference
from resolvers.root import graphql
from tests import sdl

CHECKED_IN = Path(__file__).parents[2] / "schema" / "schema.graphql"
REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
ROOTS = {"Query", "Mutation", "Subscription"}


def test_the_checked_in_schema_is_the_one_that_is_served() -> None:
    assert CHECKED_IN.read_text() == graphql.as_str() + "\n", (
        "run: outgo schema > schema/schema.graphql"
    )


def test_the_reference_is_of_the_schema_that_is_served() -> None:
    written = {page.name: page.read_text() for page in REFERENCE.iterdir()}

    assert written == reference.pages(sdl.SCHEMA), "run: outgo reference docs/reference"


def test_every_type_field_and_argument_says_what_it_is() -> None:
    assert [name for name, description in _described(sdl.SCHEMA) if not description] == []


def _described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """The name and description of everything of ours that takes one."""
    for name, type_ in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            if name not in ROOTS:
                yield name, type_.description
            for field_name, field in type_.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument_name, argument in field.args.items():
                    if argument_name == "input":  # its type describes it
                        continue
                    yield f"{name}.{field_name}({argument_name})", argument.description
        elif isinstance(type_, GraphQLInputObjectType):
            yield name, type_.description
            for field_name, field in type_.fields.items():
                yield f"{name}.{field_name}", field.description
