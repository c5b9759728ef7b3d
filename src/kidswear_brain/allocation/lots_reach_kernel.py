"""What an order costs at the least, and how much of it so few firms can sew at all."""

import numpy as np

from kidswear_brain.allocation.lots_book_kernel import CLOSE, Book, Market, sewn_of
from kidswear_brain.allocation.problem import Floats
from kidswear_brain.allocation.rows import Rows
from kidswear_brain.compiled import compiled, compiled_lent

LANES = 16
"""Minima kept side by side."""


@compiled
def least_costs(rows: Rows, unit_cost: Floats, lateness_cost: Floats) -> Floats:
    """(n,): the least unit cost of each order's row and its least lateness, added up.

    In lanes side by side: a minimum need not wait for the one before.
    """
    least, lanes = np.empty(rows.order_type.size), np.empty(LANES)
    for i in range(least.size):
        row = unit_cost[rows.first[i] : rows.first[i + 1]]
        whole = row.size // LANES * LANES
        lanes[:] = np.inf
        for base in range(0, whole, LANES):
            some = row[base : base + LANES]
            for k in range(LANES):
                lanes[k] = some[k] if some[k] < lanes[k] else lanes[k]
        least[i] = lanes.min()
        for cost in row[whole:]:
            least[i] = min(least[i], cost)
        late = np.inf
        for group in range(lateness_cost.shape[1]):
            for period in range(lateness_cost.shape[2]):
                late = min(late, lateness_cost[i, group, period])
        least[i] += late
    return least


@compiled
def tightness(market: Market, room: Floats, slots: int, least: float) -> Floats:
    """(n,): each order's minutes over those of its roomiest firms, so many; 0 if below `least`."""
    tight, top = np.zeros(market.demand.size), np.zeros(slots)
    for i in range(tight.size):
        most = _roomiest(market, room, i, market.demand[i] / least, top)
        if market.demand[i] >= least * most > 0.0:
            tight[i] = market.demand[i] / most
    return tight


@compiled_lent
def _roomiest(market: Market, room: Floats, i: int, enough: float, top: Floats) -> float:
    """Fill in the standard minutes of the roomiest firms of an order; their sum.

    It goes no further than to what is more than enough.
    """
    top[:] = 0.0
    rows = market.rows
    for at in range(rows.first[i], rows.first[i + 1]):
        if top.sum() > enough:
            break
        if market.unit_cost[at] < np.inf:
            j = rows.firm[rows.begin[rows.order_type[i]] + at - rows.first[i]]
            able = 0.0
            for k in range(room.shape[1]):
                if market.lateness_cost[i, market.group[j], k] < np.inf:
                    able += room[j, k] / market.minutes[at]
            smallest = np.argmin(top)
            top[smallest] = max(top[smallest], able)
    return float(top.sum())


@compiled
def out_of_reach(market: Market, capacity: Floats, book: Book, planned: Floats) -> float:
    """Add up what orders not fully served lack even on their roomiest firms, all else away.

    `planned` (n,) is the standard minutes the plan sews of each.
    """
    total, top = 0.0, np.zeros(book.firm.shape[1])
    for i in range(planned.size):
        if planned[i] - sewn_of(book, i) > CLOSE * market.demand[i]:
            _roomiest(market, capacity, i, np.inf, top)
            total += max(planned[i] - top.sum(), 0.0)
    return total
