"""Why there is no service. Each message says what to do about it."""


class NoEmbeddedServices(Exception):  # noqa: N818 - a situation, and what to do about it
    """Something about this machine or this data folder keeps the servers from running."""
