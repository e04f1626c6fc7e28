"""Connections by the Relay specification, with cursors that stay put while rows come and go."""

from collections.abc import Callable
from typing import Any, TypeVar

from strawberry import relay

from domain.pages import Page

NodeType = TypeVar("NodeType", bound=relay.Node)
RowType = TypeVar("RowType")


def parts(page: Page[RowType], of: Callable[[RowType], NodeType]) -> dict[str, Any]:
    """The `edges` and `page_info` of a connection over this page."""
    edges = [relay.Edge(cursor=cursor, node=of(row)) for cursor, row in page.rows]
    return {
        "edges": edges,
        "page_info": relay.PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    }
