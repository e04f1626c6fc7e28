"""The facts of a ledger, counted again: what they post, what is owed by them, what they come to."""

from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain import debts
from domain.difference import Difference, Differs, differing
from domain.errors import Refusal
from models.event import Event
from models.expense import Debt, Entry
from models.ledger import Balance, Ledger, Member
from services import postings
from services.facts import posted
from services.postings import FACTS, Fact, Move, Posting

_FACTS_AT_A_TIME = 200
_STILL = Move(0, 0)
_UNREADABLE = (Refusal, LookupError, ValueError, TypeError, AssertionError, ArithmeticError)
"""What reading a damaged spec may raise."""

Place = tuple[UUID, str]
"""A member, by id, and a currency."""


class _Entered(NamedTuple):
    """An entry without its id."""

    ledger_id: UUID
    member_id: UUID
    user_id: UUID | None
    currency: str
    paid_minor: int
    owed_minor: int
    spare_minor: int
    day: date
    category_id: UUID | None


class _Owed(NamedTuple):
    """A debt without its id."""

    ledger_id: UUID
    debtor_id: UUID
    creditor_id: UUID
    currency: str
    minor: int


@dataclass
class Recount:
    """Goes through all facts once; `balances` are those stored."""

    session: AsyncSession
    ledger: Ledger
    seats: Mapping[UUID, UUID | None]
    balances: Mapping[Place, Move]
    _moves: defaultdict[Place, Move] = field(
        default_factory=lambda: defaultdict[Place, Move](lambda: _STILL)
    )
    _seen: Counter[type[Entry | Debt]] = field(default_factory=Counter[type[Entry | Debt]])

    @classmethod
    async def begin(cls, session: AsyncSession, ledger: Ledger) -> "Recount":
        seats = select(Member.id, Member.user_id).where(Member.ledger_id == ledger.id)
        stored = select(Balance).where(Balance.ledger_id == ledger.id)
        balances = {
            (row.member_id, row.currency): Move(row.net_minor, row.spare_minor)
            for row in (await session.exec(stored)).all()
        }
        return cls(session, ledger, dict((await session.exec(seats)).all()), balances)

    async def differences(self) -> AsyncGenerator[Difference]:
        for kind in FACTS:
            async for difference in self._of_kind(kind):
                yield difference
        for difference in self._balances():
            yield difference
        for table in (Entry, Debt):
            count = select(func.count()).where(col(table.ledger_id) == self.ledger.id)
            stored = (await self.session.exec(count)).one()
            if stored != self._seen[table]:
                about = f"the number of {table.__tablename__}"
                yield self._difference(Differs.NO_SUCH_FACT, about, stored, self._seen[table])

    async def _of_kind(self, kind: str) -> AsyncGenerator[Difference]:
        last: UUID | None = None
        while facts := await self._page(FACTS[kind], last):
            ids = [fact.id for fact in facts]
            entries = await self._lines(Entry, kind, ids)
            owed = await self._lines(Debt, kind, ids)
            logged = await self._logged(ids)
            for fact in facts:
                for difference in self._of_fact(
                    fact, entries[fact.id], owed[fact.id], logged.get(fact.id)
                ):
                    yield difference
            last = ids[-1]

    def _of_fact(
        self,
        fact: Fact,
        entries: Sequence[Entry],
        owed: Sequence[Debt],
        logged: Mapping[str, Any] | None,
    ) -> Iterator[Difference]:
        about = f"{type(fact).__name__} {fact.id}"
        what = Differs.FACT_NOT_AS_LOGGED
        if logged is None:
            yield self._difference(what, about, "there", "in the log")
        facts, known = fact.facts(), logged or {}
        for name in facts.keys() & known.keys():  # registers may have come or gone since
            if facts[name] != known[name]:
                yield self._difference(what, f"{name} of {about}", facts[name], known[name])
        try:
            standing = posted(fact)
        except _UNREADABLE as problem:
            yield self._difference(Differs.SPEC_UNREADABLE, about, problem, "a split")
            return
        for key, move in postings.moves_of(standing).items():
            self._moves[key] = Move(*map(sum, zip(self._moves[key], move, strict=True)))
        yield from self._lines_of(about, standing, entries, owed)

    def _lines_of(
        self,
        about: str,
        standing: Sequence[Posting],
        entries: Sequence[Entry],
        owed: Sequence[Debt],
    ) -> Iterator[Difference]:
        stored = Counter(map(_entered, entries))
        expected = Counter(line for each in standing for line in self._entered_by(each))
        if stored != expected:
            about_them = f"what {about} enters"
            yield self._difference(Differs.ENTRIES_DIFFER, about_them, [*stored], [*expected])
            yield from self._sums(about, standing, entries)
        debts_stored = Counter(map(_owed, owed))
        debts_expected = Counter(line for each in standing for line in self._owed_by(each))
        if debts_stored != debts_expected:
            about_them = f"what is owed by {about}"
            yield self._difference(
                Differs.DEBTS_DIFFER, about_them, [*debts_stored], [*debts_expected]
            )

    def _sums(
        self, about: str, standing: Sequence[Posting], entries: Iterable[Entry]
    ) -> Iterator[Difference]:
        """Σ paid and Σ owed of each currency: both are the amount."""
        stored: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in entries:
            paid, owed = stored[row.currency]
            stored[row.currency] = paid + row.paid_minor, owed + row.owed_minor
        amounts = {
            each.currency: sum(part.minor for part in each.paid.values()) for each in standing
        }
        expected = {currency: (amount, amount) for currency, amount in amounts.items()}
        for currency, there, due in differing(stored, expected, (0, 0)):
            sums = f"paid and owed of {about} in {currency}"
            yield self._difference(Differs.NOT_BALANCED, sums, there, due)

    def _balances(self) -> Iterator[Difference]:
        for (member_id, currency), stored, expected in differing(
            self.balances, self._moves, _STILL
        ):
            about = f"the {currency} balance of Member {member_id}"
            yield self._difference(Differs.BALANCE_DIFFERS, about, stored, expected)

    async def _page(self, table: type[Fact], last: UUID | None) -> Sequence[Fact]:
        query = select(table).where(col(table.ledger_id) == self.ledger.id).order_by(col(table.id))
        if last is not None:
            query = query.where(col(table.id) > last)
        return (await self.session.exec(query.limit(_FACTS_AT_A_TIME))).all()

    async def _lines(
        self, table: type[Any], kind: str, ids: Sequence[UUID]
    ) -> Mapping[UUID, Sequence[Any]]:
        reference = f"{kind}_id"
        query = select(table).where(getattr(table, reference).in_(ids))
        found: defaultdict[UUID, list[Any]] = defaultdict(list)
        for row in (await self.session.exec(query)).all():
            found[getattr(row, reference)].append(row)
            self._seen[table] += 1
        return found

    async def _logged(self, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any] | None]:
        """What the newest event of each fact told of it."""
        query = (
            select(Event)
            .ext(distinct_on(col(Event.entity_id)))
            .where(Event.ledger_id == self.ledger.id, col(Event.entity_id).in_(ids))
            .order_by(col(Event.entity_id), col(Event.seq).desc())
        )
        return {row.entity_id: row.after for row in (await self.session.exec(query)).all()}

    def _entered_by(self, each: Posting) -> Iterator[_Entered]:
        for who, (paid, owed) in each.sides.items():
            yield _Entered(
                self.ledger.id,
                who,
                self.seats.get(who),
                each.currency,
                paid,
                owed,
                int(who in each.spare),
                each.day,
                each.category_id,
            )

    def _owed_by(self, each: Posting) -> Iterator[_Owed]:
        for debtor, creditor, minor in debts.of_fact(each.nets):
            yield _Owed(self.ledger.id, debtor, creditor, each.currency, minor)

    def _difference(
        self, what: Differs, about: str, stored: object, expected: object
    ) -> Difference:
        return Difference(self.ledger.id, what, about, str(stored), str(expected))


def _entered(row: Entry) -> _Entered:
    return _Entered(*(getattr(row, name) for name in _Entered._fields))


def _owed(row: Debt) -> _Owed:
    return _Owed(*(getattr(row, name) for name in _Owed._fields))
