"""Why an order is unmet, in a planner's words, and what to relax first."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.planner import Planning
from kidswear_brain.allocation.planner_rows import PlanRows
from kidswear_brain.allocation.problem import Allocation, Floats


@dataclass(frozen=True, slots=True)
class Unmet:
    """One order, the pieces of it that nobody sews, and why."""

    order_id: str
    pieces: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """What one unmet part meets at each firm: (f,) arrays, and (f, t) where firms are open."""

    row: int
    order: int
    skilled: NDArray[np.bool_]
    reached: NDArray[np.bool_]
    lead_out: Floats
    lead_back: Floats
    open: NDArray[np.bool_]


def unmet_orders(planning: Planning, plan: Allocation, rows: PlanRows) -> Iterator[Unmet]:
    """Give each order with unmet pieces its reason, in the order of the table.

    The first of these that holds: nobody has the skill, no way leads there and back, no period is
    open, sewing costs more than leaving it, the able firms are full, whole lots left it over.

    Parameters
    ----------
    planning : Planning
        What was allocated.
    plan : Allocation
        The linear program's plan of the free parts, for its prices.
    rows : PlanRows
        What came of it.
    """
    parts, orders = planning.parts, planning.tables.orders
    unmet = np.flatnonzero(rows.unmet_pieces > 0)
    by_order: dict[int, list[int]] = {}
    for row in unmet.tolist():
        by_order.setdefault(int(parts.order[row]), []).append(row)
    for order, members in by_order.items():
        reasons = dict.fromkeys(
            _reason(planning, plan, row, rows.unmet_pieces[row]) for row in members
        )
        pieces = float(rows.unmet_pieces[members].sum())
        yield Unmet(str(orders.order_id[order]), pieces, "; ".join(reasons))


def _reason(planning: Planning, plan: Allocation, row: int, pieces: float) -> str:
    case = _case(planning, row)
    firm = int(planning.parts.firm[row])
    promised = "" if firm < 0 else f"promised to {planning.tables.firms.firm_id[firm]}: "
    if not case.skilled.any():
        return promised + _no_skill(planning, case)
    if not case.reached.any():
        return promised + _no_way(planning, case)
    if not case.open.any():
        return promised + _no_time(planning, case)
    if promised:
        return promised + "full of other promises; add operator-minutes there or drop a promise"
    if plan.unmet[row] <= 1e-9 * planning.problem.demand[row]:
        return "left over where lots are whole; --fractional would place it"
    return _no_room(planning, plan, case, pieces)


def _case(planning: Planning, row: int) -> _Case:
    ways, firm = planning.ways, planning.parts.firm[row]
    group = ways.group
    skilled = np.isfinite(ways.cost[ways.category[row]])
    if firm >= 0:
        skilled &= np.arange(skilled.size) == firm
    reached = skilled & np.isfinite(ways.freight[row])[group]
    closed = np.isinf(planning.problem.lateness_cost[row])[group]
    return _Case(
        row,
        int(planning.parts.order[row]),
        skilled,
        reached,
        ways.lead_out[row][group],
        ways.lead_back[row][group],
        reached[:, None] & ~closed,
    )


def _no_skill(planning: Planning, case: _Case) -> str:
    category = planning.tables.orders.category[case.order]
    return f'no firm can make category "{category}"; add a skills row for it'


def _no_way(planning: Planning, case: _Case) -> str:
    region = planning.tables.orders.region[case.order]
    example = planning.tables.firms.region[int(case.skilled.argmax())]
    return (
        f'no way from region "{region}" to a firm that can make it and back; '
        f'add lanes both ways, for example to "{example}"'
    )


def _no_time(planning: Planning, case: _Case) -> str:
    """The due date, if some period begins after the parts are there; else the release."""
    orders, ends = planning.tables.orders, planning.period_ends
    arrival = orders.release_days[case.order] + case.lead_out
    named = planning.parts.period[case.row]
    usable = case.reached[:, None] & (arrival[:, None] < ends)
    if named >= 0:
        usable &= np.arange(ends.size) == named
    if not usable.any():
        last = ends[named] if named >= 0 else ends[-1]
        earliest = arrival[case.reached].min()
        return (
            f"its parts reach no able firm before day {last:.4g} (earliest: day {earliest:.4g}); "
            "release it earlier or give later --periods"
        )
    back = np.where(usable, ends + case.lead_back[:, None], np.inf).min()
    return (
        f"too late: the earliest return is day {back:.4g}, the due day "
        f"{orders.due_days[case.order]:.4g}; move due_days to {back:.4g} or give a "
        "late_cost_per_piece_day"
    )


def _no_room(planning: Planning, plan: Allocation, case: _Case, pieces: float) -> str:
    """Full firms, unless sewing costs more than it is worth even where there is room."""
    row, ways, firms = case.row, planning.ways, planning.tables.firms
    smv = float(planning.tables.orders.smv_min[case.order])
    freight = (ways.freight[row] / smv)[ways.group]
    lateness = ways.lateness[row][ways.group]
    cost = np.where(
        case.open, (ways.cost[ways.category[row]] + freight)[:, None] + lateness, np.inf
    )
    worth = float(planning.unmet_cost[row])
    minutes = ways.minutes[ways.category[row]]
    firm, period = np.unravel_index(((worth - cost) / minutes[:, None]).argmax(), cost.shape)
    name = f"{firms.firm_id[firm]} ({firms.region[firm]})"
    if cost.min() >= worth:
        return (
            f"dearer to sew ({cost.min() * smv:.4g} a piece) than to leave ({worth * smv:.4g}); "
            f"raise unmet_cost_per_piece above {cost.min() * smv:.4g}"
        )
    begin = planning.period_ends[period - 1] if period else 0.0
    needed = pieces * smv * minutes[firm]
    price = plan.capacity_price[firm, period]
    able = int(case.open.any(axis=1).sum())
    return (
        f"full: {able} able firm(s) in reach and in time have better work; first add "
        f"{needed:,.0f} operator-minutes at {name} between day {begin:.4g} and "
        f"{planning.period_ends[period]:.4g}, each saves {price:.3g}, or move due_days"
    )
