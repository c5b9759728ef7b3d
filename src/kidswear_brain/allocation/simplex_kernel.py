"""The primal simplex on a generalized network: what enters the forest, and what leaves it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.simplex_forest import Forest, compute_duals
from kidswear_brain.allocation.simplex_lists import Lists
from kidswear_brain.compiled import compiled, compiled_lent

Floats = NDArray[np.float64]
Ints32 = NDArray[np.int32]

HARRIS = 1e-12
"""How far below zero a flow may fall in the ratio test, in mean demands."""
PIVOT = 1e-11
"""Changes of flow smaller than this, relative to the largest on the path, are rounding."""
CANCELLED = 1e-13
"""Two changes on one arc whose sum is smaller than this share of either cancel."""
NOTHING = -2
"""Place of no arc at all."""
IDLE_BLOCKS = 100
"""Blocks without a pivot after which rounding, not cost, must be what makes arcs look cheap."""


class Rules(NamedTuple):
    """What stays the same during all pivots."""

    tolerance: float
    """Reduced costs above minus this count as zero."""
    limit: int
    """Largest number of pivots."""
    slack_minutes: float
    """Coefficient of a cell's slack: makes its flow comparable with standard minutes."""


class Pool(NamedTuple):
    """The arcs that may enter next."""

    arc: NDArray[np.int64]
    """(candidates, 2) order and place in its list; place -1: its slack; order -1: a cell's."""
    score: Floats
    """(candidates,) reduced cost."""


class Trail(NamedTuple):
    """Working space of a pivot: the nodes from one end of the entering arc upwards."""

    node: Ints32
    """Nodes passed, in order."""
    change: Floats
    """(by node) flow on its arc per unit of the entering flow."""
    mark: NDArray[np.int64]
    """(by node) number of the pivot that last passed here."""
    stamp: NDArray[np.int64]
    """(1,) number of the pivot under way."""


@compiled
def _trail(nodes: int) -> Trail:
    return Trail(
        np.zeros(nodes, np.int32), np.zeros(nodes), np.zeros(nodes, np.int64), np.zeros(1, np.int64)
    )


@compiled
def optimise(
    lists: Lists, forest: Forest, dual: Floats, closed: NDArray[np.bool_], rules: Rules
) -> int:
    """How many pivots until no listed arc and no slack can lower the cost? -1 beyond `limit`.

    Arcs are priced under duals computed once a block; before it enters, an arc's exact reduced
    cost is taken from its own path. `forest` and `dual` are written.

    Parameters
    ----------
    lists : Lists
        The arcs that may enter.
    forest : Forest
        A feasible basis.
    dual : (n + t * f,) array
        Price of every node's row.
    closed : (n + t * f,) array
        Nodes whose slack may not enter: they stay roots.
    """
    orders = lists.cell.shape[0]
    nodes = forest.parent.size
    block = max(48, min(nodes // 50, orders // 7))
    linked = _linked(lists, forest)
    some, cells = linked.copy(), linked[orders:]
    dual[:] = (0.0 - forest.cost) * forest.inverse
    trails = _trail(nodes), _trail(nodes)
    pool = Pool(np.empty((nodes, 2), np.int64), np.empty(nodes))
    pivots, cursor, idle = 0, 0, 0
    count = 0
    while idle < IDLE_BLOCKS:
        compute_duals(forest, orders, some, dual)
        # Towards the end few orders are left with anything to gain: look at those again first.
        count = _again(lists, dual, pool, count, rules) if count < block else 0
        if count == 0:
            count = _slacks(cells, dual, closed, pool, rules)
            count, cursor = _candidates(lists, dual, closed, pool, (count, cursor, block), rules)
        if count == 0:
            # Once more in the order of nodes: so the last bits depend on the forest alone.
            compute_duals(forest, orders, linked, dual)
            return pivots
        made = _enter_all(lists, forest, trails, pool, np.argsort(pool.score[:count]), rules)
        pivots += made
        if made < 0 or pivots > rules.limit:
            return -1
        if made == 0:
            idle += 1
            count = 0
        else:
            idle = 0
    return pivots


@compiled
def _linked(lists: Lists, forest: Forest) -> Ints32:
    """All orders, then the cells that are listed or in the forest: the others stay idle roots."""
    orders = lists.cell.shape[0]
    linked = np.zeros(forest.parent.size, np.bool_)
    linked[:orders] = True
    for i in range(orders):
        for k in range(lists.filled[i]):
            linked[orders + lists.cell[i, k]] = True
    for node in range(linked.size):
        if forest.parent[node] >= 0:
            linked[node] = True
            linked[forest.parent[node]] = True
    return np.flatnonzero(linked).astype(np.int32)


@compiled_lent
def _slacks(
    cells: Ints32, dual: Floats, closed: NDArray[np.bool_], pool: Pool, rules: Rules
) -> int:
    """Put the cells whose slack could enter into the pool; their number."""
    count = 0
    for node in cells:
        reduced = dual[node] * rules.slack_minutes
        if reduced < -rules.tolerance and not closed[node]:
            pool.arc[count, 0], pool.arc[count, 1] = -1, node
            pool.score[count] = reduced
            count += 1
    return count


@compiled_lent
def _candidates(
    lists: Lists,
    dual: Floats,
    closed: NDArray[np.bool_],
    pool: Pool,
    state: tuple[int, int, int],
    rules: Rules,
) -> tuple[int, int]:
    """Go round the orders from a cursor and add what could enter, until the pool is a block.

    Returns the number of candidates and the new cursor.
    """
    count, cursor, block = state
    orders = lists.cell.shape[0]
    for _ in range(orders):
        i = cursor
        cursor = cursor + 1 if cursor + 1 < orders else 0
        if not closed[i] and _add(lists, dual, pool, (i, count), rules):
            count += 1
            if count >= block:
                break
    return count, cursor


@compiled_lent
def _again(lists: Lists, dual: Floats, pool: Pool, count: int, rules: Rules) -> int:
    """Price the orders of the last candidates anew: the number that are still some."""
    still = 0
    for c in range(count):
        i = pool.arc[c, 0]
        if i >= 0:
            still += _add(lists, dual, pool, (i, still), rules)
    return still


@compiled_lent
def _add(lists: Lists, dual: Floats, pool: Pool, put: tuple[int, int], rules: Rules) -> bool:
    """Put the arc of an order with the least reduced cost into the pool, if that is negative."""
    i, count = put
    cost, minutes, cell = lists.cost[i], lists.minutes[i], lists.cell[i, : lists.filled[i]]
    own, price = dual[i], dual[lists.cell.shape[0] :]
    best = _least((cost, minutes, cell, price), own, -rules.tolerance)
    place = NOTHING
    if best < -rules.tolerance:
        place = 0
        while cost[place] - own + minutes[place] * price[cell[place]] > best:
            place += 1
    if lists.unmet_cost[i] - own < best:
        best, place = lists.unmet_cost[i] - own, -1
    if place == NOTHING:
        return False
    pool.arc[count, 0], pool.arc[count, 1] = i, place
    pool.score[count] = best
    return True


@compiled_lent
def _least(arcs: tuple[Floats, Floats, Ints32, Floats], own: float, most: float) -> float:
    """Least reduced cost of the arcs of an order whose price is `own`, but at the most `most`."""
    cost, minutes, cell, price = arcs
    # Four minima side by side: none need wait for the comparison before.
    low0, low1, low2, low3 = most, most, most, most
    whole = cell.size // 4 * 4
    for k in range(0, whole, 4):
        value0 = cost[k] - own + minutes[k] * price[cell[k]]
        value1 = cost[k + 1] - own + minutes[k + 1] * price[cell[k + 1]]
        value2 = cost[k + 2] - own + minutes[k + 2] * price[cell[k + 2]]
        value3 = cost[k + 3] - own + minutes[k + 3] * price[cell[k + 3]]
        low0 = value0 if value0 < low0 else low0
        low1 = value1 if value1 < low1 else low1
        low2 = value2 if value2 < low2 else low2
        low3 = value3 if value3 < low3 else low3
    for k in range(whole, cell.size):
        value0 = cost[k] - own + minutes[k] * price[cell[k]]
        low0 = value0 if value0 < low0 else low0
    return min(min(low0, low1), min(low2, low3))


@compiled_lent
def _enter_all(
    lists: Lists,
    forest: Forest,
    trails: tuple[Trail, Trail],
    pool: Pool,
    turn: NDArray[np.int64],
    rules: Rules,
) -> int:
    """Bring the candidates into the basis in turn: how many were worth it; -1 if nothing blocks."""
    pivots = 0
    for c in turn:
        trails[0].stamp[0] += 1
        arc = pool.arc[c, 0], pool.arc[c, 1]
        step = _enter(lists, forest, trails, arc, (trails[0].stamp[0], pool.score[c]), rules)
        if step < 0:
            return -1
        pivots += step
    return pivots


@compiled_lent
def _enter(
    lists: Lists,
    forest: Forest,
    trails: tuple[Trail, Trail],
    arc: tuple[int, int],
    state: tuple[int, float],
    rules: Rules,
) -> int:
    """Bring one arc into the basis: 1 if done, 0 if no longer worth it, -1 if nothing blocks."""
    orders = lists.cell.shape[0]
    trail, other = trails
    order, place = arc
    stamp, stale = state
    if order < 0:
        start, head, cost, minutes = place, -1, 0.0, rules.slack_minutes
    elif place < 0:
        start, head, cost, minutes = order, -1, lists.unmet_cost[order], 1.0
    else:
        start, head = order, orders + lists.cell[order, place]
        cost, minutes = lists.cost[order, place], lists.minutes[order, place]
    count, reduced = _walk(forest, orders, start, 1.0 if order >= 0 else minutes, trail, stamp)
    reduced += cost
    more = 0
    if head >= 0:
        more, rest = _walk(forest, orders, head, minutes, other, stamp)
        reduced += rest
    if reduced > -rules.tolerance or reduced > 0.5 * stale:
        return 0
    count = _join(trail, other, count, more, stamp)
    leaving = _leaving(forest, trail, count)
    if leaving < 0:
        return -1
    step = max(0.0, -forest.flow[leaving] / trail.change[leaving])
    if step > 0.0:
        for k in range(count):
            node = trail.node[k]
            forest.flow[node] += step * trail.change[node]
    entering = (cost, minutes, 1.0 / minutes, step)
    if trail.mark[leaving] == stamp:
        _hang(forest, start, head, leaving, entering)
    else:
        _hang(forest, head, start, leaving, entering)
    return 1


@compiled_lent
def _walk(
    forest: Forest, orders: int, start: int, amount: float, trail: Trail, stamp: int
) -> tuple[int, float]:
    """Follow the changes of flow upwards from a row that is given `amount` more.

    Returns the number of nodes passed and what the changes cost.
    """
    count = 0
    node = int(start)
    while node >= 0 and trail.mark[node] != stamp:
        trail.mark[node] = stamp
        trail.node[count] = node
        count += 1
        if node < orders:
            trail.change[node] = -amount
            amount = -amount * forest.minutes[node]
        else:
            amount = -amount * forest.inverse[node]
            trail.change[node] = amount
        node = int(forest.parent[node])
    if node >= 0:
        # A lap returns `amount` to a row that was given `first`: the laps sum to 1 / (1 - gain).
        own = 1.0 if node < orders else forest.minutes[node]
        factor = 1.0 / (1.0 + amount / (trail.change[node] * own))
        k = count
        while True:
            k -= 1
            trail.change[trail.node[k]] *= factor
            if trail.node[k] == node:
                break
    cost = 0.0
    for k in range(count):
        cost += trail.change[trail.node[k]] * forest.cost[trail.node[k]]
    return count, cost


@compiled_lent
def _join(trail: Trail, other: Trail, count: int, more: int, stamp: int) -> int:
    """Add the changes of the other trail to the first; the number of nodes on either."""
    for k in range(more):
        node = other.node[k]
        if trail.mark[node] == stamp:
            here = trail.change[node]
            both = here + other.change[node]
            trail.change[node] = both if abs(both) > CANCELLED * abs(here) else 0.0
        else:
            trail.change[node] = other.change[node]
            trail.node[count] = node
            count += 1
    return count


@compiled_lent
def _leaving(forest: Forest, trail: Trail, count: int) -> int:
    """Choose the arc that blocks: of those that do so first, the one of the largest change.

    First within rounding (Harris): a tiny pivot would spoil the basis. -1 if nothing blocks.
    """
    largest = 0.0
    for k in range(count):
        largest = max(largest, abs(trail.change[trail.node[k]]))
    bound = np.inf
    for k in range(count):
        node = trail.node[k]
        if trail.change[node] < -PIVOT * largest:
            bound = min(bound, (forest.flow[node] + HARRIS) / -trail.change[node])
    leaving, change = -1, -PIVOT * largest
    for k in range(count):
        node = trail.node[k]
        if trail.change[node] < change and forest.flow[node] <= -bound * trail.change[node]:
            leaving, change = int(node), trail.change[node]
    return leaving


@compiled_lent
def _hang(
    forest: Forest,
    node: int,
    parent: int,
    leaving: int,
    arc: tuple[float, float, float, float],
) -> None:
    """Turn the way from `node` up to `leaving`: each node now owns the arc it was reached by."""
    while True:
        above = int(forest.parent[node])
        old = forest.cost[node], forest.minutes[node], forest.inverse[node], forest.flow[node]
        _own(forest, node, parent, arc)
        if node == leaving:
            return
        node, parent, arc = above, node, old


@compiled_lent
def _own(forest: Forest, node: int, parent: int, arc: tuple[float, float, float, float]) -> None:
    forest.parent[node] = parent
    forest.cost[node], forest.minutes[node], forest.inverse[node], forest.flow[node] = arc
