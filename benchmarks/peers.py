"""What a user could pick instead of ours.

Libraries are imported inside the solvers: OR-Tools and highspy clash in one process, and any of
them may be absent. Every peer runs on one thread and is asked for `TOLERANCE`; what it reaches is
for our certificate to say. Stating the model is timed apart from solving it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.linear_program import TOLERANCE, LinearProgram, cheapest_firms, linear_program
from benchmarks.solvers import Clock, NotRunError, Solved, library, solver
from kidswear_brain.allocation import AllocationProblem, RawSolution
from kidswear_brain.allocation.feasible import made_feasible

MOST_PULP_ARCS = 200_000
"""PuLP makes an object of each arc; above this many only the cut to 24 firms is run."""
CANDIDATES = 24


@solver("highs-simplex")
def highs_simplex(problem: AllocationProblem, limit_s: float) -> Solved:
    """HiGHS through highspy, dual simplex."""
    return _highs(problem, "simplex", limit_s)


@solver("highs-ipm")
def highs_ipm(problem: AllocationProblem, limit_s: float) -> Solved:
    """HiGHS through highspy, interior point with crossover."""
    return _highs(problem, "ipm", limit_s)


def _highs(problem: AllocationProblem, algorithm: str, limit_s: float) -> Solved:
    from scipy import sparse

    highspy = library("highspy")
    building = Clock()
    lp = linear_program(problem)
    matrix = sparse.csc_array(sparse.vstack([lp.balance, lp.capacity]))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = lp.columns, matrix.shape[0]
    model.col_cost_ = lp.cost
    model.col_lower_ = np.zeros(lp.columns)
    model.col_upper_ = np.full(lp.columns, highspy.kHighsInf)
    model.row_lower_ = np.concatenate([lp.demand, np.full(lp.room.size, -highspy.kHighsInf)])
    model.row_upper_ = np.concatenate([lp.demand, lp.room])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    highs = highspy.Highs()
    for name, value in {
        "output_flag": False,
        "solver": algorithm,
        "threads": 1,
        "time_limit": limit_s,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
        "ipm_optimality_tolerance": TOLERANCE,
    }.items():
        highs.setOptionValue(name, value)
    highs.passModel(model)
    build_s, _ = building.stop()
    clock = Clock()
    highs.run()
    wall, cpu = clock.stop()
    info, solution = highs.getInfo(), highs.getSolution()
    count = int(info.simplex_iteration_count) + int(info.ipm_iteration_count)
    optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    raw = _raw(lp, solution.col_value, solution.row_dual, optimal)
    return Solved(raw, build_s, wall, cpu, count)


def _raw(lp: LinearProgram, value: Any, row_dual: Any, optimal: bool) -> RawSolution | None:
    """Duals of an interrupted solver are no prices: free capacity then gives the bound."""
    if len(value) != lp.columns:
        return None
    dual = np.asarray(row_dual)[lp.demand.size :] if optimal else np.zeros(lp.room.size)
    return lp.answer(np.asarray(value), dual, "optimal" if optimal else "limit")


@solver("scipy")
def scipy_linprog(problem: AllocationProblem, limit_s: float) -> Solved:
    """SciPy's linprog, method "highs"."""
    from scipy.optimize import linprog

    building = Clock()
    lp = linear_program(problem)
    build_s, _ = building.stop()
    clock = Clock()
    result = linprog(
        lp.cost,
        A_ub=lp.capacity,
        b_ub=lp.room,
        A_eq=lp.balance,
        b_eq=lp.demand,
        method="highs",
        options={
            "time_limit": limit_s,
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        },
    )
    wall, cpu = clock.stop()
    raw = None
    if result.status == 0:
        raw = lp.answer(result.x, result.ineqlin.marginals)
    return Solved(raw, build_s, wall, cpu, int(result.nit), "" if raw else result.message)


@solver("glop")
def glop(problem: AllocationProblem, limit_s: float) -> Solved:
    """OR-Tools' simplex, all arcs handed over as arrays."""
    exact = f"primal_feasibility_tolerance: {TOLERANCE} dual_feasibility_tolerance: {TOLERANCE}"
    return _ortools(problem, "GLOP", exact, limit_s)


@solver("pdlp")
def pdlp(problem: AllocationProblem, limit_s: float) -> Solved:
    """OR-Tools' first-order method."""
    exact = (
        "num_threads: 1 termination_criteria { simple_optimality_criteria {"
        f" eps_optimal_absolute: {TOLERANCE} eps_optimal_relative: {TOLERANCE} }} }}"
    )
    return _ortools(problem, "PDLP", exact, limit_s)


def _ortools(problem: AllocationProblem, name: str, parameters: str, limit_s: float) -> Solved:
    from scipy import sparse

    ortools = library("ortools.linear_solver.python.model_builder_helper")

    building = Clock()
    lp = linear_program(problem)
    model = ortools.ModelBuilderHelper()
    model.fill_model_from_sparse_data(
        np.zeros(lp.columns),
        np.full(lp.columns, np.inf),
        lp.cost,
        np.concatenate([lp.demand, np.full(lp.room.size, -np.inf)]),
        np.concatenate([lp.demand, lp.room]),
        sparse.csr_matrix(sparse.vstack([lp.balance, lp.capacity])),
    )
    engine = ortools.ModelSolverHelper(name)
    engine.set_time_limit_in_seconds(limit_s)
    engine.set_solver_specific_parameters(parameters)
    build_s, _ = building.stop()
    clock = Clock()
    engine.solve(model)
    wall, cpu = clock.stop()
    optimal = engine.status() == ortools.SolveStatus.OPTIMAL
    raw = None
    if engine.has_solution():
        raw = _raw(lp, engine.variable_values(), engine.dual_values(), optimal)
    return Solved(raw, build_s, wall, cpu, None, "" if optimal else str(engine.status()))


@solver("pulp-cbc")
def pulp_cbc(problem: AllocationProblem, limit_s: float) -> Solved:
    """PuLP with the CBC it brings along."""
    return _pulp(problem, _cbc, limit_s)


@solver("pulp-cbc-24")
def pulp_cbc_cut(problem: AllocationProblem, limit_s: float) -> Solved:
    """PuLP with CBC over the 24 cheapest firms of each order only: another, smaller problem."""
    solved = _pulp(cheapest_firms(problem, CANDIDATES), _cbc, limit_s)
    note = f"cut to the {CANDIDATES} cheapest firms an order; {solved.note}".rstrip("; ")
    raw = solved.raw
    if raw is not None:
        # order prices that hold over all arcs: the gap then says what the cut may cost
        places = (raw.order, raw.firm, raw.period)
        raw = made_feasible(problem, places, raw.amount, raw.capacity_price)
    return replace(solved, raw=raw, note=note)


@solver("pulp-highs")
def pulp_highs(problem: AllocationProblem, limit_s: float) -> Solved:
    """PuLP with HiGHS."""

    def engine(pulp: Any, limit_s: float) -> Any:
        exact = {
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        }
        return pulp.HiGHS(mip=False, msg=False, threads=1, timeLimit=limit_s, **exact)

    return _pulp(problem, engine, limit_s)


def _cbc(pulp: Any, limit_s: float) -> Any:
    # PuLP 4 no longer bundles CBC; its extra `cbc` serves the plain command.
    command = getattr(pulp, "PULP_CBC_CMD", pulp.COIN_CMD)
    return command(mip=False, msg=False, threads=1, timeLimit=limit_s)


def _pulp(
    problem: AllocationProblem, engine: Callable[[Any, float], Any], limit_s: float
) -> Solved:
    pulp = library("pulp")
    building = Clock()
    lp = linear_program(problem)
    if lp.columns > MOST_PULP_ARCS:
        raise NotRunError(f"{lp.columns:,} arcs as objects, above {MOST_PULP_ARCS:,}")
    program = pulp.LpProblem("allocation", pulp.LpMinimize)
    x = [program.add_variable(f"x{k}", 0) for k in range(lp.columns)]
    program += pulp.LpAffineExpression(zip(x, lp.cost.tolist(), strict=True))
    for name, matrix, right, sense in (
        ("order", lp.balance, lp.demand, pulp.LpConstraintEQ),
        ("room", lp.capacity, lp.room, pulp.LpConstraintLE),
    ):
        for row in range(right.size):
            some = slice(matrix.indptr[row], matrix.indptr[row + 1])
            terms = zip(matrix.indices[some].tolist(), matrix.data[some].tolist(), strict=True)
            left = pulp.LpAffineExpression([(x[k], a) for k, a in terms])
            program += pulp.LpConstraint(left, sense, f"{name}{row}", float(right[row]))
    build_s, _ = building.stop()
    clock = Clock()
    program.solve(engine(pulp, limit_s))
    wall, cpu = clock.stop()
    optimal = program.sol_status == pulp.LpSolutionOptimal
    if not optimal:
        return Solved(None, build_s, wall, cpu, None, pulp.LpSolution[program.sol_status])
    value = np.array([v.value() for v in x])
    rows = (program.get_constraint_by_name(f"room{row}") for row in range(lp.room.size))
    dual = np.array([row.pi if row is not None and row.pi is not None else 0.0 for row in rows])
    return Solved(lp.answer(value, dual), build_s, wall, cpu)


@solver("min-cost-flow")
def min_cost_flow(problem: AllocationProblem, limit_s: float) -> Solved:
    """OR-Tools' min-cost flow, where all efficiencies are equal and all data whole."""
    ortools = library("ortools.graph.python.min_cost_flow")
    building = Clock()
    lp = linear_program(problem)
    minutes = float(problem.minutes.flat[0])
    if not (problem.minutes == minutes).all():
        raise NotRunError("efficiencies differ")
    n, cells, arcs = problem.demand.size, problem.capacity.size, lp.arcs[0].size
    tail, cell = lp.arcs[0], n + lp.arcs[1] * problem.shape[3] + lp.arcs[2]
    sink, orders = n + cells, np.arange(n)
    cost = np.rint(lp.cost * lp.scale[1] * 1e4).astype(np.int64)
    room = np.rint(problem.capacity.ravel() / minutes).astype(np.int64)
    demand = np.rint(problem.demand).astype(np.int64)
    flow = ortools.SimpleMinCostFlow()
    edges = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([tail, orders, n + np.arange(cells)]),
        np.concatenate([cell, np.full(n, sink), np.full(cells, sink)]),
        np.concatenate([demand[tail], demand, room]),
        np.concatenate([cost, np.zeros(cells, dtype=np.int64)]),
    )
    flow.set_nodes_supplies(np.arange(n), demand)
    flow.set_node_supply(sink, -int(demand.sum()))
    build_s, _ = building.stop()
    clock = Clock()
    status = flow.solve()
    wall, cpu = clock.stop()
    if status != flow.OPTIMAL:
        return Solved(None, build_s, wall, cpu, None, str(status))
    amount = flow.flows(edges)
    full = amount[arcs + n :] == room
    price = flow_prices((tail, cell - n), cost, amount[:arcs] > 0, full)
    dual = -price / 1e4 / minutes / lp.scale[1] * lp.scale[2]
    return Solved(lp.answer(amount[: arcs + n] / lp.scale[0], dual), build_s, wall, cpu)


def flow_prices(ends: tuple[Any, Any], cost: Any, flows: Any, full: Any) -> Any:
    """Prices of the cells of an optimal flow, which the network code does not hand out.

    The largest that optimality allows: an order pays p = min(c + v), and v is at most p - c on
    every arc with a flow, 0 where there is room. Both fall until they fit (Bellman-Ford), in whole
    numbers: rounding would let them fall for ever.
    """
    order, cell = ends
    unmet = cost[order.size :]
    arc_cost = cost[: order.size]
    first = np.flatnonzero(np.diff(order, prepend=-1))
    highest = int(np.abs(cost).max()) * 4
    price = np.where(full, highest, 0)
    used = np.flatnonzero(flows)
    while True:
        paid = unmet.copy()
        cheapest = np.minimum.reduceat(arc_cost + price[cell], first)
        paid[order[first]] = np.minimum(paid[order[first]], cheapest)
        following = price.copy()
        np.minimum.at(following, cell[used], paid[order[used]] - arc_cost[used])
        if np.array_equal(following, price):
            return np.maximum(price, 0)
        price = following
