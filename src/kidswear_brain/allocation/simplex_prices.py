"""What will capacity roughly cost? Prices under which smoothed choices just fill the cells.

Every order spreads its demand over its arcs with a weight that falls with their value above the
best, at a temperature e; a cell's price then rises with log(load / capacity) times e, and the
temperature is lowered. The limit solves the program's dual; the simplex needs only a good start.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.rows import Rows, whole_rows
from kidswear_brain.allocation.simplex_lists import Lists
from kidswear_brain.allocation.simplex_rows import Network
from kidswear_brain.compiled import compiled, compiled_lent, compiled_reordered

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Flags = NDArray[np.bool_]
Real = NDArray[np.floating[Any]]
"""Of either precision."""

ABSENT32 = np.float32(1e30)
"""Stands for the value of an arc that does not exist; finite, so that sums stay ordered."""
LANES = 32
"""Minima kept side by side."""
COOLING = 0.5
"""Ratio of one temperature to the one before."""
STEPS = 10
"""Most moves of the prices at one temperature."""
CALM = 0.15
"""Share of the load out of place at which the temperature may fall at once."""
MOMENTUM = 0.3
"""Share of its last move that a price makes again."""


class Sample(NamedTuple):
    """All arcs of some orders of equal demand, in single precision and hence scaled."""

    rows: Rows
    """Which firms the rows of these orders list."""
    cost: Floats32
    """(m * t,) row by row, a row period by period."""
    minutes: Floats32
    """(m,) row by row."""
    unmet_cost: Floats32
    """(k,)"""
    portion: float
    """What the orders' loads are multiplied with to stand for all."""


class Market(NamedTuple):
    """Who answers prices with loads: the orders of a sample, where there are any, or the lists."""

    sample: Sample
    lists: Lists
    demand: Floats
    """(n,) of the lists' orders."""
    capacity: Floats
    """(t * f,)"""
    minutes: float
    """Mean operator-minutes per standard minute, in the unit that the answer comes in."""


def no_sample() -> Sample:
    """Let the lists answer."""
    none = np.empty(0, np.float32)
    return Sample(whole_rows(0, 0), none, none, none, 0.0)


@compiled
def cool(market: Market, price: Floats, hot: float, cold: float) -> Floats:
    """Let prices settle at temperatures that fall from `hot` to `cold`."""
    temperature, price = hot, price.copy()
    before = price.copy()
    first = True
    while temperature >= cold:
        _settle(market, price, temperature)
        # Prices move about linearly with the temperature: go on along the line.
        for cell in range(price.size):
            settled = price[cell]
            if not first:
                price[cell] += COOLING * (settled - before[cell])
            price[cell] = max(price[cell], 0.0)
            before[cell] = settled
        first = False
        temperature *= COOLING
    return price


@compiled
def _settle(market: Market, price: Floats, temperature: float) -> None:
    """Move prices, in place, with log(load / capacity) while that helps."""
    step = 1.3 * temperature / market.minutes
    missed, move, old = np.inf, np.zeros(price.size), np.empty(price.size)
    for _ in range(STEPS):
        last = missed
        old[:] = price
        missed = move_prices(price, _load(market, price, temperature), market.capacity, step)
        for cell in range(price.size):
            price[cell] = max(price[cell] + MOMENTUM * move[cell], 0.0)
            move[cell] = price[cell] - old[cell]
        if missed < CALM or missed > 0.9 * last:
            break


@compiled
def _load(market: Market, price: Floats, temperature: float) -> Floats:
    sample = market.sample
    if sample.unmet_cost.size == 0:
        return spread_lists(market.lists, market.demand, price, temperature)
    return sample.portion * spread_sample(sample, price, temperature)


@compiled
def move_prices(price: Floats, load: Floats, capacity: Floats, step: float) -> float:
    """Move prices, in place, with the log of load over capacity; the share of load out of place.

    A load counts as out of place above the capacity, and below it where the price is positive.
    """
    missed, total = 0.0, 1e-300
    for cell in range(price.size):
        if capacity[cell] <= 0.0:
            continue
        total += load[cell]
        if price[cell] > 0.0 or load[cell] > capacity[cell]:
            missed += abs(load[cell] - capacity[cell])
        # Not below half: an empty cell would else lose its price in one step.
        ratio = max(load[cell] / capacity[cell], 0.5)
        price[cell] = max(price[cell] + step * np.log(ratio), 0.0)
    return missed / total


@compiled
def sample_rows(network: Network, size: int) -> NDArray[np.int64]:
    """Orders that stand for all: each as often as its share of the demand, at even steps."""
    total = network.demand.sum()
    rows = np.empty(size, np.int64)
    reached, i = network.demand[0], 0
    for k in range(size):
        while reached < (k + 0.5) / size * total and i + 1 < network.demand.size:
            i += 1
            reached += network.demand[i]
        rows[k] = i
    return rows


@compiled
def sample_scales(network: Network, rows: NDArray[np.int64]) -> tuple[float, float, float]:
    """Mean size of costs, mean minutes, mean spread of an order's costs.

    Bounded away from zero, so that each can be divided by.
    """
    size, minutes, spread = 0.0, 0.0, 0.0
    able, arcs = 0, 0
    for i in rows:
        count, low, high, square = 0, 0.0, 0.0, 0.0
        for at in range(network.rows.first[i], network.rows.first[i + 1]):
            cost = network.unit_cost[at]
            if cost < np.inf:
                count += 1
                low += cost
                high += abs(cost)
                square += cost * cost
                minutes += network.minutes[at]
        size += 0.5 * abs(network.unmet_cost[i]) / rows.size
        arcs += count
        if count > 0:
            able += 1
            size += 0.5 * high / count / rows.size
            spread += np.sqrt(max(square / count - (low / count) ** 2, 0.0))
    size = size if size > 0.0 else 1.0
    minutes = minutes / arcs if arcs > 0 else 1.0
    return (
        size,
        minutes,
        max(spread / max(able, 1), 1e-2 * size),
    )


def sample_of(
    network: Network, orders: NDArray[np.int64], scales: tuple[float, float], portion: float
) -> Sample:
    """All arcs of some orders; `scales` are the size of a cost and of minutes."""
    rows = network.rows
    first = np.concatenate([[0], np.cumsum(np.diff(rows.first)[orders])])
    mine = rows._replace(order_type=rows.order_type[orders], first=first)
    cost, minutes = _sample_arcs(network, orders, mine, scales)
    unmet = (network.unmet_cost[orders] / scales[0]).astype(np.float32)
    return Sample(mine, cost, minutes, unmet, portion)


@compiled
def _sample_arcs(
    network: Network, orders: NDArray[np.int64], rows: Rows, scales: tuple[float, float]
) -> tuple[Floats32, Floats32]:
    """Costs and minutes of the arcs of a sample, scaled; absent: `ABSENT32`."""
    firms, periods = network.group.size, network.lateness.shape[2]
    cost = np.empty(rows.first[-1] * periods, np.float32)
    minutes = np.empty(rows.first[-1], np.float32)
    late, usable = np.empty(firms), np.empty(firms, np.bool_)
    for k in range(orders.size):
        i, first = orders[k], rows.first[k]
        width = rows.first[k + 1] - first
        unit = network.unit_cost[network.rows.first[i] :][:width]
        taken = network.minutes[network.rows.first[i] :]
        _scaled(unit, taken, 1.0 / scales[1], minutes[first : first + width])
        begin = rows.begin[rows.order_type[k]]
        for period in range(periods):
            for place in range(width):
                firm = rows.firm[begin + place]
                late[place] = network.lateness[i, network.group[firm], period]
                usable[place] = network.capacity[period * firms + firm] > 0.0
            here = first * periods + period * width
            _costs(unit, late, usable, 1.0 / scales[0], cost[here : here + width])
    return cost, minutes


@compiled_lent
def _scaled(cost: Floats, minutes: Floats, scale: float, out: Floats32) -> None:
    for firm in range(out.size):
        out[firm] = minutes[firm] * scale if cost[firm] < np.inf else 1.0


@compiled_lent
def _costs(cost: Floats, late: Floats, usable: Flags, scale: float, out: Floats32) -> None:
    for firm in range(out.size):
        value = (cost[firm] + late[firm]) * scale
        out[firm] = value if (value < ABSENT32) & usable[firm] else ABSENT32


@compiled
def spread_sample(sample: Sample, price: Floats, temperature: float) -> Floats:
    """Load (t * f,) that rows of equal demand 1 put on the cells at these prices."""
    rows, firms = sample.rows, sample.rows.place.shape[1]
    periods, each = price.size // firms, rows.firm.size
    typed, load = np.empty(periods * each, np.float32), np.zeros(periods * each, np.float32)
    for period in range(periods):
        for k in range(each):
            typed[period * each + k] = price[period * firms + rows.firm[k]]
    weights = np.empty(price.size, np.float32)
    scale = np.float32(1.0 / (16.0 * temperature))
    for k in range(sample.unmet_cost.size):
        first, last = rows.first[k], rows.first[k + 1]
        width, begin = last - first, rows.begin[rows.order_type[k]]
        minutes, cost = sample.minutes[first:last], sample.cost[first * periods :]
        weight = weights[: periods * width]
        for period in range(periods):
            here = period * width
            rent = typed[period * each + begin :]
            _values(cost[here:], minutes, rent, weight[here : here + width])
        best = min(_lowest(weight), sample.unmet_cost[k])
        total = _weigh(weight, best, scale)
        unmet = max(np.float32(0.0), np.float32(1.0) - (sample.unmet_cost[k] - best) * scale)
        for _ in range(4):
            unmet *= unmet
        share = np.float32(1.0) / (total + unmet)
        for period in range(periods):
            there = period * each + begin
            _add_load(load[there : there + width], share, weight[period * width :], minutes)
    return _by_cell(rows, load, periods)


@compiled
def _by_cell(rows: Rows, load: Floats32, periods: int) -> Floats:
    """(t * f,): the loads of all types together."""
    firms, each = rows.place.shape[1], rows.firm.size
    total = np.zeros(periods * firms)
    for period in range(periods):
        for k in range(each):
            total[period * firms + rows.firm[k]] += load[period * each + k]
    return total


@compiled
def spread_lists(lists: Lists, demand: Floats, price: Floats, temperature: float) -> Floats:
    """Load (t * f,) that all orders put on their listed cells at these prices."""
    load = np.zeros(price.size)
    weight = np.empty(lists.cell.shape[1])
    for i in range(demand.size):
        if lists.filled[i] > 0 and demand[i] > 0.0:
            _spread(lists, (i, demand[i]), price, 1.0 / (16.0 * temperature), weight, load)
    return load


@compiled_lent
def _spread(
    lists: Lists,
    order: tuple[int, float],
    price: Floats,
    scale: float,
    weight: Floats,
    load: Floats,
) -> None:
    """Add the load of one order with a demand; `weight` is working space."""
    i, demand = order
    listed, unmet_cost = lists.filled[i], lists.unmet_cost[i]
    cell, minutes = lists.cell[i, :listed], lists.minutes[i, :listed]
    best = _value_list(lists.cost[i], minutes, cell, price, unmet_cost, weight)
    total = max(0.0, 1.0 - (unmet_cost - best) * scale) ** 16
    total += _weigh(weight[:listed], best, scale)
    share = demand / total
    for k in range(listed):
        load[cell[k]] += share * weight[k] * minutes[k]


@compiled_lent
def _value_list(
    cost: Floats, minutes: Floats, cell: NDArray[np.int32], price: Floats, most: float, out: Floats
) -> float:
    """Write what a standard minute costs on each arc of a list; the least, at the most `most`."""
    low0, low1 = most, most
    for k in range(0, cell.size - 1, 2):
        value0 = cost[k] + minutes[k] * price[cell[k]]
        value1 = cost[k + 1] + minutes[k + 1] * price[cell[k + 1]]
        out[k], out[k + 1] = value0, value1
        low0 = value0 if value0 < low0 else low0
        low1 = value1 if value1 < low1 else low1
    if cell.size % 2:
        k = cell.size - 1
        out[k] = cost[k] + minutes[k] * price[cell[k]]
        low0 = out[k] if out[k] < low0 else low0
    return min(low0, low1)


@compiled_reordered
def _values(cost: Floats32, minutes: Floats32, price: Floats32, out: Floats32) -> None:
    for k in range(out.size):
        out[k] = cost[k] + minutes[k] * price[k]


@compiled_reordered
def _add_load(load: Floats32, share: np.float32, weight: Floats32, minutes: Floats32) -> None:
    for k in range(load.size):
        load[k] += share * weight[k] * minutes[k]


@compiled
def _lowest(values: Floats32) -> np.float32:
    # Lanes, since the compiler does not turn a plain minimum into vector code.
    lanes = np.full(LANES, ABSENT32, np.float32)
    whole = values.size // LANES * LANES
    for base in range(0, whole, LANES):
        part = values[base : base + LANES]
        for k in range(LANES):
            lanes[k] = part[k] if part[k] < lanes[k] else lanes[k]
    low = ABSENT32
    for value in lanes:
        low = value if value < low else low
    for value in values[whole:]:
        low = value if value < low else low
    return low


@compiled_reordered
def _weigh(values: Real, best: Any, scale: Any) -> Any:
    """Turn values into weights, in place; their sum. (1 - d/16e)^16 is near exp(-d/e), but ends."""
    total = np.float32(0.0)
    one, zero = np.float32(1.0), np.float32(0.0)
    for k in range(values.size):
        part = one - (values[k] - best) * scale
        part = part if part > zero else zero
        part *= part
        part *= part
        part *= part
        part *= part
        values[k] = part
        total += part
    return total
