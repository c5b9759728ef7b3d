"""What linear programming says of any optimum, reckoned from a plan's arrays alone.

No certificate is asked: the whole table of arcs is laid out in NumPy, with its own broadcasting, so
that the certificate's lists and the solvers' cannot err alike. Tolerances are 1e-9 of the money or
minutes at stake; `test_the_tolerance_sees_a_ten_millionth` shows what that rejects.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from odd_problems import odd_problem, ordinary_day

from kidswear_brain.allocation import Allocation, AllocationProblem, allocate

TOLERANCE = 1e-9
numbers = st.integers(0, 10**9)
some = settings(max_examples=60, deadline=None)
NAMES = ("demand", "unmet_cost", "unit_cost", "lateness_cost", "minutes", "capacity", "group")


def full_cost(problem: AllocationProblem) -> np.ndarray:  # type: ignore[type-arg]
    """(n, f, t): what a standard minute costs on every arc, inf where there is none."""
    return problem.unit_cost[:, :, None] + problem.lateness_cost[:, problem.group, :]


class Optimum:
    """A plan as a full table of flows, with its slacks."""

    def __init__(self, problem: AllocationProblem, plan: Allocation) -> None:
        self.cost = full_cost(problem)
        self.flow = np.zeros_like(self.cost)
        np.add.at(self.flow, (plan.order, plan.firm, plan.period), plan.amount)
        self.exists = np.isfinite(self.cost)
        minutes = np.where(np.isfinite(problem.unit_cost), problem.minutes, 1.0)[:, :, None]
        price = plan.order_price[:, None, None] - minutes * plan.capacity_price
        self.reduced = np.where(self.exists, self.cost, 0.0) - price
        self.idle = problem.capacity - (minutes * self.flow).sum(axis=0)
        self.unmet, self.order_price = plan.unmet, plan.order_price
        self.capacity_price, self.problem = plan.capacity_price, problem
        at_stake = np.abs(np.where(self.exists, self.cost, 0.0)).max(initial=0.0)
        self.money = max(float(np.abs(problem.unmet_cost).max(initial=0.0)), float(at_stake), 1e-99)
        self.total = max(float(problem.demand.sum()) * self.money, 1e-99)

    def primal(self) -> float:
        return float(
            self.problem.unmet_cost @ self.unmet
            + (np.where(self.exists, self.cost, 0.0) * self.flow).sum()
        )

    def dual(self) -> float:
        rent = (self.capacity_price * self.problem.capacity).sum()
        return float(self.order_price @ self.problem.demand - rent)

    def slackness(self) -> dict[str, float]:
        """Money each kind of pair of variable and slack is away from a product of zero."""
        flows = np.abs(np.where(self.exists, self.flow * self.reduced, 0.0)).sum()
        rents = np.abs(self.capacity_price * self.idle).sum()
        given_up = np.abs(self.unmet * (self.problem.unmet_cost - self.order_price)).sum()
        return {"flows": flows, "rents": rents, "unmet": given_up}


def optimum(problem: AllocationProblem, method: str) -> Optimum:
    plan = allocate(problem, method=method)
    assert plan.status == "optimal", plan.note
    return Optimum(problem, plan)


@some
@given(numbers, st.sampled_from(["simplex", "highs"]))
def test_strong_duality_and_complementary_slackness(seed: int, method: str) -> None:
    found = optimum(odd_problem(seed), method)
    problem = found.problem
    assert abs(found.primal() - found.dual()) <= TOLERANCE * found.total
    for kind, money in found.slackness().items():
        assert money <= TOLERANCE * found.total, kind
    assert (np.where(found.exists, found.reduced, 0.0) >= -TOLERANCE * found.money).all()
    assert (found.order_price <= problem.unmet_cost + TOLERANCE * found.money).all()
    assert (found.idle >= -TOLERANCE * problem.capacity.sum()).all()
    assert (found.flow[~found.exists] == 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_same_on_ordinary_days(seed: int) -> None:
    found = optimum(ordinary_day(seed, n=60, f=120, busy=0.9), "simplex")
    assert (found.capacity_price > 0).sum() > 10  # prices to speak of
    assert found.unmet.max() > 0
    assert abs(found.primal() - found.dual()) <= TOLERANCE * found.total
    assert max(found.slackness().values()) <= TOLERANCE * found.total


@pytest.mark.parametrize("kind", ["capacity_price", "order_price"])
def test_the_tolerance_sees_a_ten_millionth(kind: str) -> None:
    problem = ordinary_day(1, n=60, f=120, busy=0.9)
    plan = allocate(problem)
    off = replace(plan, **{kind: getattr(plan, kind) * (1 + 1e-7)})
    found = Optimum(problem, off)
    assert abs(found.primal() - found.dual()) > TOLERANCE * found.total
    assert max(found.slackness().values()) > TOLERANCE * found.total


# -- what a change of the problem does to its optimum ----------------------------------------------


def _value(problem: AllocationProblem) -> float:
    plan = allocate(problem)
    assert plan.status == "optimal", plan.note
    return plan.objective


def _with(problem: AllocationProblem, **changed: object) -> AllocationProblem:
    parts = {name: getattr(problem, name) for name in NAMES}
    return AllocationProblem(**(parts | changed))  # type: ignore[arg-type]


def _scale(problem: AllocationProblem) -> float:
    return max(float(problem.demand @ np.abs(problem.unmet_cost)), 1e-99)


def _firms(problem: AllocationProblem, which: object) -> AllocationProblem:
    """Return the problem with some of its firms, in some order."""
    return _with(
        problem,
        unit_cost=problem.unit_cost[:, which],
        minutes=problem.minutes[:, which],
        capacity=problem.capacity[which],
        group=problem.group[which],
    )


def _orders(problem: AllocationProblem, which: object) -> AllocationProblem:
    per_order = ("demand", "unmet_cost", "unit_cost", "lateness_cost", "minutes")
    return _with(problem, **{name: getattr(problem, name)[which] for name in per_order})


@some
@given(numbers, numbers)
def test_who_is_numbered_how_changes_no_value(seed: int, shuffle: int) -> None:
    """Firms, orders and regions in another order: the same optimum (its plan may differ)."""
    problem, rng = odd_problem(seed), np.random.default_rng(shuffle)
    n, f, g, _ = problem.shape
    regions = rng.permutation(g)
    other = _orders(_firms(problem, rng.permutation(f)), rng.permutation(n))
    other = _with(
        other,
        lateness_cost=other.lateness_cost[:, regions],
        group=np.argsort(regions)[other.group],
    )
    assert abs(_value(other) - _value(problem)) <= TOLERANCE * _scale(problem)


@some
@given(numbers)
def test_twice_the_cluster_and_twice_the_orders_cost_twice(seed: int) -> None:
    """Exactly: averaging a plan of the doubled problem over the copies gives one of the single."""
    problem = odd_problem(seed)
    n, f, _, _ = problem.shape
    twice = _orders(_firms(problem, np.tile(np.arange(f), 2)), np.tile(np.arange(n), 2))
    assert abs(_value(twice) - 2 * _value(problem)) <= 2 * TOLERANCE * _scale(problem)


@some
@given(numbers, numbers)
def test_more_firms_never_cost_more(seed: int, pick: int) -> None:
    """What participation of firms is worth to the program alone.

    Participation of firms in the simulation is not monotone by theory: a day's optimum given more
    firms may leave the days after it worse off.
    """
    problem = odd_problem(seed)
    f = problem.shape[1]
    assume(f > 1)
    fewer = np.delete(np.arange(f), pick % f)
    assert _value(problem) <= _value(_firms(problem, fewer)) + TOLERANCE * _scale(problem)


@some
@given(numbers, numbers)
def test_one_order_more_costs_at_most_what_leaving_it_costs(seed: int, pick: int) -> None:
    problem = odd_problem(seed)
    n = problem.shape[0]
    assume(n > 1)
    extra = pick % n
    fewer = _orders(problem, np.delete(np.arange(n), extra))
    most = float(problem.demand[extra] * problem.unmet_cost[extra])
    more = _value(problem) - _value(fewer)
    assert -TOLERANCE * _scale(problem) <= more <= most + TOLERANCE * _scale(problem)
