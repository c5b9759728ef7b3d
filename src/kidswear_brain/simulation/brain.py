"""The brain's epoch: reports in, a plan from the allocator, whole lots out to the firms.

Between allocation and simulation pass only free capacity in and lots out.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from kidswear_brain.allocation import Allocation, AllocationProblem
from kidswear_brain.cluster.columns import Bools, Cluster, Floats, Ints
from kidswear_brain.cluster.streams import normal, uniform
from kidswear_brain.cluster.tiers import report_error_factors
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.services import Conditions
from kidswear_brain.services.effect import minutes
from kidswear_brain.simulation.market_kernel import PLACED, offer, whole_pieces
from kidswear_brain.simulation.orderbook import quote_error
from kidswear_brain.simulation.planning import Desk, Offers, View, desk_of, make_offers
from kidswear_brain.simulation.rows import REASONS, EpochRows
from kidswear_brain.simulation.state import Array, OrderBook, Works

_NONE: Ints = np.empty(0, dtype=np.int64)
_CAPACITY = REASONS.index("capacity")
FORESIGHT_MIN = 28 * 1440
"""How far `foresight` sees."""
Watch = Callable[[int, AllocationProblem], object]
"""Called with the time of an epoch, minutes, and what the allocator is asked."""
_LEAST_SERVED = 0.5
"""An order of which the plan serves less than this is not offered; else it is offered whole."""


@dataclass(slots=True)
class Brain:
    """What the platform remembers from epoch to epoch."""

    scenario: Scenario
    cluster: Cluster
    desk: Desk
    unplaced: Bools
    """(n,): orders that the last epoch neither placed nor planned for later."""
    placed: Bools
    """(n,): orders placed by the allocator."""
    reports: deque[tuple[int, Array]] = field(default_factory=deque)
    """Lines as firms reported them, with the time of the report."""
    refused: tuple[Ints, Ints] = field(default_factory=lambda: (_NONE, _NONE))
    """Orders, and firms that have refused them: they are not asked again."""
    coming: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Orders not released yet that `foresight` knows."""
    watch: Watch | None = None
    last_plan: Allocation | None = None
    rows: dict[str, list[Array]] = field(default_factory=dict)
    """By column of EpochRows, the pieces of it so far."""


def open_brain(
    scenario: Scenario, cluster: Cluster, works: Works, watch: Watch | None = None
) -> Brain:
    """Open the platform; firms have reported their idle lines."""
    count = cluster.orders.brand.size
    brain = Brain(
        scenario=scenario,
        cluster=cluster,
        desk=desk_of(scenario, cluster, works.physics),
        unplaced=np.zeros(count, dtype=np.bool_),
        placed=np.zeros(count, dtype=np.bool_),
        watch=watch,
    )
    take_reports(brain, works, cluster.days.first * 1440)
    return brain


def offered(brain: Brain, orders: Ints, conditions: Conditions) -> Bools:
    """Whether each of some orders is on the platform; none is where it may ask no firm."""
    if not conditions.asked.any():
        return np.zeros(orders.size, dtype=np.bool_)
    known = brain.cluster.orders
    return np.asarray(conditions.offering[known.brand[orders]] & known.matchable[orders])


def take_reports(brain: Brain, works: Works, now: int) -> None:
    """Let firms report their lines as they stand at the end of an epoch."""
    lag = minutes(brain.scenario.services.manufacturing.report_lag_days)
    brain.reports.append((now, works.lines.copy()))
    while len(brain.reports) > 1 and brain.reports[1][0] <= now - lag:
        brain.reports.popleft()


def allocate_open(
    brain: Brain,
    works: Works,
    book: OrderBook,
    orders: Ints,
    conditions: Conditions,
    when: tuple[int, int],
) -> None:
    """Plan the open orders of the platform over the firms it may ask, and offer what must start.

    Parameters
    ----------
    orders : open orders on the platform, by release.
    when : this epoch and the next, minutes.
    """
    view = _view(brain, works, orders, conditions, when)
    offers = make_offers(brain.desk, works, book, view, brain.last_plan)
    brain.last_plan = offers.plan
    if brain.watch is not None and offers.problem is not None:
        brain.watch(view.now, offers.problem)
    _note_plan(brain, view, offers)
    brain.unplaced[orders] = True
    _offer(brain, works, book, view, offers)
    missing = orders[brain.unplaced[orders]]
    cause = book.orders["lost_cause"]
    cause[missing] = np.maximum(cause[missing], _CAPACITY)


def rows_of(brain: Brain) -> EpochRows:
    """Return all that was noted, as columns."""
    floats = {"flow_standard_min", "shadow_price", "lp_cost", "lot_cost", "lp_served_min",
              "lot_served_min"}  # fmt: skip
    columns: dict[str, Array] = {}
    for name in EpochRows.__slots__:
        pieces = brain.rows.get(name, [])
        kind = np.float64 if name in floats else np.int64
        columns[name] = np.concatenate([np.empty(0, dtype=kind), *pieces]).astype(kind)
    columns["refused_reason"] = columns["refused_reason"].astype(np.uint8)
    return EpochRows(**columns)


def _view(
    brain: Brain, works: Works, orders: Ints, conditions: Conditions, when: tuple[int, int]
) -> View:
    time, lines = brain.reports[0]
    service = brain.scenario.services.manufacturing
    if service.report_lag_days == 0:
        time, lines = when[0], works.lines.copy()
    firm = np.arange(works.firms.size)
    noise = normal(brain.cluster.seed, "report error", firm, time)
    factor = report_error_factors(brain.scenario.digital)[brain.cluster.firms.tier]
    return View(
        now=when[0],
        next_epoch=when[1],
        orders=orders,
        lines=lines,
        report_factor=np.maximum(1 + service.report_error_sd * factor * noise, 0.0),
        asked=conditions.asked,
        refused=_refused(brain, orders),
        coming=brain.coming[offered(brain, brain.coming, conditions)],
    )


def _refused(brain: Brain, orders: Ints) -> tuple[Ints, Ints]:
    """Rows of some orders, rising, and firms that have refused them."""
    order, firm = brain.refused
    row_of = np.full(brain.placed.size, -1)
    row_of[orders] = np.arange(orders.size)
    still = np.flatnonzero(row_of[order] >= 0)
    row, firm = row_of[order[still]], firm[still]
    turn = np.argsort(row, kind="stable")
    return row[turn], firm[turn]


def _offer(brain: Brain, works: Works, book: OrderBook, view: View, offers: Offers) -> None:
    """Offer the orders that must go out now; the platform remembers who refuses which."""
    row, first, lot = _orders_out(brain, book, view, offers)
    orders, firm = view.orders[row], offers.firm[lot]
    number = np.repeat(orders, np.diff(first))
    key = brain.cluster.orders.key[number]
    trust = uniform(brain.cluster.seed, "offer declined", key, firm)
    declines = trust < brain.scenario.services.manufacturing.decline_probability
    errors = quote_error(brain.scenario, brain.cluster, key, firm)
    pieces = whole_pieces(book.orders["pieces"][orders], first, offers.amount[lot])
    now = float(view.now)
    answers = offer(works, book, orders, first, firm, pieces, errors, declines, now)
    agreed = book.orders["status"][orders] == PLACED
    brain.placed[orders[agreed]] = True
    brain.unplaced[orders[agreed]] = False
    no = answers > 0
    cause = book.orders["lost_cause"]
    np.maximum.at(cause, number[no], answers[no])
    before = brain.refused
    brain.refused = np.concatenate([before[0], number[no]]), np.concatenate([before[1], firm[no]])
    _note(
        brain,
        refused_epoch_min=np.full(no.sum(), view.now),
        refused_order=number[no],
        refused_firm=firm[no],
        refused_reason=answers[no],
    )


def _orders_out(
    brain: Brain, book: OrderBook, view: View, offers: Offers
) -> tuple[Ints, Ints, Ints]:
    """Return the rows of the orders to offer now, and the lots of each (first of each, lots).

    What the plan puts off is not unplaced; what it hardly serves is; the rest goes out whole.
    """
    turn = np.argsort(offers.row, kind="stable")
    row, count = np.unique(offers.row, return_counts=True)
    lots_of = np.repeat(np.arange(row.size), count)
    served = np.bincount(lots_of, weights=offers.amount[turn], minlength=row.size)
    must = np.bincount(lots_of, weights=offers.now[turn], minlength=row.size) > 0
    one = book.orders[view.orders[row]]
    enough = served >= _LEAST_SERVED * one["pieces"] * one["smv"]
    brain.unplaced[view.orders[row[enough & ~must]]] = False
    out = enough & must
    return row[out], np.concatenate([[0], np.cumsum(count[out])]), turn[out[lots_of]]


def _note_plan(brain: Brain, view: View, offers: Offers) -> None:
    """Note the plan's flows and prices, and what whole lots cost against it."""
    plan, lots = offers.plan, offers.lots
    if plan is None or lots is None:
        return
    mine = plan.order < view.orders.size
    firm, period = np.nonzero(plan.capacity_price > 0)
    _note(
        brain,
        flow_epoch_min=np.full(mine.sum(), view.now),
        flow_order=view.orders[plan.order[mine]],
        flow_firm=plan.firm[mine],
        flow_period=plan.period[mine],
        flow_standard_min=plan.amount[mine],
        price_epoch_min=np.full(firm.size, view.now),
        price_firm=firm,
        price_period=period,
        shadow_price=plan.capacity_price[firm, period],
        plan_epoch_min=np.array([view.now]),
        lp_cost=np.array([lots.lp_cost]),
        lot_cost=np.array([lots.cost]),
        lp_served_min=np.array([lots.lp_served]),
        lot_served_min=np.array([lots.served]),
    )


def _note(brain: Brain, **columns: Floats | Ints) -> None:
    for name, piece in columns.items():
        brain.rows.setdefault(name, []).append(piece)
