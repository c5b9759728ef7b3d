"""Closing the books: from the end state of an arm to its rows."""

from typing import TYPE_CHECKING

import numpy as np

from kidswear_brain.cluster.columns import Bools, Cluster, Ints
from kidswear_brain.cluster.dates import working
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.services.joining import firms_on, members
from kidswear_brain.simulation.brain import rows_of
from kidswear_brain.simulation.cashbook import Done, keep_cash_book
from kidswear_brain.simulation.market_kernel import LOST, PLACED
from kidswear_brain.simulation.purchasing import buy_materials
from kidswear_brain.simulation.rows import NEVER, LotRows, OrderRows, Rows
from kidswear_brain.simulation.spells import spells_of

if TYPE_CHECKING:
    from kidswear_brain.simulation.run import World


def close_books(world: "World", arm: str, end: int) -> Rows:
    """Return the rows of an arm that has run until `end` (minutes)."""
    scenario, cluster = world.scenario, world.cluster
    lots, works, placed = _lot_rows(world), world.works, world.brain.placed
    bought = buy_materials(scenario, cluster, world.release_min, world.pool_min, end)
    done = Done(spells_of(world.noted), lots, placed, works.clock_min, works.attended_min, end)
    return Rows(
        cluster=cluster,
        arm=arm,
        participates=firms_on(
            scenario.services.manufacturing, scenario, cluster, _last_measured_day(cluster)
        ),
        members=_members(scenario, cluster, arm),
        orders=_order_rows(world, lots, end),
        lots=lots,
        epochs=rows_of(world.brain),
        clock_min=works.clock_min,
        good_min=works.good_min,
        attended_min=works.attended_min,
        working_day=working(cluster.days),
        bought=bought,
        cash=keep_cash_book(scenario, cluster, done, bought),
    )


def _last_measured_day(cluster: Cluster) -> int:
    return int(cluster.days.first + np.flatnonzero(cluster.days.measured)[-1])


def _members(scenario: Scenario, cluster: Cluster, arm: str) -> Ints:
    """(months, 2): firms and brands the brain serves when each month's last measured day begins."""
    days = cluster.days
    months = np.unique(days.month[days.measured])
    if arm == "baseline":
        return np.zeros((months.size, 2), dtype=np.int64)
    last = [np.flatnonzero(days.measured & (days.month == month))[-1] for month in months]
    served = [members(scenario, cluster, days.first + int(column)) for column in last]
    return np.array(served, dtype=np.int64)


def _lot_rows(world: "World") -> LotRows:
    lots = world.works.lots[: int(world.works.lot_count[0])]
    names = ("order", "line", "pieces", "accepted_min", "start_min", "completion_min")
    return LotRows(**{name: lots[name].copy() for name in names})


def _order_rows(world: "World", lots: LotRows, end: int) -> OrderRows:
    """Sum lots up by order: whatever has arrived by the end is delivered, the rest in progress."""
    book, orders = world.book.orders, world.cluster.orders
    lead = world.works.firms["lead_min"][world.cluster.lines.firm[lots.line]]
    arrival = lots.completion_min + lead
    here = (lots.completion_min != NEVER) & (arrival <= end)
    rejected = np.where(here, half_up(lots.pieces * world.scenario.line.reject_share), 0)
    good = np.where(here, lots.pieces - rejected, 0)
    in_time = here & (arrival <= orders.due_min[lots.order])
    delivered = _by_order(world, lots, good)
    rejected_pieces = _by_order(world, lots, rejected)
    lost = np.where(book["status"] == LOST, orders.pieces, 0)
    return OrderRows(
        release_min=world.release_min,
        completion_min=_last_arrival(world, lots, arrival, here),
        delivered_pieces=delivered,
        on_time_pieces=_by_order(world, lots, np.where(in_time, good, 0)),
        in_progress_pieces=orders.pieces - delivered - rejected_pieces - lost,
        lost_pieces=lost,
        rejected_pieces=rejected_pieces,
        lost_cause=book["lost_cause"].astype(np.uint8),
        lost_min=world.lost_min,
        style_family=book["family"].copy(),
        by_brain=world.brain.placed,
    )


def _by_order(world: "World", lots: LotRows, pieces: Ints) -> Ints:
    count = world.cluster.orders.brand.size
    return np.bincount(lots.order, weights=pieces, minlength=count).astype(np.int64)


def _last_arrival(world: "World", lots: LotRows, arrival: Ints, here: Bools) -> Ints:
    """Arrival of each order's last lot; NEVER unless all have arrived."""
    last = np.full(world.cluster.orders.brand.size, NEVER)
    np.maximum.at(last, lots.order, arrival)
    last[lots.order[~here]] = NEVER
    last[world.book.orders["status"] != PLACED] = NEVER
    return last
