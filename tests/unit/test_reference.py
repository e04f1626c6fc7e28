"""Pages for people, of a schema that has one of each kind of thing."""

from graphql import build_schema

from app.reference import pages

SCHEMA = build_schema('''
"""How much."""
scalar BigInt

"""Who may."""
enum Role {
  """Everything."""
  OWNER
  VIEWER
}

"""Has an id."""
interface Node { "Opaque." id: ID! }

"""A book of facts,
kept | shared."""
type Ledger implements Node {
  id: ID!
  "Newest first."
  events("How many." first: Int! = 20, role: Role): [Ledger!]!
}

type Gone { code: String! }
union LedgerResult = Ledger | Gone

input Draft { "What it cost." minor: BigInt! role: Role! = VIEWER note: String = null }
input Either @oneOf { here: ID there: ID }

type Query { "One of yours." ledger("Which." id: ID!): LedgerResult }
type Mutation { draft(input: Draft!): Ledger! }
''')


def test_each_kind_of_thing_has_a_page() -> None:
    assert set(pages(SCHEMA)) == {
        *("queries.md", "mutations.md", "objects.md", "interfaces.md", "unions.md"),
        *("inputs.md", "enums.md", "scalars.md"),
    }


def test_an_operation_tells_what_it_takes_and_answers() -> None:
    assert (
        pages(SCHEMA)["queries.md"]
        == """\
# Queries

Made by `outgo reference` of `schema/schema.graphql`; a change here is lost.

## ledger

One of yours.

Answers [LedgerResult](unions.md#ledgerresult).

| argument | type | |
|---|---|---|
| `id` | [ID!](scalars.md#id) | Which. |
"""
    )


def test_an_object_tells_its_fields_with_their_arguments() -> None:
    first = "`first` ([Int!](scalars.md#int) = `20`): How many."
    role = "`role` ([Role](enums.md#role)): "

    assert f"""\
## Ledger

A book of facts,
kept | shared.

Is a [Node](interfaces.md#node).

| field | type | |
|---|---|---|
| `id` | [ID!](scalars.md#id) |  |
| `events` | [\\[Ledger!\\]!](objects.md#ledger) | Newest first.<br>{first}<br>{role} |
""" in pages(SCHEMA)["objects.md"]


def test_inputs_enums_and_unions_tell_what_may_be_chosen() -> None:
    made = pages(SCHEMA)

    assert "| `minor` | [BigInt!](scalars.md#bigint) | What it cost. |" in made["inputs.md"]
    assert "| `role` | [Role!](enums.md#role) = `VIEWER` |  |" in made["inputs.md"]
    assert "| `note` | [String](scalars.md#string) |  |" in made["inputs.md"]
    assert "## Either\n\nExactly one of:\n" in made["inputs.md"]
    assert "- `OWNER`: Everything.\n- `VIEWER`\n" in made["enums.md"]
    assert "- [Ledger](objects.md#ledger)\n- [Gone](objects.md#gone)\n" in made["unions.md"]
