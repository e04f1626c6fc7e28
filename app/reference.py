"""The API's reference for people, made of the schema: a page for each kind of thing that it names."""

# The library's types of fields and arguments are generic and not wholly written down.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Iterator, Mapping
from textwrap import dedent

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
    print_ast,
)

_PAGES: Mapping[str, type[GraphQLNamedType]] = {
    "objects": GraphQLObjectType,
    "interfaces": GraphQLInterfaceType,
    "unions": GraphQLUnionType,
    "inputs": GraphQLInputObjectType,
    "enums": GraphQLEnumType,
    "scalars": GraphQLScalarType,
}
_NOTE = "Made by `outgo reference` of `schema/schema.graphql`; a change here is lost."


def pages(schema: GraphQLSchema) -> Mapping[str, str]:
    """Each page in Markdown, by the name of its file. The schema is one that was built of its text."""
    roots = {
        "queries": schema.query_type,
        "mutations": schema.mutation_type,
        "subscriptions": schema.subscription_type,
    }
    named = [
        type_
        for name, type_ in sorted(schema.type_map.items())
        if not name.startswith("__") and type_ not in roots.values()
    ]
    sections = {
        page: [_operation(name, field) for name, field in sorted(root.fields.items())]
        for page, root in roots.items()
        if root
    } | {
        page: [_type(type_) for type_ in named if isinstance(type_, kind)]
        for page, kind in _PAGES.items()
    }
    return {f"{page}.md": _page(page, parts) for page, parts in sections.items() if parts}


def _page(name: str, sections: list[str]) -> str:
    return "\n\n".join([f"# {name.capitalize()}", _NOTE, *sections]) + "\n"


def _operation(name: str, field: GraphQLField) -> str:
    answers = f"Answers {_link(field.type)}."
    return _section(name, field, answers, *_table("argument", field.args))


def _type(type_: GraphQLNamedType) -> str:
    return _section(type_.name, type_, *_body(type_))


def _section(name: str, described: GraphQLField | GraphQLNamedType, *paragraphs: str) -> str:
    text = dedent(described.description or "").strip()
    return "\n\n".join([f"## {name}", *([text] if text else []), *paragraphs])


def _body(type_: GraphQLNamedType) -> Iterator[str]:
    match type_:
        case GraphQLObjectType() | GraphQLInterfaceType():
            if type_.interfaces:
                yield f"Is a {', '.join(map(_link, type_.interfaces))}."
            yield from _fields(type_.fields)
        case GraphQLUnionType():
            yield "\n".join(f"- {_link(member)}" for member in type_.types)
        case GraphQLInputObjectType():
            if type_.is_one_of:
                yield "Exactly one of:"
            yield from _table("field", type_.fields)
        case GraphQLEnumType():
            yield "\n".join(
                f"- `{name}`{f': {_line(value.description)}' if value.description else ''}"
                for name, value in type_.values.items()
            )
        case _:
            pass


def _fields(fields: Mapping[str, GraphQLField]) -> Iterator[str]:
    rows = [
        f"| `{name}` | {_link(field.type)} | {_told(field)} |" for name, field in fields.items()
    ]
    yield "\n".join(["| field | type | |", "|---|---|---|", *rows])


def _told(field: GraphQLField) -> str:
    """What a field is, with its arguments, which no other page tells."""
    arguments = (
        f"`{name}` ({_link(argument.type)}{_default(argument)}): {_line(argument.description)}"
        for name, argument in field.args.items()
    )
    return "<br>".join([_line(field.description), *arguments])


def _table(kind: str, values: Mapping[str, GraphQLArgument | GraphQLInputField]) -> Iterator[str]:
    rows = [
        f"| `{name}` | {_link(value.type)}{_default(value)} | {_line(value.description)} |"
        for name, value in values.items()
    ]
    if rows:
        yield "\n".join([f"| {kind} | type | |", "|---|---|---|", *rows])


def _default(value: GraphQLArgument | GraphQLInputField) -> str:
    literal = value.ast_node and value.ast_node.default_value
    written = print_ast(literal) if literal else "null"
    return "" if written == "null" else f" = `{written}`"


def _link(type_: GraphQLType) -> str:
    """The type as it is written, leading to where it is described."""
    named = get_named_type(type_)
    page = next(page for page, kind in _PAGES.items() if isinstance(named, kind))
    written = str(type_).replace("[", r"\[").replace("]", r"\]")
    return f"[{written}]({page}.md#{named.name.lower()})"


def _line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", r"\|")
