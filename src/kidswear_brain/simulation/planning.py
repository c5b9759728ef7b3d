"""Planning policies of the platform: which firm shall sew which open order, and from when.

All see the same reports and the same costs (MODEL section 6); they differ in what they do with
them: `first_come` takes each order in turn to the firm that finishes first, `myopic` optimizes over
the first period only, `rolling` over all periods, `foresight` with the coming orders known.
"""

from dataclasses import dataclass, field

import numpy as np

from kidswear_brain.allocation import Allocation, AllocationProblem, allocate
from kidswear_brain.allocation.lots import Lots, whole_lots
from kidswear_brain.allocation.rows import Rows, rows_by_type
from kidswear_brain.cluster.columns import Cluster, Floats, Ints
from kidswear_brain.errors import SolverError
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.simulation.brain_kernel import first_to_finish, fresh_days, order_costs
from kidswear_brain.simulation.state import Array, OrderBook, Physics, Works


@dataclass(slots=True)
class Paper:
    """Memory of the large arrays, used again at every epoch.

    New memory costs a page fault for every 4 KiB, a fifth of the time of filling it.
    """

    memory: Floats = field(default_factory=lambda: np.empty((2, 0)))

    def arrays(self, size: int) -> tuple[Floats, Floats]:
        """Two arrays of any content; those handed out before are written over."""
        if self.memory.shape[1] < size:
            self.memory = np.empty((2, size * 5 // 4))
        return self.memory[0, :size], self.memory[1, :size]


@dataclass(frozen=True, slots=True)
class Desk:
    """What planning needs besides the state of the floor."""

    scenario: Scenario
    terms: Floats
    """(f, 2): piece rate, CNY per standard minute; freight both ways, CNY per piece."""
    sewing_days: Floats
    """Table of the kernel `order_costs`."""
    region_lead_min: Ints
    """(g,)"""
    region: Ints
    """(f,)"""
    paper: Paper


@dataclass(frozen=True, slots=True)
class View:
    """What the platform sees at an epoch."""

    now: int
    next_epoch: int
    orders: Ints
    """(n,): open orders on the platform, by release."""
    lines: Array
    """(l,) LINE as reported."""
    report_factor: Floats
    """(f,): error of each firm's reported free capacity."""
    asked: Array
    """(f,): firms that may be asked."""
    refused: tuple[Ints, Ints]
    """Rows of orders, rising, and firms that refused them before."""
    coming: Ints
    """Orders not released yet, known to `foresight` alone."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Lots to offer, by row of View.orders, and the plan they come from."""

    row: Ints
    firm: Ints
    amount: Floats
    """Standard minutes."""
    now: Array
    """Whether it must be offered now; the others are planned again."""
    problem: AllocationProblem | None
    """Stands on the desk's paper: gone with the next epoch."""
    plan: Allocation | None
    lots: Lots | None


def desk_of(scenario: Scenario, cluster: Cluster, physics: Physics) -> Desk:
    """Lay out what planning needs besides the state of the floor."""
    freight = 2 * cluster.regions.freight[cluster.firms.region]
    return Desk(
        scenario=scenario,
        terms=np.column_stack([cluster.firms.piece_rate, freight]),
        sewing_days=fresh_days(physics),
        region_lead_min=cluster.regions.lead_min,
        region=cluster.firms.region,
        paper=Paper(),
    )


def make_offers(
    desk: Desk, works: Works, book: OrderBook, view: View, last: Allocation | None
) -> Offers:
    """Plan by the scenario's policy.

    Raises
    ------
    SolverError
        If the allocator has no optimal plan.
    """
    planning = desk.scenario.services.manufacturing.planning
    if planning == "first_come":
        return _first_come(desk, works, book, view)
    ends = np.array(desk.scenario.services.manufacturing.periods_days)
    if planning == "myopic":
        ends = ends[:1]
    rows = np.concatenate([view.orders, view.coming]) if planning == "foresight" else view.orders
    problem = make_problem(desk, works, book, view, rows, ends)
    plan = allocate(problem, warm_start=last)
    if plan.status != "optimal":
        raise SolverError(f"the allocator ended with status {plan.status}: {plan.note}")
    smallest = works.physics.min_lot_days * float(np.median(works.lines["plateau_per_day"]))
    service = desk.scenario.services.manufacturing
    lots = whole_lots(problem, plan, smallest, service.lots_per_order)
    mine = lots.order < view.orders.size
    row, firm = lots.order[mine], lots.firm[mine]
    begin = view.now + 1440 * np.concatenate([[0.0], ends[:-1]])[lots.period[mine]]
    lead = desk.region_lead_min[desk.region[firm]]
    one = book.orders[view.orders[row]]
    # one more epoch is left for another firm, should this one refuse
    last_chance = 2 * view.next_epoch - view.now
    ends_soon = last_chance > np.minimum(one["patience_min"], one["due_min"])
    # the parts of a lot must leave in time to be there when its period begins
    must = (planning == "myopic") | (begin - lead < view.next_epoch) | ends_soon
    return Offers(row, firm, lots.amount[mine], must, problem, plan, lots)


def make_problem(
    desk: Desk, works: Works, book: OrderBook, view: View, orders: Ints, ends: Floats
) -> AllocationProblem:
    """State the allocator's problem over some orders, all firms, and periods ending after days.

    Its costs stand on the desk's paper: the next problem is written over them.
    """
    service = desk.scenario.services.manufacturing
    rows, cost, taken, dearest = _costs(desk, works, book, view, orders)
    lateness = _lateness(desk, book, view, orders, ends)
    latest = np.where(np.isfinite(lateness), lateness, 0.0).max(axis=(1, 2), initial=0.0)
    return AllocationProblem(
        demand=book.orders["pieces"][orders] * book.orders["smv"][orders],
        unmet_cost=service.unmet_cost_factor * (dearest + latest),
        unit_cost=cost,
        lateness_cost=lateness,
        minutes=taken,
        capacity=_free_capacity(works, view, ends),
        group=desk.region,
        rows=rows,
    )


def _costs(
    desk: Desk, works: Works, book: OrderBook, view: View, orders: Ints
) -> tuple[Rows, Floats, Floats, Floats]:
    """Return rows, cost and operator-minutes of a standard minute in them, (n,) the highest cost.

    The row of an order lists the firms that may be asked and can make its category.
    """
    able = view.asked[:, None] & (works.skill > 0)
    firms = [np.flatnonzero(some) for some in able.T]
    rows = rows_by_type(book.orders["category"][orders], firms, works.firms.size)
    cost, taken = desk.paper.arrays(int(rows.first[-1]))
    dearest = np.empty(orders.size)
    run_value = desk.scenario.services.manufacturing.run_length_cny_per_min
    order_costs(
        works, book, orders, view.lines, rows, view.refused, desk.terms, run_value,
        desk.sewing_days, cost, taken, dearest,
    )  # fmt: skip
    return rows, cost, taken, dearest


def _lateness(desk: Desk, book: OrderBook, view: View, orders: Ints, ends: Floats) -> Floats:
    """(n, g, t): cost of waiting for the period; inf where it is closed.

    It is closed where parts cannot come before it ends or garments not be back by the due date.
    """
    one = book.orders[orders]
    lead = desk.region_lead_min[None, :, None]
    end = view.now + 1440 * ends[None, None, :]
    here = np.maximum(one["material_min"], view.now)[:, None, None] + lead
    closed = (here >= end) | (end + lead > one["due_min"][:, None, None])
    waiting = desk.scenario.services.manufacturing.waiting_cny_per_min_day
    return np.where(closed, np.inf, waiting * ends[None, None, :])


def _free_capacity(works: Works, view: View, ends: Floats) -> Floats:
    """(f, t): operator-minutes free in each period, as reported.

    What a line's queue leaves of its attended minutes between the period's begin and end.
    """
    edges = view.now + 1440 * np.concatenate([[0.0], ends])
    row = works.firms["row"][works.lines["firm"]]
    busy_until = np.maximum(view.lines["end_min"], view.now)
    free_from = np.maximum(busy_until[:, None], edges[None, :])
    attended = _attended(works, row, free_from)
    free = works.lines["posts"][:, None] * np.diff(attended, axis=1)
    by_firm = np.add.reduceat(free, works.firms["first_line"], axis=0)
    return np.asarray(np.maximum(by_firm, 0.0) * view.report_factor[:, None])


def _attended(works: Works, row: Ints, time: Floats) -> Floats:
    """Minutes that a post of a row attends from the first day to each time (minutes).

    Within a day they are spread over its 24 hours: what counts is the period as a whole.
    """
    calendar = works.calendar
    present = calendar["available"] * (1 - calendar["vacancy"] - calendar["absence"])
    total = np.concatenate([np.zeros((present.shape[0], 1)), np.cumsum(present, axis=1)], axis=1)
    day = np.clip(time / 1440 - works.first_day, 0, present.shape[1] - 1e-9)
    column = day.astype(np.int64)
    whole = total[row[:, None], column]
    return np.asarray(whole + (day - column) * present[row[:, None], column])


def _first_come(desk: Desk, works: Works, book: OrderBook, view: View) -> Offers:
    """Take each order in turn to the firm that, by the reports, finishes it first."""
    rows, cost, taken, _ = _costs(desk, works, book, view, view.orders)
    firm = first_to_finish(works, book, view.orders, view.lines, rows, cost, taken, float(view.now))
    row = np.flatnonzero(firm >= 0)
    placed = book.orders[view.orders[row]]
    amount = placed["pieces"] * placed["smv"]
    return Offers(row, firm[row], amount, np.ones(row.size, dtype=np.bool_), None, None, None)
