"""The data of the allocation room: the problem, a solver's raw answer, the certified plan.

Over orders i, firms f, periods t; standard minutes x, unmet minutes u, operator-minutes K::

    minimize    sum (c[i,f] + l[i,g(f),t]) x[i,f,t] + sum m[i] u[i]
    subject to  sum over f,t of x[i,f,t] + u[i] = q[i]          (order price: free)
                sum over i of a[i,f] x[i,f,t]  <= K[f,t]        (capacity price: >= 0)
                x, u >= 0

An arc (i, f, t) exists where both c[i,f] and l[i,g(f),t] are finite.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kidswear_brain.compiled import compiled
from kidswear_brain.errors import AllocationError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LANES = 16
"""Sums kept side by side."""
_LEAST = float(np.nextafter(0.0, 1.0))
_MOST = float(np.finfo(np.float64).max)


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
    unit_cost : (n, f) array
        Money per standard minute; ``inf`` where this firm cannot make the order.
    lateness_cost : (n, t) or, with ``group``, (n, g, t) array
        Money per standard minute sewn in period t; ``inf`` where not allowed. Stored as
        (n, g, t); an (n, t) array holds for every group.
    minutes : (n, f) array
        Operator-minutes per standard minute, > 0; ignored where ``unit_cost`` is ``inf``.
    capacity : (f, t) array
        Operator-minutes available, >= 0, finite.
    group : (f,) array of int, optional
        The lateness group (region) of each firm, 0 <= group < g; all zero if not given.

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
    eligible: tuple[int, float, float] = field(init=False, repr=False)
    """Number of eligible pairs of order and firm; sums of their minutes and sizes of cost."""

    def __init__(  # noqa: PLR0913 - the public contract names seven arrays
        self,
        demand: ArrayLike,
        unmet_cost: ArrayLike,
        unit_cost: ArrayLike,
        lateness_cost: ArrayLike,
        minutes: ArrayLike,
        capacity: ArrayLike,
        group: ArrayLike | None = None,
    ) -> None:
        arrays = {
            "demand": _floats("demand", demand, 1),
            "unmet_cost": _floats("unmet_cost", unmet_cost, 1),
            "unit_cost": _floats("unit_cost", unit_cost, 2),
            "lateness_cost": _floats("lateness_cost", lateness_cost, 2, 3),
            "minutes": _floats("minutes", minutes, 2),
            "capacity": _floats("capacity", capacity, 2),
        }
        _check_shapes(arrays)
        eligible = _check_values(arrays)
        groups, arrays["lateness_cost"] = _groups(
            group, arrays["lateness_cost"], len(arrays["capacity"])
        )
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        object.__setattr__(self, "group", groups)
        object.__setattr__(self, "eligible", eligible)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of orders, firms, lateness groups and periods: (n, f, g, t)."""
        n, f = self.unit_cost.shape
        return n, f, self.lateness_cost.shape[1], self.capacity.shape[1]

    def arc_cost(self, order: Ints, firm: Ints, period: Ints) -> Floats:
        """Money per standard minute on the given arcs; ``inf`` where an arc does not exist."""
        lateness = self.lateness_cost[order, self.group[firm], period]
        return np.asarray(self.unit_cost[order, firm] + lateness, dtype=np.float64)


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


def _floats(name: str, values: ArrayLike, *ndims: int) -> Floats:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise AllocationError(f"{name}: rows of unequal length; give a regular array") from error
    if array.dtype.kind not in "biuf":
        raise AllocationError(f"{name}: not numeric (dtype {array.dtype}); give an array of floats")
    if array.ndim not in ndims:
        wanted = " or ".join(str(ndim) for ndim in ndims)
        raise AllocationError(f"{name}: has shape {array.shape}; give {wanted} axes")
    return np.ascontiguousarray(array, dtype=np.float64)


def _check_shapes(arrays: dict[str, Floats]) -> None:
    """Compare each axis with the array that defines it; name both on a mismatch."""
    first = [("unmet_cost", 0), ("unit_cost", 0), ("lateness_cost", 0), ("minutes", 0)]
    axes = [(name, axis, "demand", 0) for name, axis in first]
    axes += [("minutes", 1, "unit_cost", 1), ("capacity", 0, "unit_cost", 1)]
    axes += [("lateness_cost", -1, "capacity", 1)]
    for name, axis, other, other_axis in axes:
        if arrays[name].shape[axis] != arrays[other].shape[other_axis]:
            raise AllocationError(
                f"{name} has shape {arrays[name].shape} and {other} has shape "
                f"{arrays[other].shape}: axis {axis % arrays[name].ndim} of {name} must be as "
                f"long as axis {other_axis} of {other}"
            )


def _groups(group: ArrayLike | None, lateness_cost: Floats, firms: int) -> tuple[Ints, Floats]:
    """Firm groups, and lateness costs by group."""
    if group is None:
        if lateness_cost.ndim == 3:
            raise AllocationError(
                f"lateness_cost has shape {lateness_cost.shape} but group is not given: "
                "give the group of each firm, or lateness_cost as (n, t)"
            )
        return np.zeros(firms, dtype=np.int64), lateness_cost[:, None, :]
    groups = _group_array(group, firms)
    if lateness_cost.ndim == 2:
        count = int(groups.max(initial=0)) + 1
        return groups, np.repeat(lateness_cost[:, None, :], count, axis=1)
    wrong = np.flatnonzero(groups >= lateness_cost.shape[1])
    if wrong.size:
        raise AllocationError(
            f"group[{wrong[0]}] = {groups[wrong[0]]} but lateness_cost has shape "
            f"{lateness_cost.shape}: its axis 1 must be longer than the largest group"
        )
    return groups, lateness_cost


def _group_array(group: ArrayLike, firms: int) -> Ints:
    values = _floats("group", group, 1)
    if len(values) != firms:
        raise AllocationError(
            f"group has shape {values.shape} and capacity has {firms} rows: axis 0 of group must "
            "be as long as axis 0 of capacity"
        )
    bad = np.flatnonzero(~((values >= 0) & (values == np.floor(values)) & np.isfinite(values)))
    if bad.size:
        raise AllocationError(f"group[{bad[0]}] = {values[bad[0]]}: give a whole number >= 0")
    return values.astype(np.int64)


def _check_values(arrays: dict[str, Floats]) -> tuple[int, float, float]:
    """Refuse NaN and what is out of range; return the sums over eligible pairs.

    The two large arrays are read once for both.
    """
    _check_range("demand", arrays["demand"], None, low=0.0)
    _check_range("unmet_cost", arrays["unmet_cost"], None)
    wrong, pairs, minutes, cost = _pair_sums(arrays["unit_cost"], arrays["minutes"])
    if wrong:
        _check_range("unit_cost", arrays["unit_cost"], None, infinite=True)
    _check_range("lateness_cost", arrays["lateness_cost"], None, infinite=True)
    if wrong:
        _check_range("minutes", arrays["minutes"], arrays["unit_cost"], low=_LEAST)
    _check_range("capacity", arrays["capacity"], None, low=0.0)
    return pairs, minutes, cost


def _check_range(
    name: str,
    array: Floats,
    used: Floats | None,
    low: float = -_MOST,
    infinite: bool = False,
) -> None:
    """Refuse NaN and what is out of range, on the entries where `used` is finite."""
    high = np.inf if infinite else _MOST
    if used is None and bool(((array >= low) & (array <= high)).all()):
        return
    for row in range(array.shape[0]):
        bad = ~((array[row] >= low) & (array[row] <= high))
        if used is not None:
            bad &= np.isfinite(used[row])
        if bad.any():
            index = (row, *(int(k) for k in np.argwhere(bad)[0]))
            _refuse(name, index, float(array[index]), low, infinite)


@compiled
def _pair_sums(unit_cost: Floats, minutes: Floats) -> tuple[int, int, float, float]:
    """Count pairs that may hold what is not allowed, and eligible ones; sum these.

    In lanes side by side: an addition need not wait for the one before.
    """
    wrong, pairs = np.zeros(_LANES), np.zeros(_LANES)
    minutes_sum, cost_sum = np.zeros(_LANES), np.zeros(_LANES)
    width = unit_cost.shape[1]
    whole = width // _LANES * _LANES
    for i in range(unit_cost.shape[0]):
        for base in range(0, whole, _LANES):
            cost, beside = unit_cost[i, base : base + _LANES], minutes[i, base : base + _LANES]
            for k in range(_LANES):
                eligible = abs(cost[k]) < np.inf
                sound = (cost[k] >= -_MOST) & (beside[k] >= _LEAST) & (beside[k] <= _MOST)
                wrong[k] += 0.0 if sound else 1.0
                pairs[k] += 1.0 if eligible else 0.0
                minutes_sum[k] += beside[k] if eligible else 0.0
                cost_sum[k] += abs(cost[k]) if eligible else 0.0
        for j in range(whole, width):
            cost_here, minutes_here = unit_cost[i, j], minutes[i, j]
            if not (cost_here >= -_MOST and _LEAST <= minutes_here <= _MOST):
                wrong[0] += 1.0
            if abs(cost_here) < np.inf:
                pairs[0] += 1.0
                minutes_sum[0] += minutes_here
                cost_sum[0] += abs(cost_here)
    return int(wrong.sum()), int(pairs.sum()), float(minutes_sum.sum()), float(cost_sum.sum())


def _refuse(name: str, index: tuple[int, ...], value: float, low: float, infinite: bool) -> None:
    rule = "give a finite number" if not infinite else "give a number, or inf where not allowed"
    if low == 0.0:
        rule += " >= 0"
    elif low > 0.0:
        rule += " > 0 wherever unit_cost is finite"
    place = ", ".join(str(k) for k in index)
    raise AllocationError(f"{name}[{place}] = {value}: {rule}")
