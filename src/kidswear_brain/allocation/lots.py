"""Whole lots from a plan: few firms an order, no lot too small, no firm overloaded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kidswear_brain.allocation import lots_kernel as kernel
from kidswear_brain.allocation.certificate import scales
from kidswear_brain.allocation.problem import Allocation, AllocationProblem, Floats, Ints
from kidswear_brain.errors import AllocationError

SERVED_SHARE = 0.995
"""Rounding may not shed work: share of the plan's minutes the lots must sew (MODEL section 6)."""
ROUNDS = 4
"""Placings with the orders left over moved forward, before smaller runs are allowed."""
START_SHARE = 0.1
"""A further firm costs as much as this share of a minimum run, unless the caller knows better."""
CONTEST_SHARE = 0.01
"""Share of its price at which room left over is offered: of two equal periods the less wanted."""


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


def whole_lots(
    problem: AllocationProblem,
    plan: Allocation,
    minimum_run: ArrayLike,
    max_firms: int = 3,
    run_value: ArrayLike | None = None,
) -> Lots:
    """Round a plan to whole lots.

    Orders the plan gives to one firm stay there. All others are placed anew at the plan's capacity
    prices, those with most at stake first: on one firm, or on more where that saves `run_value`
    for each. Room left goes to what is unmet. If more than .5 % of the plan's minutes are lost,
    the orders left over are tried earlier; if that does not do, in runs below the minimum. At last
    orders move to where it has become cheaper.

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
        minimum run.

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
    market = kernel.Market(
        problem.demand,
        problem.unmet_cost,
        problem.unit_cost,
        problem.lateness_cost,
        problem.minutes,
        problem.group,
        minimum,
        value,
    )
    book = _placed(problem, plan, market, max_firms)
    return _lots(problem, plan, market, book)


def _by_order(name: str, values: ArrayLike, problem: AllocationProblem) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape not in ((), problem.demand.shape):
        raise AllocationError(
            f"{name} has shape {array.shape} and demand has shape {problem.demand.shape}: "
            "give one number, or one for each order"
        )
    if not (array >= 0).all():
        raise AllocationError(f"{name}: give numbers >= 0")
    return np.ascontiguousarray(np.broadcast_to(array, problem.demand.shape))


def _placed(
    problem: AllocationProblem, plan: Allocation, market: kernel.Market, max_firms: int
) -> kernel.Book:
    """Try, keep the attempt that serves most, then allow smaller runs, then lower the cost."""
    n = problem.demand.size
    served = np.bincount(plan.order, plan.amount, minlength=n).astype(np.float64)
    enough = SERVED_SHARE * served.sum()
    stake = _stake(problem, plan, served)
    claim = np.argsort(plan.order_price - problem.unmet_cost, kind="stable")
    room_price = CONTEST_SHARE * plan.capacity_price
    best, most = _empty_book(problem, max_firms), -1.0
    for _ in range(ROUNDS):
        book = _empty_book(problem, max_firms)
        settled = _settle(problem, plan, market, book)
        queue = np.flatnonzero((served > 0) & ~settled)
        queue = queue[np.argsort(-stake[queue], kind="stable")]
        kernel.place_all(
            market,
            book,
            plan.capacity_price,
            kernel.Queue(queue, served[queue], (plan.order_price * served)[queue]),
        )
        kernel.fill_all(market, book, room_price, claim)
        got = book.amount.sum(axis=(1, 2))
        if got.sum() > most:
            best, most = book, got.sum()
        if most >= enough:
            break
        stake = stake + np.where(got < served * (1 - 1e-6), stake.max(initial=0.0), 0.0)
    for share in (0.5, 0.25, 0.0):
        if best.amount.sum() < enough:
            smaller = market._replace(minimum_run=share * market.minimum_run)
            kernel.fill_all(smaller, best, room_price, claim)
    kernel.move_all(market, best, room_price, np.arange(n))
    kernel.fill_all(market, best, room_price, claim)
    return best


def _empty_book(problem: AllocationProblem, max_firms: int) -> kernel.Book:
    n, _, _, t = problem.shape
    return kernel.Book(
        problem.capacity.copy(),
        np.full((n, max_firms), -1, dtype=np.int64),
        np.zeros((n, max_firms, t)),
    )


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


def _settle(
    problem: AllocationProblem, plan: Allocation, market: kernel.Market, book: kernel.Book
) -> NDArray[np.bool_]:
    """Book what the plan gives to one firm in a large enough lot; returns which orders that is."""
    n = problem.demand.size
    served = np.bincount(plan.order, plan.amount, minlength=n)
    lowest = np.full(n, problem.group.size)
    highest = np.full(n, -1)
    np.minimum.at(lowest, plan.order, plan.firm)
    np.maximum.at(highest, plan.order, plan.firm)
    settled = (lowest == highest) & (served >= np.minimum(market.minimum_run, market.demand))
    rows = settled[plan.order]
    order, firm, period, amount = (
        a[rows] for a in (plan.order, plan.firm, plan.period, plan.amount)
    )
    book.firm[order, 0] = firm
    book.amount[order, 0, period] = amount
    np.subtract.at(book.room, (firm, period), amount * problem.minutes[order, firm])
    np.maximum(book.room, 0.0, out=book.room)
    return np.asarray(settled)


def _lots(
    problem: AllocationProblem, plan: Allocation, market: kernel.Market, book: kernel.Book
) -> Lots:
    """Read the lots out of the book, one for each order and firm, and add up."""
    total = book.amount.sum(axis=2)
    order, slot = np.nonzero(total > 0.0)
    firm = book.firm[order, slot]
    rank = np.lexsort((firm, order))
    order, slot, firm = order[rank], slot[rank], firm[rank]
    work = book.amount[order, slot]
    sewing = work > 0.0
    late = np.where(sewing, problem.lateness_cost[order, problem.group[firm]], 0.0)
    amount = total[order, slot]
    money = (work * late).sum() + amount @ problem.unit_cost[order, firm]
    unmet = np.maximum(problem.demand - total.sum(axis=1), 0.0)
    least = np.minimum(market.minimum_run, market.demand)[order]
    return Lots(
        order=order,
        firm=firm,
        period=sewing.argmax(axis=1),
        last_period=sewing.shape[1] - 1 - sewing[:, ::-1].argmax(axis=1),
        amount=amount,
        cost=float(money + problem.unmet_cost @ unmet),
        lp_cost=plan.objective,
        served=float(amount.sum()),
        lp_served=float(plan.amount.sum()),
        short_runs=int((amount < least * (1 - kernel.CLOSE)).sum()),
    )
