"""The data of the allocation room: the problem, a solver's raw answer, the certified plan.

Over orders i, firms f, periods t; standard minutes x, unmet minutes u, operator-minutes K::

    minimize    sum (c[i,f] + l[i,g(f),t]) x[i,f,t] + sum m[i] u[i]
    subject to  sum over f,t of x[i,f,t] + u[i] = q[i]          (order price: free)
                sum over i of a[i,f] x[i,f,t]  <= K[f,t]        (capacity price: >= 0)
                x, u >= 0

An arc (i, f, t) exists where both c[i,f] and l[i,g(f),t] are finite.
c and a may be given over all firms, or row by row over those that make orders of a type.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kidswear_brain.allocation.problem_checks import (
    check_shapes,
    check_values,
    floats_of,
    groups_of,
)
from kidswear_brain.allocation.rows import Rows, whole_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class AllocationProblem:
    """Which orders could be sewn where and when, and at what cost.

    Arrays are stored C-contiguous, ``float64`` (``group``: ``int64``); one that already is, is
    not copied, so do not write to it afterwards. A valid problem is never infeasible nor
    unbounded: whatever cannot be sewn stays unmet. n, f or t may be 0.

    Parameters
    ----------
    demand : (n,) array
        Standard minutes of each order, >= 0.
    unmet_cost : (n,) array
        Money per standard minute left unmet, finite.
    unit_cost : (n, f) or, with `rows`, (m,) array
        Money per standard minute; ``inf`` where this firm cannot make the order.
    lateness_cost : (n, t) or, with ``group``, (n, g, t) array
        Money per standard minute sewn in period t; ``inf`` where not allowed. Stored as
        (n, g, t); an (n, t) array holds for every group.
    minutes : array of the shape of `unit_cost`
        Operator-minutes per standard minute, > 0; ignored where ``unit_cost`` is ``inf``.
    capacity : (f, t) array
        Operator-minutes available, >= 0, finite.
    group : (f,) array of int, optional
        The lateness group (region) of each firm, 0 <= group < g; all zero if not given.
    rows : Rows, optional
        Which firms the row of each order lists (`rows_by_type`); no other can make it. The rows
        of costs and minutes then stand one after the other. Without: all firms.

    Raises
    ------
    AllocationError
        For an array that is not numeric, of the wrong shape (both arrays are named), or holds a
        value that is not allowed (array, index and value are named).
    """

    demand: Floats
    unmet_cost: Floats
    unit_cost: Floats
    lateness_cost: Floats
    minutes: Floats
    capacity: Floats
    group: Ints
    rows: Rows
    eligible: tuple[int, float, float] = field(init=False, repr=False)
    """Number of eligible pairs of order and firm; sums of their minutes and sizes of cost."""

    def __init__(  # noqa: PLR0913 - the public contract names seven arrays, rows stand for size
        self,
        demand: ArrayLike,
        unmet_cost: ArrayLike,
        unit_cost: ArrayLike,
        lateness_cost: ArrayLike,
        minutes: ArrayLike,
        capacity: ArrayLike,
        group: ArrayLike | None = None,
        rows: Rows | None = None,
    ) -> None:
        axes = (2,) if rows is None else (1, 2)
        arrays = {
            "demand": floats_of("demand", demand, 1),
            "unmet_cost": floats_of("unmet_cost", unmet_cost, 1),
            "unit_cost": floats_of("unit_cost", unit_cost, *axes),
            "lateness_cost": floats_of("lateness_cost", lateness_cost, 2, 3),
            "minutes": floats_of("minutes", minutes, *axes),
            "capacity": floats_of("capacity", capacity, 2),
        }
        if rows is None or arrays["unit_cost"].ndim == 2:
            rows = whole_rows(*arrays["unit_cost"].shape)
        check_shapes(arrays, rows)
        eligible = check_values(arrays)
        groups, arrays["lateness_cost"] = groups_of(
            group, arrays["lateness_cost"], len(arrays["capacity"])
        )
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        object.__setattr__(self, "group", groups)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "eligible", eligible)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of orders, firms, lateness groups and periods: (n, f, g, t)."""
        f, t = self.capacity.shape
        return self.demand.size, f, self.lateness_cost.shape[1], t

    @property
    def cost_rows(self) -> tuple[Floats, Floats]:
        """Costs and minutes, (m,) each: one row after the other, as `rows` tells them apart."""
        return self.unit_cost.reshape(-1), self.minutes.reshape(-1)

    def arc_cost(self, order: Ints, firm: Ints, period: Ints) -> Floats:
        """Money per standard minute on the given arcs; ``inf`` where an arc does not exist."""
        cost, _ = self.of_pairs(order, firm)
        return np.asarray(cost + self.lateness_cost[order, self.group[firm], period])

    def of_pairs(self, order: Ints, firm: Ints) -> tuple[Floats, Floats]:
        """Cost and minutes of pairs; ``inf`` and 1 where the order's row does not list the firm."""
        place = self.rows.place[self.rows.order_type[order], firm]
        listed, spot = place >= 0, self.rows.first[order] + place
        cost, minutes = np.full(listed.shape, np.inf), np.ones(listed.shape)
        rows = self.cost_rows
        cost[listed], minutes[listed] = rows[0][spot[listed]], rows[1][spot[listed]]
        return cost, minutes

    def over_all_firms(self) -> "AllocationProblem":
        """Return the same problem with rows over all firms."""
        if self.unit_cost.ndim == 2:
            return self
        n, f, _, _ = self.shape
        cost, minutes = self.of_pairs(np.arange(n)[:, None], np.arange(f)[None, :])
        return replace(self, unit_cost=cost, minutes=minutes, rows=whole_rows(n, f))


@dataclass(frozen=True, slots=True, eq=False)
class RawSolution:
    """What a solver says, before anybody has checked it.

    Parameters
    ----------
    order, firm, period : (k,) int64 arrays
        The arcs with a flow.
    amount : (k,) float64 array
        Their flows, standard minutes.
    unmet : (n,) array
        Standard minutes of each order left unmet.
    order_price : (n,) array
        Dual of each order's row, money per standard minute.
    capacity_price : (f, t) array
        What one more operator-minute would save, >= 0.
    iterations : int
        Pivots or iterations of the solver.
    status : str
        ``"optimal"`` or ``"limit"``.
    """

    order: Ints
    firm: Ints
    period: Ints
    amount: Floats
    unmet: Floats
    order_price: Floats
    capacity_price: Floats
    iterations: int
    status: str = "optimal"


@dataclass(frozen=True, slots=True)
class Certificate:
    """How far an answer is from being feasible and optimal, computed apart from the solver.

    Parameters
    ----------
    primal_infeasibility : float
        Largest violation of a row or bound, relative to mean demand or mean capacity.
    dual_infeasibility : float
        Largest negative reduced cost over all eligible arcs, unmet arcs and capacity slacks,
        relative to mean cost.
    relative_gap : float
        ``|P - D| / max(|P|, |D|, 1e-9 x mean demand x mean cost)``.
    """

    primal_infeasibility: float
    dual_infeasibility: float
    relative_gap: float

    @property
    def worst(self) -> float:
        """The largest of the three figures."""
        return max(self.primal_infeasibility, self.dual_infeasibility, self.relative_gap)

    def holds(self, tolerance: float = 1e-7) -> bool:
        """Whether all three figures are within `tolerance`, by default that of "optimal"."""
        return self.worst <= tolerance


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """A certified plan: who sews how much of what, when, and what it is worth.

    Numbers stand only with the status ``"optimal"`` or ``"limit"``; else the flows are empty and
    all figures NaN.

    Parameters
    ----------
    status : str
        ``"optimal"``, ``"limit"``, ``"infeasible"``, ``"unbounded"`` or ``"error"``.
    objective : float
        Money: cost of all flows and all unmet minutes.
    order, firm, period, amount : (k,) arrays
        The flows as parallel arrays, amounts in standard minutes.
    unmet : (n,) array
        Standard minutes left unmet.
    order_price : (n,) array
        Marginal cost of each order, money per standard minute.
    capacity_price : (f, t) array
        What one more operator-minute would save, >= 0.
    certificate : Certificate
        Computed apart from the solver.
    method : str
        What really solved it.
    note : str
        Why ``auto`` fell back to another method, or why there are no numbers; else empty.
    iterations : int
        Pivots or iterations of the solver.
    seconds : float
        Wall clock of solver and certificate.
    """

    status: str
    objective: float
    order: Ints
    firm: Ints
    period: Ints
    amount: Floats
    unmet: Floats
    order_price: Floats
    capacity_price: Floats
    certificate: Certificate
    method: str
    note: str
    iterations: int
    seconds: float
