"""Which arcs are worth a look now? Every order's best arcs under given capacity prices.

The arcs of an order are implicit (cost, minutes and lateness by row); the simplex works on short
lists of them, and this module fills the lists from all arcs and proves when nothing is missing.
A cell is a firm-period, numbered ``period * firms + firm``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.compiled import compiled, compiled_reordered

Floats = NDArray[np.float64]

ABSENT = 1e300
"""Stands for the value of an arc that does not exist: finite, so that sums stay ordered."""


class Network(NamedTuple):
    """The problem as the kernels read it: rows by order, cells by period and firm."""

    unit_cost: Floats
    """(n, f) money per standard minute."""
    lateness: Floats
    """(n, g, t) money per standard minute."""
    minutes: Floats
    """(n, f) operator-minutes per standard minute."""
    group: NDArray[np.int64]
    """(f,) lateness group of each firm."""
    demand: Floats
    """(n,) in units of the mean demand."""
    unmet_cost: Floats
    """(n,) money per standard minute."""
    capacity: Floats
    """(t * f,) operator-minutes per unit of demand."""


class Lists(NamedTuple):
    """The best arcs of every order, and what is known of those left out."""

    cell: NDArray[np.int32]
    """(n, width) other end of each listed arc."""
    cost: Floats
    """(n, width) money per standard minute, lateness included."""
    minutes: Floats
    """(n, width) operator-minutes per standard minute."""
    count: NDArray[np.int64]
    """(n,) arcs listed."""
    floor: Floats
    """(n,) no arc left out was worth less than this, plus `steepest` times `drop`, when filled."""
    steepest: Floats
    """(n,) largest minutes of the row; negative when not yet known."""
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
    """Count the orders with an arc cheaper than their price, and refill their lists.

    An order is passed over when even the largest fall of any capacity price since its last
    filling, `drop` accumulated, cannot have made an arc left out cheaper than `order_price`.

    Parameters
    ----------
    network, lists : Network, Lists
        `lists` is written.
    price : (t * f,) array
        Capacity prices; ``inf`` closes a cell.
    order_price : (n,) array
        Order prices; ``-inf`` asks for nothing but a filling.
    drop : float
        Sum over all price changes so far of the largest fall of any capacity price.
    tolerance : float
        An arc counts as cheaper when it is so by more than this.
    """
    orders, width = lists.cell.shape
    firms = network.unit_cost.shape[1]
    cells = price.size
    values = np.empty(cells)
    chosen = np.empty(cells + 1, np.int32)
    violations = 0
    margin = 0.0
    for i in range(orders):
        if network.demand[i] <= 0.0:
            continue
        if lists.steepest[i] < 0.0:
            lists.steepest[i] = _steepest(network.unit_cost[i], network.minutes[i])
        if lists.floor[i] - lists.steepest[i] * drop >= order_price[i] - tolerance:
            continue
        _row_values(network, i, price, values)
        low = _minimum(values)
        if low >= ABSENT:
            lists.count[i] = 0
            lists.floor[i] = np.inf
            continue
        if low < order_price[i] - tolerance:
            violations += 1
        if margin <= 0.0:
            margin = 0.01 * (abs(low) + abs(network.unmet_cost[i])) + 1e-300
        count, margin = _choose(values, low, margin, width, chosen)
        limit = low + margin
        if count > width:
            # Ties: take some of the cheapest, others at each refilling, and claim nothing more.
            count = _choose_tied(values, low, width, chosen, lists.count[i] + 7 * i)
            limit = low
        lists.count[i] = count
        lists.floor[i] = limit + lists.steepest[i] * drop
        period = 0
        for k in range(count):
            cell = chosen[k]
            while cell >= (period + 1) * firms:
                period += 1
            while cell < period * firms:
                period -= 1
            firm = cell - period * firms
            lists.cell[i, k] = cell
            lists.cost[i, k] = (
                network.unit_cost[i, firm] + network.lateness[i, network.group[firm], period]
            )
            lists.minutes[i, k] = network.minutes[i, firm]
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
    periods = network.lateness.shape[2]
    values = np.empty(price.size)
    for i in range(orders):
        if network.demand[i] <= 0.0:
            continue
        for period in range(periods):
            for firm in range(firms):
                cell = period * firms + firm
                if closed[cell] and network.unit_cost[i, firm] < ABSENT:
                    cost = (
                        network.unit_cost[i, firm]
                        + network.lateness[i, network.group[firm], period]
                    )
                    bid = (order_price[i] - cost) / network.minutes[i, firm]
                    if bid > price[cell]:
                        price[cell] = bid
    for i in range(orders):
        if network.demand[i] <= 0.0:
            _row_values(network, i, price, values)
            order_price[i] = min(network.unmet_cost[i], _minimum(values))


@compiled
def _row_values(network: Network, i: int, price: Floats, values: Floats) -> None:
    """Cost of a standard minute of order i in every cell, capacity included."""
    firms = network.unit_cost.shape[1]
    cost = network.unit_cost[i]
    minutes = network.minutes[i]
    for period in range(network.lateness.shape[2]):
        lateness = network.lateness[i, :, period].copy()
        base = period * firms
        for firm in range(firms):
            value = cost[firm] + lateness[network.group[firm]] + minutes[firm] * price[base + firm]
            # NaN (minutes of a firm that cannot make it) fails the comparison too.
            values[base + firm] = value if value < ABSENT else ABSENT


@compiled_reordered
def _minimum(values: Floats) -> float:
    low = ABSENT
    for value in values:
        low = min(low, value)
    return low


@compiled
def _steepest(cost: Floats, minutes: Floats) -> float:
    steepest = 0.0
    for firm in range(cost.size):
        if cost[firm] < ABSENT and minutes[firm] > steepest:
            steepest = minutes[firm]
    return steepest


@compiled
def _choose(
    values: Floats, low: float, margin: float, width: int, chosen: NDArray[np.int32]
) -> tuple[int, float]:
    """Find the cells within a margin of the lowest, the margin such that they fill a list.

    Returns their number and the margin; more than `width` of them when no margin was found.
    """
    fits, over = 0.0, np.inf
    for _ in range(40):
        count = _within(values, min(low + margin, ABSENT), chosen)
        if count > width:
            over = margin
            margin = 0.5 * (fits + over) if fits > 0.0 else 0.6 * margin
        elif count < width // 2 and low + margin < ABSENT:
            fits = margin
            margin = 0.5 * (fits + over) if over < np.inf else 2.0 * margin
        else:
            return count, margin
    if fits > 0.0:
        return _within(values, low + fits, chosen), fits
    return width + 1, margin


@compiled
def _within(values: Floats, limit: float, chosen: NDArray[np.int32]) -> int:
    count = 0
    for cell in range(values.size):
        # Written always and kept when counted: no branch to predict.
        chosen[count] = cell
        count += values[cell] < limit
    return count


@compiled
def _choose_tied(
    values: Floats, low: float, width: int, chosen: NDArray[np.int32], start: int
) -> int:
    count = 0
    cells = values.size
    for k in range(cells):
        cell = (start + k) % cells
        if values[cell] <= low and count < width:
            chosen[count] = cell
            count += 1
    return count
