"""The simplex gives the optimum of HiGHS, and a certificate, on problems of every odd kind."""

from collections.abc import Callable

import numpy as np
import pytest
from odd_problems import KINDS, odd_problem

from kidswear_brain.allocation import highs, simplex
from kidswear_brain.allocation.certificate import certify, objective
from kidswear_brain.allocation.problem import AllocationProblem


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_odd_problems_agree_with_highs(kind: int) -> None:
    for seed in range(kind, 300, len(KINDS)):
        problem = odd_problem(seed)
        raw = simplex.solve(problem)
        assert certify(problem, raw).holds(1e-9), seed
        other = objective(problem, highs.solve(problem))
        assert objective(problem, raw) == pytest.approx(other, rel=1e-7, abs=1e-9), seed


def independent(rng: np.random.Generator, n: int, f: int, load: float) -> AllocationProblem:
    """Orders that differ at every firm: more arcs than any list holds."""
    demand = rng.lognormal(9, 0.9, n)
    unit_cost = rng.uniform(0.45, 0.9, (n, f))
    unit_cost[rng.random((n, f)) < rng.uniform(0, 0.7, (n, 1))] = np.inf
    minutes = rng.uniform(1.6, 3.5, (n, f))
    lateness = 0.01 * np.arange(4.0) + np.zeros((n, 8, 1))
    lateness[np.arange(4) > rng.integers(1, 5, (n, 1, 1)) + np.zeros((n, 8, 1))] = np.inf
    capacity = rng.lognormal(0, 0.85, (f, 4))
    capacity *= demand.sum() * 2.55 / load / capacity.sum()
    group = rng.integers(0, 8, f)
    return AllocationProblem(demand, np.full(n, 1.8), unit_cost, lateness, minutes, capacity, group)


def loose(rng: np.random.Generator) -> AllocationProblem:
    return independent(rng, 200, 150, 0.5)


def usual(rng: np.random.Generator) -> AllocationProblem:
    return independent(rng, 200, 150, 0.9)


def overloaded(rng: np.random.Generator) -> AllocationProblem:
    return independent(rng, 200, 150, 2.0)


def typed(rng: np.random.Generator) -> AllocationProblem:
    """Orders of nine types, equal within a type: as many ties as orders of the type."""
    problem = independent(rng, 200, 150, 0.9)
    kind = rng.integers(0, 9, 200)
    return AllocationProblem(
        problem.demand,
        problem.unmet_cost,
        problem.unit_cost[kind],
        problem.lateness_cost,
        problem.minutes[kind],
        problem.capacity,
        problem.group,
    )


def whole_numbers(rng: np.random.Generator) -> AllocationProblem:
    """Whole and few values everywhere: nearly every pivot is degenerate."""
    n, f = 200, 150
    demand = rng.integers(1, 20, n).astype(float)
    return AllocationProblem(
        demand,
        np.full(n, 8.0),
        rng.integers(1, 4, (n, f)),
        rng.integers(0, 2, (n, 4)),
        np.ones((n, f)),
        np.round(rng.random((f, 4)) * 2.2 * demand.sum() / (4 * f)),
    )


def all_equal(rng: np.random.Generator) -> AllocationProblem:
    n, f = 120, 150
    demand = rng.lognormal(2, 0.9, n)
    capacity = np.full((f, 4), demand.sum() * 2 / 0.9 / (4 * f))
    return AllocationProblem(
        demand, np.full(n, 2.0), np.ones((n, f)), np.zeros((n, 4)), np.full((n, f), 2.0), capacity
    )


def assignment(rng: np.random.Generator) -> AllocationProblem:
    """As many unit orders as unit firms: each basis but the roots is degenerate."""
    n = 150
    cost = rng.integers(1, 10, (n, n))
    return AllocationProblem(
        np.ones(n), np.full(n, 99.0), cost, np.zeros((n, 1)), np.ones((n, n)), np.ones((n, 1))
    )


@pytest.mark.parametrize(
    "draw", [loose, usual, overloaded, typed, whole_numbers, all_equal, assignment]
)
def test_problems_wider_than_their_lists_are_certified_cold_and_warm(
    draw: Callable[[np.random.Generator], AllocationProblem],
) -> None:
    problem = draw(np.random.default_rng(1))
    raw = simplex.solve(problem)
    assert certify(problem, raw).holds(1e-9)
    raw_again = simplex.solve(problem, raw.capacity_price)
    assert certify(problem, raw_again).holds(1e-9)
    assert objective(problem, raw_again) == pytest.approx(objective(problem, raw), rel=1e-11)


@pytest.mark.slow
@pytest.mark.parametrize("orders", [370, 1000])
@pytest.mark.parametrize("load", [0.6, 0.9, 1.3])
def test_a_days_orders_over_all_firms_are_certified(orders: int, load: float) -> None:
    for seed in range(3):
        problem = independent(np.random.default_rng(seed), orders, 1200, load)
        assert certify(problem, simplex.solve(problem)).holds(1e-9), seed
