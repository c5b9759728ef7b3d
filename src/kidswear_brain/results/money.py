"""What the cash book of the measured window comes to: totals, cost of a piece, firms' margins."""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.simulation.rows import PURPOSES, Rows

NAN = float("nan")
PERCENTILES = (10, 50, 90)


@dataclass(frozen=True, slots=True)
class Money:
    """Money of the measured days."""

    paid: dict[str, float]
    """CNY paid by purpose; what passes through the platform counts once."""
    earned: Floats
    """(f,) piece prices of what arrived."""
    costs: Floats
    """(f,) wages and interest."""
    pieces: int
    """Good pieces that arrived."""


def money_of(rows: Rows) -> Money:
    """Add up the payments of the measured days."""
    cash, days = rows.cash, rows.cluster.days
    payments, firms = cash.payments, len(rows.cluster.firms.firm_id)
    inside = days.measured[payments.time_min // 1440 - days.first]
    platform = cash.party_id.index("platform")
    through = (payments.payer == platform) & inside
    by_purpose = np.bincount(
        payments.purpose[inside & ~through],
        payments.amount_cny[inside & ~through],
        len(PURPOSES),
    )
    interest = inside & (payments.purpose == PURPOSES.index("interest"))
    owed = np.bincount(payments.payer[interest], payments.amount_cny[interest], firms)
    return Money(
        paid=dict(zip(PURPOSES, by_purpose.tolist(), strict=True)),
        earned=cash.earned_cny,
        costs=cash.wages_cny + owed,
        pieces=cash.arrived_pieces,
    )


def unit_cost(m: Money) -> float:
    """What a good piece cost the district: material, freight, fee, wages and interest."""
    spent = sum(m.paid[purpose] for purpose in ("material", "freight", "fee", "interest"))
    wages = float(m.costs.sum()) - m.paid["interest"]
    return (spent + wages) / m.pieces if m.pieces else NAN


def firm_margin(m: Money) -> float:
    """What all firms keep of what they earned."""
    earned = float(m.earned.sum())
    return 1 - float(m.costs.sum()) / earned if earned else NAN


def firm_margin_percentiles(m: Money) -> dict[str, float]:
    """Percentiles over firms that earned anything."""
    some = m.earned > 0
    each = 1 - m.costs[some] / m.earned[some]
    return {f"p{p}": float(np.percentile(each, p)) if each.size else NAN for p in PERCENTILES}


def firms_at_loss_share(m: Money) -> float:
    """Share of firms whose wages and interest exceed what they earned."""
    return float((m.costs > m.earned).mean()) if m.earned.size else NAN
