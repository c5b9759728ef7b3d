"""The formulas of the measures, over the sums of the measured window.

A measure of an empty thing is nan, never an exception.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Bools, Floats, Ints
from kidswear_brain.cluster.tiers import TIERS
from kidswear_brain.results.cycle import t_shirt_cycles
from kidswear_brain.results.money import Money, money_of
from kidswear_brain.results.procurement import Procurement, procurement_of
from kidswear_brain.results.window import DAY_MIN, Demand, Plans, Work, demand_of, plans_of, work_of
from kidswear_brain.simulation.rows import CAUSES, REASONS, Rows

UNSCHEDULED = ("shut_down", "off_shift")
"""Causes of minutes nobody is scheduled for; overtime shortens off_shift."""
SCHEDULED = tuple(cause for cause in CAUSES if cause not in UNSCHEDULED)
BUSY = ("change_over", "producing", "rework", "off_skill", "learning")
LOST_CAUSES = REASONS[1:]
PERCENTILES = (10, 50, 90)
FIRM_BINS = tuple(k / 10 for k in range(13))
"""Lower ends of the classes of firms' utilization; the last is open."""
MIN_WORKING_DAYS = 10
FEBRUARY = 1
SECOND_HALF = range(6, 12)
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Sums:
    """What measures are made of."""

    work: Work
    demand: Demand
    plans: Plans
    region: Ints
    """(f,): region of each firm."""
    regions: tuple[str, ...]
    tier: Ints
    """(f,): digital tier of each firm."""
    participates: Bools
    members: Ints
    """(months, 2): firms and brands the brain serves at the end of each measured month."""
    cycle_days: Floats
    """Of the large T-shirt orders of one region."""
    procurement: Procurement
    money: Money


def sums_of(rows: Rows) -> Sums:
    """Add up what the measures of one arm are made of."""
    cluster = rows.cluster
    return Sums(
        work_of(rows),
        demand_of(rows),
        plans_of(rows),
        cluster.firms.region,
        cluster.regions.key,
        cluster.firms.tier,
        rows.participates,
        rows.members,
        t_shirt_cycles(rows),
        procurement_of(rows),
        money_of(rows),
    )


def utilization(s: Sums) -> float:
    """Good standard minutes over sustainable capacity."""
    return _ratio(s.work.good.sum(), s.work.capacity.sum())


def utilization_unweighted(s: Sums) -> float:
    """Mean over firms."""
    each = _firm_utilizations(s)
    return float(each.mean()) if len(each) else NAN


def utilization_plateau(s: Sums) -> float:
    """Good standard minutes over those of the plateau."""
    return _ratio(s.work.good.sum(), s.work.plateau.sum())


def utilization_busy(s: Sums) -> float:
    """Busy over available line time."""
    return _ratio(_minutes(s, BUSY), _minutes(s, SCHEDULED))


def utilization_of(s: Sums, which: Bools) -> float:
    """Utilization of some of the firms."""
    return _ratio(s.work.good[which].sum(), s.work.capacity[which].sum())


def utilization_by_region(s: Sums) -> dict[str, float]:
    """Utilization of the firms of each region."""
    return {key: utilization_of(s, s.region == g) for g, key in enumerate(s.regions)}


def utilization_by_tier(s: Sums) -> dict[str, float]:
    """Utilization of the firms of each digital tier."""
    return {key: utilization_of(s, s.tier == place) for place, key in enumerate(TIERS)}


def utilization_percentiles(s: Sums) -> dict[str, float]:
    """Percentiles over firms."""
    each = _firm_utilizations(s)
    return {f"p{p}": float(np.percentile(each, p)) if len(each) else NAN for p in PERCENTILES}


def utilization_by_month(s: Sums) -> dict[str, float]:
    """Utilization of the measured days of each calendar month."""
    parts = zip(_month_names(s), s.work.part_month_good, s.work.part_month_capacity, strict=True)
    return {name: _ratio(good, capacity) for name, good, capacity in parts}


def members_by_month(s: Sums, kind: int) -> dict[str, float]:
    """Firms (kind 0) or brands (kind 1) that the brain serves at the end of each month."""
    return dict(zip(_month_names(s), s.members[:, kind].tolist(), strict=True))


def firms_by_utilization(s: Sums) -> dict[str, float]:
    """Share of firms in each class of utilization."""
    each = _firm_utilizations(s)
    # a hair up, so that a utilization of exactly .3 stands in the class that begins there
    place = np.searchsorted(FIRM_BINS, each + 1e-9, side="right") - 1
    count = np.bincount(np.maximum(place, 0), minlength=len(FIRM_BINS))
    return {f"{low:.1f}": _ratio(n, len(each)) for low, n in zip(FIRM_BINS, count, strict=True)}


def gini_utilization(s: Sums) -> float:
    """Gini coefficient over firms: half the mean difference over the mean."""
    each = np.sort(_firm_utilizations(s))
    rank = 2 * np.arange(1, len(each) + 1) - len(each) - 1
    return _ratio((rank * each).sum(), len(each) * each.sum())


def load(s: Sums) -> float:
    """Standard minutes ordered over sustainable capacity."""
    return _ratio(s.demand.standard_min.sum(), s.work.capacity.sum())


def fill_rate(s: Sums) -> float:
    """Pieces in time over pieces ordered."""
    return _ratio(s.demand.on_time.sum(), s.demand.pieces.sum())


def on_time_share(s: Sums) -> float:
    """Pieces in time over pieces delivered."""
    return _ratio(s.demand.on_time.sum(), s.demand.delivered.sum())


def fill_rate_by_region(s: Sums) -> dict[str, float]:
    """What the firms of each region add to the fill rate."""
    total = s.demand.pieces.sum()
    return {
        key: _ratio(one, total) for key, one in zip(s.regions, s.demand.region_on_time, strict=True)
    }


def on_time_share_by_region(s: Sums) -> dict[str, float]:
    """Pieces in time over pieces delivered, of those sewn in each region."""
    parts = zip(s.regions, s.demand.region_on_time, s.demand.region_delivered, strict=True)
    return {key: _ratio(on_time, delivered) for key, on_time, delivered in parts}


def lost_share(s: Sums) -> float:
    """Pieces lost over pieces ordered."""
    return _ratio(s.demand.lost.sum(), s.demand.pieces.sum())


def lost_share_by_cause(s: Sums) -> dict[str, float]:
    """The same by last reason of refusal."""
    lost = np.bincount(s.demand.lost_cause, s.demand.lost, minlength=len(REASONS))
    total = s.demand.pieces.sum()
    return {cause: _ratio(lost[code], total) for code, cause in enumerate(REASONS) if code}


def pieces_per_worker_day(s: Sums) -> float:
    """Pieces sewn per attended worker-day."""
    return _ratio(s.work.sewn_pieces, s.work.worker_days)


def pieces_per_worker_day_best_month(s: Sums) -> float:
    """The highest of any month with enough working days."""
    enough = s.work.month_working_days >= MIN_WORKING_DAYS
    each = _ratios(s.work.month_sewn_pieces[enough], s.work.month_worker_days[enough])
    return float(each.max()) if len(each) else NAN


def best_month_over_february(s: Sums) -> float:
    """Output of the best later month over that of February."""
    february = s.work.month_good[s.work.month == FEBRUARY]
    later = s.work.month_good[np.isin(s.work.month, SECOND_HALF)]
    return _ratio(later.max(), february.mean()) if len(february) and len(later) else NAN


def lead_time_days(s: Sums) -> float:
    """Days from order to arrival of the mean delivered piece."""
    return _piece_mean_days(s, s.demand.lead_min)


def tardiness_days(s: Sums) -> float:
    """Days late of the mean delivered piece."""
    return _piece_mean_days(s, s.demand.tardiness_min)


def t_shirt_cycle_days(s: Sums) -> float:
    """Median cycle of a large T-shirt order over several lines."""
    return float(np.median(s.cycle_days)) if len(s.cycle_days) else NAN


def firms_per_order(s: Sums) -> float:
    """Distinct firms of the mean placed order."""
    placed = s.demand.firms[s.demand.firms > 0]
    return _ratio(placed.sum(), len(placed))


def rounding_cost_share(s: Sums) -> float:
    """What whole lots cost above the plan they are made of."""
    return _ratio(s.plans.lot_cost - s.plans.lp_cost, s.plans.lp_cost)


def rounding_shed_share(s: Sums) -> float:
    """What whole lots serve below the plan they are made of."""
    return _ratio(s.plans.lp_served_min - s.plans.lot_served_min, s.plans.lp_served_min)


def ledger(s: Sums) -> dict[str, float]:
    """Share of each cause in all clock minutes."""
    total = _minutes(s, CAUSES)
    return {cause: _ratio(_minutes(s, (cause,)), total) for cause in CAUSES}


def ledger_scheduled(s: Sums) -> dict[str, float]:
    """Share of each scheduled cause in scheduled minutes."""
    total = _minutes(s, SCHEDULED)
    return {cause: _ratio(_minutes(s, (cause,)), total) for cause in SCHEDULED}


def _month_names(s: Sums) -> list[str]:
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in s.work.part_month.tolist()]


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else NAN


def _ratios(part: Floats, whole: Floats) -> Floats:
    """Element by element, without those of an empty whole."""
    return part[whole > 0] / whole[whole > 0]


def _firm_utilizations(s: Sums) -> Floats:
    return _ratios(s.work.good, s.work.capacity)


def _minutes(s: Sums, causes: Iterable[str]) -> int:
    return int(sum(s.work.clock_min[CAUSES.index(cause)] for cause in causes))


def _piece_mean_days(s: Sums, minutes: Ints) -> float:
    pieces = s.demand.delivered[s.demand.completed]
    return _ratio((minutes[s.demand.completed] * pieces).sum(), pieces.sum() * DAY_MIN)
