"""What the relay's rounds outlive: PostgreSQL or Redis is away or busy for now."""

from redis.exceptions import RedisError

from core.db import TROUBLE

PASSING = (RedisError, *TROUBLE)
