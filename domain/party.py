"""Parties: who settles with whom as one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.debts import Debt, netted
from domain.plan import Wishes


@dataclass(frozen=True, slots=True)
class Parties:
    """Each subgroup is one party, known by the member who pays for it; anybody else is one alone."""

    payer_of: Mapping[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    """By each member of a subgroup, the payer included."""

    def of(self, member: UUID) -> UUID:
        """The party, by its payer."""
        return self.payer_of.get(member, member)

    def members(self, member: UUID) -> AbstractSet[UUID]:
        """Everyone in the member's party."""
        party = self.of(member)
        return {member} | {other for other, payer in self.payer_of.items() if payer == party}

    def nets(self, net_minor: Mapping[UUID, int]) -> dict[UUID, int]:
        """What parties are owed in all, those that are even left out."""
        nets: defaultdict[UUID, int] = defaultdict(int)
        for member, minor in net_minor.items():
            nets[self.of(member)] += minor
        return {party: minor for party, minor in nets.items() if minor}

    def debts(self, owed: Iterable[Debt]) -> list[Debt]:
        """What parties owe each other; nobody owes their own party anything."""
        return netted(
            Debt(self.of(debtor), self.of(creditor), minor)
            for debtor, creditor, minor in owed
            if self.of(debtor) != self.of(creditor)
        )

    def wishes(self, wishes: Wishes) -> Wishes:
        """The same about parties: two members of one party pay each other nothing anyway."""
        return replace(
            wishes,
            never=self._pairs(wishes.never),
            preferred=self._pairs(wishes.preferred),
            centre=self.of(wishes.centre) if wishes.centre else None,
        )

    def _pairs(self, pairs: Iterable[AbstractSet[UUID]]) -> frozenset[frozenset[UUID]]:
        mapped = (frozenset(map(self.of, pair)) for pair in pairs)
        return frozenset(pair for pair in mapped if len(pair) > 1)
