"""What material cost in the measured window: sums and formulas of the procurement measures."""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Bools, Floats, Ints
from kidswear_brain.simulation.rows import Rows

NAN = float("nan")
PARTS = ("price", "freight", "fee")


@dataclass(frozen=True, slots=True)
class Procurement:
    """Purchases made on measured days, by SKU (k,) and by price break."""

    weight: Floats
    """(k,) list value that orders of the window need, the same in both arms."""
    list_cny: Floats
    """(k,) list value bought."""
    cost: dict[str, Floats]
    """(k,) CNY by part of the bill: price, freight, fee."""
    metres_by_tier: dict[str, float]
    """Metres bought at each price break, 0 the dearest, and on the spot market."""
    pooled_metres: float
    alone_cny: Floats
    """(m,) what each need bought through the platform would have cost alone."""
    billed_cny: Floats
    """(m,) what it was billed."""
    gap: Floats
    """(windows,) of all simulated windows."""
    shared_list_cny: float
    """List value of what the orders of the window need for which both arms bought."""
    shared_cny: float
    """What these orders were billed, freight and fee included."""


def procurement_of(rows: Rows) -> Procurement:
    """Add up the purchases of the measured days."""
    bought, all_needs = rows.bought.purchases, rows.bought.needs
    inside = _measured(rows, bought.time_min)
    sku, skus = bought.sku[inside], len(rows.bought.sku_category)

    def by_sku(amount: Floats) -> Floats:
        return np.bincount(sku, amount[inside], skus).astype(np.float64)

    metres = np.bincount(bought.tier[inside] + 1, bought.metres[inside], rows.bought.tiers + 1)
    needs = all_needs.pooled & _measured(rows, all_needs.time_min)
    billed = all_needs.paid_cny + all_needs.freight_cny + all_needs.fee_cny
    both_arms = _measured(rows, rows.cluster.orders.ordered_min) & rows.bought.in_both_arms
    shared = both_arms[all_needs.order]
    list_cny = all_needs.metres * rows.bought.sku_list_cny_per_m[all_needs.sku]
    return Procurement(
        weight=rows.bought.needed_list_cny,
        list_cny=by_sku(bought.list_cny),
        cost={
            "price": by_sku(bought.paid_cny),
            "freight": by_sku(bought.freight_cny),
            "fee": by_sku(bought.fee_cny),
        },
        metres_by_tier={"spot": metres[0], **{str(t): m for t, m in enumerate(metres[1:])}},
        pooled_metres=float(bought.metres[inside & bought.pooled].sum()),
        alone_cny=all_needs.alone_cny[needs],
        billed_cny=billed[needs],
        gap=rows.bought.program_gap,
        shared_list_cny=float(list_cny[shared].sum()),
        shared_cny=float(billed[shared].sum()),
    )


def cost_index(p: Procurement) -> float:
    """Sum over SKUs of weight x what was paid over list value."""
    return sum(cost_index_parts(p).values())


def cost_index_shared(p: Procurement) -> float:
    """What the orders for which both arms buy were billed, over their list value.

    The same metres of every SKU in both arms, so that no weights are needed.
    """
    return p.shared_cny / p.shared_list_cny if p.shared_list_cny else NAN


def cost_index_parts(p: Procurement) -> dict[str, float]:
    """Split the index into price, freight and fee; a SKU not bought takes the arm's mean."""
    total, listed = p.weight.sum(), p.list_cny.sum()
    if total == 0 or listed == 0:
        return dict.fromkeys(PARTS, NAN)
    known = p.list_cny > 0
    index = {}
    for part in PARTS:
        mean = p.cost[part].sum() / listed
        ratio = np.full(known.size, mean)
        np.divide(p.cost[part], p.list_cny, out=ratio, where=known)
        index[part] = float(p.weight @ ratio / total)
    return index


def tier_shares(p: Procurement) -> dict[str, float]:
    """Share of the metres bought at each price break."""
    total = sum(p.metres_by_tier.values())
    return {tier: metres / total if total else NAN for tier, metres in p.metres_by_tier.items()}


def pooled_share(p: Procurement) -> float:
    """Share of the metres bought through the platform."""
    total = sum(p.metres_by_tier.values())
    return p.pooled_metres / total if total else NAN


def outside_share(p: Procurement) -> float:
    """Share of the members of pools that would have paid less alone."""
    better = p.billed_cny > p.alone_cny * (1 + 1e-9)
    return float(better.mean()) if better.size else NAN


def member_saving(p: Procurement) -> float:
    """What members of pools saved against buying alone."""
    alone = p.alone_cny.sum()
    return float(1 - p.billed_cny.sum() / alone) if alone else NAN


def largest_gap(p: Procurement) -> float:
    """How far the buying of any window can be from the least cost."""
    return float(p.gap.max()) if p.gap.size else NAN


def _measured(rows: Rows, time_min: Ints) -> Bools:
    days = rows.cluster.days
    return days.measured[time_min // 1440 - days.first]
