"""The allocation as the arrays that general solvers take, scaled to mean 1, and back again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kidswear_brain.allocation import AllocationProblem, RawSolution
from kidswear_brain.allocation.certificate import scales
from kidswear_brain.allocation.feasible import made_feasible

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOLERANCE = 1e-9
"""What every peer is asked for: two orders below what "optimal" asks of the certificate."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearProgram:
    """Minimize cost x, rows: n balances (= demand), f t capacities (<= room), x >= 0.

    Columns are the eligible arcs, then the unmet minutes of each order.
    """

    problem: AllocationProblem
    arcs: tuple[Ints, Ints, Ints]
    cost: Floats
    balance: sparse.csr_array
    capacity: sparse.csr_array
    demand: Floats
    room: Floats
    scale: tuple[float, float, float]
    """What demand, cost and minutes are divided by."""

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.cost.size)

    def answer(
        self,
        value: Floats,
        capacity_dual: Floats,
        status: str = "optimal",
    ) -> RawSolution:
        """Read a peer's answer; what does not quite fit is cut down, in the peer's favour.

        Parameters
        ----------
        value : (columns,) array
            Of the program.
        capacity_dual : (f t,) array
            Duals of the capacity rows, <= 0 as the program is a minimization.
        status : str
            "optimal" or "limit".
        """
        _, f, _, t = self.problem.shape
        demand, cost, minutes = self.scale
        price = -np.asarray(capacity_dual).reshape(f, t) * (cost / minutes)
        amount = np.asarray(value)[: self.arcs[0].size] * demand
        return made_feasible(self.problem, self.arcs, amount, price, status)


def linear_program(problem: AllocationProblem) -> LinearProgram:
    """Write out all eligible arcs."""
    n, f, _, t = problem.shape
    eligible = np.isfinite(problem.unit_cost)[:, :, None] & np.isfinite(
        problem.lateness_cost[:, problem.group, :]
    )
    order, firm, period = (np.asarray(k, dtype=np.int64) for k in np.nonzero(eligible))
    minutes, cost = scales(problem)
    demand = float(problem.demand.mean())
    arcs = order.size
    column = np.arange(arcs + n)
    balance = sparse.csr_array(
        (np.ones(arcs + n), (np.concatenate([order, np.arange(n)]), column)), shape=(n, arcs + n)
    )
    taken = problem.minutes[order, firm] / minutes
    capacity = sparse.csr_array(
        (taken, (firm * t + period, column[:arcs])), shape=(f * t, arcs + n)
    )
    money = np.concatenate([problem.arc_cost(order, firm, period), problem.unmet_cost])
    return LinearProgram(
        problem=problem,
        arcs=(order, firm, period),
        cost=money / cost,
        balance=balance,
        capacity=capacity,
        demand=problem.demand / demand,
        room=problem.capacity.ravel() / (demand * minutes),
        scale=(demand, cost, minutes),
    )


def cheapest_firms(problem: AllocationProblem, count: int) -> AllocationProblem:
    """Cut each order's firms down to its `count` cheapest, as planners with slow solvers do."""
    cost = problem.unit_cost
    if count >= cost.shape[1]:
        return problem
    highest = np.partition(cost, count - 1, axis=1)[:, count - 1 : count]
    cut = np.where(cost <= highest, cost, np.inf)
    return AllocationProblem(
        problem.demand,
        problem.unmet_cost,
        cut,
        problem.lateness_cost,
        problem.minutes,
        problem.capacity,
        problem.group,
    )
