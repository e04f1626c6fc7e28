"""How a budget stands, by one statement and the domain's own arithmetic."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

from itertools import islice
from typing import Any
from uuid import UUID

import asyncpg

from core.clock import now
from domain import budget
from domain.actor import Actor
from domain.period import PeriodKind, around, local_day, preceding
from models.spending import ALL_CATEGORIES

_BUDGET = """
    SELECT b.amount_minor, b.currency, b.period, u.time_zone
    FROM budgets b JOIN ledgers l ON l.id = b.ledger_id JOIN users u ON u.id = l.owner_id
    WHERE b.id = $1 AND u.id = $2"""

_SPENT = """
    SELECT stretch.number, s.currency, sum(s.minor)::bigint
    FROM unnest($3::int[], $4::date[], $5::date[]) AS stretch(number, first, last)
    JOIN budgets b ON b.id = $1
    JOIN LATERAL (
        SELECT $6::uuid AS id WHERE cardinality(b.category_ids) = 0
        UNION ALL
        SELECT id FROM categories
        WHERE id = ANY(b.category_ids) OR parent_id = ANY(b.category_ids)) AS counted ON true
    JOIN spent_on_days s ON s.user_id = $2 AND s.category_id = counted.id
        AND s.day >= stretch.first AND s.day < stretch.last
    GROUP BY stretch.number, s.currency"""


async def status(connection: asyncpg.Connection, actor: Actor, budget_id: UUID) -> dict[str, Any]:
    row = await connection.fetchrow(_BUDGET, budget_id, actor.user_id)
    assert row
    amount, currency, kind = row["amount_minor"], row["currency"], PeriodKind(row["period"])
    today = local_day(now(), row["time_zone"])
    period = around(today, kind)
    begun, ahead = period.parted(today)
    past = list(islice(preceding(period, kind), len(budget.FORECAST_WEIGHTS)))
    stretches = [begun, ahead, *past]
    found = await connection.fetch(
        _SPENT,
        budget_id,
        actor.user_id,
        list(range(len(stretches))),
        [one.start for one in stretches],
        [one.end for one in stretches],
        ALL_CATEGORIES,
    )
    spent = {(number, code): minor for number, code, minor in found}
    now_spent, to_come, *before = (spent.get((n, currency), 0) for n in range(len(stretches)))
    total = now_spent + to_come
    projected = budget.projected(
        now_spent,
        to_come,
        elapsed_days=begun.days,
        days=period.days,
        history=budget.since_first_spending(before),
    )
    return {
        "periodStart": period.start,
        "periodEnd": period.end,
        "amount": {"minor": amount},
        "spent": {"minor": total},
        "remaining": {"minor": amount - total},
        "percent": budget.percent(total, amount),
        "projected": {"minor": projected},
        "uncounted": _uncounted(spent, currency),
    }


def _uncounted(spent: dict[tuple[int, str], int], currency: str) -> list[dict[str, Any]]:
    others = sorted({code for _, code in spent} - {currency})
    sums = {code: spent.get((0, code), 0) + spent.get((1, code), 0) for code in others}
    return [{"minor": minor, "currency": code} for code, minor in sums.items() if minor]
