"""What every resolver can reach: the database, the live feeds, who is asking, and the edges of types."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import strawberry
from strawberry import relay

from adapters.apprise.services import Services
from adapters.links import Links
from adapters.passwords import Passwords
from adapters.planning import Planner
from adapters.rates import Rates
from adapters.storage import Storage
from adapters.throttle import LoginThrottle
from adapters.tokens import Tokens
from core.db import Database
from core.key_ring import KeyRing
from core.loader import Loader
from core.streams import Streams
from domain.actor import Actor
from domain.because import BalanceKey, BalanceLine, DebtLine, PairKey
from domain.budget import Standing
from domain.claiming import Claims
from domain.debts import Debt, TransferView
from domain.edit_policy import Editable
from domain.friend import Between
from domain.listing import ExpenseFilter
from domain.moment import Moment
from domain.money import Money
from domain.pages import Page, Slice
from domain.preferences import Channel
from domain.presentation import PresentationKey, Presented
from domain.receipt.matching import Likeness, Match, Unspent
from domain.route import Route, Suggested
from domain.settlement import Transfer
from domain.thread import Thread
from models.budget import Budget
from models.category import Category
from models.claim import Claiming
from models.comment import Comment
from models.event import Event
from models.expense import Debt as DebtRow
from models.expense import Entry, Expense
from models.ledger import Balance, Ledger, Member
from models.receipt import Receipt
from models.subgroup import Subgroup


class Loaders:
    """Edges of types, one query per batch. They batch but do not remember: a socket lives for hours.

    A loader answers None for what is not there or not the viewer's. Each is made when it is first needed.
    """

    node: Loader[tuple[str, UUID | None], relay.Node | None]
    categories: Loader[UUID | None, Category | None]
    ledgers: Loader[UUID, Ledger | None]
    members: Loader[UUID, Member | None]
    members_of_ledger: Loader[UUID, list[Member]]
    subgroups_of_ledger: Loader[UUID, list[Subgroup]]
    balances_of_ledger: Loader[UUID, list[Balance]]
    balances_with_members: Loader[UUID, list[Balance]]
    transfers_of_ledger: Loader[tuple[UUID, TransferView], Sequence[Transfer]]
    editable: Loader[Editable, bool]
    comments: Loader[Thread, Page[Comment]]
    history: Loader[Thread, Page[Event]]
    entries_of_expense: Loader[UUID, list[Entry]]
    debts_of_expense: Loader[UUID, list[DebtRow]]
    routes: Loader[tuple[Suggested, Debt], Sequence[Route]]
    because_of_balance: Loader[tuple[BalanceKey, Slice], Page[BalanceLine]]
    because_of_debt: Loader[tuple[PairKey, Slice], Page[DebtLine]]
    past_balances: Loader[Moment, Sequence[Balance]]
    presented: Loader[PresentationKey, Presented]
    between_friends: Loader[UUID, Sequence[Between]]
    expense_of_receipt: Loader[UUID, Expense | None]
    parts_of_receipt: Loader[UUID, Sequence[Receipt]]
    matches_of_receipt: Loader[Unspent, Sequence[tuple[Expense, Match]]]
    duplicates_of_receipt: Loader[UUID, Sequence[tuple[Receipt, Sequence[Likeness]]]]
    claiming_of_receipt: Loader[UUID, Claiming | None]
    claims: Loader[UUID, Claims]
    totals_of_filter: Loader[ExpenseFilter, Sequence[Money]]
    budgets: Loader[UUID, Budget | None]
    standings: Loader[tuple[UUID, date | None], Standing | None]
    personal_ledgers: Loader[UUID, Ledger | None]

    def __init__(self, make: Callable[[str], Loader[Any, Any]]) -> None:
        """`make` makes the loader of a name."""
        self._make = make

    def __getattr__(self, name: str) -> Loader[Any, Any]:
        if name not in Loaders.__annotations__:
            raise AttributeError(name)
        made = self._make(name)
        setattr(self, name, made)  # found from now on
        return made


@dataclass(frozen=True, slots=True)
class Gate:
    """What letting people in takes. One per process; a refresh token lives for `refresh_lifetime`."""

    passwords: Passwords
    tokens: Tokens
    throttle: LoginThrottle
    refresh_lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Files:
    """What taking in receipts and showing them takes: files up to `max_bytes`. One per process."""

    storage: Storage
    links: Links
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Outreach:
    """What telling people outside the API takes. `channels` are those that the operator has set up."""

    channels: AbstractSet[Channel]
    push_public_key: str | None
    services: Services
    key_ring: KeyRing
    private_too: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operation may ask and take, and what a caller may with all of theirs. One per process.

    `most_cost` is in points of `resolvers.cost`; a query or a mutation may take so many `seconds`, and one
    that imports a file `import_seconds`.
    """

    most_cost: int
    introspection: bool
    seconds: float
    import_seconds: float
    rates: Rates
    streams: Streams


@dataclass(frozen=True, slots=True)
class Context:
    """Of one operation. `address` is the client's, as the proxy in front of us tells it."""

    db: Database
    gate: Gate
    files: Files
    outreach: Outreach
    planner: Planner
    limits: Limits
    loaders: Loaders
    actor: Actor | None
    address: str


Info = strawberry.Info[Context, Any]
