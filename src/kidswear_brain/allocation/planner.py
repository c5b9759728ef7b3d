"""A planner's typed columns to an `AllocationProblem`: who may sew what, when, at what cost.

Costs are ``cost_per_smv + (freight out + freight back) / smv_min`` per standard minute, minutes
``1 / line_efficiency``. Parts travel out on the lane from the order's region to the firm's, the
garments back on the other; inside a region the way is free and immediate. A period is closed when
``release + lead out`` is not before its end, or when ``its end + lead back`` is after the due date
(with a late cost, those days cost that much instead).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.problem import AllocationProblem, Floats, Ints
from kidswear_brain.errors import AllocationError
from kidswear_brain.tables.columns import Kept, Orders, PlannerTables, Skills

UNMET_FACTOR = 2.0
"""Default cost of an unmet piece, in multiples of its dearest eligible sewing cost."""

_CHUNK = 256
"""Rows at a time: few enough that what is computed of them stays in the processor's cache."""
SLACK_DAYS = 1e-9
"""Sums of day fractions differ from what a planner would write by this little."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What is allocated as one: a promised part of an order, or the free rest of it.

    Parameters
    ----------
    order : (n,) int64 array
        Row of the order.
    firm, period : (n,) int64 arrays
        Firm and period it is promised to; -1 where free.
    pieces : (n,) array
        Pieces of the part; whole unless a promise is not.
    """

    order: Ints
    firm: Ints
    period: Ints
    pieces: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """What is known of parts and firms before it is spread over all pairs of them.

    Parameters
    ----------
    cost, minutes : (c, f) arrays
        Money and operator-minutes per standard minute by skill and firm; ``inf`` money without
        the skill. The last row stands for categories that nobody makes.
    category : (n,) int64 array
        Row in `cost` of each part.
    group : (f,) int64 array
        Region of each firm, as a lateness group.
    lead_out, lead_back, freight : (n, g) arrays
        Days out and back, and money per piece for both, by part and group; ``inf`` without a way.
    lateness : (n, g, t) array
        Money per standard minute; ``inf`` where a period is closed. Promises are not heeded.
    least_pieces : (f,) array
        The smallest lot each firm takes.
    """

    cost: Floats
    minutes: Floats
    category: Ints
    group: Ints
    lead_out: Floats
    lead_back: Floats
    freight: Floats
    lateness: Floats
    least_pieces: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Planning:
    """An allocation problem, and what its rows and columns mean to a planner.

    Parameters
    ----------
    tables : PlannerTables
        Where it comes from.
    period_ends : (t,) array
        Days from today.
    parts : Parts
        One a row of the problem.
    ways : Ways
        Costs, leads and closings it was spread from.
    unmet_cost : (n,) array
        Money per standard minute of a part left unmet, as the planner or the default says; the
        problem's own is higher for promises, so that they take capacity first.
    problem : AllocationProblem
        Orders are parts, groups are regions of firms.
    """

    tables: PlannerTables
    period_ends: Floats
    parts: Parts
    ways: Ways
    unmet_cost: Floats
    problem: AllocationProblem

    @property
    def smv_min(self) -> Floats:
        """(n,) standard minutes of one piece of each part."""
        return self.tables.orders.smv_min[self.parts.order]


def plan_problem(
    tables: PlannerTables, period_ends: tuple[float, ...], keep: bool = True
) -> Planning:
    """State the allocation of a planner's tables as arrays.

    Parameters
    ----------
    tables : PlannerTables
        Checked tables.
    period_ends : tuple of float
        Ends of the periods, days from today, increasing and positive.
    keep : bool
        Whether promised assignments are held; else all pieces are free.

    Returns
    -------
    Planning
        With float64 arrays of (parts, firms) for cost and minutes and none larger, as long as
        regions times periods are fewer than firms.

    Raises
    ------
    AllocationError
        If the period ends do not increase from above 0.
    """
    ends = np.asarray(period_ends, dtype=np.float64)
    if not ends.size or not np.isfinite(ends).all() or (np.diff(ends, prepend=0.0) <= 0).any():
        raise AllocationError(
            f"--periods: found {','.join(f'{end:.10g}' for end in period_ends) or 'nothing'}, "
            "allowed days that increase from above 0, write them as in 3,7,14,28"
        )
    parts = _parts(tables, keep)
    ways = _ways(tables, parts, ends)
    orders = tables.orders
    smv = orders.smv_min[parts.order]
    unit_cost, minutes, dearest = _spread(ways, parts, smv)
    own = orders.unmet_cost_per_piece[parts.order] / smv
    unmet_cost = np.where(np.isnan(own), UNMET_FACTOR * dearest, own)
    problem = AllocationProblem(
        demand=parts.pieces * smv,
        unmet_cost=_with_priority(unmet_cost, parts, ways, unit_cost),
        unit_cost=unit_cost,
        lateness_cost=_held_periods(ways.lateness, parts),
        minutes=minutes,
        capacity=_capacity(tables, parts, ways, ends),
        group=ways.group,
    )
    return Planning(tables, ends, parts, ways, unmet_cost, problem)


def part_cost(
    ways: Ways, parts: Parts, smv_min: Floats, rows: NDArray[np.integer] | slice
) -> Floats:
    """(rows, f) money per standard minute of parts at all firms, promises not heeded.

    ``inf`` where the firm lacks the skill, the way, or a period that is open, or takes no lot so
    small unless it has promised it.
    """
    closed = np.isinf(ways.lateness[rows]).all(axis=2)
    way = np.where(closed, np.inf, ways.freight[rows] / smv_min[rows, None])
    cost: Floats = ways.cost[ways.category[rows]]
    cost += way[:, ways.group]
    small = parts.pieces[rows, None] < ways.least_pieces
    if small.any():
        small &= parts.firm[rows, None] != np.arange(ways.group.size)
        cost[small] = np.inf
    return cost


def _parts(tables: PlannerTables, keep: bool) -> Parts:
    """Promised parts and free rests, by order, promises first."""
    orders = tables.orders
    n = len(orders.order_id)
    kept = tables.kept if keep else _no_promises()
    row_of = _codes(orders.order_id)
    firm_of = _codes(tables.firms.firm_id)
    order = _rows(kept.order_id, row_of)
    pieces = _promised(orders, order, kept.pieces)
    rest = orders.pieces - np.bincount(order, weights=pieces, minlength=n)
    free = np.flatnonzero(rest > 1e-9)
    unbound = np.full(free.size, -1)
    period = np.nan_to_num(kept.period, nan=-1.0).astype(np.int64)
    parts = (
        np.concatenate([order, free]),
        np.concatenate([_rows(kept.firm_id, firm_of), unbound]),
        np.concatenate([period, unbound]),
        np.concatenate([pieces, rest[free]]),
    )
    by_order = np.argsort(parts[0], kind="stable")
    return Parts(parts[0][by_order], parts[1][by_order], parts[2][by_order], parts[3][by_order])


def _no_promises() -> Kept:
    nobody, nothing = np.empty(0, dtype=object), np.empty(0)
    return Kept(nobody, nobody, nothing, nothing)


def _promised(orders: Orders, order: Ints, pieces: Floats) -> Floats:
    """Pieces of each promise; one without a number takes what earlier rows have left."""
    left = orders.pieces.astype(np.float64)
    promised = np.empty(order.size)
    for row, (place, wanted) in enumerate(zip(order, pieces, strict=True)):
        promised[row] = left[place] if np.isnan(wanted) else min(wanted, left[place])
        left[place] -= promised[row]
    return promised


def _ways(tables: PlannerTables, parts: Parts, ends: Floats) -> Ways:
    orders, firms = tables.orders, tables.firms
    categories = _codes(tables.skills.category)
    cost, minutes = _skill_arrays(tables.skills, _codes(firms.firm_id), categories)
    region_of = _codes(np.concatenate([firms.region, orders.region]))
    groups = len(set(firms.region.tolist()))  # firms come first, so their regions do too
    lead, freight = _lane_arrays(tables, region_of)
    region = _rows(orders.region, region_of)[parts.order]
    out, back = lead[region, :groups], lead[:groups, region].T
    return Ways(
        cost=cost,
        minutes=minutes,
        category=_rows(orders.category, categories, len(categories))[parts.order],
        group=_rows(firms.region, region_of),
        lead_out=out,
        lead_back=back,
        freight=freight[region, :groups] + freight[:groups, region].T,
        lateness=_lateness(orders, parts, ends, out, back),
        least_pieces=np.nan_to_num(firms.min_lot_pieces, nan=0.0),
    )


def _skill_arrays(
    skills: Skills, firm_of: dict[str, int], categories: dict[str, int]
) -> tuple[Floats, Floats]:
    shape = (len(categories) + 1, len(firm_of))
    cost, minutes = np.full(shape, np.inf), np.ones(shape)
    place = _rows(skills.category, categories), _rows(skills.firm_id, firm_of)
    cost[place] = skills.cost_per_smv
    minutes[place] = 1.0 / skills.line_efficiency
    return cost, minutes


def _lane_arrays(tables: PlannerTables, region_of: dict[str, int]) -> tuple[Floats, Floats]:
    """Days and money per piece from region to region; ``inf`` without a lane, 0 inside one."""
    shape = (len(region_of), len(region_of))
    lead, freight = np.full(shape, np.inf), np.full(shape, np.inf)
    lanes = tables.lanes
    begin, end = _rows(lanes.from_region, region_of), _rows(lanes.to_region, region_of)
    used = (begin >= 0) & (end >= 0)
    lead[begin[used], end[used]] = lanes.lead_days[used]
    freight[begin[used], end[used]] = lanes.cost_per_piece[used]
    np.fill_diagonal(lead, 0.0)
    np.fill_diagonal(freight, 0.0)
    return lead, freight


def _lateness(orders: Orders, parts: Parts, ends: Floats, out: Floats, back: Floats) -> Floats:
    """(n, g, t) money per standard minute sewn in a period; ``inf`` where it is closed."""
    order = parts.order
    arrival = orders.release_days[order, None] + out
    late_days = ends - orders.due_days[order, None, None] + back[:, :, None]
    late_cost = (orders.late_cost_per_piece_day / orders.smv_min)[order, None, None]
    late = late_days > SLACK_DAYS
    with np.errstate(invalid="ignore"):  # no lane (inf days) at no cost a day
        cost = np.where(late, late_cost * late_days, 0.0)
    cost[(late & (late_cost == 0)) | (arrival[:, :, None] >= ends - SLACK_DAYS)] = np.inf
    return cost


def _held_periods(lateness: Floats, parts: Parts) -> Floats:
    """Lateness with all periods closed to a promise but the one it names."""
    named = np.flatnonzero(parts.period >= 0)
    if not named.size:
        return lateness
    held = lateness.copy()
    elsewhere = parts.period[named, None] != np.arange(lateness.shape[2])
    held[named] = np.where(elsewhere[:, None, :], np.inf, held[named])
    return held


def _spread(ways: Ways, parts: Parts, smv_min: Floats) -> tuple[Floats, Floats, Floats]:
    """Costs and minutes of all parts at all firms, and the dearest eligible sewing cost.

    Filled in chunks: a further temporary of this size would not fit beside the two at full size.
    """
    n, f = parts.order.size, ways.group.size
    unit_cost, minutes, dearest = np.empty((n, f)), np.empty((n, f)), np.zeros(n)
    known = ways.cost[np.isfinite(ways.cost)]
    for begin in range(0, n, _CHUNK):
        rows = slice(begin, min(begin + _CHUNK, n))
        cost = part_cost(ways, parts, smv_min, rows)
        sewing = ways.cost[ways.category[rows]]
        dearest[rows] = np.where(np.isfinite(cost), sewing, -np.inf).max(axis=1, initial=-np.inf)
        _hold(cost, parts.firm[rows])
        unit_cost[rows] = cost
        np.take(ways.minutes, ways.category[rows], axis=0, out=minutes[rows], mode="clip")
    # An order that nobody can make still has a price: that of the dearest skill there is.
    dearest[np.isinf(dearest)] = known.max(initial=0.0)
    return unit_cost, minutes, dearest


def _hold(cost: Floats, firm: Ints) -> None:
    """Close all firms but the promised one, in place."""
    held = np.flatnonzero(firm >= 0)
    own = cost[held, firm[held]]
    cost[held] = np.inf
    cost[held, firm[held]] = own


def _capacity(tables: PlannerTables, parts: Parts, ways: Ways, ends: Floats) -> Floats:
    """(f, t) operator-minutes, with room for the last piece of each promise.

    A plan in whole pieces may exceed a period by less than a piece a row; holding it again must
    not drop those pieces.
    """
    capacity = tables.firms.operator_min_per_day[:, None] * np.diff(ends, prepend=0.0)
    named = np.flatnonzero(parts.period >= 0)
    place = parts.firm[named], parts.period[named]
    piece = tables.orders.smv_min[parts.order[named]]
    piece = piece * ways.minutes[ways.category[named], parts.firm[named]]
    load, slack = np.zeros_like(capacity), np.zeros_like(capacity)
    np.add.at(load, place, parts.pieces[named] * piece)
    np.add.at(slack, place, piece)
    rounded_up = (load > capacity) & (load <= capacity + slack)
    return np.where(rounded_up, load, capacity)


def _with_priority(unmet_cost: Floats, parts: Parts, ways: Ways, unit_cost: Floats) -> Floats:
    """Unmet costs that let promises take capacity before anything that is free.

    No price of an operator-minute exceeds the dearest unmet standard minute over the fewest
    minutes it takes, so a promise worth more than its own cost plus twice that price is dropped
    only where it does not fit beside other promises.
    """
    held = np.flatnonzero(parts.firm >= 0)
    if not held.size:
        return unmet_cost
    able = np.isfinite(ways.cost)
    fewest = ways.minutes[able].min(initial=np.inf)
    top_price = max(float(unmet_cost.max()), 0.0) / fewest
    firm = parts.firm[held]
    lateness = ways.lateness[held, ways.group[firm]]
    own = unit_cost[held, firm] + np.where(np.isfinite(lateness), lateness, 0.0).max(axis=1)
    own = np.where(np.isfinite(own), own, 0.0)
    raised = unmet_cost.copy()
    raised[held] += own + 2 * top_price * ways.minutes[ways.category[held], firm]
    return raised


def _codes(names: NDArray[np.object_]) -> dict[str, int]:
    """A number for each name, by first appearance."""
    return {name: code for code, name in enumerate(dict.fromkeys(names.tolist()))}


def _rows(names: NDArray[np.object_], codes: dict[str, int], unknown: int = -1) -> Ints:
    return np.array([codes.get(name, unknown) for name in names.tolist()], dtype=np.int64)
