"""What a standard minute of one order costs, firm by firm, under given capacity prices.

A cell is a firm-period, numbered ``period * firms + firm``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.compiled import compiled

Floats = NDArray[np.float64]

ABSENT = 1e300
"""Stands for the value of an arc that does not exist: finite, so that sums stay ordered."""
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


@compiled
def bounds(network: Network, i: int, price: Floats, bound: Floats) -> None:
    """Find what a standard minute of order i costs at the least at every firm.

    That is at the least lateness of all groups, which spares looking up each firm's; what a firm
    really costs is worth finding out for few. NaN (minutes of a firm that cannot make the order)
    fails every comparison: no test needed.
    """
    firms = bound.size
    cost, minutes = network.unit_cost[i], network.minutes[i]
    bound[:] = ABSENT
    before, late_before = -1, 0.0
    for period in range(network.lateness.shape[2]):
        late = ABSENT
        for group in range(network.lateness.shape[1]):
            late = min(late, network.lateness[i, group, period])
        if late < ABSENT:
            if before >= 0:
                # Two periods in one go: rows are read from memory half as often.
                first = price[before * firms : (before + 1) * firms]
                second = price[period * firms : (period + 1) * firms]
                _lower_both(cost, minutes, (first, second), (late_before, late), bound)
                before = -1
            else:
                before, late_before = period, late
    if before >= 0:
        first = price[before * firms : (before + 1) * firms]
        _lower_both(cost, minutes, (first, first), (late_before, late_before), bound)


@compiled
def _lower_both(
    cost: Floats,
    minutes: Floats,
    price: tuple[Floats, Floats],
    late: tuple[float, float],
    bound: Floats,
) -> None:
    price0, price1 = price
    late0, late1 = late
    for firm in range(bound.size):
        value0 = cost[firm] + late0 + minutes[firm] * price0[firm]
        value1 = cost[firm] + late1 + minutes[firm] * price1[firm]
        value = value0 if value0 < bound[firm] else bound[firm]
        bound[firm] = value1 if value1 < value else value


@compiled
def lowest(network: Network, i: int, price: Floats, bound: Floats) -> float:
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
def steepest(cost: Floats, minutes: Floats) -> float:
    """Most operator-minutes that a standard minute takes at any firm that can make the order."""
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
def within(
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
