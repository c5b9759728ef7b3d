"""The simplex gives the optimum of HiGHS, and a certificate, on problems of every odd kind."""

import pytest
from odd_problems import KINDS, odd_problem

from kidswear_brain.allocation import highs, simplex
from kidswear_brain.allocation.certificate import certify, objective


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=KINDS)
def test_odd_problems_agree_with_highs(kind: int) -> None:
    for seed in range(kind, 300, len(KINDS)):
        problem = odd_problem(seed)
        raw = simplex.solve(problem)
        assert certify(problem, raw).holds(1e-9), seed
        other = objective(problem, highs.solve(problem))
        assert objective(problem, raw) == pytest.approx(other, rel=1e-7, abs=1e-9), seed
