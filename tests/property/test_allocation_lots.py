"""Whole lots conserve work, respect capacity and their own rules, and shed next to nothing."""

import numpy as np
import pytest
from odd_problems import odd_problem, ordinary_day, seeds

from kidswear_brain.allocation import AllocationProblem, Lots, allocate, whole_lots

CLOSE = 1e-6


def check_laws(problem: AllocationProblem, lots: Lots, minimum_run: float, max_firms: int) -> None:
    n = problem.demand.size
    assert len(set(zip(lots.order.tolist(), lots.firm.tolist(), strict=True))) == lots.order.size
    assert np.bincount(lots.order, minlength=n).max(initial=0) <= max_firms
    assert (lots.amount > 0).all()
    served = np.bincount(lots.order, lots.amount, minlength=n)
    assert (served <= problem.demand * (1 + CLOSE)).all()
    assert lots.served == pytest.approx(served.sum())
    assert np.isfinite(problem.unit_cost[lots.order, lots.firm]).all()
    for period in (lots.period, lots.last_period):
        late = problem.lateness_cost[lots.order, problem.group[lots.firm], period]
        assert np.isfinite(late).all()
    least = np.minimum(minimum_run, problem.demand[lots.order])
    assert (lots.amount < least * (1 - CLOSE)).sum() == lots.short_runs
    check_capacity(problem, lots)
    assert lots.cost >= lots.lp_cost - CLOSE * abs(lots.lp_cost)


def check_capacity(problem: AllocationProblem, lots: Lots) -> None:
    """No firm has more to do between two period ends than it has minutes for (Hall)."""
    _, f, _, t = problem.shape
    minutes = lots.amount * problem.minutes[lots.order, lots.firm]
    for first in range(t):
        for last in range(first, t):
            inside = (lots.period >= first) & (lots.last_period <= last)
            load = np.bincount(lots.firm[inside], minutes[inside], minlength=f)
            room = problem.capacity[:, first : last + 1].sum(axis=1)
            assert (load <= room + CLOSE * problem.capacity.max(initial=0.0)).all()


@pytest.mark.parametrize("seed", seeds(40, 120))
@pytest.mark.parametrize(("share", "max_firms"), [(0.0, 3), (0.4, 2)])
def test_the_laws_hold_on_odd_problems(seed: int, share: float, max_firms: int) -> None:
    problem = odd_problem(seed)
    minimum = share * float(problem.demand.mean()) if problem.demand.size else 0.0
    plan = allocate(problem)
    check_laws(problem, whole_lots(problem, plan, minimum, max_firms), minimum, max_firms)


@pytest.mark.parametrize("busy", [0.2, 0.6, 1.0])
@pytest.mark.parametrize("seed", range(8))
def test_the_laws_hold_on_ordinary_days(seed: int, busy: float) -> None:
    problem = ordinary_day(seed, busy=busy)
    plan = allocate(problem)
    lots = whole_lots(problem, plan, minimum_run=2500.0)
    check_laws(problem, lots, 2500.0, 3)
    # With 100 orders a single one that needs the three roomiest firms is 1 % of the work.
    assert lots.served + lots.out_of_reach >= 0.985 * lots.lp_served
    unmet = problem.demand - np.bincount(lots.order, lots.amount, minlength=problem.demand.size)
    money = lots.amount @ problem.unit_cost[lots.order, lots.firm]
    assert lots.cost == pytest.approx(money + problem.unmet_cost @ unmet, rel=1e-9)


def test_no_more_than_half_a_per_cent_is_shed_over_days_idle_to_overrun() -> None:
    lots = [
        whole_lots(problem, allocate(problem), minimum_run=2500.0)
        for problem in (
            ordinary_day(seed, busy=busy) for seed in range(8) for busy in (0.2, 0.6, 1)
        )
    ]
    within = sum(x.served + x.out_of_reach for x in lots)
    assert within >= 0.998 * sum(x.lp_served for x in lots)


def test_few_firms_sew_an_order_and_no_work_is_shed_on_ordinary_days() -> None:
    lots = [
        whole_lots(problem, allocate(problem), minimum_run=2500.0)
        for problem in (ordinary_day(seed, busy=0.3) for seed in range(8))
    ]
    for x in lots:
        assert x.served >= 0.995 * x.lp_served
    firms = sum(x.order.size for x in lots) / sum(np.unique(x.order).size for x in lots)
    rounding = sum(x.cost for x in lots) / sum(x.lp_cost for x in lots) - 1
    assert firms <= 1.35
    assert rounding <= 0.01


def test_a_further_firm_must_save_its_run_value() -> None:
    problem = ordinary_day(3)
    plan = allocate(problem)
    cheap, dear = (whole_lots(problem, plan, 2500.0, run_value=v) for v in (0.0, 1e6))
    assert dear.order.size < cheap.order.size
    assert dear.cost >= cheap.cost
