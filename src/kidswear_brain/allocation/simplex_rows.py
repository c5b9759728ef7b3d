"""What a standard minute of one order costs, firm by firm, under given capacity prices.

A cell is a firm-period, numbered ``period * firms + firm``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.compiled import compiled, compiled_lent

Floats = NDArray[np.float64]

ABSENT = 1e300
"""Stands for the value of an arc that does not exist: finite, so that sums stay ordered."""
LANES = 32
"""Maxima kept side by side."""
WORD = 8
"""Flags looked at in one go."""


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


class Look(NamedTuple):
    """Working space: what is seen of one order's arcs."""

    bound: Floats
    """(f,) least cost of a standard minute at each firm."""
    flag: NDArray[np.bool_]
    """(f and up to a whole word,) firms worth looking at closely."""
    word: NDArray[np.int64]
    """The same memory, eight flags in one number."""
    firm: NDArray[np.int64]
    """(f + 1,) their numbers."""
    cell: NDArray[np.int32]
    """(t * f + 1,) cells found."""
    value: Floats
    """(t * f + 1,) cost of a standard minute at each cell found."""
    period: NDArray[np.int64]
    """(t,) periods not closed to all groups, then any."""
    late: Floats
    """(t,) least lateness in each of them."""
    best: Floats
    """(k,) the least of some values, in order."""
    tally: NDArray[np.int64]
    """(k,) values by step."""


@compiled
def new_look(network: Network, ranks: int, steps: int) -> Look:
    """Working space for the rows of a network."""
    firms, periods = network.unit_cost.shape[1], network.lateness.shape[2]
    flag = np.zeros((firms + WORD - 1) // WORD * WORD, np.bool_)
    return Look(
        np.empty(firms),
        flag,
        flag.view(np.int64),
        np.empty(firms + 1, np.int64),
        np.empty(firms * periods + 1, np.int32),
        np.empty(firms * periods + 1),
        np.empty(periods, np.int64),
        np.empty(periods),
        np.empty(ranks),
        np.empty(steps, np.int64),
    )


@compiled_lent
def bounds(network: Network, i: int, price: Floats, look: Look) -> None:
    """Find what a standard minute of order i costs at the least at every firm.

    That is at the least lateness of all groups, which spares looking up each firm's; what a firm
    really costs is worth finding out for few. NaN (minutes of a firm that cannot make the order)
    fails every comparison: no test needed. Rounding keeps order: a bound is never above a value.
    """
    firms, late = look.bound.size, look.late
    last = _open_periods(network, i, look) - 1
    look.bound[:] = ABSENT
    for k in range(0, last + 1, 4):
        # Four in one go, since rows come from far memory; the last one stands in for any missing.
        a, b, c, d = k, min(k + 1, last), min(k + 2, last), min(k + 3, last)
        prices = (
            price[look.period[a] * firms :],
            price[look.period[b] * firms :],
            price[look.period[c] * firms :],
            price[look.period[d] * firms :],
        )
        lates = late[a], late[b], late[c], late[d]
        _lower(network.unit_cost[i], network.minutes[i], prices, lates, look.bound)


@compiled_lent
def _open_periods(network: Network, i: int, look: Look) -> int:
    """List the periods not closed to all groups, and the least lateness in each; their number."""
    count = 0
    for period in range(look.late.size):
        least = ABSENT
        for group in range(network.lateness.shape[1]):
            least = min(least, network.lateness[i, group, period])
        look.period[count], look.late[count] = period, least
        count += least < ABSENT
    return count


@compiled_lent
def _lower(
    cost: Floats,
    minutes: Floats,
    price: tuple[Floats, Floats, Floats, Floats],
    late: tuple[float, float, float, float],
    bound: Floats,
) -> None:
    price0, price1, price2, price3 = price
    late0, late1, late2, late3 = late
    for firm in range(bound.size):
        value0 = late0 + minutes[firm] * price0[firm]
        value1 = late1 + minutes[firm] * price1[firm]
        value2 = late2 + minutes[firm] * price2[firm]
        value3 = late3 + minutes[firm] * price3[firm]
        value0 = value0 if value0 < value1 else value1
        value2 = value2 if value2 < value3 else value3
        value = cost[firm] + (value0 if value0 < value2 else value2)
        bound[firm] = value if value < bound[firm] else bound[firm]


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


@compiled_lent
def near_firms(look: Look, limit: float) -> int:
    """List the firms whose bound is below a limit; their number."""
    _flag(look.bound, limit, look.flag)
    found = 0
    for word in range(look.word.size):
        if look.word[word] != 0:
            for firm in range(word * WORD, (word + 1) * WORD):
                # Written always and kept when counted: no branch to predict.
                look.firm[found] = firm
                found += look.flag[firm]
    return found


@compiled_lent
def _flag(bound: Floats, limit: float, flag: NDArray[np.bool_]) -> None:
    for firm in range(bound.size):
        flag[firm] = bound[firm] < limit


@compiled_lent
def within(network: Network, i: int, price: Floats, limit: float, look: Look) -> int:
    """List the cells below a limit and their values; their number.

    `look` holds the order's bounds, which must not be above the values.
    """
    found = near_firms(look, limit)
    firms, group = look.bound.size, network.group
    cost, minutes = network.unit_cost[i], network.minutes[i]
    count = 0
    for k in range(_open_periods(network, i, look)):
        first = look.period[k] * firms
        late, rent = network.lateness[i, :, look.period[k]], price[first:]
        for firm in look.firm[:found]:
            # Added up as the bounds are, so that rounding keeps order.
            value = cost[firm] + (late[group[firm]] + minutes[firm] * rent[firm])
            look.cell[count], look.value[count] = first + firm, value
            count += value < limit
    return count
