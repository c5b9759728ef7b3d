"""What every solver of an instance hands back, their register, and ours in it."""

import importlib
import resource
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

import numpy as np

from kidswear_brain.allocation import Allocation, AllocationProblem, RawSolution, allocate


@dataclass(frozen=True, slots=True)
class Solved:
    """An answer and what it took.

    Parameters
    ----------
    raw : RawSolution or None
        None when the peer has no numbers to show, with the reason in `note`.
    build_s, seconds, cpu_seconds : float
        Stating the model, wall clock of solving, processor time of solving.
    """

    raw: RawSolution | None
    build_s: float
    seconds: float
    cpu_seconds: float
    iterations: int | None = None
    note: str = ""


class NotRunError(Exception):
    """A peer that cannot or should not be run on this instance, and why."""


Solver = Callable[[AllocationProblem, float], Solved]
SOLVERS: dict[str, Solver] = {}


def solver(name: str) -> Callable[[Solver], Solver]:
    """Register the function below under a name."""

    def register(function: Solver) -> Solver:
        SOLVERS[name] = function
        return function

    return register


def library(name: str) -> Any:
    """Import a library that may be absent, untyped: its types differ from version to version."""
    return importlib.import_module(name)


class Clock:
    """Wall clock and processor time, that of finished child processes included."""

    def __init__(self) -> None:
        self.wall, self.cpu = perf_counter(), _cpu()

    def stop(self) -> tuple[float, float]:
        return perf_counter() - self.wall, _cpu() - self.cpu


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


@solver("kidswear")
def kidswear(problem: AllocationProblem, limit_s: float) -> Solved:
    """Ours, certificate included in its time."""
    return _ours(problem, None)


@solver("kidswear-warm")
def kidswear_warm(problem: AllocationProblem, limit_s: float) -> Solved:
    """Ours, started from the plan of a day before: other amounts, somewhat other capacity."""
    rng = np.random.default_rng(0)
    day_before = AllocationProblem(
        problem.demand * rng.uniform(0.5, 1.5, problem.demand.size),
        problem.unmet_cost,
        problem.unit_cost,
        problem.lateness_cost,
        problem.minutes,
        problem.capacity * rng.uniform(0.8, 1.2, problem.capacity.shape),
        problem.group,
    )
    return _ours(problem, allocate(day_before))


def _ours(problem: AllocationProblem, warm: Allocation | None) -> Solved:
    clock = Clock()
    plan = allocate(problem, warm_start=warm)
    wall, cpu = clock.stop()
    note = "" if plan.method == "simplex" else f"solved by {plan.method}: {plan.note}"
    raw = RawSolution(
        plan.order,
        plan.firm,
        plan.period,
        plan.amount,
        plan.unmet,
        plan.order_price,
        plan.capacity_price,
        plan.iterations,
        plan.status,
    )
    return Solved(raw, 0.0, wall, cpu, plan.iterations, note)


def all_solvers() -> dict[str, Solver]:
    """All solvers by name; imports the module in which the peers register."""
    importlib.import_module("benchmarks.peers")
    return SOLVERS
