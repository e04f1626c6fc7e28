"""What an event changed, as typed values: a client says it in its own language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from domain import changes, money
from domain.changes import Choice, Disputes, Parts, Reference, References
from schema.context import Info
from schema.dispute import Dispute
from schema.member import Member, member_edge
from schema.money import Money
from schema.scalars import BigInt
from schema.split import Split, shown


@strawberry.type(description="Words that somebody wrote, or a code such as EUR.")
class TextValue:
    text: str = strawberry.field(description="The words.")


@strawberry.type(description="Several words or texts.")
class TextsValue:
    texts: list[str] = strawberry.field(description="The texts.")


@strawberry.type(description="One of the names of an enumeration.")
class ChoiceValue:
    choice: str = strawberry.field(description="The name, such as BANK_TRANSFER.")


@strawberry.type(description="A number that is not money.")
class NumberValue:
    number: BigInt = strawberry.field(description="The number.")


@strawberry.type(description="Several numbers that are not money.")
class NumbersValue:
    numbers: list[BigInt] = strawberry.field(description="The numbers.")


@strawberry.type(description="Yes or no.")
class FlagValue:
    flag: bool = strawberry.field(description="Whether it is so.")


@strawberry.type(description="A day on the calendar.")
class DayValue:
    day: date = strawberry.field(description="The day.")


@strawberry.type(description="A moment in time.")
class MomentValue:
    at: datetime = strawberry.field(description="The moment.")


@strawberry.type(description="An amount of money.")
class AmountValue:
    amount: Money = strawberry.field(description="How much.")


@strawberry.type(description="Another thing: a member, a category, a receipt.")
class ReferenceValue:
    id: relay.GlobalID = strawberry.field(description="Its id.")
    key: strawberry.Private[tuple[str, UUID | None]]

    @strawberry.field(description="The thing as it is now; null once it is gone.")
    async def node(self, info: Info) -> relay.Node | None:
        return await info.context.loaders.node.load(self.key)

    @staticmethod
    def of(reference: Reference) -> "ReferenceValue":
        id = relay.GlobalID(reference.type_name, str(reference.id))
        return ReferenceValue(id=id, key=(reference.type_name, reference.id))


@strawberry.type(description="Several other things.")
class ReferencesValue:
    references: list[ReferenceValue] = strawberry.field(description="The things.")


@strawberry.type(description="A member's part of an amount of money.")
class PartAmount:
    amount: Money = strawberry.field(description="How much.")
    member_id: strawberry.Private[UUID]

    member: Member = member_edge(by="member_id", description="Whose part.")


@strawberry.type(description="Amounts of money by member, such as who paid how much.")
class PartsValue:
    parts: list[PartAmount] = strawberry.field(description="One part per member.")

    @staticmethod
    def of(parts: Parts) -> "PartsValue":
        return PartsValue(
            parts=[
                PartAmount(amount=Money.of(amount), member_id=who)
                for who, amount in sorted(parts.amounts.items())
            ]
        )


@strawberry.type(description="Who said that an expense is wrong, and why.")
class DisputesValue:
    disputes: list[Dispute] = strawberry.field(description="One per member.")


@strawberry.type(description="How an expense is split, as it was agreed.")
class SplitValue:
    split: Split = strawberry.field(description="The split.")


@strawberry.type(description="What has no simpler form.")
class DocumentValue:
    document: JSON = strawberry.field(description="As the log has it.")


FieldValue = Annotated[
    TextValue
    | TextsValue
    | ChoiceValue
    | NumberValue
    | NumbersValue
    | FlagValue
    | DayValue
    | MomentValue
    | AmountValue
    | ReferenceValue
    | ReferencesValue
    | PartsValue
    | DisputesValue
    | SplitValue
    | DocumentValue,
    strawberry.union("FieldValue", description="What a field had or has, by its type."),
]


@strawberry.type(description="One field that an event changed.")
class FieldChange:
    field: str = strawberry.field(description="What the API calls it, such as amount.")
    before: FieldValue | None = strawberry.field(description="What it had; null when empty or new.")
    after: FieldValue | None = strawberry.field(description="What it has since; null when empty.")

    @staticmethod
    def of(change: changes.FieldChange) -> "FieldChange":
        return FieldChange(
            field=change.field, before=_value(change.before), after=_value(change.after)
        )


def _value(value: changes.Value | None) -> Any:
    if value is None:
        return None
    return next(shown for kind, shown in _SHOWN if isinstance(value, kind))(value)


def _list(values: Sequence[Any]) -> TextsValue | NumbersValue | DocumentValue:
    if all(isinstance(value, str) for value in values):
        return TextsValue(texts=list(values))
    if all(isinstance(value, int) for value in values):
        return NumbersValue(numbers=[BigInt(value) for value in values])
    return DocumentValue(document=JSON(values))


_SHOWN: tuple[tuple[type, Callable[[Any], object]], ...] = (  # the first that fits
    (str, lambda text: TextValue(text=text)),
    (bool, lambda flag: FlagValue(flag=flag)),
    (int, lambda number: NumberValue(number=BigInt(number))),
    (datetime, lambda at: MomentValue(at=at)),
    (date, lambda day: DayValue(day=day)),
    (Choice, lambda choice: ChoiceValue(choice=choice.name)),
    (money.Money, lambda amount: AmountValue(amount=Money.of(amount))),
    (Reference, ReferenceValue.of),
    (References, lambda many: ReferencesValue(references=[*map(ReferenceValue.of, many.each)])),
    (Parts, PartsValue.of),
    (Disputes, lambda said: DisputesValue(disputes=Dispute.all_of(said.reasons))),
    (Sequence, _list),
    (Mapping, lambda document: DocumentValue(document=JSON(document))),
    (object, lambda spec: SplitValue(split=shown(spec))),
)
