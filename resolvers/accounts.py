import strawberry

from domain.account import require_good_password
from domain.errors import Refusal
from domain.pages import Slice
from models.account import SessionEnd
from resolvers import sign_in
from schema.account import (
    ChangePasswordInput,
    ChangePasswordResult,
    Credentials,
    DeleteAccountInput,
    DeleteAccountResult,
    DeletedAccount,
    LogInInput,
    LogInResult,
    RefreshTokensInput,
    RefreshTokensResult,
    RegisterInput,
    RegisterResult,
    RevokeSessionInput,
    RevokeSessionResult,
    Session,
    SessionConnection,
    UpdateProfileInput,
    UpdateProfileResult,
    User,
)
from schema.context import Info
from schema.ids import row_id
from schema.pages import After, First
from schema.permissions import SignedIn, WithAccount, actor
from services import accounts, erasure, sessions
from services.sessions import SignIn


@strawberry.type
class AccountQueries:
    @strawberry.field(permission_classes=[SignedIn], description="Who is signed in.")
    async def me(self, info: Info) -> User:
        return User.of(await accounts.shown(info.context.db, actor(info)))

    @strawberry.field(
        permission_classes=[SignedIn], description="Where you are signed in, newest log-in first."
    )
    async def sessions(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
    ) -> SessionConnection:
        async with info.context.db.reading() as session:
            page = await sessions.page(
                session,
                actor(info).user_id,
                Slice.of(first, after),
                info.context.gate.refresh_lifetime,
            )
        return SessionConnection.over(page)


@strawberry.type
class AccountMutations:
    @strawberry.mutation(description="Make an account, with a personal ledger, and sign in.")
    async def register(self, info: Info, input: RegisterInput) -> RegisterResult:
        signed_in = await sign_in.register(
            info.context, input.to_domain(), input.password, input.client
        )
        return _credentials(info, signed_in)

    @strawberry.mutation(description="Sign in with email and password.")
    async def log_in(self, info: Info, input: LogInInput) -> LogInResult:
        signed_in = await sign_in.log_in(info.context, input.email, input.password, input.client)
        return _credentials(info, signed_in)

    @strawberry.mutation(
        description="Exchange a refresh token for new tokens. One that comes again ends its session."
    )
    async def refresh_tokens(self, info: Info, input: RefreshTokensInput) -> RefreshTokensResult:
        async with info.context.db.transaction() as tx:
            answer = await sessions.refresh(
                tx, input.refresh_token, info.context.gate.refresh_lifetime
            )
        if isinstance(answer, Refusal):
            raise answer
        return _credentials(info, answer)

    @strawberry.mutation(permission_classes=[SignedIn], description="End the session you ask from.")
    async def log_out(self, info: Info) -> Session:
        caller = actor(info)
        async with info.context.db.transaction() as tx:
            ended = await sessions.end(tx, caller, caller.session_id, SessionEnd.LOGGED_OUT)
        return Session.of(*ended)

    @strawberry.mutation(permission_classes=[SignedIn], description="Sign another device out.")
    async def revoke_session(self, info: Info, input: RevokeSessionInput) -> RevokeSessionResult:
        session_id = row_id(input.session_id, "Session")
        async with info.context.db.transaction() as tx:
            ended = await sessions.end(tx, actor(info), session_id, SessionEnd.REVOKED)
        return Session.of(*ended)

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="Take a new password and sign every other device out.",
    )
    async def change_password(self, info: Info, input: ChangePasswordInput) -> ChangePasswordResult:
        proof = await sign_in.prove(info.context, actor(info), input.current_password)
        require_good_password(input.new_password, proof.email, "newPassword")
        new_hash = await info.context.gate.passwords.hash(input.new_password)
        async with info.context.db.transaction() as tx:
            return User.of(await accounts.change_password(tx, actor(info), proof, new_hash))

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="Erase your personal ledger and forget you. Groups keep their history, with your "
        "seat as a placeholder of the same name; where you were the only owner, another member becomes it.",
    )
    async def delete_account(self, info: Info, input: DeleteAccountInput) -> DeleteAccountResult:
        proof = await sign_in.prove(info.context, actor(info), input.password)
        async with info.context.db.transaction() as tx:
            await erasure.delete_account(tx, actor(info), proof)
        return DeletedAccount(email=proof.email)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Change your name or time zone, or what your receipts may be used for. Ledgers go on "
        "calling you what they do.",
    )
    async def update_profile(self, info: Info, input: UpdateProfileInput) -> UpdateProfileResult:
        async with info.context.db.transaction() as tx:
            row = await accounts.update_profile(
                tx,
                actor(info),
                name=input.name,
                time_zone=input.time_zone,
                shares_receipts_for_training=input.shares_receipts_for_training,
            )
        return User.of(row)


def _credentials(info: Info, signed_in: SignIn) -> Credentials:
    return Credentials.of(info.context.gate.tokens.issue(signed_in.actor), *signed_in)
