from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.file_uploads import Upload

from domain import money
from domain.imports.contents import MOST_NAMED, ImportSource, Malformed, Person
from domain.imports.deed import Converting, Paying, Spending
from domain.imports.plan import Judged, Mapped, NewImport, Plan, Verdict
from domain.pages import Page
from models.file_import import Import as ImportRow
from schema.context import Info
from schema.ids import row_id
from schema.ledger import Ledger
from schema.member import Member, member
from schema.money import Money
from schema.pages import page_info
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt, CurrencyCode

strawberry.enum(
    ImportSource,
    description="Which program wrote a file: this one, Splitwise (CSV) or Spliit (JSON).",
)
strawberry.enum(
    Verdict,
    description="NEW: it is added. DUPLICATE: it is there from an earlier import, or was made here. "
    "CONFLICT: it is there too, but the file says something else now; what is there stays.",
)


@strawberry.type(description="A file that a member brought in, as one.")
class Import(relay.Node):
    id: relay.NodeID[UUID]
    source: ImportSource = strawberry.field(description="Which program wrote it.")
    name: str | None = strawberry.field(description="What the file calls the group.")
    expense_count: int = strawberry.field(description="How many expenses it added.")
    settlement_count: int = strawberry.field(description="How many payments it added.")
    conversion_count: int = strawberry.field(description="How many conversions it added.")
    created_at: datetime = strawberry.field(description="When it was imported.")
    undone_at: datetime | None = strawberry.field(
        description="When all that was taken out again, if it was."
    )
    version: BigInt = strawberry.field(description="Grows with every change.")
    row: strawberry.Private[ImportRow]

    @strawberry.field(description="Where it was brought in.")
    async def ledger(self, info: Info) -> Ledger:
        row = await info.context.loaders.ledgers.load(self.row.ledger_id)
        assert row is not None, "who sees an import sees its ledger"
        return Ledger.of(row)

    @staticmethod
    def of(row: ImportRow) -> "Import":
        return Import(
            id=row.id,
            source=row.source,
            name=row.name,
            expense_count=row.expense_count,
            settlement_count=row.settlement_count,
            conversion_count=row.conversion_count,
            created_at=row.created_at,
            undone_at=row.undone_at,
            version=BigInt(row.version),
            row=row,
        )


@strawberry.type(description="Imported files, page by page.")
class ImportConnection(relay.Connection[Import]):
    @staticmethod
    def over(page: Page[ImportRow]) -> "ImportConnection":
        edges = [relay.Edge(cursor=cursor, node=Import.of(row)) for cursor, row in page.rows]
        return ImportConnection(edges=edges, page_info=page_info(page))


@strawberry.type(description="Somebody in a file, and who they become.")
class ImportPerson:
    id: UUID = strawberry.field(description="What `people` names them by.")
    name: str = strawberry.field(description="What the file calls them.")
    member_id: strawberry.Private[UUID | None]

    @strawberry.field(
        description="Which member they become; null for a new placeholder, if they take part in anything new."
    )
    async def member(self, info: Info) -> Member | None:
        return await member(info, self.member_id) if self.member_id else None

    @staticmethod
    def of(person: Person, seats: Mapped) -> "ImportPerson":
        return ImportPerson(id=person.id, name=person.name, member_id=seats[person.id])


@strawberry.type(description="A record of a file that is there already.")
class ImportMatch:
    place: str = strawberry.field(description="Where in the file: line 12, or expenses[3].")
    verdict: Verdict = strawberry.field(description="DUPLICATE or CONFLICT.")
    entity_id: relay.GlobalID = strawberry.field(description="What is there.")

    @staticmethod
    def of(judged: Judged) -> "ImportMatch":
        assert judged.entity is not None, "only what is new has none"
        name, id = judged.entity
        return ImportMatch(
            place=judged.found.place,
            verdict=judged.verdict,
            entity_id=relay.GlobalID(name, str(id)),
        )


@strawberry.type(description="A record of a file that cannot be imported.")
class ImportProblem:
    place: str = strawberry.field(description="Where in the file: line 12, or expenses[3].")
    code: str = strawberry.field(description="Names the situation for programs.")
    message: str = strawberry.field(description="Says it in English.")

    @staticmethod
    def of(malformed: Malformed) -> "ImportProblem":
        return ImportProblem(place=malformed.place, code=malformed.code, message=malformed.message)


@strawberry.type(description="How far what is new would move somebody's balance.")
class ImportMove:
    person: ImportPerson = strawberry.field(description="Whose.")
    net: Money = strawberry.field(description="By how much: positive is what they are owed.")


@strawberry.type(description="What importing a file would do. Nothing has been written.")
class ImportPreview:
    source: ImportSource = strawberry.field(description="Which program wrote it.")
    name: str | None = strawberry.field(description="What the file calls the group.")
    people: list[ImportPerson] = strawberry.field(
        description="Everybody in it, and who they become."
    )
    expense_count: int = strawberry.field(description="How many expenses are new.")
    settlement_count: int = strawberry.field(description="How many payments are new.")
    conversion_count: int = strawberry.field(description="How many conversions are new.")
    duplicate_count: int = strawberry.field(description="How many are there already.")
    conflict_count: int = strawberry.field(
        description="How many are there, and say something else."
    )
    malformed_count: int = strawberry.field(description="How many cannot be imported.")
    barred: list[ImportPerson] = strawberry.field(
        description="Members who are deactivated and have new costs in it: until they are reactivated, or "
        "`people` names others, importing it is refused (`MEMBER_DEACTIVATED`)."
    )
    matches: list[ImportMatch] = strawberry.field(
        description=f"The first {MOST_NAMED} that are there already."
    )
    problems: list[ImportProblem] = strawberry.field(
        description=f"The first {MOST_NAMED} that cannot be imported."
    )
    moves: list[ImportMove] = strawberry.field(
        description="What is new, per person and currency; who would be even is left out."
    )

    @staticmethod
    def of(plan: Plan) -> "ImportPreview":
        contents = plan.contents
        people = {each.id: ImportPerson.of(each, plan.seats) for each in contents.people}
        matches = [each for each in plan.judged if each.verdict is not Verdict.NEW]
        conflicts = sum(each.verdict is Verdict.CONFLICT for each in matches)
        return ImportPreview(
            source=contents.source,
            name=contents.name,
            people=list(people.values()),
            expense_count=plan.count(Spending),
            settlement_count=plan.count(Paying),
            conversion_count=plan.count(Converting),
            duplicate_count=len(matches) - conflicts,
            conflict_count=conflicts,
            malformed_count=len(contents.malformed),
            barred=[people[each.id] for each in plan.barred],
            matches=[ImportMatch.of(each) for each in matches[:MOST_NAMED]],
            problems=[ImportProblem.of(each) for each in contents.malformed[:MOST_NAMED]],
            moves=[
                ImportMove(person=people[who], net=Money.of(money.Money(minor, currency)))
                for (who, currency), minor in plan.moved().items()
                if minor
            ],
        )


@strawberry.input(description="Who somebody in a file becomes.")
class ImportPersonInput:
    person_id: UUID = strawberry.field(description="Who, as `previewImport` names them.")
    member_id: relay.GlobalID | None = strawberry.field(
        default=None, description="The member; left out for a new placeholder."
    )


def _mapping(people: Sequence[ImportPersonInput]) -> Mapped:
    return {
        each.person_id: row_id(each.member_id, "Member") if each.member_id else None
        for each in people
    }


_CURRENCY = "What the file is in, if it does not say so: some of Spliit's have only a symbol."
_PEOPLE = (
    "Who becomes whom. Whoever is left out becomes the member with the same id or, if there is just one, "
    "of the same name; else a new placeholder."
)
_FILE = "By the GraphQL multipart request specification; at most 10 MiB and 10 000 records."


@strawberry.input(description="A file to look into.")
class PreviewImportInput:
    file: Upload = strawberry.field(description=_FILE)
    ledger_id: relay.GlobalID | None = strawberry.field(
        default=None, description="Where it would go; left out for a group that is not there yet."
    )
    currency: CurrencyCode | None = strawberry.field(default=None, description=_CURRENCY)
    people: list[ImportPersonInput] = strawberry.field(default_factory=list, description=_PEOPLE)

    @property
    def ledger(self) -> UUID | None:
        return row_id(self.ledger_id, "Ledger") if self.ledger_id else None

    @property
    def mapping(self) -> Mapped:
        return _mapping(self.people)


@strawberry.input(description="A file to import, as `previewImport` showed it.")
class ImportFileInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Where it goes.")
    file: Upload = strawberry.field(description=_FILE)
    currency: CurrencyCode | None = strawberry.field(default=None, description=_CURRENCY)
    people: list[ImportPersonInput] = strawberry.field(default_factory=list, description=_PEOPLE)

    def to_domain(self, sha256: str) -> NewImport:
        """`sha256` is of the file, in hexadecimal."""
        ledger_id = row_id(self.ledger_id, "Ledger")
        return NewImport(self.id, ledger_id, sha256, self.currency, _mapping(self.people))


ImportPreviewResult = Annotated[
    ImportPreview | Invalid | NotFound | Conflict, strawberry.union("ImportPreviewResult")
]
ImportResult = Annotated[
    Import | Invalid | NotFound | Forbidden | Conflict, strawberry.union("ImportResult")
]
