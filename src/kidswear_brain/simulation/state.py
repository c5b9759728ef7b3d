"""The state of the shop floor as records, bundled for the compiled kernels.

Firms, lines, lots and orders are records of NumPy structured arrays, so that a kernel reads
``lines[line].end_min``, and a bundle of a dozen arrays crosses a compiled call instead of sixty
(each array costs a reference count there: measured, five times the time of a year). Times are
minutes from calendar.start; a day's column is its number less `first_day`.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
NONE = -1
"""No lot."""
NO_FAMILY = np.iinfo(np.int64).max
NEVER_MIN = np.iinfo(np.int64).min
HORIZON_DAYS = 400
"""Days beyond the simulated ones that calendars know, so that quotes can look ahead."""

FIRM = np.dtype(
    [
        ("first_line", np.int64),
        ("end_line", np.int64),
        ("plateau", np.float64),
        ("lead_min", np.int64),  # one way between hub and firm
        ("shift_min", np.int64),
        ("changeover_min", np.float64),  # scheduled minutes of a change-over of one day
        ("open_min", np.int64),  # minute of the day at which the shift begins
        ("row", np.int64),  # of the calendar
        ("unpaid", np.float64),  # standard minutes accepted and not yet paid
        ("limit", np.float64),  # the most that working capital carries
        ("receivable_min", np.int64),  # from delivery to payment
        ("offer_day", np.int64),
        ("offer_reason", np.int64),  # answer to its last offer, a code of REASONS
    ]
)
LINE = np.dtype(
    [
        ("firm", np.int64),
        ("posts", np.float64),
        ("plateau_per_day", np.float64),
        ("head", np.int64),  # first lot of the queue
        ("tail", np.int64),
        ("begun", np.bool_),  # whether the head lot's change-over has begun
        ("changeover_left", np.float64),  # scheduled minutes
        ("learned", np.float64),  # scheduled days since the change-over, or carried over
        ("left", np.float64),  # standard minutes of the head lot
        ("last_family", np.int64),
        ("last_learned", np.float64),
        ("backlog", np.float64),  # standard minutes accepted and not yet sewn
        ("overtime_month", np.int64),
        ("overtime_used", np.float64),  # minutes of that month
        ("overtime_today", np.float64),  # minutes allowed today
        ("overtime", np.float64),  # minutes worked today
        ("end_min", np.float64),  # expected end of the queue, scheduled hours only
        ("end_family", np.int64),
        ("end_learned", np.float64),
        ("late", np.bool_),  # whether a queued lot is expected to end after its due time
    ]
)
LOT = np.dtype(
    [
        ("order", np.int64),
        ("line", np.int64),
        ("pieces", np.int64),
        ("work", np.float64),  # standard minutes
        ("speed", np.float64),  # skill factor
        ("rework", np.float64),
        ("family", np.int64),
        ("parts_min", np.int64),  # when the cut parts are at the firm
        ("due_min", np.int64),  # when sewing must have ended
        ("next", np.int64),  # behind it in its line's queue
        ("accepted_min", np.int64),
        ("start_min", np.int64),
        ("completion_min", np.int64),
    ]
)
KNOT_FIRMS = 14
KNOT_FILLED, KNOT_NEXT = KNOT_FIRMS, KNOT_FIRMS + 1
"""Columns of a knot, after those of its firms: how many they are, and the brand's next knot."""
ORDER = np.dtype(
    [
        ("brand", np.int64),
        ("category", np.int64),
        ("pieces", np.int64),
        ("smv", np.float64),
        ("family", np.int64),
        ("due_min", np.int64),  # due date plus slip: when the garments must be at the brand
        ("patience_min", np.int64),  # when the brand's patience ends
        ("material_min", np.int64),  # when the material is at the hub
        ("first_quote", np.int64),  # place of its first known firm in the quotes
        ("known", np.int64),  # firms its brand knows
        ("status", np.int64),
        ("lost_cause", np.int64),
    ]
)
DAY_OF = np.dtype(
    [
        ("available", np.int64),  # scheduled minutes left by rest days, shut-down and shocks
        ("shocked", np.int64),  # scheduled minutes that a shock takes, at the begin of the shift
        ("vacancy", np.float64),  # share of posts vacant
        ("absence", np.float64),  # share of all posts filled but absent
    ]
)


class Physics(NamedTuple):
    """How every line starts, learns and errs."""

    loss: float
    tau: float
    changeover_days: float
    same_family_changeover: float
    carryover: float
    reject: float
    rework: float
    new_brand_rework: float
    min_lot_days: float
    overtime_day_min: float
    overtime_month_min: float
    overtime_backlog_days: float


class Works(NamedTuple):
    """The whole shop floor: all that a line's work and a firm's answer depend on."""

    first_day: int
    physics: Physics
    firms: Array
    """(f,) FIRM"""
    lines: Array
    """(l,) LINE"""
    lots: Array
    """(capacity,) LOT, of which the first `lot_count[0]` exist."""
    lot_count: Array
    skill: Array
    """(f, categories)"""
    calendar: Array
    """(rows, days) DAY_OF"""
    shut_down: Array
    """(days,)"""
    month: Array
    """(days,)"""
    repay: Array
    """(f, days): standard minutes paid on each day."""
    knots: Array
    """(capacity, 16) int32, of which the first `knot_count[0]` exist: each ties a brand to some
    firms that have worked for it, in one line of the processor's memory."""
    knot_count: Array
    first_knot: Array
    """(b,) the first of each brand's knots; NONE if nobody has worked for it."""
    turn: Array
    """(l,) lines of each firm in the order in which they would finish what it was asked last."""
    turn_end: Array
    """(l,) when they would."""
    today: Array
    """(l, causes): minutes of the current day, fractions included."""
    clock_min: Array
    """(l, days, causes): the line-minute ledger."""
    good_min: Array
    attended_min: Array
    """(l, days)"""


class OrderBook(NamedTuple):
    """What the market knows of each order, and what became of it."""

    orders: Array
    """(n,) ORDER"""
    quote_firm: Array
    """The firms each order's brand knows, by preference, one order after the other."""
    quote_error: Array
    """Factor on each such firm's quote."""
    last_reason: Array
    """Each such firm's last refusal, a code of REASONS; 0 where not asked."""


def empty_lots(capacity: int) -> Array:
    """Room for some lots."""
    lots = np.zeros(capacity, dtype=LOT)
    lots["next"] = NONE
    lots["start_min"] = NEVER_MIN
    lots["completion_min"] = NEVER_MIN
    return lots


def grown_lots(lots: Array, count: int, room: int) -> Array:
    """Return the lots, of which `count` exist, with room for at least so many more."""
    if count + room <= lots.size:
        return lots
    wider = empty_lots(2 * (count + room))
    wider[:count] = lots[:count]
    return wider


def grown_knots(knots: Array, count: int, room: int) -> Array:
    """Return the knots, of which `count` exist, with room for at least so many more."""
    if count + room <= len(knots):
        return knots
    wider = np.zeros((2 * (count + room), KNOT_NEXT + 1), dtype=np.int32)
    wider[:count] = knots[:count]
    return wider


def idle_lines(firm: Array, posts: Array, plateau_per_day: Array, now: int) -> Array:
    """Lines with empty queues."""
    lines = np.zeros(firm.size, dtype=LINE)
    lines["firm"], lines["posts"], lines["plateau_per_day"] = firm, posts, plateau_per_day
    lines["head"] = lines["tail"] = NONE
    lines["last_family"] = lines["end_family"] = NO_FAMILY
    lines["overtime_month"] = -1
    lines["end_min"] = now
    return lines
