"""The network simplex: known answers, its kernels against dense algebra, and when it gives up."""

import numpy as np
import pytest

from kidswear_brain.allocation import simplex, simplex_forest, simplex_lists, simplex_rows
from kidswear_brain.allocation.certificate import certify, objective
from kidswear_brain.allocation.problem import AllocationProblem
from kidswear_brain.errors import SolverError


def random_problem(seed: int, n: int = 60, f: int = 80, t: int = 3) -> AllocationProblem:
    """Draw a problem whose lists hold only a part of the arcs."""
    rng = np.random.default_rng(seed)
    demand = rng.lognormal(2, 0.9, n)
    unit_cost = rng.uniform(0.45, 0.9, (n, f))
    unit_cost[rng.random((n, f)) < 0.3] = np.inf
    minutes = rng.uniform(1.6, 3.5, (n, f))
    lateness = np.arange(t) * rng.uniform(0, 0.05, (n, 4, 1))
    lateness[rng.random((n, 4, t)) < 0.2] = np.inf
    capacity = rng.lognormal(0, 0.8, (f, t))
    capacity *= demand.sum() * 2.5 / 0.9 / capacity.sum()
    group = rng.integers(0, 4, f)
    return AllocationProblem(demand, np.full(n, 1.8), unit_cost, lateness, minutes, capacity, group)


def test_two_orders_share_the_cheap_firm_by_what_it_saves() -> None:
    # Firm 0 has 12 operator-minutes. Order 0 saves 1 a standard minute there and needs 2
    # operator-minutes for it (.5 each), order 1 saves .6 and needs 1: order 1 goes first.
    problem = AllocationProblem(
        demand=[10.0, 4.0],
        unmet_cost=[9.0, 9.0],
        unit_cost=[[1.0, 2.0], [1.4, 2.0]],
        lateness_cost=[[0.0], [0.0]],
        minutes=[[2.0, 1.0], [1.0, 1.0]],
        capacity=[[12.0], [100.0]],
    )
    raw = simplex.solve(problem)
    flow = np.zeros((2, 2))
    flow[raw.order, raw.firm] = raw.amount
    assert flow == pytest.approx(np.array([[4.0, 6.0], [4.0, 0.0]]))
    assert raw.capacity_price == pytest.approx(np.array([[0.5], [0.0]]))
    assert raw.order_price == pytest.approx(np.array([2.0, 1.9]))


def test_an_order_nobody_can_make_stays_unmet_at_its_own_cost() -> None:
    problem = AllocationProblem(
        [5.0, 5.0], [3.0, 7.0], [[np.inf], [1.0]], [[0.0], [np.inf]], [[np.nan], [1.0]], [[9.0]]
    )
    raw = simplex.solve(problem)
    assert raw.amount.size == 0
    assert raw.unmet == pytest.approx(np.array([5.0, 5.0]))
    assert raw.order_price == pytest.approx(np.array([3.0, 7.0]))


@pytest.mark.parametrize("shape", [(0, 3, 2), (2, 0, 2), (2, 3, 0)])
def test_nothing_to_allocate(shape: tuple[int, int, int]) -> None:
    n, f, t = shape
    problem = AllocationProblem(
        np.ones(n), np.ones(n), np.ones((n, f)), np.ones((n, t)), np.ones((n, f)), np.ones((f, t))
    )
    raw = simplex.solve(problem)
    assert certify(problem, raw).holds(1e-15)
    assert raw.unmet.tolist() == [1.0] * n


def test_the_answer_depends_on_the_problem_alone() -> None:
    problem, other = random_problem(1), random_problem(2)
    first = simplex.solve(problem)
    simplex.solve(other)
    again = simplex.solve(problem)
    assert first.amount.tobytes() == again.amount.tobytes()
    assert first.capacity_price.tobytes() == again.capacity_price.tobytes()


def test_the_callers_arrays_are_left_alone() -> None:
    problem = random_problem(3)
    before = [a.tobytes() for a in (problem.demand, problem.unit_cost, problem.capacity)]
    simplex.solve(problem, np.ones(problem.capacity.shape))
    after = [a.tobytes() for a in (problem.demand, problem.unit_cost, problem.capacity)]
    assert before == after


@pytest.mark.parametrize("start", [0.0, 0.05, 50.0])
def test_start_prices_however_wrong_do_not_move_the_optimum(start: float) -> None:
    problem = random_problem(4)
    cold = simplex.solve(problem)
    warm = simplex.solve(problem, np.full(problem.capacity.shape, start))
    assert certify(problem, warm).holds(1e-9)
    assert objective(problem, warm) == pytest.approx(objective(problem, cold), rel=1e-12)


def test_giving_up_is_an_error_not_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplex, "PIVOTS", 0)
    with pytest.raises(SolverError, match="pivots"):
        simplex.solve(random_problem(5))
    monkeypatch.undo()
    monkeypatch.setattr(simplex, "ROUNDS", 0)
    with pytest.raises(SolverError, match="fillings"):
        simplex.solve(random_problem(5))


def random_forest(seed: int, orders: int = 30, cells: int = 40) -> simplex_forest.Forest:
    """Draw who owns what: any arcs at all, so with cycles as well as trees."""
    rng = np.random.default_rng(seed)
    nodes = orders + cells
    parent = np.concatenate(
        (orders + rng.integers(0, cells, orders), rng.integers(0, orders, cells))
    )
    # An arc owned from both ends would stand twice in the basis.
    twice = (parent[parent] == np.arange(nodes)) & (np.arange(nodes) < orders)
    roots = twice | (rng.random(nodes) < 0.05)
    minutes = rng.uniform(1.5, 3.5, nodes)
    cost = rng.uniform(0.4, 0.9, nodes)
    minutes[roots], cost[roots] = 1.0, 0.0
    parent[roots] = -1
    return simplex_forest.Forest(
        parent.astype(np.int32), cost, minutes, 1 / minutes, np.zeros(nodes)
    )


def basis_matrix(forest: simplex_forest.Forest, orders: int) -> np.ndarray:
    """Write the basis out: a column for the arc each node owns."""
    nodes = forest.parent.size
    matrix = np.zeros((nodes, nodes))
    for node, parent in enumerate(forest.parent):
        ends = [node] if parent < 0 else [node, parent]
        for end in ends:
            matrix[end, node] = 1.0 if end < orders else forest.minutes[node]
    return matrix


@pytest.mark.parametrize("seed", range(20))
def test_flows_and_duals_solve_the_basis_with_its_cycles(seed: int) -> None:
    orders = 30
    forest = random_forest(seed)
    matrix = basis_matrix(forest, orders)
    right = np.random.default_rng(seed).uniform(1, 2, forest.parent.size)
    flow = simplex_forest.balance_flows(forest, right[:orders], right[orders:])
    assert matrix @ flow == pytest.approx(right, abs=1e-8 * np.abs(flow).max())
    dual = np.zeros(forest.parent.size)
    everything = np.arange(dual.size, dtype=np.int32)
    simplex_forest.compute_duals(forest, orders, everything, dual)
    price = np.concatenate((dual[:orders], -dual[orders:]))
    assert matrix.T @ price == pytest.approx(forest.cost, abs=1e-8 * np.abs(price).max())


@pytest.mark.parametrize("tied", [False, True])
def test_lists_claim_no_more_than_is_so(tied: bool) -> None:
    problem = random_problem(6)
    n, f, _, t = problem.shape
    unit_cost = np.where(np.isfinite(problem.unit_cost), 0.5, np.inf) if tied else problem.unit_cost
    network = simplex_rows.Network(
        problem.rows,
        unit_cost.ravel(),
        problem.lateness_cost,
        problem.minutes.ravel(),
        problem.group,
        problem.demand,
        problem.unmet_cost,
        problem.capacity.T.ravel(),
    )
    price = np.zeros(t * f) if tied else np.random.default_rng(0).uniform(0, 0.2, t * f)
    lists = simplex_lists.empty_lists(problem.unmet_cost, 30)
    assert simplex_lists.fill_lists(network, lists, price, np.full(n, 9.0), 0.0, 1e-12) == n
    late = problem.lateness_cost[:, problem.group, :].transpose(0, 2, 1).reshape(n, -1)
    value = np.tile(unit_cost, t) + late + np.tile(problem.minutes, t) * price
    for i in range(n):
        listed = lists.cell[i, : lists.filled[i]]
        assert len(set(listed.tolist())) == listed.size > 0
        left_out = np.delete(value[i], listed)
        assert left_out.min() >= lists.floor[i] - 1e-12
