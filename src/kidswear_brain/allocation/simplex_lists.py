"""Which arcs are worth a look now? Every order's best arcs under given capacity prices.

The arcs of an order are implicit (cost, minutes and lateness by row); the simplex works on short
lists of them, and this module fills the lists from all arcs and proves when nothing is missing.
A cell is a firm-period, numbered ``period * firms + firm``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.compiled import compiled

Floats = NDArray[np.float64]

ABSENT = 1e300
"""Stands for the value of an arc that does not exist: finite, so that sums stay ordered."""
TIED = 1e-3
"""Margins nearer than this, one too small and one too large, have ties between them."""
LANES = 32
"""Maxima kept side by side."""


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
    margin = 0.0
    for i in range(orders):
        if network.demand[i] <= 0.0:
            continue
        if lists.steepest[i] < 0.0:
            lists.steepest[i] = _steepest(network.unit_cost[i], network.minutes[i])
        if lists.floor[i] - lists.steepest[i] * drop >= order_price[i] - tolerance:
            continue
        _bounds(network, i, price, bound)
        low = _lowest(network, i, price, bound)
        if low >= ABSENT:
            lists.filled[i] = 0
            lists.floor[i] = np.inf
            continue
        if low >= order_price[i] - tolerance:
            # Nothing is missing: the list may stay, and nothing costs less than the lowest.
            lists.floor[i] = max(lists.floor[i], low + lists.steepest[i] * drop)
            continue
        violations += 1
        if margin <= 0.0:
            margin = 0.01 * (abs(low) + abs(network.unmet_cost[i])) + tolerance
        aim = low, margin, tolerance, width
        count, sure, margin = _choose(network, i, price, bound, aim, buffers)
        if count > width:
            # Ties. What is cheaper than the order's price is sure of a place, if it can be.
            wanted = order_price[i] - tolerance - low
            if sure < wanted < margin:
                limit = low + wanted
                if _within(network, i, price, bound, limit, buffers) <= width:
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
        _bounds(network, i, asked, bound)
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
            _bounds(network, i, price, bound)
            order_price[i] = min(network.unmet_cost[i], _lowest(network, i, price, bound))


@compiled
def _bounds(network: Network, i: int, price: Floats, bound: Floats) -> None:
    """Find what a standard minute of order i costs at the least at every firm.

    That is at the least lateness of all groups, which spares looking up each firm's; what a firm
    really costs is worth finding out for few. NaN (minutes of a firm that cannot make the order)
    fails every comparison: no test needed.
    """
    firms = bound.size
    bound[:] = ABSENT
    for period in range(network.lateness.shape[2]):
        late = network.lateness[i, :, period].min()
        if late < ABSENT:
            cells = price[period * firms : (period + 1) * firms]
            _lower(network.unit_cost[i], network.minutes[i], cells, late, bound)


@compiled
def _lower(cost: Floats, minutes: Floats, price: Floats, late: float, bound: Floats) -> None:
    for firm in range(bound.size):
        value = cost[firm] + late + minutes[firm] * price[firm]
        bound[firm] = value if value < bound[firm] else bound[firm]


@compiled
def _lowest(network: Network, i: int, price: Floats, bound: Floats) -> float:
    """Least cost of a standard minute of order i; `ABSENT` if it has no arc."""
    firms = bound.size
    low = ABSENT
    for firm in range(firms):
        if bound[firm] < low:
            for period in range(network.lateness.shape[2]):
                value = network.unit_cost[i, firm]
                value += network.lateness[i, network.group[firm], period]
                value += network.minutes[i, firm] * price[period * firms + firm]
                low = value if value < low else low
    return low


@compiled
def _steepest(cost: Floats, minutes: Floats) -> float:
    lanes = np.zeros(LANES)
    for base in range(0, cost.size, LANES):
        some, beside = cost[base : base + LANES], minutes[base : base + LANES]
        if some.size == LANES:
            for k in range(LANES):
                known = some[k] < ABSENT and beside[k] > lanes[k]
                lanes[k] = beside[k] if known else lanes[k]
        else:
            for k in range(some.size):
                if some[k] < ABSENT:
                    lanes[k] = max(lanes[k], beside[k])
    return float(lanes.max())


@compiled
def _choose(
    network: Network,
    i: int,
    price: Floats,
    bound: Floats,
    aim: tuple[float, float, float, int],
    buffers: tuple[NDArray[np.int32], NDArray[np.int32], Floats],
) -> tuple[int, float, float]:
    """Find the cells within a margin of the lowest, the margin such that they fill a list.

    Returns their number, the margin, and one to try on the next order. Where ties leave no such
    margin: more than `width`, a margin too small and one too large. All cells, where they fit.
    """
    low, margin, tolerance, width = aim
    chosen, value = buffers[1], buffers[2]
    fits, over = 0.0, np.inf
    counted = False
    found, reach = 0, 0.0
    while True:
        if margin > reach:
            reach = margin
            found = _within(network, i, price, bound, low + margin, buffers)
        count = _below(value[:found], low + margin)
        if count > width:
            over = margin
            if over <= tolerance or over - fits <= TIED * over:
                return count, fits, over
            margin = 0.5 * (fits + over) if fits > 0.0 else 0.5 * margin
        elif count < width // 2:
            fits = margin
            if over == np.inf:
                if not counted:
                    counted = True
                    reach = np.inf
                    found = _within(network, i, price, bound, ABSENT, buffers)
                    if found <= width:
                        return found, ABSENT, margin
                margin *= 2.0
                continue
            if over - fits <= TIED * over:
                return width + 1, fits, over
            margin = 0.5 * (fits + over)
        else:
            _keep(chosen, value[:found], low + margin)
            return count, margin, margin


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
def _within(
    network: Network,
    i: int,
    price: Floats,
    bound: Floats,
    limit: float,
    buffers: tuple[NDArray[np.int32], NDArray[np.int32], Floats],
) -> int:
    """List the cells below a limit and their values, looking only at firms whose bound is."""
    near, chosen, values = buffers
    firms = bound.size
    found = 0
    for firm in range(firms):
        # Written always and kept when counted: no branch to predict.
        near[found] = firm
        found += bound[firm] < limit
    count = 0
    for period in range(network.lateness.shape[2]):
        if network.lateness[i, :, period].min() >= ABSENT:
            continue
        for firm in near[:found]:
            value = network.unit_cost[i, firm] + network.lateness[i, network.group[firm], period]
            value += network.minutes[i, firm] * price[period * firms + firm]
            chosen[count], values[count] = period * firms + firm, value
            count += value < limit
    return count


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
