"""The cheapest way to sew each order, the rent of capacity included."""

import numpy as np

from kidswear_brain.allocation.problem import AllocationProblem, Floats, Ints
from kidswear_brain.compiled import compiled


def least_cost(problem: AllocationProblem, capacity_price: Floats) -> Floats:
    """Price every eligible arc and keep the cheapest of each order.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    capacity_price : (f, t) array
        Money per operator-minute, v.

    Returns
    -------
    (n,) array
        The least c + l + a v over the order's arcs, money per standard minute; ``inf`` where it
        has none. Temporaries are of the size of the result.
    """
    return np.asarray(
        _least_cost(
            problem.unit_cost,
            problem.lateness_cost,
            problem.minutes,
            problem.group,
            np.ascontiguousarray(capacity_price),
        )
    )


@compiled
def _least_cost(
    unit_cost: Floats, lateness_cost: Floats, minutes: Floats, group: Ints, capacity_price: Floats
) -> Floats:
    """Find the least c + l + a v of each row.

    An infinite cost or a meaningless ``minutes`` beside it gives ``inf`` or NaN, and neither is
    ever below a number: no test for eligibility is needed in the inner loop. What a firm costs at
    the least lateness of all and at its own least price is soon known for all firms of a row; few
    of them then need a look at their periods.
    """
    n, f = unit_cost.shape
    t = lateness_cost.shape[2]
    result = np.full(n, np.inf)
    if f * t == 0:
        return result
    lowest_price = np.array([capacity_price[j].min() for j in range(f)])
    bound = np.empty(f)
    for i in range(n):
        earliest = lateness_cost[i].min()
        # Rounding keeps order: a bound never lies above what it bounds.
        _bounds(unit_cost[i], earliest, minutes[i], lowest_price, bound)
        least = np.inf
        for j in range(f):
            if bound[j] < least:
                for k in range(t):
                    cost = lateness_cost[i, group[j], k] + minutes[i, j] * capacity_price[j, k]
                    cost += unit_cost[i, j]
                    least = cost if cost < least else least
        result[i] = least
    return result


@compiled
def _bounds(cost: Floats, late: float, minutes: Floats, price: Floats, bound: Floats) -> None:
    for j in range(bound.size):
        value = late + minutes[j] * price[j]
        bound[j] = value + cost[j]
