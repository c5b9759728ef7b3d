"""The cheapest way to sew each order, the rent of capacity included."""

import numpy as np

from kidswear_brain.allocation.compiled import compiled
from kidswear_brain.allocation.problem import AllocationProblem, Floats, Ints


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
    ever below a number: no test for eligibility is needed in the inner loop. The cheapest period
    of a firm is found before it meets the row's least, so that firms do not wait for each other.
    """
    n, f = unit_cost.shape
    t = lateness_cost.shape[2]
    result = np.empty(n)
    for i in range(n):
        least = np.inf
        for j in range(f):
            cheapest = np.inf
            for k in range(t):
                cost = lateness_cost[i, group[j], k] + minutes[i, j] * capacity_price[j, k]
                if cost < cheapest:
                    cheapest = cost
            cheapest += unit_cost[i, j]
            if cheapest < least:
                least = cheapest
        result[i] = least
    return result
