"""What a standard minute of one order costs, firm by firm, under given capacity prices.

A cell is a firm-period, numbered ``period * firms + firm``. Prices come typed: each period's, row
by row as the firms of each type are listed, so that a row of costs and its prices lie alike.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.rows import Rows
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

    rows: Rows
    """Which firms each order's row lists."""
    unit_cost: Floats
    """(m,) money per standard minute, row by row."""
    lateness: Floats
    """(n, g, t) money per standard minute."""
    minutes: Floats
    """(m,) operator-minutes per standard minute, row by row."""
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
    """(f,) least cost of a standard minute at each place of the row."""
    flag: NDArray[np.bool_]
    """(f and up to a whole word,) places worth looking at closely."""
    word: NDArray[np.int64]
    """The same memory, eight flags in one number."""
    place: NDArray[np.int64]
    """(f + 1,) these places."""
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
    firms, periods = network.group.size, network.lateness.shape[2]
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


@compiled
def typed_prices(network: Network, price: Floats) -> Floats:
    """(t * w,): the price (t * f,) of each cell, for each firm that a type lists."""
    firm, firms = network.rows.firm, network.group.size
    typed = np.empty(network.lateness.shape[2] * firm.size)
    for period in range(network.lateness.shape[2]):
        for k in range(firm.size):
            typed[period * firm.size + k] = price[period * firms + firm[k]]
    return typed


@compiled_lent
def set_price(network: Network, cell: int, price: float, typed: Floats) -> None:
    """Write the price of a cell into typed prices."""
    rows, firms = network.rows, network.group.size
    period, firm = cell // firms, cell % firms
    for kind in range(rows.place.shape[0]):
        if rows.place[kind, firm] >= 0:
            typed[period * rows.firm.size + rows.begin[kind] + rows.place[kind, firm]] = price


@compiled_lent
def bounds(network: Network, i: int, typed: Floats, look: Look) -> None:
    """Find what a standard minute of order i costs at the least at every firm of its row.

    That is at the least lateness of all groups, which spares looking up each firm's; what a firm
    really costs is worth finding out for few. NaN (minutes of a firm that cannot make the order)
    fails every comparison: no test needed. Rounding keeps order: a bound is never above a value.
    """
    rows, late = network.rows, look.late
    first, last = rows.first[i], rows.first[i + 1]
    begin, each = rows.begin[rows.order_type[i]], rows.firm.size
    bound = look.bound[: last - first]
    open_last = _open_periods(network, i, look) - 1
    bound[:] = ABSENT
    for k in range(0, open_last + 1, 4):
        # Four in one go, since rows come from far memory; the last one stands in for any missing.
        a, b, c, d = k, min(k + 1, open_last), min(k + 2, open_last), min(k + 3, open_last)
        prices = (
            typed[look.period[a] * each + begin :],
            typed[look.period[b] * each + begin :],
            typed[look.period[c] * each + begin :],
            typed[look.period[d] * each + begin :],
        )
        lates = late[a], late[b], late[c], late[d]
        _lower(network.unit_cost[first:last], network.minutes[first:last], prices, lates, bound)


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
                # All is read, so that there is no branch.
                taken, most = beside[k], lanes[k]
                lanes[k] = taken if (some[k] < ABSENT) & (taken > most) else most
        else:
            for k in range(some.size):
                if some[k] < ABSENT:
                    lanes[k] = max(lanes[k], beside[k])
    return float(lanes.max())


@compiled_lent
def near_places(look: Look, width: int, limit: float) -> int:
    """List the places of a row so wide whose bound is below a limit; their number."""
    words = (width + WORD - 1) // WORD
    look.word[words - 1 : words] = 0
    _flag(look.bound[:width], limit, look.flag)
    found = 0
    for word in range(words):
        if look.word[word] != 0:
            for place in range(word * WORD, (word + 1) * WORD):
                # Written always and kept when counted: no branch to predict.
                look.place[found] = place
                found += look.flag[place]
    return found


@compiled_lent
def _flag(bound: Floats, limit: float, flag: NDArray[np.bool_]) -> None:
    for place in range(bound.size):
        flag[place] = bound[place] < limit


@compiled_lent
def within(network: Network, i: int, typed: Floats, limit: float, look: Look) -> int:
    """List the cells below a limit and their values; their number.

    `look` holds the order's bounds, which must not be above the values.
    """
    rows, firms = network.rows, network.group.size
    first, last = rows.first[i], rows.first[i + 1]
    begin, each = rows.begin[rows.order_type[i]], rows.firm.size
    found = near_places(look, last - first, limit)
    cost, minutes = network.unit_cost[first:last], network.minutes[first:last]
    firm = rows.firm[begin:]
    count = 0
    for k in range(_open_periods(network, i, look)):
        period = look.period[k]
        late, rent = network.lateness[i, :, period], typed[period * each + begin :]
        for place in look.place[:found]:
            # Added up as the bounds are, so that rounding keeps order.
            value = cost[place] + (late[network.group[firm[place]]] + minutes[place] * rent[place])
            look.cell[count], look.value[count] = period * firms + firm[place], value
            count += value < limit
    return count
