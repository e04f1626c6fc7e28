"""What a file says that happened, among the people of the file. Each knows how it moves balances. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain import conversion, split, text
from domain.conversion import OwedToThemselves
from domain.errors import Invalid
from domain.expense import Cost, clean_tags, day_in_range
from domain.money import Money
from domain.rate import checked_rate, implied, require_two
from domain.settlement import PaidToThemselves, SettlementMethod, reference, something
from domain.split import Precedence

Nets = Mapping[tuple[UUID, str], int]
"""How far balances move, by person and currency, in minor units."""


class SharesDiffer(Invalid):
    code = "SHARES_DIFFER"


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody owes of an expense, in minor units, and whether an odd one is within it."""

    minor: int
    odd: bool


@dataclass(frozen=True, slots=True)
class Spending:
    """An expense. `spare` got the odd units: that stays so, whatever ids people and expense have here."""

    cost: Cost
    day: date
    category: str | None = None
    merchant: str | None = None
    note: str | None = None
    tags: Sequence[str] = ()
    spare: AbstractSet[UUID] = frozenset()
    nets: Nets = field(default_factory=dict[tuple[UUID, str], int])

    def checked(self, identity: UUID, said: Mapping[UUID, Share] | None = None) -> "Spending":
        """Itself with clean texts, divided as the file has `said`; else odd units take turns by `identity`.

        Refuses: `SharesDiffer`, and whatever a new expense is refused for.
        """
        amount = self.cost.amount.checked()
        cost = replace(self.cost, split=split.checked(self.cost.split, amount.currency))
        odd = {who for who, share in (said or {}).items() if share.odd}
        owed = split.divide(amount, cost.split, identity, first_served(odd))
        derived = {who: part.minor for who, part in owed.parts.items() if part.minor}
        if said is not None and derived != {
            who: share.minor for who, share in said.items() if share.minor
        }:
            raise SharesDiffer("The shares do not follow from the split.", path=("shares",))
        return replace(
            self,
            cost=cost,
            day=day_in_range(self.day),
            merchant=text.optional(self.merchant, "merchant", limit=200),
            note=text.optional(self.note, "note", limit=2000),
            tags=clean_tags(self.tags),
            spare=owed.spare,
            nets=_nets(split.paid(amount, cost.paid_by), owed.parts),
        )


@dataclass(frozen=True, slots=True)
class Paying:
    """A payment from one to another. `paid_as` is what changed hands, if in another currency."""

    payer: UUID
    payee: UUID
    amount: Money
    day: date
    method: SettlementMethod = SettlementMethod.OTHER
    note: str | None = None
    paid_as: Money | None = None
    external_ref: str | None = None

    def checked(self) -> "Paying":
        """Itself with clean texts. Refuses whatever a new settlement is refused for."""
        something(self.amount, "amount")
        if self.paid_as is not None:
            require_two(something(self.paid_as, "paidAs").currency, self.amount.currency)
            implied(self.day, self.paid_as, self.amount)
        if self.payer == self.payee:
            raise PaidToThemselves("Nobody settles with themselves.", path=("payeeId",))
        note = text.optional(self.note, "note", limit=2000)
        external_ref = reference(self.external_ref)
        return replace(self, note=note, external_ref=external_ref, day=day_in_range(self.day))

    @property
    def nets(self) -> Nets:
        return _nets({self.payer: self.amount}, {self.payee: self.amount})


@dataclass(frozen=True, slots=True)
class Converting:
    """What the debtor owes the creditor moves from one currency into another, at a rate frozen then."""

    debtor: UUID
    creditor: UUID
    before: Money
    after: Money
    rate: Decimal
    rate_day: date
    day: date

    def checked(self) -> "Converting":
        """Itself. Refuses whatever a new conversion is refused for."""
        conversion.something(self.before)
        conversion.something(self.after)
        require_two(self.before.currency, self.after.currency)
        checked_rate(self.rate)
        if self.debtor == self.creditor:
            raise OwedToThemselves("Nobody owes themselves.", path=("creditorId",))
        return replace(self, day=day_in_range(self.day), rate_day=day_in_range(self.rate_day))

    @property
    def nets(self) -> Nets:
        return {
            **_nets({self.debtor: self.before}, {self.creditor: self.before}),
            **_nets({self.creditor: self.after}, {self.debtor: self.after}),
        }


Deed = Spending | Paying | Converting


def first_served(odd: AbstractSet[UUID]) -> Precedence:
    """Ranks by which exactly these get the odd units."""
    return dict.fromkeys(odd, -1)


def people_of(deed: Deed) -> AbstractSet[UUID]:
    match deed:
        case Spending(cost):
            return cost.members
        case Paying(payer, payee):
            return {payer, payee}
        case Converting(debtor, creditor):
            return {debtor, creditor}


def _nets(paid: Mapping[UUID, Money], owed: Mapping[UUID, Money]) -> Nets:
    nets: Counter[tuple[UUID, str]] = Counter()
    nets.update({(who, part.currency): part.minor for who, part in paid.items()})
    nets.subtract({(who, part.currency): part.minor for who, part in owed.items()})
    return nets
