"""The exact allocator: prices estimated, a forest basis filled greedily, pivots on short lists.

The arcs are never written out. Orders keep lists of their best arcs; the simplex solves on the
lists, all arcs are then priced out under its duals and the lists refilled, until a complete
pricing finds nothing that would lower the cost (sifting).
"""

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation import simplex_kernel as kernel
from kidswear_brain.allocation import simplex_lists as arcs
from kidswear_brain.allocation import simplex_start as start
from kidswear_brain.allocation.problem import AllocationProblem, RawSolution
from kidswear_brain.allocation.simplex_forest import Forest, balance_flows
from kidswear_brain.allocation.simplex_greedy import greedy_forest
from kidswear_brain.allocation.simplex_rows import Network
from kidswear_brain.errors import SolverError

Floats = NDArray[np.float64]

TOLERANCE = 1e-10
"""Reduced costs above minus this, relative to the mean cost, count as zero."""
PIVOTS = 200
"""Pivots in one solve on the lists, per order and cell, after which the answer is given up."""
SHORT = 24
"""Arcs in a list where capacity is plenty."""
HEAVY = 1.0
"""Load beyond which lists do not grow."""
ROUNDS = 200
"""Fillings of the lists after which the answer is given up."""


def solve(problem: AllocationProblem, start_price: Floats | None = None) -> RawSolution:
    """Optimal flows and prices over all arcs.

    Parameters
    ----------
    problem : AllocationProblem
        Any valid problem.
    start_price : (f, t) array, optional
        Capacity prices to start from, those of a similar problem; changes the time, not the
        optimum.

    Returns
    -------
    RawSolution
        Not yet certified.

    Raises
    ------
    SolverError
        When a bound on pivots or fillings was reached.
    """
    n, f, _, t = problem.shape
    if n == 0 or f * t == 0:
        return _nothing_made(problem)
    demand_scale = float(problem.demand.mean()) or 1.0
    unit_cost, minutes = problem.cost_rows
    network = Network(
        problem.rows,
        unit_cost,
        problem.lateness_cost,
        minutes,
        problem.group,
        problem.demand / demand_scale,
        problem.unmet_cost,
        np.ascontiguousarray(problem.capacity.T).ravel() / demand_scale,
    )
    scales = start.measure(network)
    lists = arcs.empty_lists(network.unmet_cost, _width(network, scales))
    price = None if start_price is None else np.ascontiguousarray(start_price.T).ravel()
    price = start.estimate(network, lists, scales, price)
    return _raw(problem, *_sift(network, lists, scales, price), demand_scale)


def _width(network: Network, scales: start.Scales) -> int:
    """How many arcs an order lists: more where cells are many, and where they are wanted."""
    orders, cells = network.demand.size, network.capacity.size
    load = network.demand.sum() * scales.minutes / max(network.capacity.sum(), 1e-300)
    wanted = SHORT + min(load, HEAVY) * (SHORT + 16 * (orders + cells) / orders)
    return min(cells, int(wanted))


def _nothing_made(problem: AllocationProblem) -> RawSolution:
    empty = np.zeros(0, np.int64)
    price = np.zeros(problem.capacity.shape)
    unmet = problem.demand.copy()
    return RawSolution(empty, empty, empty, np.zeros(0), unmet, problem.unmet_cost.copy(), price, 0)


def _sift(
    network: Network, lists: arcs.Lists, scales: start.Scales, price: Floats
) -> tuple[Forest, Floats, int]:
    """Solve on the lists and refill them under the duals found, until nothing is missing."""
    orders, cells = network.demand.size, network.capacity.size
    slack_minutes = scales.minutes
    closed = np.concatenate((network.demand <= 0.0, network.capacity <= 0.0))
    price = np.where(closed[orders:], np.inf, price)
    forest = greedy_forest(network, lists, price, slack_minutes)
    tolerance = TOLERANCE * scales.cost
    rules = kernel.Rules(tolerance, PIVOTS * (orders + cells), slack_minutes)
    dual = np.zeros(orders + cells)
    pivots, drop = 0, 0.0
    priced = price
    for _ in range(ROUNDS):
        made = kernel.optimise(lists, forest, dual, closed, rules)
        if made < 0:
            raise SolverError(f"no optimum within {rules.limit} pivots")
        pivots += made
        price = np.where(closed[orders:], np.inf, dual[orders:])
        usable = ~closed[orders:]
        drop += max(float((priced[usable] - price[usable]).max(initial=0.0)), 0.0)
        priced = price
        if arcs.fill_lists(network, lists, price, dual[:orders], drop, tolerance) == 0:
            flow = balance_flows(forest, network.demand, network.capacity)
            _close(network, closed, dual)
            return forest._replace(flow=flow), dual, pivots
    raise SolverError(f"lists still incomplete after {ROUNDS} fillings")


def _close(network: Network, closed: NDArray[np.bool_], dual: Floats) -> None:
    """Give prices to what has none: cells without capacity, orders without demand."""
    orders = network.demand.size
    if closed.any():
        price, order_price = dual[orders:].copy(), dual[:orders].copy()
        arcs.close_free_rows(network, price, closed[orders:], order_price)
        dual[:orders], dual[orders:] = order_price, price


def _raw(
    problem: AllocationProblem,
    forest: Forest,
    dual: Floats,
    pivots: int,
    demand_scale: float,
) -> RawSolution:
    n, f, _, t = problem.shape
    owner = np.flatnonzero(forest.parent >= 0)
    other = forest.parent[owner].astype(np.int64)
    amount = np.maximum(forest.flow[owner], 0.0) * demand_scale
    order = np.minimum(owner, other)
    cell = np.maximum(owner, other) - n
    used = amount > 0.0
    roots = forest.parent[:n] < 0
    unmet = np.where(roots, np.maximum(forest.flow[:n], 0.0), 0.0) * demand_scale
    return RawSolution(
        order[used],
        cell[used] % f,
        cell[used] // f,
        amount[used],
        unmet,
        dual[:n].copy(),
        np.maximum(dual[n:].reshape(t, f).T, 0.0),
        pivots,
    )
