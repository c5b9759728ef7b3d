"""A solver's raw answer and its certificate to the one kind of plan that all methods return."""

from typing import NamedTuple

from kidswear_brain.allocation.certificate import objective
from kidswear_brain.allocation.problem import (
    Allocation,
    AllocationProblem,
    Certificate,
    RawSolution,
)


class Solved(NamedTuple):
    """How an answer came about: what solved it, what must be said of it, seconds of wall clock."""

    method: str
    note: str
    seconds: float


def plan_of(
    problem: AllocationProblem, raw: RawSolution, certificate: Certificate, solved: Solved
) -> Allocation:
    """Turn a raw answer into a plan.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    raw : RawSolution
        Flows, unmet minutes and duals.
    certificate : Certificate
        Of that answer.
    solved : Solved
        How it came about.
    """
    return Allocation(
        status=raw.status,
        objective=objective(problem, raw),
        order=raw.order,
        firm=raw.firm,
        period=raw.period,
        amount=raw.amount,
        unmet=raw.unmet,
        order_price=raw.order_price,
        capacity_price=raw.capacity_price,
        certificate=certificate,
        method=solved.method,
        note=solved.note,
        iterations=raw.iterations,
        seconds=solved.seconds,
    )
