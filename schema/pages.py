"""Connections by the Relay specification, with cursors that stay put while rows come and go."""

from typing import Annotated, Any

import strawberry
from strawberry import relay

from domain.pages import Page

First = Annotated[int, strawberry.argument(description="How many, up to 100.")]
After = Annotated[str | None, strawberry.argument(description="The cursor to go on from.")]


def page_info(page: Page[Any]) -> relay.PageInfo:
    return relay.PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.rows[0][0] if page.rows else None,
        end_cursor=page.rows[-1][0] if page.rows else None,
    )
