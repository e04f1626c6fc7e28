from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain.debts import TransferView
from domain.edit_policy import EditPolicy, WhoMayEdit
from domain.group import NewGroup, NewInvite, NewMember
from domain.moment import Moment
from domain.pages import Page
from domain.presentation import PresentationKey
from domain.role import Role
from domain.split import RemainderPolicy
from models.ledger import Invite as InviteRow
from models.ledger import Ledger as LedgerRow
from models.ledger import LedgerKind
from models.ledger import Member as MemberRow
from schema.balance import Balance, PastBalance
from schema.columns import column
from schema.context import Info
from schema.edges import each, edge
from schema.ids import row_id
from schema.member import Member
from schema.pages import page_info
from schema.presentation import BalancesInResult, PresentedBalances
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt, CurrencyCode
from schema.subgroup import Subgroup
from schema.transfer import Transfer

strawberry.enum(LedgerKind, description="A personal ledger is one person's; a group has members.")
strawberry.enum(
    RemainderPolicy,
    description="Who gets the cents that are left over when a cost does not divide evenly, among those whose "
    "exact part has a fraction of one. ROTATE: the largest fractions; equals take turns. PAYER: who paid. "
    "FAIR_LEDGER: who got the fewest so far, in this currency.",
)
strawberry.enum(
    WhoMayEdit,
    description="Who may change, take back and bring back what was recorded. ANY_MEMBER: whoever may write. "
    "INVOLVED: who is part of it, who recorded it, and admins. CREATOR_OR_ADMIN: the latter two. Anyone who "
    "is part of an expense or settlement may dispute it.",
)
strawberry.enum(
    TransferView,
    description="SIMPLIFIED: few transfers that settle everyone, whoever owes whom. "
    "DETAILED: what each member owes each other one, pair by pair.",
)


@strawberry.type(description="Where money facts live: your own, or a group's.")
class Ledger(relay.Node):
    id: relay.NodeID[UUID]
    row: strawberry.Private[LedgerRow]

    kind: LedgerKind = column("kind", description="Personal, or a group's.")
    name: str = column("name", description="What its members call it.")
    currency: CurrencyCode = column("currency", description="What new expenses are in by default.")
    archived_at: datetime | None = column("archived_at", description="Closed to writes since then.")
    created_at: datetime = column("created_at", description="When it was made.")
    version: BigInt = column("version", description="Grows with every change of name or state.")
    presentation_currency: CurrencyCode | None = column(
        "presentation_currency",
        description="What `balancesIn` shows balances in unless told otherwise.",
    )
    remainder: RemainderPolicy = column(
        "remainder", description="Who gets the odd cents of costs that are written now."
    )
    who_may_edit: WhoMayEdit = column(
        "who_may_edit", description="Who may change what was recorded, its admins apart."
    )
    lock_after_days: int | None = column(
        "lock_after_days",
        description="So many days (of UTC) after its day what was recorded stays as it is for everybody, and "
        "nothing older can be added; null: never.",
    )
    seq: BigInt = column(
        "seq",
        description="Number of its newest event: subscribe with `after: seq` to miss nothing.",
    )

    members: list[Member] = edge(
        "members_of_ledger",
        each(Member.of),
        by="id",
        description="Everyone with a seat, by name; those who left come last.",
    )
    balances: list[Balance] = edge(
        "balances_of_ledger",
        each(Balance.of),
        by="id",
        with_below={"member": "balances_with_members"},
        description="What is open, per member and currency; settled ones are left out.",
    )

    @strawberry.field(description="Your own seat.")
    async def me(self, info: Info) -> Member | None:
        rows = await info.context.loaders.members_of_ledger.load(self.id)
        return next((mine for row in rows if (mine := Member.of(row)).is_me(info)), None)

    @strawberry.field(description="Members who settle as one, by the subgroups' names.")
    async def subgroups(self, info: Info) -> list[Subgroup]:
        rows = await info.context.loaders.subgroups_of_ledger.load(self.id)
        return [Subgroup.of(row) for row in rows]

    @strawberry.field(
        description="Balances as they were: after the event `seq`, by the log; or by everything dated up to "
        "`day`, as it is known today. Name one of them."
    )
    async def balances_at(
        self,
        info: Info,
        seq: Annotated[
            BigInt | None, strawberry.argument(description="The number of an event.")
        ] = None,
        day: Annotated[date | None, strawberry.argument(description="That day included.")] = None,
    ) -> list[PastBalance]:
        moment = Moment(self.id, seq, day).checked()
        rows = await info.context.loaders.past_balances.load(moment)
        return [PastBalance.of(row) for row in rows]

    @strawberry.field(
        description="Balances in one currency, at the rates of a day or of the last days before it. A view: "
        "nothing is converted by it."
    )
    async def balances_in(
        self,
        info: Info,
        on: Annotated[date, strawberry.argument(description="The day to look for rates.")],
        currency: Annotated[
            CurrencyCode | None,
            strawberry.argument(
                description="Left out: the presentation currency, else the ledger's own."
            ),
        ] = None,
    ) -> BalancesInResult:
        shown_in = currency or self.row.presentation_currency or self.row.currency
        key = PresentationKey(self.id, shown_in, on)
        return PresentedBalances.of(key, await info.context.loaders.presented.load(key))

    @strawberry.field(description="Transfers that would settle the ledger.")
    async def suggested_transfers(
        self,
        info: Info,
        view: Annotated[
            TransferView, strawberry.argument(description="How to look at what is owed.")
        ] = TransferView.SIMPLIFIED,
    ) -> list[Transfer]:
        planned = await info.context.loaders.transfers_of_ledger.load((self.id, view))
        return Transfer.all_of(self.id, planned)

    @staticmethod
    def of(row: LedgerRow) -> "Ledger":
        return Ledger(id=row.id, row=row)


@strawberry.type(description="Your ledgers: your personal one first, then groups by name.")
class LedgerConnection(relay.Connection[Ledger]):
    @staticmethod
    def over(page: Page[LedgerRow]) -> "LedgerConnection":
        edges = [relay.Edge(cursor=cursor, node=Ledger.of(row)) for cursor, row in page.rows]
        return LedgerConnection(edges=edges, page_info=page_info(page))


@strawberry.type(description="A link into a group.")
class Invite(relay.Node):
    id: relay.NodeID[UUID]
    role: Role = strawberry.field(description="What whoever joins by it may do.")
    expires_at: datetime = strawberry.field(description="From then on it opens nothing.")
    max_uses: int = strawberry.field(description="How many people may join by it.")
    uses: int = strawberry.field(description="How many have.")
    allows_guests: bool = strawberry.field(
        description="Whether one may join by it without an account."
    )
    revoked_at: datetime | None = strawberry.field(description="When it was closed, if it was.")

    @staticmethod
    def of(row: InviteRow) -> "Invite":
        return Invite(
            id=row.id,
            role=row.role,
            expires_at=row.expires_at,
            max_uses=row.max_uses,
            uses=row.uses,
            allows_guests=row.allows_guests,
            revoked_at=row.revoked_at,
        )


@strawberry.type(description="Open links into a group, newest first.")
class InviteConnection(relay.Connection[Invite]):
    @staticmethod
    def over(page: Page[InviteRow]) -> "InviteConnection":
        edges = [relay.Edge(cursor=cursor, node=Invite.of(row)) for cursor, row in page.rows]
        return InviteConnection(edges=edges, page_info=page_info(page))


@strawberry.type(description="A new link together with its token, which is shown only this once.")
class IssuedInvite:
    invite: Invite = strawberry.field(description="The link.")
    token: str = strawberry.field(description="What opens it; put it into an address of yours.")

    @staticmethod
    def of(row: InviteRow, token: str) -> "IssuedInvite":
        return IssuedInvite(invite=Invite.of(row), token=token)


@strawberry.type(description="A placeholder that one may join as.")
class ClaimableMember:
    id: strawberry.ID = strawberry.field(
        description="What `acceptInvite` and `joinAsGuest` take as `claim`."
    )
    name: str = strawberry.field(description="What the group calls them.")


@strawberry.type(description="What the holder of an invite's token sees before joining.")
class InvitePreview:
    ledger_name: str = strawberry.field(description="The group it leads to.")
    allows_guests: bool = strawberry.field(description="Whether one may join without an account.")
    claimable: list[ClaimableMember] = strawberry.field(description="Who one may join as.")

    @staticmethod
    def of(ledger: LedgerRow, invite: InviteRow, claimable: Sequence[MemberRow]) -> "InvitePreview":
        return InvitePreview(
            ledger_name=ledger.name,
            allows_guests=invite.allows_guests,
            claimable=[
                ClaimableMember(
                    id=strawberry.ID(str(relay.GlobalID("Member", str(row.id)))), name=row.name
                )
                for row in claimable
            ],
        )


@strawberry.input(description="A new group, owned by its creator.")
class CreateGroupInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    name: str = strawberry.field(description="At most 100 characters.")
    currency: CurrencyCode = strawberry.field(description="What expenses are mostly in.")

    def to_domain(self) -> NewGroup:
        return NewGroup(id=self.id, name=self.name, currency=self.currency)


@strawberry.input(description="A new name for a ledger.")
class RenameLedgerInput:
    ledger_id: relay.GlobalID = strawberry.field(description="Which ledger.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    name: str = strawberry.field(description="At most 100 characters.")


@strawberry.input(description="What a ledger's balances are shown in besides their own currencies.")
class SetPresentationCurrencyInput:
    ledger_id: relay.GlobalID = strawberry.field(description="Which ledger.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    currency: CurrencyCode | None = strawberry.field(description="Null: the ledger's own.")


@strawberry.input(description="Who may change what was recorded in a group, and until when.")
class SetEditPolicyInput:
    ledger_id: relay.GlobalID = strawberry.field(description="Which group.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    who_may_edit: WhoMayEdit = strawberry.field(description="Who may, beside admins.")
    lock_after_days: int | None = strawberry.field(
        description="From how many days after its day on nobody may; null: never."
    )

    def to_domain(self) -> EditPolicy:
        return EditPolicy(self.who_may_edit, self.lock_after_days)


@strawberry.input(description="A placeholder for someone who has no account here.")
class AddMemberInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Which group.")
    name: str = strawberry.field(description="At most 100 characters.")

    def to_domain(self) -> NewMember:
        ledger_id = row_id(self.ledger_id, "Ledger")
        return NewMember(id=self.id, ledger_id=ledger_id, name=self.name)


@strawberry.input(description="A new link into a group.")
class CreateInviteInput:
    ledger_id: relay.GlobalID = strawberry.field(description="Which group.")
    valid_for_hours: int = strawberry.field(default=168, description="Up to a year.")
    max_uses: int = strawberry.field(default=1, description="How many people may join by it.")
    role: Role = strawberry.field(
        default=Role.MEMBER,
        description="What they may do: no more than you, and at most ADMIN. A seat that they claim or come "
        "back to gets it too.",
    )
    allows_guests: bool = strawberry.field(
        default=True,
        description="Whether they may join without an account: as MEMBER or VIEWER, whatever the role.",
    )

    def to_domain(self) -> NewInvite:
        return NewInvite(
            ledger_id=row_id(self.ledger_id, "Ledger"),
            valid_for=timedelta(hours=self.valid_for_hours),
            max_uses=self.max_uses,
            role=self.role,
            allows_guests=self.allows_guests,
        )


@strawberry.input(description="Joining a group by a link.")
class AcceptInviteInput:
    token: str = strawberry.field(description="From the link.")
    claim: relay.GlobalID | None = strawberry.field(
        default=None, description="The placeholder that you are, with all its history."
    )


CreateGroupResult = Annotated[
    Ledger | Invalid | NotFound | Conflict, strawberry.union("CreateGroupResult")
]
LedgerResult = Annotated[
    Ledger | Invalid | NotFound | Forbidden | Conflict, strawberry.union("LedgerResult")
]
CreateInviteResult = Annotated[
    IssuedInvite | Invalid | NotFound | Forbidden | Conflict,
    strawberry.union("CreateInviteResult"),
]
RevokeInviteResult = Annotated[
    Invite | NotFound | Forbidden | Conflict, strawberry.union("RevokeInviteResult")
]
