"""Rules of fairness by hand, with their price."""

import numpy as np
import pytest

from kidswear_brain.allocation import AllocationProblem, allocate
from kidswear_brain.allocation.fairness import MinimumShare, allocate_fairly
from kidswear_brain.errors import AllocationError


def cheap_and_dear() -> AllocationProblem:
    """100 standard minutes; the cheap firm (1) could sew all, the dear one (1.5) too."""
    return AllocationProblem([100], [5], [[1, 1.5]], [[0]], [[2, 2]], [[400], [400]])


def test_without_rules_nothing_changes_and_costs() -> None:
    fair = allocate_fairly(cheap_and_dear())
    assert fair.plan.objective == pytest.approx(100)
    assert fair.cost == pytest.approx(0, abs=1e-9)


def test_a_minimum_share_costs_the_difference_in_price() -> None:
    fair = allocate_fairly(cheap_and_dear(), [MinimumShare(np.array([False, True]), 0.3)])
    sewn = np.bincount(fair.plan.firm, fair.plan.amount, minlength=2)
    assert sewn == pytest.approx([70, 30])
    assert fair.cost == pytest.approx(30 * 0.5)
    assert fair.share_price == pytest.approx([0.5])
    assert fair.plan.certificate.holds(1e-9)


def test_a_cap_costs_the_difference_in_price() -> None:
    fair = allocate_fairly(cheap_and_dear(), firm_cap=[60, np.inf])
    sewn = np.bincount(fair.plan.firm, fair.plan.amount, minlength=2)
    assert sewn == pytest.approx([60, 40])
    assert fair.cost == pytest.approx(40 * 0.5)
    assert fair.cap_price == pytest.approx([0.5, 0])


def test_a_rule_that_does_not_bind_has_no_price() -> None:
    fair = allocate_fairly(
        cheap_and_dear(), [MinimumShare(np.array([True, False]), 0.5)], firm_cap=[200, 200]
    )
    assert fair.cost == pytest.approx(0, abs=1e-9)
    assert fair.share_price == pytest.approx([0])
    assert fair.cap_price == pytest.approx([0, 0])


def test_a_share_no_firm_can_take_leaves_work_unmet() -> None:
    problem = AllocationProblem([100], [5], [[1, 1.5]], [[0]], [[2, 2]], [[400], [20]])
    fair = allocate_fairly(problem, [MinimumShare(np.array([False, True]), 0.5)])
    assert fair.plan.amount.sum() == pytest.approx(20)
    assert fair.plan.unmet == pytest.approx([80])


@pytest.mark.parametrize("seed", range(20))
def test_rules_hold_and_never_save_money(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, f, t = 12, 8, 2
    demand = rng.lognormal(3, 1, n)
    cost = rng.uniform(0.4, 0.9, (n, f))
    cost[rng.random((n, f)) < 0.3] = np.inf
    problem = AllocationProblem(
        demand, np.full(n, 1.8), cost, np.zeros((n, t)), rng.uniform(1.5, 3, (n, f)),
        rng.lognormal(0, 0.5, (f, t)) * demand.sum() / 6,
    )  # fmt: skip
    members = np.arange(f) < 3
    cap = np.full(f, 0.25 * demand.sum())
    fair = allocate_fairly(problem, [MinimumShare(members, 0.5)], cap)
    sewn = np.bincount(fair.plan.firm, fair.plan.amount, minlength=f)
    assert fair.plan.status == "optimal"
    assert sewn[members].sum() >= 0.5 * sewn.sum() - 1e-7 * demand.sum()
    assert (sewn <= cap * (1 + 1e-7)).all()
    assert fair.cost >= -1e-7 * allocate(problem).objective
    assert (fair.share_price >= -1e-9).all()
    assert (fair.cap_price >= -1e-9).all()


def test_rules_that_make_no_sense_are_refused() -> None:
    problem = cheap_and_dear()
    with pytest.raises(AllocationError, match="give a share in 0-1"):
        allocate_fairly(problem, [MinimumShare(np.array([True, False]), 1.5)])
    with pytest.raises(AllocationError, match="for each of 2 firms"):
        allocate_fairly(problem, [MinimumShare(np.array([True]), 0.5)])
    with pytest.raises(AllocationError, match="firm_cap: give 2 numbers"):
        allocate_fairly(problem, firm_cap=[1])
