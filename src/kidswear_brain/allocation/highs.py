"""The allocation as arrays handed to HiGHS in bulk: the general solver behind the seam."""

from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
from highspy._core import _Highs
from scipy import sparse

from kidswear_brain.allocation.certificate import scales
from kidswear_brain.allocation.feasible import made_feasible
from kidswear_brain.allocation.problem import AllocationProblem, Floats, Ints, RawSolution
from kidswear_brain.errors import SolverError

Algorithm = Literal["simplex", "ipm"]

# Tolerances of the scaled problem: two orders below what "optimal" asks of the certificate.
_TOLERANCE = 1e-9
_LIMITS = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kIterationLimit)


@dataclass(frozen=True, slots=True, eq=False)
class SideRows:
    """Further rows: lower <= sum of w[s,f] x[i,f,t] + y[s] sum of u[i] <= upper.

    Parameters
    ----------
    firm_weight : (s, f) array
        Weight of every standard minute sewn by each firm.
    unmet_weight : (s,) array
        Weight of every standard minute left unmet.
    lower, upper : (s,) arrays
        Bounds in standard minutes; infinite where there is none.
    """

    firm_weight: Floats
    unmet_weight: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Scaled:
    """The eligible arcs, and what demand, cost and minutes are divided by."""

    order: Ints
    firm: Ints
    period: Ints
    demand: float
    cost: float
    minutes: float


def solve(
    problem: AllocationProblem, algorithm: Algorithm = "simplex", time_limit: float | None = None
) -> RawSolution:
    """Solve the allocation over all eligible arcs with HiGHS on one thread.

    Parameters
    ----------
    problem : AllocationProblem
        The problem; demand, costs and minutes are handed over scaled to mean 1.
    algorithm : {"simplex", "ipm"}
        Dual simplex, or interior point with crossover.
    time_limit : float, optional
        Seconds; when they are over the status is ``"limit"`` and the flows are the solver's last,
        made feasible.

    Returns
    -------
    RawSolution
        Flows, unmet minutes and duals.

    Raises
    ------
    SolverError
        If HiGHS answers anything but optimal or a limit, for which a valid problem gives no reason.
    """
    if problem.demand.size == 0:
        return _nothing_ordered(problem)
    scaled = _scaled(problem)
    solver = _run(_model(problem, scaled, None), algorithm, time_limit)
    return _read(problem, scaled, solver)


def solve_with_side_rows(problem: AllocationProblem, side: SideRows) -> tuple[RawSolution, Floats]:
    """Solve the allocation under further rows.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    side : SideRows
        The further rows.

    Returns
    -------
    RawSolution, (s,) array
        The solution, and the price of each further row: what one more standard minute of its bound
        adds to the cost.

    Raises
    ------
    SolverError
        If HiGHS does not find an optimum, for instance because the rows contradict each other.
    """
    if problem.demand.size == 0:
        return _nothing_ordered(problem), np.zeros(side.lower.size)
    scaled = _scaled(problem)
    solver = _run(_model(problem, scaled, side), "simplex", None)
    dual = np.array(solver.getSolution().row_dual) * scaled.cost
    return _read(problem, scaled, solver), dual[problem.demand.size + problem.capacity.size :]


def _scaled(problem: AllocationProblem) -> _Scaled:
    eligible = np.isfinite(problem.unit_cost)[:, :, None] & np.isfinite(
        problem.lateness_cost[:, problem.group, :]
    )
    order, firm, period = (np.asarray(k, dtype=np.int64) for k in np.nonzero(eligible))
    minutes, cost = scales(problem)
    mean_demand = float(problem.demand.mean())
    return _Scaled(order, firm, period, mean_demand if mean_demand > 0 else 1.0, cost, minutes)


def _run(model: highspy.HighsLp, algorithm: Algorithm, time_limit: float | None) -> _Highs:
    # The public class greets on standard output before it can be told not to.
    solver = _Highs()
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "solver": algorithm,
        "threads": 1,
        "primal_feasibility_tolerance": _TOLERANCE,
        "dual_feasibility_tolerance": _TOLERANCE,
        "ipm_optimality_tolerance": _TOLERANCE,
        "small_matrix_value": 1e-12,
    }
    if time_limit is not None:
        options["time_limit"] = time_limit
    for name, value in options.items():
        _check(solver.setOptionValue(name, value))
    _check(solver.passModel(model))
    _check(solver.run())
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal and status not in _LIMITS:
        raise SolverError(f"HiGHS answers {solver.modelStatusToString(status)}")
    return solver


def _check(status: highspy.HighsStatus) -> None:
    """Refuse what HiGHS refuses; its warnings are judged by the certificate."""
    if status == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refuses the model or fails on it")


def _model(problem: AllocationProblem, scaled: _Scaled, side: SideRows | None) -> highspy.HighsLp:
    n, arcs = problem.demand.size, scaled.order.size
    cost = problem.arc_cost(scaled.order, scaled.firm, scaled.period)
    matrix, lower, upper = _rows(problem, scaled, side)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = arcs + n, matrix.shape[0]
    model.col_cost_ = np.concatenate((cost, problem.unmet_cost)) / scaled.cost
    model.col_lower_ = np.zeros(arcs + n)
    model.col_upper_ = np.full(arcs + n, highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    return model


def _rows(
    problem: AllocationProblem, scaled: _Scaled, side: SideRows | None
) -> tuple[sparse.csc_array, Floats, Floats]:
    """Stack order rows, capacity rows and side rows over the columns arcs, then unmet."""
    n, f, _, t = problem.shape
    arcs = scaled.order.size
    column, one = np.arange(arcs), np.ones(arcs)
    balance = sparse.coo_array((one, (scaled.order, column)), shape=(n, arcs))
    minutes = problem.minutes[scaled.order, scaled.firm] / scaled.minutes
    cell = scaled.firm * t + scaled.period
    capacity = sparse.coo_array((minutes, (cell, column)), shape=(f * t, arcs))
    blocks = [[balance, sparse.eye_array(n)], [capacity, None]]
    demand = problem.demand / scaled.demand
    room = problem.capacity.ravel() / (scaled.demand * scaled.minutes)
    lower, upper = [demand, np.full(f * t, -highspy.kHighsInf)], [demand, room]
    if side is not None:
        at_firm = sparse.coo_array((one, (scaled.firm, column)), shape=(f, arcs))
        unmet = np.repeat(side.unmet_weight[:, None], n, axis=1)
        blocks.append([sparse.csr_array(side.firm_weight) @ at_firm, sparse.csr_array(unmet)])
        lower.append(side.lower / scaled.demand)
        upper.append(side.upper / scaled.demand)
    matrix = sparse.csc_array(sparse.block_array(blocks, format="csc"))
    return matrix, np.concatenate(lower), np.concatenate(upper)


def _read(problem: AllocationProblem, scaled: _Scaled, solver: _Highs) -> RawSolution:
    """Bring the solution back to the units of the problem.

    Flows of a stopped solver are made feasible and priced with free capacity: then the cheapest
    arcs alone bound the cost from below, whatever it was doing when its time ended.
    """
    n, f, _, t = problem.shape
    solution, info = solver.getSolution(), solver.getInfo()
    arcs = scaled.order.size
    value = np.array(solution.col_value)[:arcs] if len(solution.col_value) else np.zeros(arcs)
    amount = np.maximum(value, 0.0) * scaled.demand
    if solver.getModelStatus() in _LIMITS:
        places = (scaled.order, scaled.firm, scaled.period)
        return made_feasible(problem, places, amount, np.zeros((f, t)), status="limit")
    flow = np.flatnonzero(amount)
    served = np.bincount(scaled.order[flow], amount[flow], minlength=n)
    dual = np.array(solution.row_dual) * scaled.cost
    price = -dual[n : n + f * t].reshape(f, t) / scaled.minutes
    return RawSolution(
        order=scaled.order[flow],
        firm=scaled.firm[flow],
        period=scaled.period[flow],
        amount=amount[flow],
        unmet=np.maximum(problem.demand - served, 0.0),
        order_price=dual[:n],
        capacity_price=np.maximum(price, 0.0),
        iterations=int(info.simplex_iteration_count) + int(info.ipm_iteration_count),
    )


def _nothing_ordered(problem: AllocationProblem) -> RawSolution:
    nothing = np.empty(0, dtype=np.int64)
    price = np.zeros(problem.capacity.shape)
    return RawSolution(nothing, nothing, nothing, np.empty(0), np.empty(0), np.empty(0), price, 0)
