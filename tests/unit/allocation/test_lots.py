"""Whole lots by hand, and what is refused."""

import numpy as np
import pytest

from kidswear_brain.allocation import AllocationProblem, FirmMinimum, allocate, whole_lots
from kidswear_brain.errors import AllocationError


def one_order(demand: float, capacity: list[list[float]]) -> AllocationProblem:
    """One order; the firms cost 1, 1.1, 1.2, ... and need two operator-minutes a minute."""
    firms, periods = len(capacity), len(capacity[0])
    cost = 1 + 0.1 * np.arange(firms)
    return AllocationProblem(
        [demand], [5], [cost], np.zeros((1, periods)), np.full((1, firms), 2.0), capacity
    )


def rounded(problem: AllocationProblem, minimum_run: float, **rules: float):
    return whole_lots(problem, allocate(problem), minimum_run, **rules)


def test_a_lot_below_the_minimum_run_grows_to_it() -> None:
    # The plan cuts 100 into 95 at the cheap firm and 5 at the next.
    lots = rounded(one_order(100, [[190], [400]]), minimum_run=20)
    assert lots.amount == pytest.approx([80, 20])


def test_a_lot_below_the_minimum_run_is_merged_where_a_start_costs_more() -> None:
    lots = rounded(one_order(100, [[190], [400]]), minimum_run=20, run_value=9)
    assert lots.firm.tolist() == [1]
    assert lots.amount == pytest.approx([100])
    assert lots.cost == pytest.approx(110)
    assert lots.lp_cost == pytest.approx(95 + 5 * 1.1)


def test_a_lot_above_the_minimum_run_stays_where_it_saves_money() -> None:
    lots = rounded(one_order(100, [[120], [400]]), minimum_run=20, run_value=0)
    assert lots.firm.tolist() == [0, 1]
    assert lots.amount == pytest.approx([60, 40])
    assert lots.cost == pytest.approx(lots.lp_cost)


def test_the_same_lot_is_whole_where_a_start_costs_more_than_that() -> None:
    # Whole at the second firm costs 110, cut 104.
    lots = rounded(one_order(100, [[120], [400]]), minimum_run=20, run_value=6.5)
    assert lots.firm.tolist() == [1]


def test_work_of_one_firm_in_two_periods_is_one_lot() -> None:
    lots = rounded(one_order(100, [[120, 100], [1, 1]]), minimum_run=90)
    assert lots.order.tolist() == [0]
    assert (lots.period[0], lots.last_period[0]) == (0, 1)
    assert lots.amount == pytest.approx([100])


def test_no_more_firms_than_allowed_even_where_work_is_lost() -> None:
    lots = rounded(one_order(100, [[50], [50], [50], [50]]), minimum_run=10, max_firms=2)
    assert lots.firm.size == 2
    assert lots.served == pytest.approx(50)
    assert lots.lp_served == pytest.approx(100)
    assert lots.out_of_reach == pytest.approx(50)


def test_a_short_run_is_better_than_work_lost_and_is_counted() -> None:
    lots = rounded(one_order(100, [[180], [20]]), minimum_run=30)
    assert lots.served == pytest.approx(100)
    assert lots.short_runs == 1


def test_room_not_wanted_by_the_plan_takes_what_rounding_left() -> None:
    problem = AllocationProblem(
        [60, 60], [5, 5], [[1.0, 1.3], [1.0, 1.4]], np.zeros((2, 1)), np.ones((2, 2)),
        [[100], [100]],
    )  # fmt: skip
    lots = rounded(problem, minimum_run=50)
    assert lots.served == pytest.approx(120)
    assert sorted(lots.firm.tolist()) == [0, 1]
    assert lots.cost == pytest.approx(60 * 1.0 + 60 * 1.3)


def test_rules_that_make_no_sense_are_refused() -> None:
    problem = one_order(100, [[400]])
    plan = allocate(problem)
    with pytest.raises(AllocationError, match="max_firms = 0"):
        whole_lots(problem, plan, 10, max_firms=0)
    with pytest.raises(AllocationError, match=r"minimum_run has shape \(2,\)"):
        whole_lots(problem, plan, [1, 2])
    with pytest.raises(AllocationError, match="minimum_run: give numbers >= 0"):
        whole_lots(problem, plan, -1)


def test_a_firm_takes_no_lot_below_its_own_minimum_even_where_work_is_lost() -> None:
    # The plan cuts 100 into 90 at the first firm and 10 at the second; a piece has 5 minutes.
    problem = one_order(100, [[180], [150]])
    for pieces, firms in ((2.0, [0, 1]), (40.0, [0])):
        least = FirmMinimum(np.array([0.0, pieces]), np.array([5.0]))
        lots = rounded(problem, minimum_run=0, run_value=0, firm_minimum=least)
        assert lots.firm.tolist() == firms
        assert lots.amount[0] == pytest.approx(90)


def test_an_order_only_few_firms_can_sew_comes_before_what_the_plan_has_there() -> None:
    # The plan cuts the large order over all firms; whole, it needs the two large ones, where the
    # plan has the small orders.
    capacity = [[50], [50], [20], [20]]
    cost = [[1, 1, 1, 1], [0.5, 9, 1.2, 9], [9, 0.5, 9, 1.2]]
    problem = AllocationProblem(
        [90, 15, 15], [5, 5, 5], cost, np.zeros((3, 1)), np.ones((3, 4)), capacity
    )
    lots = rounded(problem, minimum_run=10, max_firms=2)
    assert lots.served == pytest.approx(120)
    assert lots.firm[lots.order == 0].tolist() == [0, 1]


def test_an_order_makes_room_for_one_that_can_go_nowhere_else() -> None:
    # Each order alone fits the first firm; the plan cuts both, whole lots may not be cut.
    cost = [[1.0, np.inf], [1.0, 1.1]]
    problem = AllocationProblem(
        [60, 60], [5, 5], cost, np.zeros((2, 1)), np.ones((2, 2)), [[70], [100]]
    )
    lots = rounded(problem, minimum_run=60)
    assert lots.served == pytest.approx(120)
    assert lots.firm.tolist() == [0, 1]


def test_firm_minimums_of_the_wrong_shape_are_refused() -> None:
    problem = one_order(100, [[400]])
    with pytest.raises(AllocationError, match="give pieces for 1 firms"):
        rounded(problem, 10, firm_minimum=FirmMinimum(np.zeros(2), np.zeros(1)))
