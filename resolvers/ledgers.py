from typing import Annotated

import strawberry
from strawberry import relay

from domain.pages import Slice
from schema.context import Info
from schema.event import ActivityConnection
from schema.ids import row_id
from schema.ledger import (
    AcceptInviteInput,
    AddMemberInput,
    CreateGroupInput,
    CreateGroupResult,
    CreateInviteInput,
    CreateInviteResult,
    Invite,
    InviteConnection,
    InvitePreview,
    IssuedInvite,
    Ledger,
    LedgerConnection,
    LedgerResult,
    RenameLedgerInput,
    RevokeInviteResult,
    SetEditPolicyInput,
    SetPresentationCurrencyInput,
)
from schema.member import Member, MemberResult
from schema.pages import After, First
from schema.permissions import SignedIn, WithAccount, actor
from schema.scalars import IfVersion
from services import events, invites, ledgers

LedgerId = Annotated[relay.GlobalID, strawberry.argument(description="Which ledger.")]
GroupId = Annotated[relay.GlobalID, strawberry.argument(description="Which group.")]


@strawberry.type
class LedgerQueries:
    @strawberry.field(permission_classes=[SignedIn], description="A ledger of yours.")
    async def ledger(self, info: Info, id: LedgerId) -> Ledger | None:
        row = await info.context.loaders.ledgers.load(row_id(id, "Ledger"))
        return Ledger.of(row) if row else None

    @strawberry.field(
        permission_classes=[SignedIn],
        description="Your ledgers: your personal one first, then groups by name.",
    )
    async def ledgers(self, info: Info, first: First = 50, after: After = None) -> LedgerConnection:
        viewer = actor(info).user_id
        page = await ledgers.page(info.context.db, viewer, Slice.of(first, after))
        return LedgerConnection.over(page)

    @strawberry.field(
        permission_classes=[SignedIn], description="What happened in a ledger, newest first."
    )
    async def activity(
        self,
        info: Info,
        ledger_id: LedgerId,
        first: First = 50,
        after: After = None,
    ) -> ActivityConnection:
        page = await events.page(
            info.context.db,
            actor(info).user_id,
            row_id(ledger_id, "Ledger"),
            Slice.of(first, after),
        )
        return ActivityConnection.of(page)

    @strawberry.field(permission_classes=[SignedIn], description="Open links into a group.")
    async def invites(
        self, info: Info, ledger_id: GroupId, first: First = 50, after: After = None
    ) -> InviteConnection:
        page = await invites.page(
            info.context.db,
            actor(info).user_id,
            row_id(ledger_id, "Ledger"),
            Slice.of(first, after),
        )
        return InviteConnection.over(page)

    @strawberry.field(description="What a link opens. Its token is all that this takes.")
    async def invite(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="From the link.")],
    ) -> InvitePreview:
        async with info.context.db.reading() as session:
            return InvitePreview.of(*await invites.preview(session, token))


@strawberry.type
class LedgerMutations:
    @strawberry.mutation(permission_classes=[SignedIn, WithAccount], description="Make a group.")
    async def create_group(self, info: Info, input: CreateGroupInput) -> CreateGroupResult:
        async with info.context.db.transaction() as tx:
            row = await ledgers.create_group(tx, actor(info), input.to_domain())
        return Ledger.of(row)

    @strawberry.mutation(permission_classes=[SignedIn], description="Give a ledger a new name.")
    async def rename_ledger(self, info: Info, input: RenameLedgerInput) -> LedgerResult:
        ledger_id = row_id(input.ledger_id, "Ledger")
        async with info.context.db.transaction() as tx:
            row = await ledgers.rename(tx, actor(info), ledger_id, input.if_version, input.name)
        return Ledger.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Choose what a ledger's balances are shown in besides their own currencies.",
    )
    async def set_presentation_currency(
        self, info: Info, input: SetPresentationCurrencyInput
    ) -> LedgerResult:
        ledger_id = row_id(input.ledger_id, "Ledger")
        async with info.context.db.transaction() as tx:
            row = await ledgers.present_in(
                tx, actor(info), ledger_id, input.if_version, input.currency
            )
        return Ledger.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Choose who may change what was recorded, and until when, as an admin or owner. A lock "
        "holds for everybody: whoever may choose can only move it, as the log then tells.",
    )
    async def set_edit_policy(self, info: Info, input: SetEditPolicyInput) -> LedgerResult:
        ledger_id = row_id(input.ledger_id, "Ledger")
        async with info.context.db.transaction() as tx:
            row = await ledgers.choose_edit_policy(
                tx, actor(info), ledger_id, input.if_version, input.to_domain()
            )
        return Ledger.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn], description="Close a group to writes until it is reopened."
    )
    async def archive_group(
        self, info: Info, id: GroupId, if_version: IfVersion = None
    ) -> LedgerResult:
        async with info.context.db.transaction() as tx:
            row = await ledgers.archive(tx, actor(info), row_id(id, "Ledger"), if_version)
        return Ledger.of(row)

    @strawberry.mutation(permission_classes=[SignedIn], description="Open an archived group again.")
    async def reopen_group(
        self, info: Info, id: GroupId, if_version: IfVersion = None
    ) -> LedgerResult:
        async with info.context.db.transaction() as tx:
            row = await ledgers.reopen(tx, actor(info), row_id(id, "Ledger"), if_version)
        return Ledger.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Add a placeholder, to be claimed by whoever joins as them.",
    )
    async def add_member(self, info: Info, input: AddMemberInput) -> MemberResult:
        async with info.context.db.transaction() as tx:
            row = await ledgers.add_placeholder(tx, actor(info), input.to_domain())
        return Member.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount], description="Make a link into a group."
    )
    async def create_invite(self, info: Info, input: CreateInviteInput) -> CreateInviteResult:
        async with info.context.db.transaction() as tx:
            issued = await invites.create(tx, actor(info), input.to_domain())
        return IssuedInvite.of(issued.invite, issued.token)

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount], description="Close a link for good."
    )
    async def revoke_invite(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="Which link.")],
    ) -> RevokeInviteResult:
        async with info.context.db.transaction() as tx:
            row = await invites.revoke(tx, actor(info), row_id(id, "Invite"))
        return Invite.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount], description="Join a group by a link."
    )
    async def accept_invite(self, info: Info, input: AcceptInviteInput) -> LedgerResult:
        claim = row_id(input.claim, "Member") if input.claim else None
        async with info.context.db.transaction() as tx:
            row = await invites.accept(tx, actor(info), input.token, claim)
        return Ledger.of(row)
