"""Whole lots from a plan: few firms an order, no lot too small, no firm overloaded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kidswear_brain.allocation import lots_kernel as kernel
from kidswear_brain.allocation import lots_reach_kernel as reach
from kidswear_brain.allocation import lots_turns_kernel as turns
from kidswear_brain.allocation.certificate import scales
from kidswear_brain.allocation.lots_book_kernel import CLOSE, Book, Market
from kidswear_brain.allocation.problem import Allocation, AllocationProblem, Floats, Ints
from kidswear_brain.errors import AllocationError

START_SHARE = 0.1
"""A further firm costs as much as this share of a minimum run, unless the caller knows better."""


@dataclass(frozen=True, slots=True, eq=False)
class Lots:
    """Who sews which part of which order, and what whole lots cost against the plan.

    Parameters
    ----------
    order, firm : (k,) arrays
        One row for each order and firm, by order, then firm.
    period, last_period : (k,) arrays
        First and last period the lot works in.
    amount : (k,) array
        Standard minutes.
    cost, lp_cost : float
        Money of the lots and of the plan, unmet minutes included.
    served, lp_served : float
        Standard minutes sewn by the lots and by the plan.
    short_runs : int
        Lots below the minimum run that are not a whole order, allowed so as not to shed work.
    out_of_reach : float
        Standard minutes of the plan that so few firms could not sew even if they were idle: what
        the limit on firms an order costs in work, and no rounding can help.
    """

    order: Ints
    firm: Ints
    period: Ints
    last_period: Ints
    amount: Floats
    cost: float
    lp_cost: float
    served: float
    lp_served: float
    short_runs: int
    out_of_reach: float


@dataclass(frozen=True, slots=True, eq=False)
class FirmMinimum:
    """The smallest lot each firm takes; it holds even where that leaves work unmet.

    Parameters
    ----------
    pieces : (f,) array
        Pieces, >= 0.
    piece_min : (n,) array
        Standard minutes of a piece of each order.
    """

    pieces: Floats
    piece_min: Floats


def whole_lots(
    problem: AllocationProblem,
    plan: Allocation,
    minimum_run: ArrayLike,
    max_firms: int = 3,
    run_value: ArrayLike | None = None,
    firm_minimum: FirmMinimum | None = None,
) -> Lots:
    """Round a plan to whole lots.

    Orders that few firms have room for at all come first. The others stay where the plan has them,
    on their largest firms, without runs below the minimum; what that leaves is placed at the plan's
    capacity prices, those with most at stake first. If more than .5 % of the plan's minutes are
    lost, all is done again with runs of any length. Orders not fully served are then placed anew,
    another order making room where the two together cost less. At last every order moves to where
    it is cheapest, on one firm, or on more where that saves `run_value` for each. Small problems
    are also rounded without those that come first, and the cheaper lots stand. An order too
    large for `max_firms` firms can lose more, which is said.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    plan : Allocation
        Its plan, with numbers.
    minimum_run : float or (n,) array
        Standard minutes of the smallest lot of each order; a smaller order is one lot.
    max_firms : int
        The most firms an order may be split over.
    run_value : float or (n,) array, optional
        Money a further firm of an order must save; by default a tenth of the mean cost of a
        minimum run. A run below the minimum counts as two.
    firm_minimum : FirmMinimum, optional
        The smallest lot each firm takes.

    Returns
    -------
    Lots
        Every firm and period keeps within its capacity: all lots whose periods lie within [s, e]
        need no more operator-minutes of a firm than it has in [s, e].

    Raises
    ------
    AllocationError
        If the plan has no numbers, or a rule is negative or of the wrong shape.
    """
    if plan.status not in ("optimal", "limit"):
        raise AllocationError(f"plan.status = {plan.status!r}: there is nothing to round")
    if max_firms < 1:
        raise AllocationError(f"max_firms = {max_firms}: give at least 1")
    minimum = _by_order("minimum_run", minimum_run, problem)
    if run_value is None:
        value = START_SHARE * scales(problem)[1] * minimum
    else:
        value = _by_order("run_value", run_value, problem)
    unit_cost, minutes = problem.cost_rows
    market = Market(
        problem.demand,
        problem.unmet_cost,
        problem.rows,
        unit_cost,
        problem.lateness_cost,
        minutes,
        problem.group,
        reach.least_costs(problem.rows, unit_cost, problem.lateness_cost),
        minimum,
        value,
        *_firm_minimum(problem, firm_minimum),
    )
    work = _work(problem, plan)
    book = turns.place_lots(work, market, max_firms)
    return _lots(problem, plan, market, book, work.served)


def _by_order(name: str, values: ArrayLike, problem: AllocationProblem) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape not in ((), problem.demand.shape):
        raise AllocationError(
            f"{name} has shape {array.shape} and demand has shape {problem.demand.shape}: "
            "give one number, or one for each order"
        )
    if not (array >= 0).all():
        raise AllocationError(f"{name}: give numbers >= 0")
    return np.full(problem.demand.shape, array)


def _firm_minimum(problem: AllocationProblem, minimum: FirmMinimum | None) -> tuple[Floats, Floats]:
    n, f, _, _ = problem.shape
    if minimum is None:
        return np.zeros(n), np.zeros(f)
    if minimum.piece_min.shape != (n,) or minimum.pieces.shape != (f,):
        raise AllocationError(
            f"firm_minimum has shapes {minimum.pieces.shape} and {minimum.piece_min.shape}: give "
            f"pieces for {f} firms and minutes of a piece for {n} orders"
        )
    return minimum.piece_min, minimum.pieces


def _work(problem: AllocationProblem, plan: Allocation) -> turns.Work:
    served = np.bincount(plan.order, plan.amount, minlength=problem.demand.size).astype(np.float64)
    at_stake = np.argsort(-_stake(problem, plan, served), kind="stable")
    return turns.Work(
        capacity=problem.capacity,
        price=np.ascontiguousarray(plan.capacity_price),
        flows=_flows(problem, plan),
        served=served,
        bound=plan.order_price * served,
        claim=np.argsort(plan.order_price - problem.unmet_cost, kind="stable"),
        stake=at_stake[served[at_stake] > 0],
    )


def _flows(problem: AllocationProblem, plan: Allocation) -> kernel.Flows:
    """Sort the plan's flows by order; each with its order's run at its firm, and the run's rank."""
    n, f, _, _ = problem.shape
    turn = np.argsort(plan.order, kind="stable")
    order, firm, amount = plan.order[turn], plan.firm[turn], plan.amount[turn]
    pairs, pair = np.unique(order * f + firm, return_inverse=True)
    run = np.bincount(pair, amount, minlength=pairs.size).astype(np.float64)
    owner = pairs // max(f, 1)
    begin = np.searchsorted(owner, np.arange(n))
    rank = np.empty(pairs.size, dtype=np.int64)
    rank[np.lexsort((-run, owner))] = np.arange(pairs.size) - begin[owner]
    first = np.searchsorted(order, np.arange(n + 1))
    return kernel.Flows(first, firm, plan.period[turn], amount, run[pair], rank[pair])


def _stake(problem: AllocationProblem, plan: Allocation, served: Floats) -> Floats:
    """Rank orders for placing: rent of a minute times the root of the minutes.

    Large orders and those that need wanted room go first; the root was the best of the powers 0,
    .5 and 1 and of size alone on days of 400 and 1,000 orders.
    """
    money = problem.arc_cost(plan.order, plan.firm, plan.period) * plan.amount
    cost = np.bincount(plan.order, money, minlength=served.size)
    root = np.sqrt(served)
    rent = plan.order_price * root
    return np.asarray(rent - np.divide(cost, root, out=np.zeros_like(root), where=served > 0))


def _lots(
    problem: AllocationProblem, plan: Allocation, market: Market, book: Book, planned: Floats
) -> Lots:
    """Read the lots out of the book, one for each order and firm, and add up."""
    total = book.amount.sum(axis=2)
    order, slot = np.nonzero(total > 0.0)
    firm = book.firm[order, slot]
    rank = np.lexsort((firm, order))
    order, slot, firm = order[rank], slot[rank], firm[rank]
    work = book.amount[order, slot]
    sewing = work > 0.0
    periods = np.arange(problem.capacity.shape[1])
    late = np.where(sewing, problem.lateness_cost[order, problem.group[firm]], 0.0)
    amount = total[order, slot]
    money = (work * late).sum() + amount @ problem.of_pairs(order, firm)[0]
    unmet = np.maximum(problem.demand - total.sum(axis=1), 0.0)
    least = np.minimum(market.minimum_run, market.demand)[order]
    return Lots(
        order=order,
        firm=firm,
        period=np.where(sewing, periods, periods.size).min(axis=1, initial=periods.size),
        last_period=np.where(sewing, periods, -1).max(axis=1, initial=-1),
        amount=amount,
        cost=float(money + problem.unmet_cost @ unmet),
        lp_cost=plan.objective,
        served=float(amount.sum()),
        lp_served=float(plan.amount.sum()),
        short_runs=int((amount < least * (1 - CLOSE)).sum()),
        out_of_reach=reach.out_of_reach(market, problem.capacity, book, planned),
    )
