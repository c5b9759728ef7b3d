"""Known answers by hand, the vocabulary of a plan, and what happens when a solver fails."""

import numpy as np
import pytest

from kidswear_brain.allocation import AllocationProblem, RawSolution, allocate
from kidswear_brain.allocation import highs as highs_room
from kidswear_brain.allocation import simplex as simplex_room
from kidswear_brain.errors import AllocationError, SolverError

METHODS = ("auto", "simplex", "highs", "pulp")


def two_orders_one_cheap_firm() -> AllocationProblem:
    """Two orders of 10 at the cheap firm's 12 standard minutes: 8 must pay .5 more elsewhere."""
    return AllocationProblem(
        demand=[10, 10],
        unmet_cost=[3, 3],
        unit_cost=[[1.0, 1.5], [1.0, 1.7]],
        lateness_cost=np.zeros((2, 1)),
        minutes=np.full((2, 2), 2.0),
        capacity=[[24], [100]],
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_hand_calculation(method: str) -> None:
    plan = allocate(two_orders_one_cheap_firm(), method=method)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(2 * 1.0 + 10 * 1.0 + 8 * 1.5)
    assert plan.capacity_price == pytest.approx(np.array([[0.25], [0.0]]), abs=1e-7)
    assert plan.order_price == pytest.approx([1.5, 1.5])
    assert plan.unmet == pytest.approx([0, 0], abs=1e-6)
    flows = {(i, j): x for i, j, x in zip(plan.order, plan.firm, plan.amount, strict=True)}
    assert flows[0, 1] == pytest.approx(8)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(0, 2, 2), (2, 0, 2), (2, 2, 0), (0, 0, 0)])
def test_nothing_to_allocate_is_an_answer(method: str, shape: tuple[int, int, int]) -> None:
    n, f, t = shape
    problem = AllocationProblem(
        np.full(n, 5.0), np.full(n, 2.0), np.ones((n, f)), np.zeros((n, t)), np.ones((n, f)),
        np.ones((f, t)),
    )  # fmt: skip
    plan = allocate(problem, method=method)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(10.0 * n)
    assert plan.amount.size == 0
    assert plan.unmet == pytest.approx(np.full(n, 5.0))
    assert plan.capacity_price.shape == (f, t)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(AllocationError, match="method = 'magic'"):
        allocate(two_orders_one_cheap_firm(), method="magic")


def test_a_solver_that_fails_leaves_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SolverError("out of order")

    monkeypatch.setattr(highs_room, "solve", fail)
    plan = allocate(two_orders_one_cheap_firm(), method="highs")
    assert plan.status == "error"
    assert "out of order" in plan.note
    assert np.isnan(plan.objective)
    assert np.isnan(plan.unmet).all()
    assert plan.amount.size == 0
    assert not plan.certificate.holds()


def test_auto_falls_back_to_highs_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object) -> None:
        raise SolverError("pivots used up")

    monkeypatch.setattr(simplex_room, "solve", give_up)
    plan = allocate(two_orders_one_cheap_firm())
    assert (plan.status, plan.method) == ("optimal", "highs")
    assert plan.note == "simplex: pivots used up"


def test_auto_does_not_believe_a_wrong_simplex(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_unmet(problem: AllocationProblem, _: object) -> RawSolution:
        none = np.empty(0, dtype=np.int64)
        price = np.zeros(problem.capacity.shape)
        return RawSolution(
            none, none, none, np.empty(0), problem.demand, problem.unmet_cost, price, 0
        )

    monkeypatch.setattr(simplex_room, "solve", all_unmet)
    plan = allocate(two_orders_one_cheap_firm())
    assert (plan.status, plan.method) == ("optimal", "highs")
    assert "certificate" in plan.note
    assert allocate(two_orders_one_cheap_firm(), method="simplex").status == "error"


def test_time_running_out_is_a_limit_and_its_plan_is_feasible() -> None:
    rng = np.random.default_rng(1)
    n, f, t = 60, 40, 3
    demand = rng.lognormal(8, 1, n)
    minutes = rng.uniform(1.5, 3.5, (n, f))
    problem = AllocationProblem(
        demand, np.full(n, 2.0), rng.uniform(0.4, 0.9, (n, f)), np.zeros((n, t)), minutes,
        np.full((f, t), demand.sum() * 2.5 / (f * t)),
    )  # fmt: skip
    plan = allocate(problem, method="highs", time_limit=0.0)
    assert plan.status == "limit"
    assert plan.certificate.primal_infeasibility <= 1e-9
    assert plan.certificate.dual_infeasibility <= 1e-9
    assert plan.certificate.relative_gap > 1e-3
    assert plan.objective > allocate(problem, method="highs").objective


def test_the_same_problem_gives_the_same_plan() -> None:
    first, second = (allocate(two_orders_one_cheap_firm()) for _ in range(2))
    assert first.objective == second.objective
    assert (first.amount == second.amount).all()
    assert (first.firm == second.firm).all()


def test_a_warm_start_of_another_shape_is_ignored() -> None:
    problem = two_orders_one_cheap_firm()
    other = allocate(
        AllocationProblem([1], [1], np.ones((1, 3)), [[0]], np.ones((1, 3)), np.ones((3, 1)))
    )
    assert allocate(problem, warm_start=other).objective == allocate(problem).objective


def test_interior_point_agrees_with_simplex() -> None:
    problem = two_orders_one_cheap_firm()
    raw = highs_room.solve(problem, algorithm="ipm")
    assert raw.order_price == pytest.approx([1.5, 1.5])
