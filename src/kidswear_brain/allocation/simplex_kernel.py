"""The primal simplex on a generalized network whose basis is a forest.

Nodes are orders (0 .. n-1) and cells (n .. n+t*f-1). Every node owns exactly one basic arc and
points to its other end, its parent; an arc to nowhere is the node's slack (an order's unmet
minutes, a cell's idle ones). Following parents ends in a slack or goes round a cycle, and both
are legal bases, so trees and one-trees need no separate cases.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.compiled import compiled
from kidswear_brain.allocation.simplex_lists import Lists

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


class Forest(NamedTuple):
    """The basis: what each node owns."""

    parent: Ints32
    """Other end of the arc; -1 for a slack."""
    cost: Floats
    """Money per standard minute on it."""
    minutes: Floats
    """Coefficient of the arc in its cell's row (1 for an order's slack)."""
    inverse: Floats
    """1 / minutes."""
    flow: Floats
    """Units of mean demand on it."""


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
    trails = _trail(nodes), _trail(nodes)
    candidates = np.empty((nodes, 2), np.int64)
    scores = np.empty(nodes)
    pivots, stamp, cursor, idle = 0, 0, 0, 0
    count = 0
    while idle < IDLE_BLOCKS:
        compute_duals(forest, orders, dual)
        # Towards the end few orders are left with anything to gain: look at those again first.
        count = _again(lists, dual, (candidates, scores), count, rules) if count < block else 0
        if count == 0:
            count, cursor = _candidates(
                lists, dual, closed, (candidates, scores), (cursor, block), rules
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
def compute_duals(forest: Forest, orders: int, dual: Floats) -> None:
    """What are the row prices at which every basic arc has reduced cost zero? Writes `dual`."""
    nodes = forest.parent.size
    state = np.zeros(nodes, np.int8)
    stack = np.empty(nodes, np.int32)
    for start in range(nodes):
        depth = 0
        node = int(start)
        while node >= 0 and state[node] == 0:
            state[node] = 1
            stack[depth] = node
            depth += 1
            node = forest.parent[node]
        if node >= 0 and state[node] == 1:
            dual[node] = _cycle_dual(forest, orders, stack, depth, node)
            state[node] = 2
        for k in range(depth - 1, -1, -1):
            node = stack[k]
            if state[node] == 2:
                continue
            state[node] = 2
            parent = forest.parent[node]
            beyond = dual[parent] if parent >= 0 else 0.0
            if node < orders:
                # A slack has no other end and hence no second term.
                dual[node] = forest.cost[node] + forest.minutes[node] * beyond
            else:
                dual[node] = (beyond - forest.cost[node]) * forest.inverse[node]


@compiled
def _cycle_dual(forest: Forest, orders: int, stack: Ints32, depth: int, node: int) -> float:
    """Price of a node on a cycle: one lap gives it as shift + gain x itself."""
    first = depth - 1
    while stack[first] != node:
        first -= 1
    shift, gain = 0.0, 1.0
    for k in range(first, depth):
        on = stack[k]
        if on < orders:
            shift += gain * forest.cost[on]
            gain *= forest.minutes[on]
        else:
            gain *= forest.inverse[on]
            shift -= gain * forest.cost[on]
    return shift / (1.0 - gain)


@compiled
def balance_flows(forest: Forest, demand: Floats, capacity: Floats) -> Floats:
    """Which flows on the basic arcs meet the right-hand sides? Leaves first, then the cycles."""
    orders = demand.size
    nodes = forest.parent.size
    need = np.concatenate((demand, capacity))
    flow = np.zeros(nodes)
    children = np.zeros(nodes, np.int64)
    for node in range(nodes):
        if forest.parent[node] >= 0:
            children[forest.parent[node]] += 1
    for start in range(nodes):
        node = int(start)
        while node >= 0 and children[node] == 0:
            children[node] = -1
            flow[node] = need[node] if node < orders else need[node] * forest.inverse[node]
            parent = int(forest.parent[node])
            if parent >= 0:
                need[parent] -= flow[node] * (forest.minutes[node] if node < orders else 1.0)
                children[parent] -= 1
            node = parent
    for start in range(nodes):
        if children[start] > 0:
            _balance_cycle(forest, orders, need, flow, start)
            node = int(start)
            while children[node] > 0:
                children[node] = -1
                node = int(forest.parent[node])
    return flow


@compiled
def _balance_cycle(forest: Forest, orders: int, need: Floats, flow: Floats, start: int) -> None:
    """Which flows round one cycle meet what is left of its rows? Writes `flow`."""
    # Every flow as shift + gain x the first; the last row, that of `start`, then gives the first.
    shift, gain = 0.0, 1.0
    node = int(start)
    while True:
        beyond = forest.minutes[node] if node < orders else 1.0
        parent = int(forest.parent[node])
        if parent == start:
            break
        inverse = 1.0 if parent < orders else forest.inverse[parent]
        shift = (need[parent] - beyond * shift) * inverse
        gain = -beyond * gain * inverse
        node = parent
    own = 1.0 if start < orders else forest.minutes[start]
    flow[start] = (need[start] - beyond * shift) / (own + beyond * gain)
    node = int(start)
    while True:
        beyond = forest.minutes[node] if node < orders else 1.0
        parent = int(forest.parent[node])
        if parent == start:
            break
        inverse = 1.0 if parent < orders else forest.inverse[parent]
        flow[parent] = (need[parent] - beyond * flow[node]) * inverse
        node = parent


@compiled
def _candidates(
    lists: Lists,
    dual: Floats,
    closed: NDArray[np.bool_],
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
    for node in range(orders, dual.size):
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
