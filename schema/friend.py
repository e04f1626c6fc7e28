"""People across ledgers."""

from uuid import UUID

import strawberry
from strawberry import relay

from domain import friend
from domain.because import PairKey
from domain.pages import Page
from schema.because import After, DebtLineConnection, First, debt_lines
from schema.context import Info
from schema.ledger import Ledger
from schema.member import Member, member_edge
from schema.money import Money
from schema.pages import page_info


@strawberry.type(description="What stands between you and a friend in one ledger, pair by pair.")
class FriendPart:
    net: Money = strawberry.field(description="Positive if they owe you.")
    part: strawberry.Private[friend.Part]

    @strawberry.field(description="Which ledger.")
    async def ledger(self, info: Info) -> Ledger:
        row = await info.context.loaders.ledgers.load(self.part.ledger_id)
        assert row is not None, "parts are of ledgers that one sits in"
        return Ledger.of(row)

    me: Member = member_edge(by="part.me", description="Your seat there.")

    them: Member = member_edge(by="part.them", description="Their seat there.")

    @strawberry.field(description="What it is made of.")
    async def because(
        self, info: Info, first: First = 50, after: After = None
    ) -> DebtLineConnection:
        part = self.part
        key = PairKey(part.ledger_id, part.them, part.me, part.net.currency)
        return await debt_lines(info, key, first, after)

    @staticmethod
    def of(part: friend.Part) -> "FriendPart":
        return FriendPart(net=Money.of(part.net), part=part)


@strawberry.type(
    description="What stands between you and a friend in one currency over all ledgers: a single payment of "
    "it, recorded as a settlement of each part in its ledger, would settle all of them."
)
class FriendBalance:
    net: Money = strawberry.field(description="Positive if they owe you; the sum of all parts.")
    parts: list[FriendPart] = strawberry.field(
        description="One for each ledger where anything is open."
    )

    @staticmethod
    def of(between: friend.Between) -> "FriendBalance":
        return FriendBalance(
            net=Money.of(between.net), parts=[FriendPart.of(part) for part in between.parts]
        )


@strawberry.type(description="Somebody with an account who shares a ledger with you.")
class Friend:
    person_id: strawberry.ID = strawberry.field(description="The same in every ledger.")
    name: str = strawberry.field(description="What they are called in one of them.")
    user_id: strawberry.Private[UUID]

    @strawberry.field(description="What stands between you, per currency.")
    async def balances(self, info: Info) -> list[FriendBalance]:
        found = await info.context.loaders.between_friends.load(self.user_id)
        return [FriendBalance.of(between) for between in found]

    @staticmethod
    def of(found: friend.Friend) -> "Friend":
        return Friend(
            person_id=strawberry.ID(str(found.user_id)), name=found.name, user_id=found.user_id
        )


@strawberry.type(description="A friend and their place in the list.")
class FriendEdge:
    cursor: str = strawberry.field(description="What `after` takes to go on from here.")
    node: Friend = strawberry.field(description="The friend.")


@strawberry.type(description="Friends by name, page by page.")
class FriendConnection:
    edges: list[FriendEdge] = strawberry.field(description="The friends of this page.")
    page_info: relay.PageInfo = strawberry.field(description="Whether there are more.")

    @staticmethod
    def over(page: Page[friend.Friend]) -> "FriendConnection":
        edges = [FriendEdge(cursor=cursor, node=Friend.of(row)) for cursor, row in page.rows]
        return FriendConnection(edges=edges, page_info=page_info(page))
