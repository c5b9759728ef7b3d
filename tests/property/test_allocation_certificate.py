"""The certificate fails every spoiled answer, by about as much as it was spoiled."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from odd_problems import KINDS, odd_problem

from kidswear_brain.allocation import AllocationProblem, RawSolution, certify
from kidswear_brain.allocation.highs import solve

SEEDS = [seed for seed in range(100) if KINDS[seed % len(KINDS)] not in ("nothing", "zero demand")]
Solved = dict[int, tuple[AllocationProblem, RawSolution]]


@pytest.fixture(scope="module")
def solved() -> Solved:
    found = {}
    for seed in SEEDS:
        problem = odd_problem(seed)
        found[seed] = problem, solve(problem)
        assert certify(*found[seed]).holds(1e-9), seed
    return found


def those(
    solved: Solved, has: Callable[[AllocationProblem, RawSolution], bool]
) -> Iterator[tuple[int, AllocationProblem, RawSolution]]:
    """Give the seeds where there is something to spoil; there must be some of them."""
    found = [(seed, *pair) for seed, pair in solved.items() if has(*pair)]
    assert len(found) > 20
    yield from found


def anything(problem: AllocationProblem, raw: RawSolution) -> bool:
    return True


def sewn(problem: AllocationProblem, raw: RawSolution) -> bool:
    return raw.amount.size > 0


@pytest.mark.parametrize("factor", [1 + 1e-4, 1 - 1e-4])
def test_a_spoiled_flow_breaks_the_balance_of_its_order(solved: Solved, factor: float) -> None:
    for seed, problem, raw in those(solved, sewn):
        amount = raw.amount.copy()
        largest = int(amount.argmax())
        amount[largest] *= factor
        spoiled = certify(problem, replace(raw, amount=amount))
        expected = 1e-4 * raw.amount[largest] / problem.demand.mean()
        # More than demanded may overload the firm too, and by more.
        assert spoiled.primal_infeasibility >= expected * (1 - 1e-3), seed
        assert factor > 1 or spoiled.primal_infeasibility <= expected * (1 + 1e-3), seed


def test_more_minutes_than_a_firm_has_are_seen(solved: Solved) -> None:
    for seed, problem, raw in those(solved, sewn):
        used = np.zeros_like(problem.capacity)
        load = raw.amount * problem.minutes[raw.order, raw.firm]
        np.add.at(used, (raw.firm, raw.period), load)
        less = problem.capacity.copy()
        cell = np.unravel_index(used.argmax(), used.shape)
        less[cell] = used[cell] * (1 - 1e-3)
        names = ("demand", "unmet_cost", "unit_cost", "lateness_cost", "minutes")
        tight = AllocationProblem(
            *(getattr(problem, name) for name in names), capacity=less, group=problem.group
        )
        figure = certify(tight, raw).primal_infeasibility
        assert figure == pytest.approx(1e-3 * used[cell] / less.mean(), rel=1e-3), seed


def test_work_moved_to_unmet_shows_in_the_gap(solved: Solved) -> None:
    for seed, problem, raw in those(solved, sewn):
        cost = problem.arc_cost(raw.order, raw.firm, raw.period)
        loss = (problem.unmet_cost[raw.order] - cost) * raw.amount
        worst = int(loss.argmax())
        amount, unmet = raw.amount.copy(), raw.unmet.copy()
        unmet[raw.order[worst]] += amount[worst]
        amount[worst] = 0.0
        spoiled = certify(problem, replace(raw, amount=amount, unmet=unmet))
        assert spoiled.primal_infeasibility <= 1e-9, seed
        assert loss[worst] <= 0 or spoiled.relative_gap > 1e-7, seed


def test_missing_unmet_minutes_break_the_balance(solved: Solved) -> None:
    def unmet(problem: AllocationProblem, raw: RawSolution) -> bool:
        return bool(raw.unmet.max() > 1e-6 * problem.demand.mean())

    for seed, problem, raw in those(solved, unmet):
        spoiled = certify(problem, replace(raw, unmet=np.zeros_like(raw.unmet)))
        expected = raw.unmet.max() / problem.demand.mean()
        assert spoiled.primal_infeasibility == pytest.approx(expected), seed


def test_a_negative_flow_is_seen(solved: Solved) -> None:
    for seed, problem, raw in those(solved, anything):
        unmet = raw.unmet.copy()
        unmet[0] -= 1e-3 * problem.demand.mean() + unmet[0]
        figure = certify(problem, replace(raw, unmet=unmet)).primal_infeasibility
        assert figure >= 0.9e-3, seed


def test_too_high_an_order_price_is_seen(solved: Solved) -> None:
    for seed, problem, raw in those(solved, anything):
        spoiled = certify(problem, replace(raw, order_price=raw.order_price * 1.01))
        assert spoiled.dual_infeasibility > 1e-7 or spoiled.relative_gap > 1e-7, seed


def test_an_arc_priced_below_cost_is_seen(solved: Solved) -> None:
    """Prices of capacity set to nothing leave reduced costs negative, or were nothing before."""

    def scarce(problem: AllocationProblem, raw: RawSolution) -> bool:
        return bool(raw.capacity_price.max(initial=0.0) > 1e-6)

    for seed, problem, raw in those(solved, scarce):
        free = np.zeros_like(raw.capacity_price)
        spoiled = certify(problem, replace(raw, capacity_price=free))
        assert spoiled.dual_infeasibility > 1e-7 or spoiled.relative_gap > 1e-7, seed


def test_a_negative_capacity_price_is_seen(solved: Solved) -> None:
    for seed, problem, raw in those(solved, anything):
        price = raw.capacity_price.copy()
        price[0, 0] = -1e-3 * max(1.0, np.abs(raw.order_price).max())
        spoiled = certify(problem, replace(raw, capacity_price=price))
        assert spoiled.dual_infeasibility > 1e-7, seed


def test_a_flow_where_there_is_no_arc_is_seen(solved: Solved) -> None:
    def closed(problem: AllocationProblem, raw: RawSolution) -> bool:
        return not np.isfinite(problem.unit_cost).all()

    for seed, problem, raw in those(solved, closed):
        order, firm = np.argwhere(~np.isfinite(problem.unit_cost))[0]
        spoiled = replace(
            raw,
            order=np.append(raw.order, order),
            firm=np.append(raw.firm, firm),
            period=np.append(raw.period, 0),
            amount=np.append(raw.amount, problem.demand.mean()),
        )
        assert certify(problem, spoiled).primal_infeasibility >= 0.99, seed


@pytest.mark.parametrize("field", ["unmet", "order_price", "capacity_price"])
def test_numbers_that_are_none_certify_nothing(solved: Solved, field: str) -> None:
    for seed, problem, raw in those(solved, anything):
        spoiled = replace(raw, **{field: np.full_like(getattr(raw, field), np.nan)})
        assert certify(problem, spoiled).worst == np.inf, seed


@pytest.mark.parametrize("field", ["order", "firm", "period"])
def test_places_outside_the_problem_certify_nothing(solved: Solved, field: str) -> None:
    for seed, problem, raw in those(solved, sewn):
        spoiled = replace(raw, **{field: getattr(raw, field) - 100})
        assert certify(problem, spoiled).worst == np.inf, seed
