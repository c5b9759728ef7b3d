"""The same model to be read and taught from: one line a term, written in PuLP and solved by CBC.

Slow by design, and only here to say what the fast methods must answer.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np
import pulp

from kidswear_brain.allocation.certificate import scales
from kidswear_brain.allocation.feasible import made_feasible
from kidswear_brain.allocation.problem import AllocationProblem, RawSolution
from kidswear_brain.errors import SolverError

Arc = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ReadableModel:
    """The linear program with its variable for each arc and the cells it has rows for."""

    program: pulp.LpProblem
    sewn: dict[Arc, pulp.LpVariable]
    cells: list[tuple[int, int]]


def readable_model(problem: AllocationProblem) -> ReadableModel:
    """Write the allocation down as on the blackboard.

    Parameters
    ----------
    problem : AllocationProblem
        The problem; every eligible arc becomes an object, so keep it small.

    Returns
    -------
    ReadableModel
        The program, not yet solved.
    """
    n, f, _, t = problem.shape
    cost = {
        (i, j, k): problem.unit_cost[i, j] + problem.lateness_cost[i, problem.group[j], k]
        for i in range(n)
        for j in range(f)
        for k in range(t)
    }
    program = pulp.LpProblem("allocation", pulp.LpMinimize)
    sewn = {
        (i, j, k): program.add_variable(f"sewn_{i}_{j}_{k}", 0)
        for (i, j, k) in cost
        if isfinite(cost[i, j, k])
    }
    unmet = [program.add_variable(f"unmet_{i}", 0) for i in range(n)]
    served: list[list[pulp.LpVariable]] = [[] for _ in range(n)]
    used: dict[tuple[int, int], list[pulp.LpAffineExpression]] = {}
    for (i, j, k), x in sewn.items():
        served[i].append(x)
        used.setdefault((j, k), []).append(problem.minutes[i, j] * x)

    program += pulp.lpSum(
        [cost[arc] * x for arc, x in sewn.items()]
        + [problem.unmet_cost[i] * unmet[i] for i in range(n)]
    )
    for i in range(n):
        program += pulp.lpSum(served[i]) + unmet[i] == problem.demand[i], f"order_{i}"
    for (j, k), minutes in used.items():
        program += pulp.lpSum(minutes) <= problem.capacity[j, k], f"capacity_{j}_{k}"
    return ReadableModel(program, sewn, list(used))


def solve(problem: AllocationProblem, time_limit: float | None = None) -> RawSolution:
    """Solve the readable model with CBC.

    Parameters
    ----------
    problem : AllocationProblem
        The problem; a few thousand eligible arcs take a second. CBC's tolerances are absolute, so
        it is handed demand, costs and minutes scaled to mean 1.
    time_limit : float, optional
        Seconds CBC may take.

    Returns
    -------
    RawSolution
        CBC writes eight digits; its flows are cut down to what is feasible to the last one.

    Raises
    ------
    SolverError
        If CBC is not there or does not prove an optimum, be it for its time limit: it then has no
        duals.
    """
    minutes, cost = scales(problem)
    demand = float(problem.demand.mean()) if problem.demand.any() else 1.0
    scaled = AllocationProblem(
        problem.demand / demand,
        problem.unmet_cost / cost,
        problem.unit_cost / cost,
        problem.lateness_cost / cost,
        problem.minutes / minutes,
        problem.capacity / (minutes * demand),
        problem.group,
    )
    model = readable_model(scaled)
    if problem.demand.size:
        _run_cbc(model.program, time_limit)
    flows = [(arc, amount) for arc, x in model.sewn.items() if (amount := x.value()) > 0]
    places = np.array([arc for arc, _ in flows], dtype=np.int64).reshape(-1, 3)
    order, firm, period = np.ascontiguousarray(places.T)
    amount = demand * np.array([amount for _, amount in flows], dtype=np.float64)
    price = np.zeros(problem.capacity.shape)
    for j, k in model.cells:
        saved = -model.program.get_constraint_by_name(f"capacity_{j}_{k}").pi
        price[j, k] = saved * cost / minutes
    return made_feasible(problem, (order, firm, period), amount, price)


def _run_cbc(program: pulp.LpProblem, time_limit: float | None) -> None:
    # PuLP 4 no longer bundles CBC; its extra `cbc` serves the plain command.
    command = getattr(pulp, "PULP_CBC_CMD", pulp.COIN_CMD)
    try:
        program.solve(command(msg=False, threads=1, timeLimit=time_limit))
    except pulp.PulpSolverError as error:
        raise SolverError(f"CBC cannot be run: {error}") from error
    if program.sol_status != pulp.LpSolutionOptimal:
        raise SolverError(f"CBC answers: {pulp.LpSolution[program.sol_status]}")
