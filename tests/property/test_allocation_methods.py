"""All methods answer alike, and the certificate vouches for each."""

import numpy as np
import pytest
from odd_problems import odd_problem, seeds

from kidswear_brain.allocation.solve import allocate

METHODS = ("simplex", "auto", "pulp")


@pytest.mark.parametrize("seed", seeds(40, 300))
def test_every_method_finds_the_same_optimum(seed: int) -> None:
    problem = odd_problem(seed)
    reference = allocate(problem, method="highs")
    assert reference.status == "optimal"
    assert reference.certificate.holds(1e-9)
    scale = max(float(problem.demand @ np.abs(problem.unmet_cost)), 1e-300)
    for method in METHODS:
        plan = allocate(problem, method=method)
        assert plan.status == "optimal", (method, plan.note)
        assert abs(plan.objective - reference.objective) <= 2e-7 * scale, method


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_more_capacity_never_costs_more(seed: int) -> None:
    problem = odd_problem(seed)
    more = _with(problem, capacity=problem.capacity * 1.2)
    before, after = allocate(problem, method="highs"), allocate(more, method="highs")
    assert after.objective <= before.objective * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_a_higher_unmet_cost_never_serves_less(seed: int) -> None:
    problem = odd_problem(seed)
    dearer = _with(problem, unmet_cost=problem.unmet_cost * 1.5)
    before, after = allocate(problem, method="highs"), allocate(dearer, method="highs")
    assert after.unmet.sum() <= before.unmet.sum() + 1e-7 * problem.demand.sum()


def _with(problem, **changed):
    names = ("demand", "unmet_cost", "unit_cost", "lateness_cost", "minutes", "capacity", "group")
    return type(problem)(**({name: getattr(problem, name) for name in names} | changed))
