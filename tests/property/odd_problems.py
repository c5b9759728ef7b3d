"""Random allocation problems of every odd kind, small enough for the slowest reference."""

import numpy as np

from kidswear_brain.allocation.problem import AllocationProblem

KINDS = (
    "plain",
    "forbidden lateness",
    "zero capacity",
    "orders nobody can make",
    "zero demand",
    "one firm",
    "ties",
    "badly scaled",
    "integer",
    "nothing",
)


def odd_problem(seed: int) -> AllocationProblem:
    """Draw problem number `seed`; its kind is that of ``seed % len(KINDS)``."""
    rng = np.random.default_rng(seed)
    kind = KINDS[seed % len(KINDS)]
    n, f, t = rng.integers(1, 9), rng.integers(1, 7), rng.integers(1, 4)
    if kind == "one firm":
        f = 1
    if kind == "nothing":
        n, f, t = [(0, 3, 2), (4, 0, 2), (4, 3, 0), (0, 0, 0)][rng.integers(4)]
    g = int(rng.integers(1, 4))
    demand = rng.lognormal(3, 1, n)
    unit_cost = rng.uniform(0.4, 0.9, (n, f))
    unit_cost[rng.random((n, f)) < 0.25] = np.inf
    minutes = rng.uniform(1.5, 3.5, (n, f))
    minutes[np.isinf(unit_cost)] = np.nan
    lateness = rng.uniform(0, 0.3, (n, g, t)).cumsum(axis=2)
    capacity = rng.lognormal(0, 0.8, (f, t)) * demand.sum() * 2.5 / max(f * t, 1)
    unmet_cost = np.full(n, 1.8)
    if kind == "forbidden lateness":
        lateness[rng.random((n, g, t)) < 0.5] = np.inf
    if kind == "zero capacity":
        capacity[rng.random((f, t)) < 0.6] = 0.0
    if kind == "orders nobody can make":
        unit_cost[rng.random(n) < 0.5] = np.inf
    if kind == "zero demand":
        demand[rng.random(n) < 0.5] = 0.0
    if kind == "ties":
        unit_cost[np.isfinite(unit_cost)] = 0.5
        lateness[:] = 0.0
        minutes[:] = 2.0
    if kind == "badly scaled":
        demand *= 10.0 ** rng.integers(-2, 3, n)
        demand *= 1e6
        minutes *= 1e-3
        capacity *= 1e3 * 10.0 ** rng.integers(-1, 2, (f, t))
        unit_cost, lateness, unmet_cost = unit_cost * 1e-4, lateness * 1e-4, unmet_cost * 1e-4
    if kind == "integer":
        demand, capacity = np.ceil(demand), np.ceil(capacity)
        unit_cost, lateness = np.ceil(unit_cost * 4), np.ceil(lateness * 4)
        minutes, unmet_cost = np.ceil(minutes), np.ceil(unmet_cost * 4)
    group = rng.integers(0, g, f)
    return AllocationProblem(demand, unmet_cost, unit_cost, lateness, minutes, capacity, group)
