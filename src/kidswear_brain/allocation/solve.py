"""Allocate: pick a solver, check its answer, hand back one kind of plan."""

from collections.abc import Callable
from time import perf_counter
from typing import Literal

import numpy as np

from kidswear_brain.allocation import highs, pulp_reference, simplex
from kidswear_brain.allocation.certificate import certify
from kidswear_brain.allocation.plan import Solved, plan_of
from kidswear_brain.allocation.problem import (
    Allocation,
    AllocationProblem,
    Certificate,
    Floats,
    RawSolution,
)
from kidswear_brain.errors import AllocationError, SolverError

Method = Literal["auto", "simplex", "highs", "pulp"]
Solver = Callable[[AllocationProblem, Floats | None, float | None], RawSolution]


def allocate(
    problem: AllocationProblem,
    method: Method = "auto",
    warm_start: Allocation | None = None,
    time_limit: float | None = None,
) -> Allocation:
    """Allocate all orders to all eligible firms and periods at least cost.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    method : {"auto", "simplex", "highs", "pulp"}
        ``auto`` takes the first of its solvers whose answer the certificate confirms; the plan
        says which one, and why an earlier one was passed over.
    warm_start : Allocation, optional
        An earlier plan whose capacity prices start the simplex; ignored if of another shape, and
        without effect on the optimum.
    time_limit : float, optional
        Seconds for ``highs`` and ``pulp``.

    Returns
    -------
    Allocation
        The plan with its certificate. ``"optimal"`` means that all three figures of the
        certificate are at most 1e-7; numbers stand only with ``"optimal"`` or ``"limit"``.

    Raises
    ------
    AllocationError
        If there is no such method.
    """
    if method not in _METHODS:
        raise AllocationError(f"method = {method!r}: give one of {', '.join(_METHODS)}")
    begin = perf_counter()
    start_price = _start_price(problem, warm_start)
    notes: list[str] = []
    for name in _METHODS[method]:
        try:
            raw = _SOLVERS[name](problem, start_price, time_limit)
        except SolverError as error:
            notes.append(f"{name}: {error}")
            continue
        certificate = certify(problem, raw)
        if raw.status == "limit" or certificate.holds():
            return plan_of(
                problem, raw, certificate, Solved(name, "; ".join(notes), perf_counter() - begin)
            )
        notes.append(f"{name}: certificate {certificate.worst:.1e} above 1e-7")
    return _no_plan(problem, _METHODS[method][-1], notes, perf_counter() - begin)


def _simplex(problem: AllocationProblem, start: Floats | None, limit: float | None) -> RawSolution:
    return simplex.solve(problem, start)


def _highs(problem: AllocationProblem, start: Floats | None, limit: float | None) -> RawSolution:
    return highs.solve(problem.over_all_firms(), time_limit=limit)


def _pulp(problem: AllocationProblem, start: Floats | None, limit: float | None) -> RawSolution:
    return pulp_reference.solve(problem.over_all_firms(), limit)


_SOLVERS: dict[str, Solver] = {"simplex": _simplex, "highs": _highs, "pulp": _pulp}
_METHODS: dict[str, tuple[str, ...]] = {
    "auto": ("simplex", "highs"),
    "simplex": ("simplex",),
    "highs": ("highs",),
    "pulp": ("pulp",),
}


def _start_price(problem: AllocationProblem, warm_start: Allocation | None) -> Floats | None:
    """Prices of an earlier plan, where they fit and are numbers."""
    if warm_start is None or warm_start.capacity_price.shape != problem.capacity.shape:
        return None
    price = warm_start.capacity_price
    return price if bool(np.isfinite(price).all()) else None


def _no_plan(
    problem: AllocationProblem, method: str, notes: list[str], seconds: float
) -> Allocation:
    """Say that there is no answer, without a number that could be taken for one."""
    nothing = np.empty(0, dtype=np.int64)
    n = problem.demand.size
    raw = RawSolution(
        nothing,
        nothing,
        nothing,
        np.empty(0),
        np.full(n, np.nan),
        np.full(n, np.nan),
        np.full(problem.capacity.shape, np.nan),
        0,
        "error",
    )
    failed = Certificate(np.inf, np.inf, np.inf)
    return plan_of(problem, raw, failed, Solved(method, "; ".join(notes), seconds))
