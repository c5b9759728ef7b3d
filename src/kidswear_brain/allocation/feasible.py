"""From flows and prices that nearly fit to an answer that does, with the bound it proves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.pricing import least_cost
from kidswear_brain.allocation.problem import AllocationProblem, Floats, Ints, RawSolution


def made_feasible(
    problem: AllocationProblem,
    arcs: tuple[Ints, Ints, Ints],
    amount: Floats,
    capacity_price: Floats,
    status: str = "optimal",
) -> RawSolution:
    """Cut flows down to demand and capacity, and price the orders as the capacity prices allow.

    For answers of few digits or of an interrupted solver. What the cut flows do not serve is
    unmet; the order prices are the largest that leave no arc with a negative reduced cost. Whether
    the result is optimal is for the certificate to say.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    arcs : three (k,) arrays
        Order, firm and period of each flow, all eligible.
    amount : (k,) array
        Standard minutes.
    capacity_price : (f, t) array
        Money per operator-minute; negative ones are raised to 0.
    status : str
        Handed on.

    Returns
    -------
    RawSolution
        A primal and a dual feasible answer.
    """
    n, f, _, t = problem.shape
    order, firm, period = arcs
    amount = np.maximum(amount, 0.0)
    served = np.bincount(order, amount, minlength=n)
    amount = amount * _share_that_fits(served, problem.demand)[order]
    cell = firm * t + period
    load = np.bincount(cell, amount * problem.minutes[order, firm], minlength=f * t)
    amount = amount * _share_that_fits(load, problem.capacity.ravel())[cell]
    served = np.bincount(order, amount, minlength=n)
    price = np.maximum(capacity_price, 0.0)
    flow = np.flatnonzero(amount > 0.0)
    return RawSolution(
        order=order[flow],
        firm=firm[flow],
        period=period[flow],
        amount=amount[flow],
        unmet=np.maximum(problem.demand - served, 0.0),
        order_price=least_cost(problem, price, problem.unmet_cost),
        capacity_price=price,
        iterations=0,
        status=status,
    )


def _share_that_fits(used: NDArray[Any], limit: Floats) -> Floats:
    share = np.ones(used.size)
    np.divide(limit, used, out=share, where=used > limit)
    return share
