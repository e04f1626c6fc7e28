"""One thing of every kind that has an id, made by the real services, with a secret word where words are."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.comment import NewComment, Topic, Words
from domain.default_split import NewDefault, Scope
from domain.endpoint import Service
from domain.rate import NewRate, Quote
from domain.split import Equal
from domain.subgroup import NewSubgroup
from models.ledger import Ledger, Member
from services import comments, default_splits, endpoints, rates, subgroups
from tests.budgets import check, make_budget, told
from tests.claims import open_dinner
from tests.groups import DAY, Group, convert, personal_ledger, spend
from tests.imports import bring_in
from tests.members import invite, pay, placeholder
from tests.outreach import RING
from tests.receipts import uploaded_and_read

SECRET = "Classified"


@dataclass(frozen=True, slots=True)
class Things:
    """Ids by the name of their type. `other` is another member of the ledger, `token` lets in there."""

    ids: Mapping[str, UUID]
    other: UUID
    token: str

    def __getitem__(self, kind: str) -> str:
        """The global id."""
        return global_id(kind, self.ids[kind])


def global_id(kind: str, id: UUID) -> str:
    return str(GlobalID(kind, str(id)))


async def of_group(db: Database, group: Group, owner: Actor, other: Actor) -> Things:
    """What lies in a group where both sit, in the owner's and the other's name."""
    owners, others = group.seat(owner), group.seat(other)
    await _called_secret(db, group.id, owners)
    couple = NewSubgroup(new_id(), group.id, SECRET, [owners, await placeholder(db, owner, group)])
    expense = await spend(db, owner, group.id, 1000, merchant=SECRET)
    said = NewComment(new_id(), Topic.EXPENSE, expense.id, Words(SECRET))
    async with db.transaction() as tx:
        await subgroups.create(tx, owner, couple)
        comment = await comments.add(tx, owner, said)
        everyone = NewDefault(Scope(group.id), Equal((owners, others)))
        default = await default_splits.put(tx, owner, everyone, 0)
    link = await invite(db, owner, group, uses=9)
    ids = {
        "Claiming": (await open_dinner(db, owner, group.id)).id,
        "Comment": comment.id,
        "Conversion": (await convert(db, other, group, owner)).id,
        "DefaultSplit": default.id,
        "Expense": expense.id,
        "Import": (await bring_in(db, owner, group)).id,
        "Invite": link.invite.id,
        "Ledger": group.id,
        "Member": owners,
        "Rate": await _rate(db, owner, group.id),
        "Receipt": (await uploaded_and_read(db, owner, group.id)).id,
        "Settlement": (await pay(db, other, others, owners, group)).id,
        "Subgroup": couple.id,
    }
    return Things(ids, others, link.token)


async def of_person(db: Database, owner: Actor) -> dict[str, UUID]:
    """What is the owner's alone."""
    ledger = await personal_ledger(db, owner)
    await _called_secret(db, ledger.id, ledger.seat(owner))
    budget = await make_budget(db, owner, 1000, name=SECRET)
    expense = await spend(db, owner, ledger.id, 1000, note=SECRET)
    await check(db, owner)
    async with db.transaction() as tx:
        service = Service("ntfys://push.example.org/topic", SECRET)
        endpoint = await endpoints.connect(tx, owner, RING, service)
    return {
        "Budget": budget.id,
        "Endpoint": endpoint.id,
        "Expense": expense.id,
        "Ledger": ledger.id,
        "Member": ledger.seat(owner),
        "Notification": (await told(db, owner))[0].id,
        "Rate": await _rate(db, owner, ledger.id),
        "Receipt": (await uploaded_and_read(db, owner, ledger.id)).id,
        "Session": owner.session_id,
        "User": owner.user_id,
    }


async def _called_secret(db: Database, ledger_id: UUID, member_id: UUID) -> None:
    async with db.transaction() as tx:
        (await tx.get_one(Ledger, ledger_id)).name = SECRET
        (await tx.get_one(Member, member_id)).name = SECRET


async def _rate(db: Database, owner: Actor, ledger_id: UUID) -> UUID:
    wanted = NewRate(new_id(), ledger_id, Quote(DAY, "EUR", "USD", Decimal("1.1")))
    async with db.transaction() as tx:
        return (await rates.enter(tx, owner, wanted)).id
