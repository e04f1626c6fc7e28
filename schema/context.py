"""What every resolver can reach: the database, the live feeds, who is asking, and the edges of types."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.dataloader import DataLoader

from core.db import Database
from domain.actor import Actor
from models.account import User
from models.category import Category
from models.expense import Entry, Expense, Settlement
from models.ledger import Balance, Ledger, Member
from models.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Loaders:
    """Edges of types, one query per batch. They batch but do not remember: a socket lives for hours.

    A loader answers None for what is not there or not the viewer's.
    """

    node: "DataLoader[tuple[str, UUID], relay.Node | None]"
    users: DataLoader[UUID, User | None]
    categories: DataLoader[UUID, Category | None]
    ledgers: DataLoader[UUID, Ledger | None]
    members: DataLoader[UUID, Member | None]
    members_of_ledger: DataLoader[UUID, list[Member]]
    balances_of_ledger: DataLoader[UUID, list[Balance]]
    expenses: DataLoader[UUID, Expense | None]
    settlements: DataLoader[UUID, Settlement | None]
    entries_of_expense: DataLoader[UUID, list[Entry]]
    receipts: DataLoader[UUID, Receipt | None]


@dataclass(frozen=True, slots=True)
class Context:
    db: Database
    loaders: Loaders
    actor: Actor | None


Info = strawberry.Info[Context, Any]
