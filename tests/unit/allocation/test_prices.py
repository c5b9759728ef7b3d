"""Prices by hand: by group, their ranges, and the reasons why work is not done."""

import numpy as np
import pytest

from kidswear_brain.allocation import AllocationProblem, allocate
from kidswear_brain.allocation.prices import (
    capacity_price_ranges,
    order_price_ranges,
    prices_by_group,
    reasons,
)


def two_firms(capacity: list[list[float]], demand: float = 10.0) -> AllocationProblem:
    """One order, firms at 1 and 3 in regions 0 and 1, two operator-minutes a minute, unmet 5."""
    return AllocationProblem(
        [demand], [5], [[1, 3]], np.zeros((1, 2, 1)), [[2, 2]], capacity, group=[0, 1]
    )


def test_prices_are_summed_up_by_group() -> None:
    problem = AllocationProblem(
        [10], [5], [[1, 1, 3]], np.zeros((1, 2, 1)), [[2, 1, 2]], [[4], [2], [90]], group=[0, 0, 1]
    )
    prices = prices_by_group(problem, allocate(problem))
    assert prices.capacity.tolist() == [[6], [90]]
    assert prices.rent == pytest.approx(np.array([[4 * 1 + 2 * 2], [0]]))
    assert prices.mean_price == pytest.approx(np.array([[8 / 6], [0]]))
    assert prices.highest_price == pytest.approx(np.array([[2], [0]]))


def test_a_degenerate_capacity_has_two_prices() -> None:
    # 20 operator-minutes at the cheap firm are just enough: one less costs 1, one more saves 0.
    problem = two_firms([[20], [100]])
    plan = allocate(problem)
    (price,) = capacity_price_ranges(problem, plan, [(0, 0)])
    assert (price.less, price.more) == pytest.approx((1.0, 0.0))
    assert price.more - 1e-9 <= plan.capacity_price[0, 0] <= price.less + 1e-9


def test_a_capacity_off_its_kinks_has_one_price() -> None:
    problem = two_firms([[10], [100]])
    (price,) = capacity_price_ranges(problem, allocate(problem), [(0, 0)])
    assert (price.less, price.more) == pytest.approx((1.0, 1.0))


def test_capacity_that_is_not_there_cannot_be_lost() -> None:
    problem = two_firms([[0], [100]])
    (price,) = capacity_price_ranges(problem, allocate(problem), [(0, 0)])
    assert (price.less, price.more) == pytest.approx((np.inf, 1.0))


def test_the_next_minute_of_an_order_can_cost_more_than_its_last() -> None:
    problem = two_firms([[20], [100]])
    plan = allocate(problem)
    (price,) = order_price_ranges(problem, plan, [0])
    assert (price.less, price.more) == pytest.approx((1.0, 3.0))
    assert 1.0 - 1e-9 <= plan.order_price[0] <= 3.0 + 1e-9


def test_an_order_no_firm_can_make() -> None:
    problem = AllocationProblem([10], [5], [[np.inf]], [[0]], [[1]], [[9]])
    (why,) = reasons(problem, allocate(problem))
    assert (why.kind, why.amount, why.firm) == ("no firm", 10.0, -1)
    assert "who can make it" in why.words


def test_an_order_without_an_open_period() -> None:
    problem = AllocationProblem([10], [5], [[1, np.inf]], [[np.inf]], [[1, 1]], [[9], [9]])
    (why,) = reasons(problem, allocate(problem))
    assert why.kind == "no time"
    assert "due date" in why.words


def test_an_order_not_worth_sewing() -> None:
    problem = AllocationProblem([10], [0.5], [[1]], [[0]], [[1]], [[99]])
    (why,) = reasons(problem, allocate(problem))
    assert why.kind == "not worth it"
    assert "unmet cost" in why.words


def test_an_order_others_crowd_out_names_the_capacity_that_helps_it_most() -> None:
    problem = AllocationProblem(
        [10, 10], [9, 5], [[1, np.inf, np.inf], [1, 3, 2]], np.zeros((2, 1)),
        [[2, 2, 2], [2, 2, 4]], [[20], [4], [4]],
    )  # fmt: skip
    (why,) = reasons(problem, allocate(problem))
    assert (why.order, why.kind) == (1, "no capacity")
    assert why.amount == pytest.approx(10 - 2 - 1)
    assert (why.firm, why.period, why.saving) == (0, 0, pytest.approx(2.0))
    assert "firm 0 in period 0" in why.words


def test_a_late_order_names_the_earlier_capacity_that_is_full() -> None:
    problem = AllocationProblem([10], [9], [[1]], [[0, 0.5]], [[2]], [[8, 50]])
    (why,) = reasons(problem, allocate(problem))
    assert (why.kind, why.firm, why.period) == ("late", 0, 0)
    assert why.amount == pytest.approx(6)
    assert why.saving == pytest.approx(0.25)


def test_an_order_late_by_choice_names_its_lateness_cost() -> None:
    problem = AllocationProblem(
        [10], [9], [[3, 1]], np.array([[[0.0, 0.1], [np.inf, 0.1]]]), [[2, 2]],
        [[99, 99], [99, 99]], group=[0, 1],
    )  # fmt: skip
    (why,) = reasons(problem, allocate(problem))
    assert (why.kind, why.firm) == ("late", -1)


def test_a_plan_that_does_everything_in_time_has_no_reasons() -> None:
    problem = two_firms([[20], [100]])
    assert reasons(problem, allocate(problem)) == []
