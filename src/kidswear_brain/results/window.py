"""What the measured window of an arm adds up to: the sums every measure is made of."""

import calendar
from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Bools, Floats, Ints
from kidswear_brain.simulation.rows import NEVER, Rows

DAY_MIN = 1440


@dataclass(frozen=True, slots=True)
class Work:
    """Work of the measured days: by firm (f,), by cause (14,), by complete month (m,)."""

    capacity: Floats
    """Sustainable standard minutes of each firm."""
    plateau: Floats
    """Standard minutes of each firm at its plateau, all posts attended."""
    good: Floats
    """Good standard minutes of each firm."""
    clock_min: Ints
    """Clock minutes of all lines by cause."""
    sewn_pieces: float
    """Pieces of the lots whose sewing ended in the window, rejects included."""
    worker_days: float
    """Attended operator-minutes over the scheduled minutes of a working day."""
    month: Ints
    """Calendar months (0 = January) that lie wholly in the window, in order of time."""
    month_working_days: Ints
    month_good: Floats
    month_sewn_pieces: Floats
    month_worker_days: Floats
    part_month: Ints
    """Months from year 0 with a measured day, in order of time: the first and last may be parts."""
    part_month_good: Floats
    part_month_capacity: Floats
    """Their measured days only."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Orders of the measured window (n,)."""

    pieces: Ints
    standard_min: Floats
    delivered: Ints
    on_time: Ints
    lost: Ints
    lost_cause: Ints
    completed: Bools
    lead_min: Ints
    """From order date to arrival; 0 where not completed."""
    tardiness_min: Ints
    firms: Ints
    """Distinct firms with a lot of it."""
    region_delivered: Floats
    """(g,): delivered pieces of these orders by the region of the firms that sewed them."""
    region_on_time: Floats


@dataclass(frozen=True, slots=True)
class Plans:
    """The optimized epochs of the measured window, summed up."""

    lp_cost: float
    """Cost of the linear program's plans."""
    lot_cost: float
    """Cost of the whole lots made of them."""
    lp_served_min: float
    lot_served_min: float


def measured_orders(rows: Rows) -> Bools:
    """Whether the order date of each order lies in the measured window."""
    return _measured(rows, rows.cluster.orders.ordered_min)


def work_of(rows: Rows) -> Work:
    """Add up the work of the measured days."""
    cluster, days = rows.cluster, rows.cluster.days
    firm, measured = cluster.lines.firm, days.measured
    open_days = int((rows.working_day & measured).sum())
    sewn = _sewn_pieces_by_day(rows)
    worker_days = (rows.attended_min / cluster.firms.shift_min[firm][:, None]).sum(axis=0)
    good_by_day = rows.good_min.sum(axis=0)
    months, day_of = _complete_months(days.month, measured)
    parts = np.unique(days.month[measured])
    open_by_part = [int((rows.working_day & measured & (days.month == m)).sum()) for m in parts]

    def by_month(by_day: Floats) -> Floats:
        return np.array([by_day[of].sum() for of in day_of], dtype=np.float64)

    def by_firm(by_line: Floats) -> Floats:
        return np.bincount(firm, by_line, len(cluster.firms.firm_id)).astype(np.float64)

    return Work(
        capacity=by_firm(cluster.lines.capacity_per_day) * open_days,
        plateau=by_firm(cluster.lines.plateau_per_day) * open_days,
        good=by_firm(rows.good_min[:, measured].sum(axis=1)),
        clock_min=rows.clock_min[:, measured].sum(axis=(0, 1), dtype=np.int64),
        sewn_pieces=float(sewn[measured].sum()),
        worker_days=float(worker_days[measured].sum()),
        month=months % 12,
        month_working_days=by_month(rows.working_day.astype(np.float64)).astype(np.int64),
        month_good=by_month(good_by_day),
        month_sewn_pieces=by_month(sewn),
        month_worker_days=by_month(worker_days),
        part_month=parts,
        part_month_good=np.array([good_by_day[measured & (days.month == m)].sum() for m in parts]),
        part_month_capacity=np.array(open_by_part) * cluster.lines.capacity_per_day.sum(),
    )


def demand_of(rows: Rows) -> Demand:
    """Gather what became of the orders of the measured window."""
    orders, done, which = rows.cluster.orders, rows.orders, measured_orders(rows)
    completion = done.completion_min[which]
    completed = completion != NEVER
    arrived = np.where(completed, completion, 0)
    ordered, due = orders.ordered_min[which], orders.due_min[which]
    here, in_time = _arrived_lots(rows)
    return Demand(
        pieces=orders.pieces[which],
        standard_min=(orders.pieces * orders.smv)[which],
        delivered=done.delivered_pieces[which],
        on_time=done.on_time_pieces[which],
        lost=done.lost_pieces[which],
        lost_cause=done.lost_cause[which].astype(np.int64),
        completed=completed,
        lead_min=np.where(completed, arrived - ordered, 0),
        tardiness_min=np.where(completed, np.maximum(arrived - due, 0), 0),
        firms=_firms_by_order(rows)[which],
        region_delivered=_by_region(rows, done.delivered_pieces * which, here),
        region_on_time=_by_region(rows, done.on_time_pieces * which, in_time),
    )


def plans_of(rows: Rows) -> Plans:
    """Sum up the plans of the measured window and the lots made of them."""
    epochs = rows.epochs
    which = _measured(rows, epochs.plan_epoch_min)
    return Plans(
        lp_cost=float(epochs.lp_cost[which].sum()),
        lot_cost=float(epochs.lot_cost[which].sum()),
        lp_served_min=float(epochs.lp_served_min[which].sum()),
        lot_served_min=float(epochs.lot_served_min[which].sum()),
    )


def _measured(rows: Rows, time_min: Ints) -> Bools:
    """Whether each time lies on a measured day."""
    days = rows.cluster.days
    return days.measured[time_min // DAY_MIN - days.first]


def _sewn_pieces_by_day(rows: Rows) -> Floats:
    """(days,): pieces of the lots whose sewing ended that day."""
    days, lots = rows.cluster.days, rows.lots
    ended = lots.completion_min != NEVER
    day = np.where(ended, lots.completion_min, 0) // DAY_MIN - days.first
    inside = ended & (day >= 0) & (day < len(days.month))
    return np.bincount(day[inside], lots.pieces[inside], len(days.month)).astype(np.float64)


def _complete_months(month: Ints, measured: Bools) -> tuple[Ints, list[Ints]]:
    """Months all of whose days are measured, and the day numbers of each."""
    months, days_of = [], []
    for code in np.unique(month[measured]):
        of = np.flatnonzero(measured & (month == code))
        year, number = divmod(int(code), 12)
        if len(of) == calendar.monthrange(year, number + 1)[1]:
            months.append(code)
            days_of.append(of)
    return np.array(months, dtype=np.int64), days_of


def _firms_by_order(rows: Rows) -> Ints:
    """(orders,): how many distinct firms have a lot of each order."""
    pairs = np.stack([rows.lots.order, rows.cluster.lines.firm[rows.lots.line]])
    order = np.unique(pairs, axis=1)[0]
    return np.bincount(order, minlength=len(rows.cluster.orders.pieces))


def _arrived_lots(rows: Rows) -> tuple[Bools, Bools]:
    """Whether each lot has arrived at the brand, and whether by the due date of its order."""
    cluster, lots, days = rows.cluster, rows.lots, rows.cluster.days
    lead = cluster.regions.lead_min[cluster.firms.region[cluster.lines.firm[lots.line]]]
    arrival = np.where(lots.completion_min != NEVER, lots.completion_min + lead, NEVER)
    end = (days.first + len(days.month)) * DAY_MIN
    here = (arrival != NEVER) & (arrival <= end)
    return here, here & (arrival <= cluster.orders.due_min[lots.order])


def _by_region(rows: Rows, pieces: Ints, lots: Bools) -> Floats:
    """(g,): pieces (n,) of each order shared out over some of its lots by their size."""
    cluster, order = rows.cluster, rows.lots.order
    weight = np.where(lots, rows.lots.pieces, 0)
    whole = np.bincount(order, weight, len(pieces))
    part = pieces[order] * weight / np.maximum(whole[order], 1)
    region = cluster.firms.region[cluster.lines.firm[rows.lots.line]]
    return np.bincount(region, part, len(cluster.regions.key)).astype(np.float64)
