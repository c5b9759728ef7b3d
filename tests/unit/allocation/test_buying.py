"""The buying program: closed form, brute force on tiny cases, bound and gap on large ones."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidswear_brain.allocation.buying import BuyingProblem, Prices, buy, solve_program
from kidswear_brain.allocation.buying_kernel import SPOT
from kidswear_brain.errors import AllocationError

PRICES = Prices(np.array([200.0, 1000.0, 3000.0]), np.array([1.08, 1.0, 0.97, 0.94]), 1.08)


def problem_of(pools: int, suppliers: int, seed: int, scarcity: float) -> BuyingProblem:
    """Random pools; together suppliers can deliver 1 / scarcity times what is wanted."""
    rng = np.random.default_rng(seed)
    metres = np.round(np.exp(rng.normal(6.5, 1.2, pools)))
    factor = np.exp(rng.normal(0, 0.02, (pools, suppliers)))
    factor[rng.random((pools, suppliers)) < 0.3] = np.inf
    return BuyingProblem(
        metres=metres,
        list_cny_per_m=rng.uniform(20, 40, pools),
        price_factor=factor,
        room=np.full(suppliers, metres.sum() / suppliers / scarcity),
        min_order=np.round(rng.uniform(50, 300, suppliers)),
        prices=PRICES,
    )


def check(problem: BuyingProblem, plan) -> None:  # type: ignore[no-untyped-def]
    """Metres add up, room is kept, and the cost is that of the parts at their breaks."""
    bought = np.bincount(plan.pool, plan.metres, minlength=problem.metres.size)
    assert bought == pytest.approx(problem.metres)
    sold = plan.supplier != SPOT
    delivered = np.bincount(plan.supplier[sold], plan.metres[sold], minlength=problem.room.size)
    assert (delivered <= problem.room * (1 + 1e-6)).all()
    assert (plan.metres[sold] >= problem.min_order[plan.supplier[sold]] * (1 - 1e-6)).all()
    factor = problem.price_factor[plan.pool, plan.supplier] * PRICES.factors[plan.tier]
    price = problem.list_cny_per_m[plan.pool] * np.where(sold, factor, PRICES.spot)
    assert plan.cost == pytest.approx(float(price @ plan.metres))
    low = np.concatenate([[0.0], PRICES.breaks])[plan.tier]
    assert (plan.metres[sold] >= low[sold] * (1 - 1e-6)).all()
    assert plan.bound <= plan.cost * (1 + 1e-12)


def brute_force(problem: BuyingProblem) -> float:
    """Least cost over a grid of splits: every pool in tenths over suppliers and spot market."""
    k, s = problem.price_factor.shape
    tenths = [split for split in itertools.product(range(11), repeat=s + 1) if sum(split) == 10]
    best = np.inf
    for splits in itertools.product(tenths, repeat=k):
        part = np.array(splits)[:, :s] / 10 * problem.metres[:, None]
        if (part.sum(axis=0) > problem.room + 1e-9).any():
            continue
        if ((part > 0) & ((part < problem.min_order) | ~np.isfinite(problem.price_factor))).any():
            continue
        factor = np.where(part > 0, problem.price_factor, 0.0) * PRICES.factor(part)
        spot = np.array(splits)[:, s] / 10 * problem.metres * PRICES.spot
        cost = problem.list_cny_per_m @ ((factor * part).sum(axis=1) + spot)
        best = min(best, float(cost))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_the_program_is_not_beaten_by_brute_force(seed):
    rng = np.random.default_rng(seed)
    problem = BuyingProblem(
        metres=np.array([1000.0, 400.0]) * rng.integers(1, 5, 2),
        list_cny_per_m=rng.uniform(20, 40, 2),
        price_factor=np.exp(rng.normal(0, 0.03, (2, 2))),
        room=np.array([1200.0, 1600.0]),
        min_order=np.array([100.0, 100.0]),
        prices=PRICES,
    )
    least = brute_force(problem)
    for plan in (solve_program(problem, 1e-6), buy(problem, 1e-6)):
        check(problem, plan)
        assert plan.cost <= least * (1 + 1e-6)
        assert plan.bound <= least * (1 + 1e-6)


def test_where_nobody_is_short_each_pool_goes_to_its_cheapest():
    problem = problem_of(40, 6, 1, scarcity=1e-3)
    plan = buy(problem)
    check(problem, plan)
    assert plan.method == "closed form"
    assert plan.gap == 0
    solved = solve_program(problem, 1e-6)
    assert solved.cost == pytest.approx(plan.cost, rel=1e-6)


def cheapest_alone(problem: BuyingProblem, pool: int) -> float:
    """Cost of a pool bought whole where it is cheapest, its break counted by hand."""
    metres, list_price = problem.metres[pool], problem.list_cny_per_m[pool]
    reached = sum(metres >= at for at in PRICES.breaks)
    offers = [PRICES.spot * metres * list_price]
    for supplier, factor in enumerate(problem.price_factor[pool]):
        if metres >= problem.min_order[supplier]:
            offers.append(metres * list_price * factor * PRICES.factors[reached])
    return min(offers)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9), pools=st.integers(0, 30), suppliers=st.integers(1, 6))
def test_where_nobody_is_short_the_cost_is_the_closed_form(seed, pools, suppliers):
    problem = problem_of(pools, suppliers, seed, scarcity=1e-3)
    plan = buy(problem)
    check(problem, plan)
    least = sum(cheapest_alone(problem, pool) for pool in range(pools))
    assert plan.cost == pytest.approx(least, rel=1e-12)
    assert plan.gap == 0


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**9), scarcity=st.floats(0.1, 3))
def test_the_closed_form_bounds_what_shortage_costs(seed, scarcity):
    """Between every pool at its cheapest and everything from the spot market."""
    problem = problem_of(12, 4, seed, scarcity)
    plan = buy(problem, gap=0.02)
    least = sum(cheapest_alone(problem, pool) for pool in range(12))
    # a pool in parts reaches lower breaks, never higher ones
    assert least * (1 - 1e-9) <= plan.cost
    assert plan.cost <= PRICES.spot * (problem.metres @ problem.list_cny_per_m) * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("scarcity", [0.5, 1.0, 2.0])
def test_plans_keep_the_rules_and_their_bound(seed, scarcity):
    problem = problem_of(30, 5, seed, scarcity)
    plan = buy(problem, gap=0.02)
    check(problem, plan)
    assert plan.gap <= 0.02


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_of_the_easy_ways_is_a_bound(seed):
    problem = problem_of(12, 4, seed, 0.8)
    easy, hard = buy(problem, gap=1.0), solve_program(problem, 1e-6)
    check(problem, hard)
    assert easy.bound <= hard.cost * (1 + 1e-6)
    assert hard.bound <= easy.cost * (1 + 1e-6)


def test_what_nobody_sells_comes_from_the_spot_market():
    problem = problem_of(3, 2, 0, 1.0)
    nobody = BuyingProblem(
        problem.metres,
        problem.list_cny_per_m,
        np.full((3, 2), np.inf),
        problem.room,
        problem.min_order,
        PRICES,
    )
    plan = buy(nobody)
    check(nobody, plan)
    assert (plan.supplier == SPOT).all()


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(AllocationError, match="2 pools and 1 suppliers"):
        BuyingProblem(np.ones(2), np.ones(2), np.ones((3, 1)), np.ones(1), np.ones(1), PRICES)
