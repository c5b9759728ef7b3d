"""Random allocation problems of every odd kind, small enough for the slowest reference."""

import numpy as np
import pytest

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


def seeds(fast: int, all_of_them: int) -> list[object]:
    """Seeds for tests: the first ones, of every kind alike, in every run; the others are slow."""
    slow = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(fast, all_of_them)]
    return [*range(fast), *slow]


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


def ordinary_day(seed: int, n: int = 100, f: int = 300, busy: float = 0.6) -> AllocationProblem:
    """Draw a day of the default district in small: orders by category, firms part committed.

    Lateness costs are 0 or infinite. `busy` is the mean share of the firms' month that is
    promised, filled from the front.
    """
    rng = np.random.default_rng(seed)
    ends = np.array([3.0, 7.0, 14.0, 28.0])
    lead = np.array([0.4, 0.5, 0.7, 0.7, 1.0, 1.25, 1.25, 2.5])
    smv = np.array([6, 7, 14, 16, 13, 16, 20, 38, 25.0])
    mix = np.array([0.24, 0.2, 0.18, 0.12, 0.1, 0.06, 0.05, 0.04, 0.01])
    workers = np.clip(rng.lognormal(np.log(17), 0.85, f), 5, 300)
    region, category = rng.integers(0, 8, f), rng.choice(9, n, p=mix)
    pieces = np.clip(rng.lognormal(np.log(700), 0.9, n), 100, 20_000)
    demand = pieces * smv[category] * rng.lognormal(0, 0.2, n)
    days = np.where(rng.random(n) < 0.6, rng.uniform(7, 14, n), rng.uniform(25, 45, n))
    large = 0.63 * np.log(pieces / 700) / 0.9 + 0.78 * rng.standard_normal(n)
    due = np.sort(days)[np.argsort(np.argsort(large))] - rng.uniform(0, 3, n)
    skilled = rng.random((n, 9, f))[0] < 0.25
    possible = skilled | (rng.random((9, f)) < 0.25)
    efficiency = 0.35 + 0.3 * rng.beta(3, 3, f)
    line_days = demand[:, None] / (np.minimum(workers, 20) * 300)
    learnt = np.maximum(1 - 0.5 / np.maximum(line_days, 0.5), 0.3)
    minutes = 1 / (efficiency * np.where(skilled[category], 1, 0.75) * learnt)
    cost = rng.uniform(0.45, 0.6, f) + 0.1 / smv[category][:, None] + 0.5 * (1 - learnt)
    unit_cost = np.where(possible[category], cost, np.inf)
    closed = ends + lead[:, None] > due[:, None, None]
    promised = np.clip(rng.normal(busy, 0.35, f), 0, 1) * 28
    begins = np.concatenate(([0.0], ends[:-1]))
    free = np.clip(ends - np.maximum(promised[:, None], begins), 0, None)
    unmet = np.full(n, 2 * cost.max())
    late = np.where(closed, np.inf, 0.0)
    capacity = workers[:, None] * 600 * free * 6 / 7
    return AllocationProblem(demand, unmet, unit_cost, late, minutes, capacity, region)
