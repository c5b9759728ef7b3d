"""The certificate fails every spoiled answer, by about as much as it was spoiled."""

from dataclasses import replace

import numpy as np
import pytest
from odd_problems import KINDS, odd_problem

from kidswear_brain.allocation import AllocationProblem, RawSolution, certify
from kidswear_brain.allocation.highs import solve

SEEDS = [seed for seed in range(100) if KINDS[seed % len(KINDS)] not in ("nothing", "zero demand")]


@pytest.fixture(params=SEEDS)
def solved(request: pytest.FixtureRequest) -> tuple[AllocationProblem, RawSolution]:
    problem = odd_problem(request.param)
    raw = solve(problem)
    assert certify(problem, raw).holds(1e-9)
    return problem, raw


@pytest.mark.parametrize("factor", [1 + 1e-4, 1 - 1e-4])
def test_a_spoiled_flow_breaks_the_balance_of_its_order(solved, factor: float) -> None:
    problem, raw = solved
    if raw.amount.size == 0:
        pytest.skip("nothing is sewn here")
    amount = raw.amount.copy()
    largest = int(amount.argmax())
    amount[largest] *= factor
    spoiled = certify(problem, replace(raw, amount=amount))
    expected = 1e-4 * raw.amount[largest] / problem.demand.mean()
    # More than demanded may overload the firm too, and by more.
    assert spoiled.primal_infeasibility >= expected * (1 - 1e-3)
    assert factor > 1 or spoiled.primal_infeasibility <= expected * (1 + 1e-3)


def test_more_minutes_than_a_firm_has_are_seen(solved) -> None:
    problem, raw = solved
    used = np.zeros_like(problem.capacity)
    load = raw.amount * problem.minutes[raw.order, raw.firm]
    np.add.at(used, (raw.firm, raw.period), load)
    if not (used > 0).any():
        pytest.skip("no firm works here")
    less = problem.capacity.copy()
    cell = np.unravel_index(used.argmax(), used.shape)
    less[cell] = used[cell] * (1 - 1e-3)
    names = ("demand", "unmet_cost", "unit_cost", "lateness_cost", "minutes")
    tight = AllocationProblem(
        *(getattr(problem, name) for name in names), capacity=less, group=problem.group
    )
    figure = certify(tight, raw).primal_infeasibility
    assert figure == pytest.approx(1e-3 * used[cell] / less.mean(), rel=1e-3)


def test_work_moved_to_unmet_shows_in_the_gap(solved) -> None:
    problem, raw = solved
    if raw.amount.size == 0:
        pytest.skip("nothing is sewn here")
    cost = problem.arc_cost(raw.order, raw.firm, raw.period)
    loss = (problem.unmet_cost[raw.order] - cost) * raw.amount
    worst = int(loss.argmax())
    amount, unmet = raw.amount.copy(), raw.unmet.copy()
    unmet[raw.order[worst]] += amount[worst]
    amount[worst] = 0.0
    spoiled = certify(problem, replace(raw, amount=amount, unmet=unmet))
    assert spoiled.primal_infeasibility <= 1e-9
    assert loss[worst] <= 0 or spoiled.relative_gap > 1e-7


def test_missing_unmet_minutes_break_the_balance(solved) -> None:
    problem, raw = solved
    if raw.unmet.max() <= 1e-6 * problem.demand.mean():
        pytest.skip("everything is sewn here")
    spoiled = certify(problem, replace(raw, unmet=np.zeros_like(raw.unmet)))
    assert spoiled.primal_infeasibility == pytest.approx(raw.unmet.max() / problem.demand.mean())


def test_a_negative_flow_is_seen(solved) -> None:
    problem, raw = solved
    unmet = raw.unmet.copy()
    unmet[0] -= 1e-3 * problem.demand.mean() + unmet[0]
    assert certify(problem, replace(raw, unmet=unmet)).primal_infeasibility >= 0.9e-3


def test_too_high_an_order_price_is_seen(solved) -> None:
    problem, raw = solved
    spoiled = certify(problem, replace(raw, order_price=raw.order_price * 1.01))
    assert spoiled.dual_infeasibility > 1e-7 or spoiled.relative_gap > 1e-7


def test_an_arc_priced_below_cost_is_seen(solved) -> None:
    """Prices of capacity set to nothing leave reduced costs negative, or were nothing before."""
    problem, raw = solved
    if raw.capacity_price.max(initial=0.0) <= 1e-6:
        pytest.skip("capacity is free here")
    free = np.zeros_like(raw.capacity_price)
    spoiled = certify(problem, replace(raw, capacity_price=free))
    assert spoiled.dual_infeasibility > 1e-7 or spoiled.relative_gap > 1e-7


def test_a_negative_capacity_price_is_seen(solved) -> None:
    problem, raw = solved
    price = raw.capacity_price.copy()
    price[0, 0] = -1e-3 * max(1.0, np.abs(raw.order_price).max())
    assert certify(problem, replace(raw, capacity_price=price)).dual_infeasibility > 1e-7


def test_a_flow_where_there_is_no_arc_is_seen(solved) -> None:
    problem, raw = solved
    closed = np.argwhere(~np.isfinite(problem.unit_cost))
    if closed.size == 0:
        pytest.skip("every firm can make every order here")
    order, firm = closed[0]
    spoiled = replace(
        raw,
        order=np.append(raw.order, order),
        firm=np.append(raw.firm, firm),
        period=np.append(raw.period, 0),
        amount=np.append(raw.amount, problem.demand.mean()),
    )
    assert certify(problem, spoiled).primal_infeasibility >= 0.99


@pytest.mark.parametrize("field", ["unmet", "order_price", "capacity_price"])
def test_numbers_that_are_none_certify_nothing(solved, field: str) -> None:
    problem, raw = solved
    spoiled = replace(raw, **{field: np.full_like(getattr(raw, field), np.nan)})
    assert certify(problem, spoiled).worst == np.inf


@pytest.mark.parametrize("field", ["order", "firm", "period"])
def test_places_outside_the_problem_certify_nothing(solved, field: str) -> None:
    problem, raw = solved
    if raw.amount.size == 0:
        pytest.skip("nothing is sewn here")
    assert certify(problem, replace(raw, **{field: getattr(raw, field) - 100})).worst == np.inf
