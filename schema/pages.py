"""Connections by the Relay specification, with cursors that stay put while rows come and go."""

from typing import Any

from strawberry import relay

from domain.pages import Page


def page_info(page: Page[Any]) -> relay.PageInfo:
    return relay.PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.rows[0][0] if page.rows else None,
        end_cursor=page.rows[-1][0] if page.rows else None,
    )
