from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.types.lazy_type import LazyType

from domain import comment
from domain.comment import NewComment, Words
from domain.errors import NotFound
from domain.pages import Page
from models.comment import Comment as CommentRow
from schema.context import Info
from schema.ids import row_id
from schema.member import Member, member, member_edge
from schema.pages import page_info
from schema.refusals import Conflict, Forbidden, Invalid
from schema.refusals import NotFound as NotFoundRefusal
from schema.scalars import BigInt

_TOPIC: LazyType[Any, Any] = LazyType("Topic", "schema.topic")  # which knows its comments


@strawberry.type(description="What a member wrote about an expense, a settlement or a conversion.")
class Comment(relay.Node):
    id: relay.NodeID[UUID]
    text: str | None = strawberry.field(description="The words; null once deleted.")
    author_name: str = strawberry.field(description="Who wrote it, as they were called then.")
    created_at: datetime = strawberry.field(description="When it was added.")
    editable_until: datetime = strawberry.field(
        description="Until when its author can put it in other words."
    )
    edited_at: datetime | None = strawberry.field(description="When it was last edited, if it was.")
    deleted_at: datetime | None = strawberry.field(description="When it was deleted, if it was.")
    version: BigInt = strawberry.field(description="Grows with every change.")
    row: strawberry.Private[CommentRow]

    author: Member = member_edge(
        by="row.author_id", description="The seat of who wrote it. Somebody else may sit there now."
    )

    @strawberry.field(description="Whether you wrote it: then you can edit and delete it.")
    def by_me(self, info: Info) -> bool:
        return info.context.actor is not None and info.context.actor.user_id == self.row.created_by

    @strawberry.field(description="The members it speaks to.")
    async def mentions(self, info: Info) -> list[Member]:
        return [await member(info, who) for who in self.row.mention_ids]

    @strawberry.field(graphql_type=_TOPIC, description="What it is about.")
    async def topic(self, info: Info) -> relay.Node:
        row = self.row
        ids = zip(
            comment.Topic, (row.expense_id, row.settlement_id, row.conversion_id), strict=True
        )
        key = next((kind.value, id) for kind, id in ids if id)
        topic = await info.context.loaders.node.load(key)
        assert topic is not None, "who sees a comment sees what it is about"
        return topic

    @staticmethod
    def of(row: CommentRow) -> "Comment":
        return Comment(
            id=row.id,
            text=row.text,
            author_name=row.author_name,
            created_at=row.created_at,
            editable_until=comment.editable_until(row.created_at),
            edited_at=row.edited_at,
            deleted_at=row.deleted_at,
            version=BigInt(row.version),
            row=row,
        )


@strawberry.type(description="Comments, page by page, newest first.")
class CommentConnection(relay.Connection[Comment]):
    @staticmethod
    def over(page: Page[CommentRow]) -> "CommentConnection":
        edges = [relay.Edge(cursor=cursor, node=Comment.of(row)) for cursor, row in page.rows]
        return CommentConnection(edges=edges, page_info=page_info(page))


@strawberry.input(description="A new comment.")
class AddCommentInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    topic_id: relay.GlobalID = strawberry.field(
        description="Which expense, settlement or conversion."
    )
    text: str = strawberry.field(description="At most 2000 characters.")
    mentions: list[relay.GlobalID] = strawberry.field(
        default_factory=list, description="The members it speaks to, at most 50."
    )

    def to_domain(self) -> NewComment:
        """Refuses: `NotFound` for the id of something else."""
        try:
            topic = comment.Topic(self.topic_id.type_name)
        except ValueError as error:
            raise NotFound("No such expense, settlement or conversion.") from error
        topic_id = row_id(self.topic_id, topic.value)
        return NewComment(self.id, topic, topic_id, _words(self.text, self.mentions))


@strawberry.input(description="A comment of yours in other words.")
class EditCommentInput:
    comment_id: relay.GlobalID = strawberry.field(description="Which comment.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    text: str = strawberry.field(description="At most 2000 characters.")
    mentions: list[relay.GlobalID] = strawberry.field(
        default_factory=list, description="The members it speaks to, at most 50."
    )

    def to_domain(self) -> Words:
        return _words(self.text, self.mentions)


def _words(text: str, mentions: list[relay.GlobalID]) -> Words:
    return Words(text, [row_id(who, "Member") for who in mentions])


CommentResult = Annotated[
    Comment | Invalid | NotFoundRefusal | Forbidden | Conflict, strawberry.union("CommentResult")
]
