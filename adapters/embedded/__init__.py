"""PostgreSQL and Redis of our own, for a laptop and for the tests. Production is given theirs by URL."""
