"""What the arrays of a problem must be: each refused by its name, index and value."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kidswear_brain.allocation.rows import Rows
from kidswear_brain.compiled import compiled
from kidswear_brain.errors import AllocationError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LANES = 16
"""Sums kept side by side."""
_LEAST = float(np.nextafter(0.0, 1.0))
_MOST = float(np.finfo(np.float64).max)


def floats_of(name: str, values: ArrayLike, *ndims: int) -> Floats:
    """Return an array of floats with one of some numbers of axes, or refuse by name."""
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


def check_shapes(arrays: dict[str, Floats], rows: Rows) -> None:
    """Compare each axis with the array that defines it; name both on a mismatch."""
    first = ["unmet_cost", "unit_cost", "lateness_cost", "minutes"]
    if arrays["unit_cost"].ndim == 2:
        axes = [(name, 0, "demand", 0) for name in first]
        axes += [("minutes", 1, "unit_cost", 1), ("capacity", 0, "unit_cost", 1)]
    else:
        _check_rows(arrays, rows)
        axes = [(name, 0, "demand", 0) for name in first[::2]]
        axes += [("minutes", 0, "unit_cost", 0)]
    axes += [("lateness_cost", -1, "capacity", 1)]
    for name, axis, other, other_axis in axes:
        if arrays[name].shape[axis] != arrays[other].shape[other_axis]:
            raise AllocationError(
                f"{name} has shape {arrays[name].shape} and {other} has shape "
                f"{arrays[other].shape}: axis {axis % arrays[name].ndim} of {name} must be as "
                f"long as axis {other_axis} of {other}"
            )


def _check_rows(arrays: dict[str, Floats], rows: Rows) -> None:
    """Refuse costs that are not as long as the rows they stand in."""
    found = rows.order_type.size, rows.place.shape[1], int(rows.first[-1])
    wanted = arrays["demand"].size, len(arrays["capacity"]), arrays["unit_cost"].size
    if found != wanted:
        raise AllocationError(
            "rows list {} orders over {} firms, {} costs in all, but demand has {} orders, "
            "capacity {} firms and unit_cost {} costs".format(*found, *wanted)
        )


def groups_of(group: ArrayLike | None, lateness_cost: Floats, firms: int) -> tuple[Ints, Floats]:
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
    values = floats_of("group", group, 1)
    if len(values) != firms:
        raise AllocationError(
            f"group has shape {values.shape} and capacity has {firms} rows: axis 0 of group must "
            "be as long as axis 0 of capacity"
        )
    bad = np.flatnonzero(~((values >= 0) & (values == np.floor(values)) & np.isfinite(values)))
    if bad.size:
        raise AllocationError(f"group[{bad[0]}] = {values[bad[0]]}: give a whole number >= 0")
    return values.astype(np.int64)


def check_values(arrays: dict[str, Floats]) -> tuple[int, float, float]:
    """Refuse NaN and what is out of range; return the sums over eligible pairs.

    The two large arrays are read once for both.
    """
    _check_range("demand", arrays["demand"], None, low=0.0)
    _check_range("unmet_cost", arrays["unmet_cost"], None)
    rows = arrays["unit_cost"].reshape(-1), arrays["minutes"].reshape(-1)
    wrong, pairs, minutes, cost = _pair_sums(*rows)
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
    whole = unit_cost.size // _LANES * _LANES
    for base in range(0, whole, _LANES):
        cost, beside = unit_cost[base : base + _LANES], minutes[base : base + _LANES]
        for k in range(_LANES):
            eligible = abs(cost[k]) < np.inf
            sound = (cost[k] >= -_MOST) & (beside[k] >= _LEAST) & (beside[k] <= _MOST)
            wrong[k] += 0.0 if sound else 1.0
            pairs[k] += 1.0 if eligible else 0.0
            minutes_sum[k] += beside[k] if eligible else 0.0
            cost_sum[k] += abs(cost[k]) if eligible else 0.0
    for j in range(whole, unit_cost.size):
        cost_here, minutes_here = unit_cost[j], minutes[j]
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
