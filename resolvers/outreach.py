import strawberry
from strawberry import relay

from domain.endpoint import ChannelOff
from domain.preferences import Channel
from schema.context import Context, Info
from schema.ids import row_id
from schema.outreach import (
    AddEndpointResult,
    AddPushSubscriptionInput,
    ConnectServiceInput,
    Endpoint,
    EndpointRemoved,
    NotificationPreferences,
    RemoveEndpointInput,
    RemoveEndpointResult,
    SetNotificationPreferencesInput,
    SetNotificationPreferencesResult,
)
from schema.permissions import SignedIn, WithAccount, actor
from services import endpoints, preferences


@strawberry.type
class OutreachQueries:
    @strawberry.field(
        permission_classes=[SignedIn, WithAccount],
        description="What you want to be told of, where, and how often.",
    )
    async def notification_preferences(self, info: Info) -> NotificationPreferences:
        async with info.context.db.reading() as session:
            chosen = await preferences.mine(session, actor(info).user_id)
        return NotificationPreferences.of(chosen, info.context.outreach.channels)

    @strawberry.field(
        permission_classes=[SignedIn, WithAccount],
        description="Where you are told besides the API, oldest first: 20 at most.",
    )
    async def endpoints(self, info: Info) -> list[Endpoint]:
        async with info.context.db.reading() as session:
            rows = await endpoints.mine(session, actor(info).user_id)
        return [Endpoint.of(row) for row in rows]

    @strawberry.field(
        permission_classes=[SignedIn, WithAccount],
        description="What a browser needs as `applicationServerKey`; null where there is no Web Push.",
    )
    async def push_public_key(self, info: Info) -> str | None:
        return info.context.outreach.push_public_key


@strawberry.type
class OutreachMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="Choose what you are told of from now on.",
    )
    async def set_notification_preferences(
        self, info: Info, input: SetNotificationPreferencesInput
    ) -> SetNotificationPreferencesResult:
        async with info.context.db.transaction() as tx:
            chosen = await preferences.choose(tx, actor(info), input.digest, input.to_domain())
        return NotificationPreferences.of(chosen, info.context.outreach.channels)

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount], description="Be told in a browser."
    )
    async def add_push_subscription(
        self, info: Info, input: AddPushSubscriptionInput
    ) -> AddEndpointResult:
        _require(info.context, Channel.PUSH)
        ring = info.context.outreach.key_ring
        browser = input.to_domain().checked(private_too=info.context.outreach.private_too)
        async with info.context.db.transaction() as tx:
            return Endpoint.of(await endpoints.subscribe(tx, actor(info), ring, browser))

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount], description="Be told by a service."
    )
    async def connect_service(self, info: Info, input: ConnectServiceInput) -> AddEndpointResult:
        _require(info.context, Channel.SERVICE)
        ring = info.context.outreach.key_ring
        service = input.to_domain().checked()
        await info.context.outreach.services.require(service.url)
        async with info.context.db.transaction() as tx:
            return Endpoint.of(await endpoints.connect(tx, actor(info), ring, service))

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="No longer be told somewhere. Which of your browsers it is, its name tells.",
    )
    async def remove_endpoint(self, info: Info, input: RemoveEndpointInput) -> RemoveEndpointResult:
        async with info.context.db.transaction() as tx:
            id = await endpoints.remove(tx, actor(info), row_id(input.id, "Endpoint"))
        return EndpointRemoved(id=relay.GlobalID("Endpoint", str(id)))


def _require(context: Context, channel: Channel) -> None:
    """Refuses: `ChannelOff`."""
    if channel not in context.outreach.channels:
        raise ChannelOff("This server does not offer that.")
