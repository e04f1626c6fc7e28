from typing import Annotated

import strawberry
from strawberry import relay

from schema.comment import AddCommentInput, Comment, CommentResult, EditCommentInput
from schema.context import Info
from schema.ids import row_id
from schema.permissions import SignedIn, actor
from services import comments


@strawberry.type
class CommentMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Say something about an expense, a settlement or a conversion. Every member may.",
    )
    async def add_comment(self, info: Info, input: AddCommentInput) -> CommentResult:
        async with info.context.db.transaction() as tx:
            row = await comments.add(tx, actor(info), input.to_domain())
        return Comment.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Put a comment of yours in other words, within 15 minutes.",
    )
    async def edit_comment(self, info: Info, input: EditCommentInput) -> CommentResult:
        comment_id = row_id(input.comment_id, "Comment")
        async with info.context.db.transaction() as tx:
            row = await comments.edit(
                tx, actor(info), comment_id, input.if_version, input.to_domain()
            )
        return Comment.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Take a comment of yours back. Its words are gone; that there was one stays.",
    )
    async def delete_comment(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="Which comment.")],
    ) -> CommentResult:
        async with info.context.db.transaction() as tx:
            row = await comments.delete(tx, actor(info), row_id(id, "Comment"))
        return Comment.of(row)
