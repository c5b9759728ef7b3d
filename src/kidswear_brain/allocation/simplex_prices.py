"""What will capacity roughly cost? Prices under which smoothed choices just fill the cells.

Every order spreads its demand over its arcs with a weight that falls with their value above the
best, at a temperature e; a cell's price then rises with log(load / capacity) times e, and the
temperature is lowered. The limit solves the program's dual; the simplex needs only a good start.
"""

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.simplex_lists import Lists
from kidswear_brain.allocation.simplex_rows import Network
from kidswear_brain.compiled import compiled, compiled_reordered

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

ABSENT32 = np.float32(1e30)
"""Stands for the value of an arc that does not exist; finite, so that sums stay ordered."""
LANES = 32
"""Minima kept side by side."""


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
        for firm in range(network.unit_cost.shape[1]):
            cost = network.unit_cost[i, firm]
            if cost < np.inf:
                count += 1
                low += cost
                high += abs(cost)
                square += cost * cost
                minutes += network.minutes[i, firm]
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


@compiled
def sample_arcs(
    network: Network, rows: NDArray[np.int64], cost_scale: float, minutes_scale: float
) -> tuple[Floats32, Floats32]:
    """Costs (k, t * f) and minutes (k, f) of some orders' arcs, scaled; absent: `ABSENT32`."""
    firms = network.unit_cost.shape[1]
    periods = network.lateness.shape[2]
    cost = np.empty((rows.size, periods * firms), np.float32)
    minutes = np.ones((rows.size, firms), np.float32)
    scale = 1.0 / cost_scale
    for k in range(rows.size):
        i = rows[k]
        for firm in range(firms):
            if network.unit_cost[i, firm] < np.inf:
                minutes[k, firm] = network.minutes[i, firm] / minutes_scale
        for period in range(periods):
            for firm in range(firms):
                value = network.unit_cost[i, firm]
                value += network.lateness[i, network.group[firm], period]
                value *= scale
                cell = period * firms + firm
                usable = value < ABSENT32 and network.capacity[cell] > 0.0
                cost[k, cell] = value if usable else ABSENT32
    return cost, minutes


@compiled
def spread_sample(
    cost: Floats32, minutes: Floats32, unmet_cost: Floats32, price: Floats32, temperature: float
) -> Floats32:
    """Load (t * f,) that rows of equal demand 1 put on the cells at these prices."""
    rows, cells = cost.shape
    firms = minutes.shape[1]
    load = np.zeros(cells, np.float32)
    weight = np.empty(cells, np.float32)
    scale = np.float32(1.0 / (16.0 * temperature))
    for k in range(rows):
        for base in range(0, cells, firms):
            _values(cost[k, base:], minutes[k], price[base:], weight[base : base + firms])
        best = min(_lowest(weight), unmet_cost[k])
        total = _weigh(weight, best, scale)
        unmet = max(np.float32(0.0), np.float32(1.0) - (unmet_cost[k] - best) * scale)
        for _ in range(4):
            unmet *= unmet
        share = np.float32(1.0) / (total + unmet)
        for base in range(0, cells, firms):
            _add_load(load[base : base + firms], share, weight[base:], minutes[k])
    return load


@compiled
def spread_lists(lists: Lists, demand: Floats, price: Floats, temperature: float) -> Floats:
    """Load (t * f,) that all orders put on their listed cells at these prices."""
    orders, width = lists.cell.shape
    load = np.zeros(price.size)
    weight = np.empty(width)
    scale = 1.0 / (16.0 * temperature)
    for i in range(orders):
        count = lists.filled[i]
        if count == 0 or demand[i] <= 0.0:
            continue
        best = lists.unmet_cost[i]
        for k in range(count):
            weight[k] = lists.cost[i, k] + lists.minutes[i, k] * price[lists.cell[i, k]]
            best = min(best, weight[k])
        total = max(0.0, 1.0 - (lists.unmet_cost[i] - best) * scale) ** 16
        for k in range(count):
            part = max(0.0, 1.0 - (weight[k] - best) * scale)
            part *= part
            part *= part
            part *= part
            part *= part
            weight[k] = part
            total += part
        share = demand[i] / total
        for k in range(count):
            load[lists.cell[i, k]] += share * weight[k] * lists.minutes[i, k]
    return load


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
def _weigh(values: Floats32, best: np.float32, scale: np.float32) -> np.float32:
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
