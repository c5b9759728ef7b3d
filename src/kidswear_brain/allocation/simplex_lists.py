"""Which arcs are worth a look now? Every order's best arcs under given capacity prices.

The arcs of an order are implicit (cost, minutes and lateness by row); the simplex works on short
lists of them, and this module fills the lists from all arcs and proves when nothing is missing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.simplex_rows import (
    ABSENT,
    Network,
    bounds,
    lowest,
    steepest,
    within,
)
from kidswear_brain.compiled import compiled

Floats = NDArray[np.float64]

TIED = 1e-3
"""Margins nearer than this, one too small and one too large, have ties between them."""
STEPS = 64
"""Steps into which a look at an order's values divides the margin of its list."""
SAMPLE = 6
"""Rank, among the firms of a sample, of the one whose value tells how far a list will reach."""


class Lists(NamedTuple):
    """The best arcs of every order, and what is known of those left out."""

    cell: NDArray[np.int32]
    """(n, width) other end of each listed arc."""
    cost: Floats
    """(n, width) money per standard minute, lateness included."""
    minutes: Floats
    """(n, width) operator-minutes per standard minute."""
    filled: NDArray[np.int64]
    """(n,) arcs listed."""
    floor: Floats
    """(n,) no arc left out was worth less than this, plus `steepest` times `drop`, when filled."""
    steepest: Floats
    """(n,) largest minutes of the row; negative when not yet known."""
    turn: NDArray[np.int64]
    """(n,) fillings that had to choose among ties."""
    unmet_cost: Floats
    """(n,) money per standard minute left unmet: each order's last resort."""


def empty_lists(unmet_cost: Floats, width: int) -> Lists:
    """Lists of no arcs, which claim nothing of the arcs left out."""
    orders = unmet_cost.size
    return Lists(
        np.zeros((orders, width), np.int32),
        np.zeros((orders, width)),
        np.ones((orders, width)),
        np.zeros(orders, np.int64),
        np.full(orders, -np.inf),
        np.full(orders, -1.0),
        np.zeros(orders, np.int64),
        unmet_cost,
    )


@compiled
def fill_lists(
    network: Network,
    lists: Lists,
    price: Floats,
    order_price: Floats,
    drop: float,
    tolerance: float,
) -> int:
    """Count the orders with an arc cheaper than their price; refill their lists.

    An order is passed over when even the largest fall of any capacity price since its last
    filling, `drop` accumulated, cannot have made an arc left out cheaper than `order_price`.

    Parameters
    ----------
    network, lists : Network, Lists
        `lists` is written.
    price : (t * f,) array
        Capacity prices; ``inf`` closes a cell.
    order_price : (n,) array
        Order prices.
    drop : float
        Sum over all price changes so far of the largest fall of any capacity price.
    tolerance : float
        An arc counts as cheaper when it is so by more than this.
    """
    orders, width = lists.cell.shape
    firms = network.unit_cost.shape[1]
    bound = np.empty(firms)
    chosen = np.empty(price.size + 1, np.int32)
    near = np.empty(firms + 1, np.int32)
    value = np.empty(price.size + 1)
    buffers = near, chosen, value
    violations = 0
    for i in range(orders):
        if network.demand[i] <= 0.0:
            continue
        if lists.steepest[i] < 0.0:
            lists.steepest[i] = steepest(network.unit_cost[i], network.minutes[i])
        if lists.floor[i] - lists.steepest[i] * drop >= order_price[i] - tolerance:
            continue
        bounds(network, i, price, bound)
        low = lowest(network, i, price, bound)
        if low >= ABSENT:
            lists.filled[i] = 0
            lists.floor[i] = np.inf
            continue
        if low >= order_price[i] - tolerance:
            # Nothing is missing: the list may stay, and nothing costs less than the lowest.
            lists.floor[i] = max(lists.floor[i], low + lists.steepest[i] * drop)
            continue
        violations += 1
        aim = low, tolerance, width
        count, sure, margin = _choose(network, i, price, bound, aim, buffers)
        if count > width:
            # Ties. What is cheaper than the order's price is sure of a place, if it can be.
            wanted = order_price[i] - tolerance - low
            if sure < wanted < margin:
                limit = low + wanted
                if within(network, i, price, bound, limit, buffers) <= width:
                    sure = wanted
            # Of the others some, not the same at each filling.
            lists.turn[i] += 1
            limits = low + sure, low + margin
            places = near, chosen[:width], lists.turn[i] + i
            count = _choose_tied(network, i, price, bound, limits, places)
        _copy_arcs(network, lists, i, chosen[:count])
        lists.floor[i] = low + sure + lists.steepest[i] * drop
    return violations


@compiled
def close_free_rows(
    network: Network, price: Floats, closed: NDArray[np.bool_], order_price: Floats
) -> None:
    """Give prices to the cells without capacity and the orders without demand.

    They cost nothing, so any price does that leaves no arc with a negative reduced cost: the
    dearest bid for a cell, the cheapest offer for an order. `price` and `order_price` are written.
    """
    orders, firms = network.unit_cost.shape
    bound = np.empty(firms)
    # What the cells without capacity would cost; of the others nothing is asked.
    asked = np.where(closed, price, np.inf)
    for i in range(orders):
        if network.demand[i] <= 0.0:
            continue
        bounds(network, i, asked, bound)
        for firm in range(firms):
            if bound[firm] < order_price[i]:
                for period in range(network.lateness.shape[2]):
                    cell = period * firms + firm
                    cost = network.unit_cost[i, firm]
                    cost += network.lateness[i, network.group[firm], period]
                    bid = (order_price[i] - cost) / network.minutes[i, firm]
                    if closed[cell] and bid > price[cell]:
                        price[cell], asked[cell] = bid, bid
    for i in range(orders):
        if network.demand[i] <= 0.0:
            bounds(network, i, price, bound)
            order_price[i] = min(network.unmet_cost[i], lowest(network, i, price, bound))


@compiled
def _choose(
    network: Network,
    i: int,
    price: Floats,
    bound: Floats,
    aim: tuple[float, float, int],
    buffers: tuple[NDArray[np.int32], NDArray[np.int32], Floats],
) -> tuple[int, float, float]:
    """Find the cells within a margin of the lowest, the margin such that they fill a list.

    Returns their number, and the margin twice. Where ties leave no such margin: more than `width`,
    a margin too small and one too large. All cells, where they fit.
    """
    low, tolerance, width = aim
    chosen, value = buffers[1], buffers[2]
    margin = _likely_margin(bound, low, width) + tolerance
    found = within(network, i, price, bound, low + margin, buffers)
    if found < width // 2:
        margin *= 4.0
        found = within(network, i, price, bound, low + margin, buffers)
    reach = margin
    if found < width // 2:
        found = within(network, i, price, bound, ABSENT, buffers)
        reach = ABSENT if found <= width else value[:found].max() - low + tolerance
    if found <= width:
        return found, reach, reach
    # One look at the values narrows the margin to one of many steps.
    fits, over = 0.0, reach
    counts = np.empty(STEPS, np.int64)
    while over > tolerance and over - fits > TIED * over:
        step = (over - fits) / STEPS
        total = _count_by_step(value[:found], low + fits, step, counts)
        k = 0
        while k < STEPS - 1 and total + counts[k] <= width:
            total += counts[k]
            k += 1
        if total >= width // 2:
            fits += k * step
            # rounding may have put a value into the step beside its own
            count = _below(value[:found], low + fits)
            if count <= width:
                _keep(chosen, value[:found], low + fits)
                return count, fits, fits
            over = fits
            fits -= step
        else:
            fits, over = fits + k * step, fits + (k + 1) * step
    return width + 1, fits, over


@compiled
def _likely_margin(bound: Floats, low: float, width: int) -> float:
    """Guess the margin within which about `width` firms lie, from every so-manieth firm."""
    best = np.full(SAMPLE, ABSENT)
    for firm in range(0, bound.size, max(width // SAMPLE, 1)):
        if bound[firm] < best[SAMPLE - 1]:
            k = SAMPLE - 1
            while k > 0 and best[k - 1] > bound[firm]:
                best[k] = best[k - 1]
                k -= 1
            best[k] = bound[firm]
    return float(best[SAMPLE - 1] - low)


@compiled
def _count_by_step(values: Floats, begin: float, step: float, counts: NDArray[np.int64]) -> int:
    """Count the values in each step from `begin` on; returns how many lie before."""
    counts[:] = 0
    before = 0
    for value in values:
        if value < begin:
            before += 1
        else:
            counts[int(min((value - begin) / step, counts.size - 1.0))] += 1
    return before


@compiled
def _below(values: Floats, limit: float) -> int:
    count = 0
    for value in values:
        count += value < limit
    return count


@compiled
def _keep(chosen: NDArray[np.int32], values: Floats, limit: float) -> None:
    """Move the cells below a limit to the front."""
    count = 0
    for k in range(values.size):
        chosen[count] = chosen[k]
        count += values[k] < limit


@compiled
def _choose_tied(
    network: Network,
    i: int,
    price: Floats,
    bound: Floats,
    limits: tuple[float, float],
    places: tuple[NDArray[np.int32], NDArray[np.int32], int],
) -> int:
    """List all cells below the first limit, and those below the second while there is room.

    Each turn begins at another firm and period.
    """
    near, chosen, turn = places
    firms, periods = bound.size, network.lateness.shape[2]
    found = 0
    for firm in range(firms):
        near[found] = firm
        found += bound[firm] < limits[1]
    count = 0
    above, below = -np.inf, limits[0]
    for _ in range(2):
        for p in range(periods):
            period = (p + turn) % periods
            for k in range(found):
                firm = near[(k + turn * chosen.size) % found]
                value = network.unit_cost[i, firm]
                value += network.lateness[i, network.group[firm], period]
                value += network.minutes[i, firm] * price[period * firms + firm]
                if above <= value < below and count < chosen.size:
                    chosen[count] = period * firms + firm
                    count += 1
        above, below = limits
    return count


@compiled
def _copy_arcs(network: Network, lists: Lists, i: int, chosen: NDArray[np.int32]) -> None:
    firms = network.unit_cost.shape[1]
    lists.filled[i] = chosen.size
    for k in range(chosen.size):
        cell = chosen[k]
        period, firm = cell // firms, cell % firms
        lists.cell[i, k] = cell
        lists.cost[i, k] = network.unit_cost[i, firm]
        lists.cost[i, k] += network.lateness[i, network.group[firm], period]
        lists.minutes[i, k] = network.minutes[i, firm]
