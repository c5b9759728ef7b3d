"""The exact allocator: prices estimated, a forest basis filled greedily, pivots on short lists.

The arcs are never written out. Orders keep lists of their best arcs; the simplex solves on the
lists, all arcs are then priced out under its duals and the lists refilled, until a complete
pricing finds nothing that would lower the cost (sifting).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation import simplex_kernel as kernel
from kidswear_brain.allocation import simplex_lists as arcs
from kidswear_brain.allocation import simplex_prices as estimate
from kidswear_brain.allocation.problem import AllocationProblem, RawSolution
from kidswear_brain.errors import SolverError

Floats = NDArray[np.float64]

TOLERANCE = 1e-10
"""Reduced costs above minus this, relative to the mean cost, count as zero."""
ROUNDS = 200
"""Fillings of the lists after which the answer is given up."""
SAMPLE = 150
"""Orders that stand for all while prices are estimated at high temperatures."""
MIDDLE = 0.1
WARM = 0.1
COOLING = 0.6
STEPS = 4
CALM = 0.02


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
    network = arcs.Network(
        problem.unit_cost,
        problem.lateness_cost,
        problem.minutes,
        problem.group,
        problem.demand / demand_scale,
        problem.unmet_cost,
        np.ascontiguousarray(problem.capacity.T).ravel() / demand_scale,
    )
    scales = _scales(network)
    lists = arcs.empty_lists(network.unmet_cost, min(f * t, 48 + 16 * (n + f * t) // n))
    price = None if start_price is None else np.ascontiguousarray(start_price.T).ravel()
    price = _estimate(network, lists, scales, price)
    return _raw(problem, *_sift(network, lists, scales, price), demand_scale)


def _nothing_made(problem: AllocationProblem) -> RawSolution:
    empty = np.zeros(0, np.int64)
    price = np.zeros(problem.capacity.shape)
    unmet = problem.demand.copy()
    return RawSolution(empty, empty, empty, np.zeros(0), unmet, problem.unmet_cost.copy(), price, 0)


class _Scales(NamedTuple):
    """What is small and what is large in this problem."""

    rows: NDArray[np.int64]
    cost: float
    minutes: float
    loss: float
    spread: float


def _scales(network: arcs.Network) -> _Scales:
    """Typical sizes, from a sample of rows."""
    rows = estimate.sample_rows(network, SAMPLE)
    cost = network.unit_cost[rows]
    known = np.isfinite(cost)
    unmet = network.unmet_cost[rows]
    if not known.any():
        size = float(np.abs(unmet).mean()) or 1.0
        return _Scales(rows, size, 1.0, size, size)
    count = np.maximum(known.sum(axis=1), 1)
    filled = np.where(known, cost, 0.0)
    mean = filled.sum(axis=1) / count
    spread = np.sqrt((np.where(known, cost - mean[:, None], 0.0) ** 2).sum(axis=1) / count)
    size = float(np.abs(cost[known]).mean() + np.abs(unmet).mean()) / 2 or 1.0
    minutes = float(network.minutes[rows][known].mean())
    loss = max(float((unmet - mean)[known.any(axis=1)].mean()), 1e-3 * size)
    return _Scales(rows, size, minutes, loss, max(float(spread.mean()), 1e-4 * size))


def _estimate(
    network: arcs.Network, lists: arcs.Lists, scales: _Scales, price: Floats | None
) -> Floats:
    """Capacity prices near the optimal ones, and lists filled under them."""
    nothing = np.full(network.demand.size, np.inf)
    hot, cold = 0.45 * scales.loss, 0.03 * scales.spread
    middle = MIDDLE * scales.spread
    if price is None:
        price = _estimate_by_sample(network, scales, hot, middle)
    else:
        middle = WARM * scales.spread
    closed = network.capacity <= 0.0
    price = np.where(closed, np.inf, price)
    arcs.fill_lists(network, lists, price, nothing, 0.0, 0.0)

    def spread(price: Floats, temperature: float) -> Floats:
        return estimate.spread_lists(lists, network.demand, price, temperature)

    price = _cool(spread, network.capacity, price, (middle, cold), scales.minutes)
    lists.floor[:] = -np.inf
    arcs.fill_lists(network, lists, price, nothing, 0.0, 0.0)
    return price


def _estimate_by_sample(network: arcs.Network, scales: _Scales, hot: float, cold: float) -> Floats:
    cost, minutes = estimate.sample_arcs(network, scales.rows, scales.cost, scales.minutes)
    unmet = (network.unmet_cost[scales.rows] / scales.cost).astype(np.float32)
    portion = network.demand.sum() / scales.rows.size * scales.minutes

    def spread(price: Floats, temperature: float) -> Floats:
        load = estimate.spread_sample(
            cost, minutes, unmet, price.astype(np.float32), temperature / scales.cost
        )
        return np.asarray(load * portion)

    unit = scales.cost / scales.minutes
    price = np.zeros(network.capacity.size)
    price = np.where(network.capacity <= 0.0, 1e10, price)
    ends = (hot / scales.cost, cold / scales.cost)
    cooled = _cool(
        lambda price, e: spread(price, e * scales.cost), network.capacity, price, ends, 1.0
    )
    return np.asarray(cooled * unit)


def _cool(
    spread: Callable[[Floats, float], Floats],
    capacity: Floats,
    price: Floats,
    ends: tuple[float, float],
    minutes: float,
) -> Floats:
    """Move prices with log(load / capacity) while the temperature falls between two ends."""
    usable = capacity > 0.0
    safe = np.where(usable, capacity, 1.0)
    temperature, cold = ends
    while temperature >= cold:
        last = np.inf
        for _ in range(STEPS):
            load = spread(price, temperature)
            over = float(np.maximum(load - capacity, 0.0)[usable].sum() / max(load.sum(), 1e-300))
            ratio = np.maximum(load / safe, 0.5)
            moved = np.maximum(price + 1.3 * temperature / minutes * np.log(ratio), 0.0)
            price = np.where(usable, moved, price)
            if over < CALM or over > 0.9 * last:
                break
            last = over
        temperature *= COOLING
    return price


def _sift(
    network: arcs.Network, lists: arcs.Lists, scales: _Scales, price: Floats
) -> tuple[kernel.Forest, Floats, int]:
    """Solve on the lists and refill them under the duals found, until nothing is missing."""
    orders, cells = network.demand.size, network.capacity.size
    slack_minutes = scales.minutes
    closed = np.concatenate((network.demand <= 0.0, network.capacity <= 0.0))
    forest = kernel.greedy_forest(lists, price, network.demand, network.capacity, slack_minutes)
    tolerance = TOLERANCE * scales.cost
    rules = kernel.Rules(tolerance, 1000 + 100 * (orders + cells), slack_minutes)
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
            flow = kernel.balance_flows(forest, network.demand, network.capacity, slack_minutes)
            _close(network, closed, dual)
            return forest._replace(flow=flow), dual, pivots
    raise SolverError(f"lists still incomplete after {ROUNDS} fillings")


def _close(network: arcs.Network, closed: NDArray[np.bool_], dual: Floats) -> None:
    """Give prices to what has none: cells without capacity, orders without demand."""
    orders = network.demand.size
    if closed.any():
        price, order_price = dual[orders:].copy(), dual[:orders].copy()
        arcs.close_free_rows(network, price, closed[orders:], order_price)
        dual[:orders], dual[orders:] = order_price, price


def _raw(
    problem: AllocationProblem,
    forest: kernel.Forest,
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
