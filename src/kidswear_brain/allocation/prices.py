"""Prices a planner can use: what capacity is worth, where, how surely, and why work is not done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kidswear_brain.allocation.problem import Allocation, AllocationProblem, Floats
from kidswear_brain.allocation.solve import Method, allocate

CLOSE = 1e-6
"""Shares of an order's demand, and differences of cost relative to its own, that count as none."""
STEP = 1e-6
"""How far a row is moved for its ranges, relative to the mean of its kind."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupPrices:
    """What capacity is worth by group of firms and period; all arrays are (g, t).

    Parameters
    ----------
    capacity : array
        Operator-minutes.
    rent : array
        Money all of it saves at its prices: sum of capacity x price.
    mean_price : array
        Money one more operator-minute saves, spread as the capacity is; 0 without capacity.
    highest_price : array
        That of the firm where it saves most.
    """

    capacity: Floats
    rent: Floats
    mean_price: Floats
    highest_price: Floats


@dataclass(frozen=True, slots=True)
class PriceRange:
    """A price when there is a little less and a little more of what it prices.

    For a capacity ``more`` is what one more operator-minute saves and ``less`` what losing one
    costs, infinite where there is none to lose; ``more <= less``. For an order they are what the
    last standard minute costs and what the next one would; ``less <= more``.
    """

    less: float
    more: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an order is unmet or late, and which constraint to relax first.

    Parameters
    ----------
    order : int
        The order.
    kind : str
        ``"no firm"``, ``"no time"``, ``"not worth it"``, ``"no capacity"`` or ``"late"``.
    amount : float
        Standard minutes unmet or late.
    firm, period : int
        Where one more operator-minute helps this order most; -1 where no capacity would help.
    saving : float
        Money that minute saves this order, if others leave it alone.
    words : str
        The reason and what to relax, in a sentence.
    """

    order: int
    kind: str
    amount: float
    firm: int
    period: int
    saving: float
    words: str


def prices_by_group(problem: AllocationProblem, plan: Allocation) -> GroupPrices:
    """Sum up capacity prices by group of firms and period."""
    shape = problem.lateness_cost.shape[1:]
    capacity, rent, highest = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    np.add.at(capacity, problem.group, problem.capacity)
    np.add.at(rent, problem.group, problem.capacity * plan.capacity_price)
    np.maximum.at(highest, problem.group, plan.capacity_price)
    mean = np.divide(rent, capacity, out=np.zeros(shape), where=capacity > 0)
    return GroupPrices(capacity, rent, mean, highest)


def capacity_price_ranges(
    problem: AllocationProblem,
    plan: Allocation,
    cells: Sequence[tuple[int, int]],
    method: Method = "auto",
) -> list[PriceRange]:
    """Find left and right prices of named capacities.

    Prices are not unique where the plan is degenerate. Each end is the price after moving the
    capacity by a millionth of the mean, which is exact unless the cost has two kinks within.

    Parameters
    ----------
    problem, plan : AllocationProblem, Allocation
        The problem and its plan, from which the solves start.
    cells : sequence of (firm, period)
        The capacities asked for; two solves each.
    method : str
        That of `allocate`.

    Returns
    -------
    list of PriceRange
        In the order of `cells`.
    """
    ranges = []
    step = STEP * (float(problem.capacity.mean()) or 1.0)
    for cell in cells:
        here = float(problem.capacity[cell])
        less = np.inf
        if here > 0:
            less = _price(problem, plan, cell, max(here - step, here / 2), method)
        ranges.append(PriceRange(less, _price(problem, plan, cell, here + step, method)))
    return ranges


def order_price_ranges(
    problem: AllocationProblem, plan: Allocation, orders: Sequence[int], method: Method = "auto"
) -> list[PriceRange]:
    """Find what the last and the next standard minute of named orders cost.

    Parameters are as in `capacity_price_ranges`; an order of no demand has no last minute, and its
    ``less`` is minus infinity.
    """
    ranges = []
    step = STEP * (float(problem.demand.mean()) or 1.0)
    for i in orders:
        here = float(problem.demand[i])
        less = -np.inf
        if here > 0:
            less = _order_price(problem, plan, i, max(here - step, here / 2), method)
        ranges.append(PriceRange(less, _order_price(problem, plan, i, here + step, method)))
    return ranges


def reasons(problem: AllocationProblem, plan: Allocation) -> list[Reason]:
    """Say of every unmet or late order why, and what to relax first.

    Parameters
    ----------
    problem, plan : AllocationProblem, Allocation
        The problem and its plan, with numbers.

    Returns
    -------
    list of Reason
        By order; an order both unmet and late has two. Late means sewn at a higher lateness cost
        than its least.
    """
    found = []
    problem = problem.over_all_firms()
    cost = problem.lateness_cost[plan.order, problem.group[plan.firm], plan.period]
    least = problem.lateness_cost.min(axis=(1, 2), initial=np.inf)[plan.order]
    late = np.bincount(
        plan.order, np.where(cost > least, plan.amount, 0.0), minlength=problem.demand.size
    )
    for i in np.flatnonzero(np.maximum(plan.unmet, late) > CLOSE * problem.demand):
        if plan.unmet[i] > CLOSE * problem.demand[i]:
            found.append(_why_unmet(problem, int(i), float(plan.unmet[i])))
        if late[i] > CLOSE * problem.demand[i]:
            found.append(_why_late(problem, plan, int(i), float(late[i])))
    return found


def _price(
    problem: AllocationProblem,
    plan: Allocation,
    cell: tuple[int, int],
    minutes: float,
    method: Method,
) -> float:
    """Price of a cell if it had so many operator-minutes."""
    capacity = problem.capacity.copy()
    capacity[cell] = minutes
    moved = allocate(replace(problem, capacity=capacity), method, warm_start=plan)
    return float(moved.capacity_price[cell])


def _order_price(
    problem: AllocationProblem, plan: Allocation, order: int, minutes: float, method: Method
) -> float:
    """Price of an order if so many standard minutes were wanted."""
    demand = problem.demand.copy()
    demand[order] = minutes
    moved = allocate(replace(problem, demand=demand), method, warm_start=plan)
    return float(moved.order_price[order])


def _why_unmet(problem: AllocationProblem, i: int, amount: float) -> Reason:
    able = int(np.isfinite(problem.unit_cost[i]).sum())
    if able == 0:
        words = "no firm can make it; relax first: who can make it"
        return Reason(i, "no firm", amount, -1, -1, 0.0, words)
    cost = problem.unit_cost[i][:, None] + problem.lateness_cost[i, problem.group]
    if not np.isfinite(cost).any():
        words = f"no period is open at any of the {able} firms able to make it; relax first: "
        return Reason(i, "no time", amount, -1, -1, 0.0, words + "its due date or release")
    firm, period, saving = _best_cell(problem, i, problem.unmet_cost[i] - cost)
    if saving <= 0:
        words = (
            f"leaving it unmet costs {problem.unmet_cost[i]:.4g} a standard minute, sewing it at "
            f"least {cost.min():.4g}; relax first: its unmet cost"
        )
        return Reason(i, "not worth it", amount, -1, -1, 0.0, words)
    words = (
        f"the capacity of the {able} firms able to make it is used up by orders that save more; "
        f"relax first: capacity of firm {firm} in period {period}, where an operator-minute more "
        f"saves this order {saving:.4g}"
    )
    return Reason(i, "no capacity", amount, firm, period, saving, words)


def _why_late(problem: AllocationProblem, plan: Allocation, i: int, amount: float) -> Reason:
    late = problem.lateness_cost[i, problem.group]
    cost = problem.unit_cost[i][:, None] + late
    flows = plan.order == i
    cells = plan.firm[flows], plan.period[flows]
    worst = int(np.where(late[cells] > late.min(), cost[cells], -np.inf).argmax())
    paid, lateness = cost[cells][worst], late[cells][worst]
    firm, period, saving = _best_cell(problem, i, np.where(late < lateness, paid - cost, -np.inf))
    if saving <= 0:
        words = "sewing it earlier costs more than the delay; relax first: its lateness cost"
        return Reason(i, "late", amount, -1, -1, 0.0, words)
    words = (
        f"earlier capacity is used up by orders that save more; relax first: capacity of firm "
        f"{firm} in period {period}, where an operator-minute more saves this order {saving:.4g}"
    )
    return Reason(i, "late", amount, firm, period, saving, words)


def _best_cell(problem: AllocationProblem, i: int, gain: Floats) -> tuple[int, int, float]:
    """Cell where an operator-minute gains most; `gain` is (f, t) money per standard minute."""
    useful = np.isfinite(problem.unit_cost[i])
    minutes = np.where(useful, problem.minutes[i], 1.0)[:, None]
    each = np.where(np.isfinite(gain), gain, -np.inf) / minutes
    firm, period = np.unravel_index(int(each.argmax()), each.shape)
    return int(firm), int(period), float(each[firm, period])
