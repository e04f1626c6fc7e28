"""Nobody reaches a root field without signing in, but for what signing in itself takes."""

from strawberry.types.base import get_object_definition

from resolvers.root import graphql
from schema.permissions import SignedIn

PUBLIC = {"register", "logIn", "refreshTokens", "joinAsGuest", "invite"}


def test_every_root_field_asks_who_is_calling() -> None:
    converter = graphql.schema_converter
    roots = [root for root in (graphql.query, graphql.mutation, graphql.subscription) if root]
    fields = [field for root in roots for field in get_object_definition(root, strict=True).fields]

    open_fields = {
        converter.config.name_converter.from_field(field)
        for field in fields
        if SignedIn not in field.permission_classes
    }

    assert open_fields == PUBLIC
    assert len(fields) > len(PUBLIC)
