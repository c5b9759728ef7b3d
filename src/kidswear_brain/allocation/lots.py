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
    more of the plan is kept as it is, runs below the minimum included. At last orders move to
    where it has become cheaper. An order too large for `max_firms` firms can lose more, which is
    said.

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
    return np.full(problem.demand.shape, array)


def _placed(
    problem: AllocationProblem, plan: Allocation, market: kernel.Market, max_firms: int
) -> kernel.Book:
    """Keep more and more of the plan until enough is served, then lower the cost.

    First only the orders that lie on one firm in a large enough lot, then all on few enough firms
    in runs of any length, at last the largest parts of every order.
    """
    n = problem.demand.size
    served = np.bincount(plan.order, plan.amount, minlength=n).astype(np.float64)
    price = np.ascontiguousarray(plan.capacity_price)
    room_price = CONTEST_SHARE * price
    claim = np.argsort(plan.order_price - problem.unmet_cost, kind="stable")
    parts = _parts(problem, plan)
    enough = np.minimum(market.minimum_run, market.demand) * (1 - kernel.CLOSE)
    any_run = market._replace(minimum_run=np.zeros(n))
    attempts = (
        (market, (parts.firms == 1) & (served >= enough)),
        (any_run, parts.firms <= max_firms),
        (any_run, parts.firms > 0),
    )
    best, most = _empty_book(problem, max_firms), -1.0
    for rules, kept in attempts:
        book = _empty_book(problem, max_firms)
        _keep(problem, plan, parts, kept, book)
        queue = _queue(problem, plan, served, kept)
        kernel.place_all(rules, book, price, queue)
        kernel.fill_all(rules, book, room_price, claim)
        if book.amount.sum() > most:
            best, most = book, book.amount.sum()
        if most >= SERVED_SHARE * served.sum():
            break
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


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """How the plan cuts up each order: `firms` (n,), and the rank by size of each flow's firm."""

    firms: Ints
    rank: Ints


def _parts(problem: AllocationProblem, plan: Allocation) -> _Parts:
    n, f, _, _ = problem.shape
    pairs, pair = np.unique(plan.order * f + plan.firm, return_inverse=True)
    owner = pairs // max(f, 1)
    amount = np.bincount(pair, plan.amount, minlength=pairs.size)
    firms = np.bincount(owner, minlength=n)
    rank = np.empty(pairs.size, dtype=np.int64)
    first = (np.cumsum(firms) - firms)[owner]
    rank[np.lexsort((-amount, owner))] = np.arange(pairs.size) - first
    return _Parts(firms, rank[pair])


def _keep(
    problem: AllocationProblem,
    plan: Allocation,
    parts: _Parts,
    kept: NDArray[np.bool_],
    book: kernel.Book,
) -> None:
    """Book the flows of the kept orders on their largest firms."""
    rows = kept[plan.order] & (parts.rank < book.firm.shape[1])
    order, firm, period, amount, slot = (
        a[rows] for a in (plan.order, plan.firm, plan.period, plan.amount, parts.rank)
    )
    book.firm[order, slot] = firm
    book.amount[order, slot, period] = amount
    np.subtract.at(book.room, (firm, period), amount * problem.minutes[order, firm])
    np.maximum(book.room, 0.0, out=book.room)


def _queue(
    problem: AllocationProblem, plan: Allocation, served: Floats, kept: NDArray[np.bool_]
) -> kernel.Queue:
    """Line up the orders that are not kept, those with most at stake first."""
    order = np.flatnonzero((served > 0) & ~kept)
    order = order[np.argsort(-_stake(problem, plan, served)[order], kind="stable")]
    return kernel.Queue(order, served[order], (plan.order_price * served)[order])


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
    periods = np.arange(problem.capacity.shape[1])
    late = np.where(sewing, problem.lateness_cost[order, problem.group[firm]], 0.0)
    amount = total[order, slot]
    money = (work * late).sum() + amount @ problem.unit_cost[order, firm]
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
        short_runs=int((amount < least * (1 - kernel.CLOSE)).sum()),
        out_of_reach=_out_of_reach(problem, plan, total.sum(axis=1), book.firm.shape[1]),
    )


def _out_of_reach(
    problem: AllocationProblem, plan: Allocation, served: Floats, max_firms: int
) -> float:
    """Add up what orders not fully served lack even on their roomiest firms, all else away."""
    planned = np.bincount(plan.order, plan.amount, minlength=served.size)
    total = 0.0
    for i in np.flatnonzero(planned - served > kernel.CLOSE * problem.demand):
        allowed = np.isfinite(problem.lateness_cost[i, problem.group])
        able = np.isfinite(problem.unit_cost[i])
        room = (problem.capacity * allowed).sum(axis=1)[able] / problem.minutes[i, able]
        total += max(planned[i] - np.sort(room)[-max_firms:].sum(), 0.0)
    return float(total)
