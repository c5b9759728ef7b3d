"""A basis of the simplex that is a forest: what each node owns, its prices and its flows.

Nodes are orders (0 .. n-1) and cells (n .. n+t*f-1). Every node owns exactly one basic arc and
points to its other end, its parent; an arc to nowhere is the node's slack (an order's unmet
minutes, a cell's idle ones). Following parents ends in a slack or goes round a cycle, and both
are legal bases, so trees and one-trees need no separate cases.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.compiled import compiled, compiled_lent

Floats = NDArray[np.float64]
Ints32 = NDArray[np.int32]


UNSEEN, PASSED, KNOWN = 0, 1, 2
"""What is known of a node's price while all are computed."""


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


@compiled
def compute_duals(forest: Forest, orders: int, some: Ints32, dual: Floats) -> None:
    """What are the row prices at which every basic arc has reduced cost zero? Writes `dual`.

    Only those of `some` nodes are computed; their parents must be among them. `some` is sorted
    anew, parents first: that spares the next call most of the walking.
    """
    state = np.full(forest.parent.size, UNSEEN, np.int8)
    _price(forest, orders, some.copy(), dual, (state, np.empty_like(some), some))


@compiled_lent
def _price(
    forest: Forest,
    orders: int,
    given: Ints32,
    dual: Floats,
    places: tuple[NDArray[np.int8], Ints32, Ints32],
) -> None:
    state, _, some = places
    count = 0
    for node in given:
        if state[node] == KNOWN:
            continue
        parent = forest.parent[node]
        if parent < 0 or state[parent] == KNOWN:
            dual[node] = _dual(forest, orders, node, dual)
            state[node] = KNOWN
            some[count] = node
            count += 1
        else:
            count = _walk_down(forest, orders, node, dual, places, count)


@compiled_lent
def _dual(forest: Forest, orders: int, node: int, dual: Floats) -> float:
    """Price of a node whose parent's is known."""
    parent = forest.parent[node]
    # A slack has no other end and hence no second term.
    beyond = dual[parent] if parent >= 0 else 0.0
    if node < orders:
        return float(forest.cost[node] + forest.minutes[node] * beyond)
    return float((beyond - forest.cost[node]) * forest.inverse[node])


@compiled_lent
def _walk_down(
    forest: Forest,
    orders: int,
    start: int,
    dual: Floats,
    places: tuple[NDArray[np.int8], Ints32, Ints32],
    count: int,
) -> int:
    """Price the nodes from `start` up to one whose price is known, a slack or a cycle."""
    state, stack, some = places
    depth = 0
    node = int(start)
    while node >= 0 and state[node] == UNSEEN:
        state[node] = PASSED
        stack[depth] = node
        depth += 1
        node = int(forest.parent[node])
    if node >= 0 and state[node] == PASSED:
        dual[node] = _cycle_dual(forest, orders, stack, depth, node)
        state[node] = KNOWN
        some[count] = node
        count += 1
    for k in range(depth - 1, -1, -1):
        node = int(stack[k])
        if state[node] != KNOWN:
            dual[node] = _dual(forest, orders, node, dual)
            state[node] = KNOWN
            some[count] = node
            count += 1
    return count


@compiled_lent
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


@compiled_lent
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
