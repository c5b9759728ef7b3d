"""Which arcs are worth a look now? Every order's best arcs under given capacity prices.

The arcs of an order are implicit (cost, minutes and lateness by row); the simplex works on short
lists of them, and this module fills the lists from all arcs and proves when nothing is missing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.rows import spot
from kidswear_brain.allocation.simplex_rows import (
    ABSENT,
    Look,
    Network,
    bounds,
    near_places,
    new_look,
    set_price,
    steepest,
    typed_prices,
    within,
)
from kidswear_brain.compiled import compiled, compiled_lent

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
    look, typed = new_look(network, SAMPLE, STEPS), typed_prices(network, price)
    rows = network.rows
    violations = 0
    for i in range(network.demand.size):
        if network.demand[i] <= 0.0:
            continue
        if lists.steepest[i] < 0.0:
            first, last = rows.first[i], rows.first[i + 1]
            lists.steepest[i] = steepest(network.unit_cost[first:last], network.minutes[first:last])
        worth = min(order_price[i] - tolerance, ABSENT)
        if lists.floor[i] - lists.steepest[i] * drop < worth:
            violations += _fill_list(network, lists, typed, (i, worth, drop, tolerance), look)
    return violations


@compiled_lent
def _fill_list(
    network: Network, lists: Lists, typed: Floats, aim: tuple[int, float, float, float], look: Look
) -> bool:
    """Refill the list of one order if an arc is worth less than is known; whether it was."""
    i, worth, drop, tolerance = aim
    width = lists.cell.shape[1]
    bounds(network, i, typed, look)
    if worth < ABSENT and within(network, i, typed, worth, look) == 0:
        # Nothing is missing: the list may stay.
        lists.floor[i] = max(lists.floor[i], worth + lists.steepest[i] * drop)
        return False
    count, low, sure, margin = _choose(network, i, typed, (tolerance, width), look)
    if count == 0:
        lists.filled[i] = 0
        lists.floor[i] = np.inf
        return False
    if count > width:
        # Ties. What is cheaper than the order's price is sure of a place, if it can be.
        wanted = worth - low
        if sure < wanted < margin and within(network, i, typed, low + wanted, look) <= width:
            sure = wanted
        # Of the others some, not the same at each filling.
        lists.turn[i] += 1
        limits = low + sure, low + margin
        count = _choose_tied(network, i, typed, limits, (width, lists.turn[i] + i), look)
    _copy_arcs(network, lists, i, look.cell[:count])
    lists.floor[i] = low + sure + lists.steepest[i] * drop
    return True


@compiled
def close_free_rows(
    network: Network, price: Floats, closed: NDArray[np.bool_], order_price: Floats
) -> None:
    """Give prices to the cells without capacity and the orders without demand.

    They cost nothing, so any price does that leaves no arc with a negative reduced cost: the
    dearest bid for a cell, the cheapest offer for an order. `price` and `order_price` are written.
    """
    firms = network.group.size
    look = new_look(network, 0, 0)
    # What the cells without capacity would cost; of the others nothing is asked.
    asked = typed_prices(network, np.where(closed, price, np.inf))
    for i in range(network.demand.size):
        if network.demand[i] <= 0.0:
            continue
        bounds(network, i, asked, look)
        for cell in look.cell[: within(network, i, asked, order_price[i], look)]:
            period, firm = cell // firms, cell % firms
            at = spot(network.rows, i, firm)
            cost = network.unit_cost[at] + network.lateness[i, network.group[firm], period]
            bid = (order_price[i] - cost) / network.minutes[at]
            if bid > price[cell]:
                price[cell] = bid
                set_price(network, cell, bid, asked)
    typed = typed_prices(network, price)
    for i in range(network.demand.size):
        if network.demand[i] <= 0.0:
            bounds(network, i, typed, look)
            low = network.unmet_cost[i]
            count = within(network, i, typed, low, look)
            order_price[i] = look.value[:count].min() if count > 0 else low


@compiled_lent
def _choose(
    network: Network, i: int, typed: Floats, aim: tuple[float, int], look: Look
) -> tuple[int, float, float, float]:
    """Find the cells within a margin of the lowest, the margin such that they fill a list.

    Returns their number (0 if the order has no arc), the lowest value and the margin twice. Where
    ties leave no such margin: more than the width, a margin too small and one too large. All
    cells, where they fit.
    """
    tolerance, width = aim
    firms = network.rows.first[i + 1] - network.rows.first[i]
    limit = _likely_limit(look.bound[:firms], look.best, width) + tolerance
    found = within(network, i, typed, limit, look)
    if 0 < found < width // 2:
        limit += 3.0 * (limit - look.value[:found].min())
        found = within(network, i, typed, limit, look)
    if found < width // 2:
        found = within(network, i, typed, ABSENT, look)
        limit = look.value[:found].max() + tolerance if found > width else ABSENT
    if found == 0:
        return 0, ABSENT, 0.0, 0.0
    value = look.value[:found]
    low = value.min()
    if found <= width:
        return found, low, limit - low, limit - low
    fits, over = 0.0, limit - low
    # A margin that says nothing comes down by whole scales.
    while over > tolerance and value.max() - low < over / STEPS:
        over /= STEPS
    # One look at the values narrows it to one of many steps.
    while over > tolerance and over - fits > TIED * over:
        step = (over - fits) / STEPS
        total = _count_by_step(value, low + fits, step, look.tally)
        k = 0
        while k < STEPS - 1 and total + look.tally[k] <= width:
            total += look.tally[k]
            k += 1
        if total >= width // 2:
            fits += k * step
            # rounding may have put a value into the step beside its own
            count = _below(value, low + fits)
            if count <= width:
                _keep(look.cell, value, low + fits)
                return count, low, fits, fits
            over = fits
            fits -= step
        else:
            fits, over = fits + k * step, fits + (k + 1) * step
    return width + 1, low, fits, over


@compiled_lent
def _likely_limit(bound: Floats, best: Floats, width: int) -> float:
    """Guess the limit below which about `width` firms lie, from every so-manieth firm."""
    best[:] = ABSENT
    for firm in range(0, bound.size, max(width // SAMPLE, 1)):
        if bound[firm] < best[SAMPLE - 1]:
            k = SAMPLE - 1
            while k > 0 and best[k - 1] > bound[firm]:
                best[k] = best[k - 1]
                k -= 1
            best[k] = bound[firm]
    return float(best[SAMPLE - 1])


@compiled_lent
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


@compiled_lent
def _below(values: Floats, limit: float) -> int:
    count = 0
    for value in values:
        count += value < limit
    return count


@compiled_lent
def _keep(chosen: NDArray[np.int32], values: Floats, limit: float) -> None:
    """Move the cells below a limit to the front."""
    count = 0
    for k in range(values.size):
        chosen[count] = chosen[k]
        count += values[k] < limit


@compiled_lent
def _choose_tied(
    network: Network,
    i: int,
    typed: Floats,
    limits: tuple[float, float],
    places: tuple[int, int],
    look: Look,
) -> int:
    """List all cells below the first limit, and those below the second while there is room.

    Each turn begins at another firm and period.
    """
    room, turn = places
    rows, periods = network.rows, network.lateness.shape[2]
    first, last = rows.first[i], rows.first[i + 1]
    begin = rows.begin[rows.order_type[i]]
    found = near_places(look, last - first, limits[1])
    count = 0
    above, below = -np.inf, limits[0]
    for _ in range(2):
        for p in range(periods):
            period = (p + turn) % periods
            rent = typed[period * rows.firm.size + begin :]
            for k in range(found):
                place = look.place[(k + turn * room) % found]
                firm = rows.firm[begin + place]
                late = network.lateness[i, network.group[firm], period]
                value = network.unit_cost[first + place]
                value += late + network.minutes[first + place] * rent[place]
                if above <= value < below and count < room:
                    look.cell[count] = period * network.group.size + firm
                    count += 1
        above, below = limits
    return count


@compiled_lent
def _copy_arcs(network: Network, lists: Lists, i: int, chosen: NDArray[np.int32]) -> None:
    firms = network.group.size
    lists.filled[i] = chosen.size
    for k in range(chosen.size):
        cell = chosen[k]
        period, firm = cell // firms, cell % firms
        at = spot(network.rows, i, firm)
        lists.cell[i, k] = cell
        lists.cost[i, k] = network.unit_cost[at] + network.lateness[i, network.group[firm], period]
        lists.minutes[i, k] = network.minutes[at]
