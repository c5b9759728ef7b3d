"""The primal simplex on a generalized network: what enters the forest, and what leaves it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.simplex_forest import Forest, compute_duals
from kidswear_brain.allocation.simplex_lists import Lists
from kidswear_brain.compiled import compiled

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


class Trail(NamedTuple):
    """Working space of a pivot: the nodes from one end of the entering arc upwards."""

    node: Ints32
    """Nodes passed, in order."""
    change: Floats
    """(by node) flow on its arc per unit of the entering flow."""
    mark: NDArray[np.int64]
    """(by node) number of the pivot that last passed here."""


@compiled
def _trail(nodes: int) -> Trail:
    return Trail(np.zeros(nodes, np.int32), np.zeros(nodes), np.zeros(nodes, np.int64))


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
    some = _linked(lists, forest)
    dual[:] = (0.0 - forest.cost) * forest.inverse
    trails = _trail(nodes), _trail(nodes)
    candidates = np.empty((nodes, 2), np.int64)
    scores = np.empty(nodes)
    pivots, stamp, cursor, idle = 0, 0, 0, 0
    count = 0
    while idle < IDLE_BLOCKS:
        compute_duals(forest, orders, some, dual)
        # Towards the end few orders are left with anything to gain: look at those again first.
        count = _again(lists, dual, (candidates, scores), count, rules) if count < block else 0
        if count == 0:
            count, cursor = _candidates(
                lists, dual, closed, some, (candidates, scores), (cursor, block), rules
            )
        if count == 0:
            return pivots
        before = pivots
        for c in np.argsort(scores[:count]):
            stamp += 1
            arc = candidates[c, 0], candidates[c, 1]
            step = _enter(lists, forest, trails, arc, (stamp, scores[c]), rules)
            if step < 0 or pivots >= rules.limit:
                return -1
            pivots += step
        if pivots == before:
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


@compiled
def _candidates(
    lists: Lists,
    dual: Floats,
    closed: NDArray[np.bool_],
    some: Ints32,
    out: tuple[NDArray[np.int64], Floats],
    block: tuple[int, int],
    rules: Rules,
) -> tuple[int, int]:
    """Which arcs could enter? (order, place in its list); place -1: its slack; order -1: a cell's.

    Goes round the orders from a cursor until a block of them is found; returns their number and
    the new cursor.
    """
    candidates, scores = out
    cursor, size = block
    orders = lists.cell.shape[0]
    count = 0
    for node in some[orders:]:
        reduced = dual[node] * rules.slack_minutes
        if reduced < -rules.tolerance and not closed[node]:
            candidates[count, 0], candidates[count, 1] = -1, node
            scores[count] = reduced
            count += 1
    for _ in range(orders):
        i = cursor
        cursor = cursor + 1 if cursor + 1 < orders else 0
        if closed[i]:
            continue
        best, place = _cheapest(lists, dual, i, rules.tolerance)
        if place > NOTHING:
            candidates[count, 0], candidates[count, 1] = i, place
            scores[count] = best
            count += 1
            if count >= size:
                break
    return count, cursor


@compiled
def _again(
    lists: Lists, dual: Floats, out: tuple[NDArray[np.int64], Floats], count: int, rules: Rules
) -> int:
    """Price the orders of the last candidates anew, in place: the number that are still some."""
    candidates, scores = out
    still = 0
    for c in range(count):
        i = candidates[c, 0]
        if i < 0:
            continue
        best, place = _cheapest(lists, dual, i, rules.tolerance)
        if place > NOTHING:
            candidates[still, 0], candidates[still, 1] = i, place
            scores[still] = best
            still += 1
    return still


@compiled
def _cheapest(lists: Lists, dual: Floats, i: int, tolerance: float) -> tuple[float, int]:
    """Least reduced cost of an order's arcs and its place: -1 its slack, `NOTHING` if none."""
    orders = lists.cell.shape[0]
    best, place = -tolerance, NOTHING
    for k in range(lists.filled[i]):
        reduced = lists.cost[i, k] - dual[i]
        reduced += lists.minutes[i, k] * dual[orders + lists.cell[i, k]]
        if reduced < best:
            best, place = reduced, k
    if lists.unmet_cost[i] - dual[i] < best:
        best, place = lists.unmet_cost[i] - dual[i], -1
    return best, place


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
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


@compiled
def _own(forest: Forest, node: int, parent: int, arc: tuple[float, float, float, float]) -> None:
    forest.parent[node] = parent
    forest.cost[node], forest.minutes[node], forest.inverse[node], forest.flow[node] = arc
