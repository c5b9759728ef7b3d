"""How far an answer is from feasible and optimal, from the problem and the answer alone.

No solver's word is used: rows, bounds and all reduced costs are computed anew, over every eligible
arc, with temporaries of the size of one row.
"""

import numpy as np

from kidswear_brain.allocation.pricing import least_cost
from kidswear_brain.allocation.problem import AllocationProblem, Certificate, Floats, RawSolution


def certify(problem: AllocationProblem, raw: RawSolution) -> Certificate:
    """Measure how far an answer is from being feasible and optimal.

    The primal figure is the largest violation of an order's balance or a lower bound over mean
    demand, or of a capacity over mean capacity. The dual figure is the largest violation of
    c + l + a v >= p over all eligible arcs, of m >= p, or of v >= 0 (v in money per mean minute),
    over mean cost. A flow on an arc that does not exist counts whole as a violation.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    raw : RawSolution
        Flows, unmet minutes and duals; read as they stand, never repaired.

    Returns
    -------
    Certificate
        The three relative figures; infinite where the answer does not fit the problem.
    """
    if not _fits(problem, raw):
        return Certificate(np.inf, np.inf, np.inf)
    mean_minutes, mean_cost = scales(problem)
    primal = _primal_infeasibility(problem, raw)
    ceiling = np.minimum(raw.order_price, problem.unmet_cost)
    ceiling = least_cost(problem, raw.capacity_price, ceiling)
    dual = float((raw.order_price - ceiling).max(initial=0.0))
    dual = max(dual, mean_minutes * float((-raw.capacity_price).max(initial=0.0)))
    cost, bound = objective(problem, raw), dual_objective(problem, raw)
    floor = 1e-9 * _mean(problem.demand) * mean_cost
    gap = abs(cost - bound) / max(abs(cost), abs(bound), floor)
    return Certificate(primal, dual / mean_cost, gap)


def objective(problem: AllocationProblem, raw: RawSolution) -> float:
    """Compute the money an answer costs: its flows and its unmet minutes."""
    cost = problem.arc_cost(raw.order, raw.firm, raw.period)
    return float(cost @ raw.amount + problem.unmet_cost @ raw.unmet)


def dual_objective(problem: AllocationProblem, raw: RawSolution) -> float:
    """Compute the bound the prices prove, if they are dual feasible."""
    rent = float((problem.capacity * raw.capacity_price).sum())
    return float(problem.demand @ raw.order_price) - rent


def scales(problem: AllocationProblem) -> tuple[float, float]:
    """Compute mean operator-minutes and mean size of cost over eligible pairs of order and firm.

    Without an eligible pair the minutes are 1 and the cost is that of leaving orders unmet; a mean
    cost of 0 counts as 1.
    """
    pairs, minutes, cost = problem.eligible
    if pairs == 0:
        return 1.0, _mean(np.abs(problem.unmet_cost))
    mean_cost = cost / pairs
    return minutes / pairs, mean_cost if mean_cost > 0 else _mean(np.abs(problem.unmet_cost))


def _mean(values: Floats) -> float:
    """Mean, or 1 where there is nothing to compare with."""
    mean = float(values.mean()) if values.size else 0.0
    return mean if mean > 0 else 1.0


def _fits(problem: AllocationProblem, raw: RawSolution) -> bool:
    """Whether shapes, indices and numbers of the answer are those of the problem."""
    n, f, _, t = problem.shape
    flows = (raw.order, raw.firm, raw.period, raw.amount)
    if raw.unmet.shape != (n,) or raw.order_price.shape != (n,):
        return False
    if raw.capacity_price.shape != (f, t) or any(a.shape != raw.amount.shape for a in flows):
        return False
    for index, size in ((raw.order, n), (raw.firm, f), (raw.period, t)):
        if index.size and (index.min() < 0 or index.max() >= size):
            return False
    numbers = (raw.amount, raw.unmet, raw.order_price, raw.capacity_price)
    return all(bool(np.isfinite(a).all()) for a in numbers)


def _primal_infeasibility(problem: AllocationProblem, raw: RawSolution) -> float:
    n, f, _, t = problem.shape
    cost = problem.arc_cost(raw.order, raw.firm, raw.period)
    missing = ~np.isfinite(cost)
    _, minutes = problem.of_pairs(raw.order, raw.firm)
    load = np.where(missing, 0.0, raw.amount * minutes)
    served = np.bincount(raw.order, raw.amount, minlength=n)
    used = np.bincount(raw.firm * t + raw.period, load, minlength=f * t)
    balance = np.abs(served + raw.unmet - problem.demand).max(initial=0.0)
    below = max((-raw.amount).max(initial=0.0), (-raw.unmet).max(initial=0.0))
    forbidden = np.abs(raw.amount[missing]).max(initial=0.0)
    over = (used - problem.capacity.ravel()).max(initial=0.0)
    order_side = max(balance, below, forbidden) / _mean(problem.demand)
    return float(max(order_side, over / _mean(problem.capacity)))
