"""The measures: one definition each, in a fixed order (MODEL section 7).

A measure is computed from the sums of the measured window alone; a measure of an empty thing is
nan. Families (names ending in capitals) give one value per region, cause or percentile.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Bools, Floats, Ints
from kidswear_brain.results.window import DAY_MIN, Demand, Work, demand_of, work_of
from kidswear_brain.simulation.rows import CAUSES, REASONS, Rows

UNSCHEDULED = ("shut_down", "off_shift")
"""Causes of minutes nobody is scheduled for; overtime shortens off_shift."""
SCHEDULED = tuple(cause for cause in CAUSES if cause not in UNSCHEDULED)
BUSY = ("change_over", "producing", "rework", "off_skill", "learning")
LOST_CAUSES = REASONS[1:]
PERCENTILES = (10, 50, 90)
MIN_WORKING_DAYS = 10
FEBRUARY = 1
SECOND_HALF = range(6, 12)
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Sums:
    """What measures are made of."""

    work: Work
    demand: Demand
    region: Ints
    """(f,): region of each firm."""
    regions: tuple[str, ...]
    participates: Bools


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of the registry: a measure, or a family whose name ends in capitals."""

    name: str
    unit: str
    definition: str
    source: str
    compute: Callable[[Sums], float | Mapping[str, float]]
    """The value; for a family the values by what replaces the capitals."""


def measure(rows: Rows) -> dict[str, float]:
    """Compute every measure of one arm, by name, in the order of the registry."""
    cluster = rows.cluster
    sums = Sums(
        work_of(rows), demand_of(rows), cluster.firms.region, cluster.regions.key, rows.participates
    )
    values: dict[str, float] = {}
    for entry in MEASURES:
        value = entry.compute(sums)
        if isinstance(value, Mapping):
            stem = family_stem(entry.name)
            values.update({stem + key: float(one) for key, one in value.items()})
        else:
            values[entry.name] = float(value)
    return values


def family_stem(name: str) -> str:
    """Take the capitals off the name of a family: ``ledger_CAUSE`` -> ``ledger_``."""
    return name.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else NAN


def _ratios(part: Floats, whole: Floats) -> Floats:
    """Element by element, without those of an empty whole."""
    return part[whole > 0] / whole[whole > 0]


def _utilization(s: Sums) -> float:
    return _ratio(s.work.good.sum(), s.work.capacity.sum())


def _firm_utilizations(s: Sums) -> Floats:
    return _ratios(s.work.good, s.work.capacity)


def _unweighted(s: Sums) -> float:
    each = _firm_utilizations(s)
    return float(each.mean()) if len(each) else NAN


def _plateau(s: Sums) -> float:
    return _ratio(s.work.good.sum(), s.work.plateau.sum())


def _minutes(s: Sums, causes: Iterable[str]) -> int:
    return int(sum(s.work.clock_min[CAUSES.index(cause)] for cause in causes))


def _busy(s: Sums) -> float:
    return _ratio(_minutes(s, BUSY), _minutes(s, SCHEDULED))


def _of_firms(s: Sums, which: Bools) -> float:
    return _ratio(s.work.good[which].sum(), s.work.capacity[which].sum())


def _by_region(s: Sums) -> dict[str, float]:
    return {key: _of_firms(s, s.region == g) for g, key in enumerate(s.regions)}


def _percentiles(s: Sums) -> dict[str, float]:
    each = _firm_utilizations(s)
    return {f"p{p}": float(np.percentile(each, p)) if len(each) else NAN for p in PERCENTILES}


def _gini(s: Sums) -> float:
    each = np.sort(_firm_utilizations(s))
    rank = 2 * np.arange(1, len(each) + 1) - len(each) - 1
    return _ratio((rank * each).sum(), len(each) * each.sum())


def _load(s: Sums) -> float:
    return _ratio(s.demand.standard_min.sum(), s.work.capacity.sum())


def _fill_rate(s: Sums) -> float:
    return _ratio(s.demand.on_time.sum(), s.demand.pieces.sum())


def _on_time_share(s: Sums) -> float:
    return _ratio(s.demand.on_time.sum(), s.demand.delivered.sum())


def _lost_share(s: Sums) -> float:
    return _ratio(s.demand.lost.sum(), s.demand.pieces.sum())


def _lost_by_cause(s: Sums) -> dict[str, float]:
    lost = np.bincount(s.demand.lost_cause, s.demand.lost, minlength=len(REASONS))
    total = s.demand.pieces.sum()
    return {cause: _ratio(lost[code], total) for code, cause in enumerate(REASONS) if code}


def _piece_mean_days(s: Sums, minutes: Ints) -> float:
    pieces = s.demand.delivered[s.demand.completed]
    return _ratio((minutes[s.demand.completed] * pieces).sum(), pieces.sum() * DAY_MIN)


def _per_worker_day(s: Sums) -> float:
    return _ratio(s.work.sewn_pieces, s.work.worker_days)


def _per_worker_day_best(s: Sums) -> float:
    enough = s.work.month_working_days >= MIN_WORKING_DAYS
    each = _ratios(s.work.month_sewn_pieces[enough], s.work.month_worker_days[enough])
    return float(each.max()) if len(each) else NAN


def _best_over_february(s: Sums) -> float:
    february = s.work.month_good[s.work.month == FEBRUARY]
    later = s.work.month_good[np.isin(s.work.month, SECOND_HALF)]
    return _ratio(later.max(), february.mean()) if len(february) and len(later) else NAN


def _firms_per_order(s: Sums) -> float:
    placed = s.demand.firms[s.demand.firms > 0]
    return _ratio(placed.sum(), len(placed))


def _ledger(s: Sums) -> dict[str, float]:
    total = _minutes(s, CAUSES)
    return {cause: _ratio(_minutes(s, (cause,)), total) for cause in CAUSES}


def _ledger_scheduled(s: Sums) -> dict[str, float]:
    total = _minutes(s, SCHEDULED)
    return {cause: _ratio(_minutes(s, (cause,)), total) for cause in SCHEDULED}


_S7 = "MODEL 7"
_S8 = "MODEL 8"

MEASURES: tuple[Measure, ...] = (
    Measure(
        "utilization",
        "share, may exceed 1",
        "good standard minutes worked on measured days / sustainable capacity: the sum over lines "
        "of capacity a scheduled day x scheduled working days of the window, shocks not deducted",
        "MODEL 1.3, 7",
        _utilization,
    ),
    Measure(
        "utilization_unweighted",
        "share",
        "plain mean over firms of each firm's utilization; can rise by moving work to small firms",
        "MODEL 1.5, 7",
        _unweighted,
    ),
    Measure(
        "utilization_plateau",
        "share",
        "good standard minutes / standard minutes if every post were attended and every line at "
        "its plateau on all scheduled working days: no minute for change-over or learning",
        _S7,
        _plateau,
    ),
    Measure(
        "utilization_busy",
        "share",
        "busy / available line time: clock minutes of change_over, producing, rework, off_skill "
        "and learning / all clock minutes but shut_down and off_shift (scheduled + overtime)",
        _S7,
        _busy,
    ),
    Measure(
        "utilization_participants",
        "share",
        "utilization of the firms on the manufacturing platform in this scenario, the same firms "
        "in both arms",
        _S7,
        lambda s: _of_firms(s, s.participates),
    ),
    Measure(
        "utilization_region_REGION",
        "share",
        "utilization of the firms of one region",
        _S7,
        _by_region,
    ),
    Measure(
        "utilization_firm_PERCENTILE",
        "share",
        "10th, 50th and 90th percentile over firms (not weighted) of a firm's utilization",
        _S7,
        _percentiles,
    ),
    Measure(
        "gini_utilization",
        "0-1",
        "Gini coefficient over firms (not weighted) of a firm's utilization: 0 = all alike",
        _S7,
        _gini,
    ),
    Measure(
        "orders",
        "orders",
        "orders whose order date lies in the measured window; the same in both arms. All order "
        "measures speak of these",
        _S8,
        lambda s: len(s.demand.pieces),
    ),
    Measure(
        "load",
        "share",
        "standard minutes of those orders, lost ones included / sustainable capacity of the "
        "window: what utilization would be if every piece ordered were sewn in it",
        "MODEL 2d",
        _load,
    ),
    Measure(
        "fill_rate",
        "share of pieces ordered",
        "pieces delivered by the due date / pieces ordered",
        _S7,
        _fill_rate,
    ),
    Measure(
        "on_time_share",
        "share of pieces delivered",
        "pieces delivered by the due date / pieces delivered",
        _S7,
        _on_time_share,
    ),
    Measure(
        "lost_share",
        "share of pieces ordered",
        "pieces no firm ever accepted / pieces ordered",
        _S7,
        _lost_share,
    ),
    Measure(
        "lost_share_CAUSE",
        "share of pieces ordered",
        "the same by the last reason of refusal; sums to lost_share",
        _S7,
        _lost_by_cause,
    ),
    Measure(
        "lead_time_days",
        "days",
        "days from order date to arrival of the order's last lot, completed orders, weighted by "
        "delivered pieces: how long the mean piece was waited for",
        _S7,
        lambda s: _piece_mean_days(s, s.demand.lead_min),
    ),
    Measure(
        "tardiness_days",
        "days",
        "days late (0 if in time), completed orders, weighted by delivered pieces",
        _S7,
        lambda s: _piece_mean_days(s, s.demand.tardiness_min),
    ),
    Measure(
        "pieces_per_worker_day",
        "pieces/worker-day",
        "pieces of lots whose sewing ended on a measured day, rejects included / attended "
        "worker-days (attended minutes, idle and overtime included, / scheduled minutes a day)",
        _S8,
        _per_worker_day,
    ),
    Measure(
        "pieces_per_worker_day_best_month",
        "pieces/worker-day",
        "the highest of the same by calendar month, over months that lie wholly in the window and "
        f"have at least {MIN_WORKING_DAYS} working days",
        _S8,
        _per_worker_day_best,
    ),
    Measure(
        "best_month_over_february",
        "ratio",
        "good standard minutes of the best month of July to December / those of February (mean of "
        "Februaries), months wholly in the window only",
        _S8,
        _best_over_february,
    ),
    Measure(
        "firms_per_order",
        "firms/order",
        "mean number of distinct firms with a lot of the order, over orders with a lot",
        "MODEL 6",
        _firms_per_order,
    ),
    Measure(
        "ledger_CAUSE",
        "share of clock minutes",
        "clock minutes of one cause / all clock minutes of all lines on measured days; the 14 sum "
        "to 1",
        _S7,
        _ledger,
    ),
    Measure(
        "ledger_scheduled_CAUSE",
        "share of scheduled minutes",
        "clock minutes of one cause / all clock minutes but shut_down and off_shift; the 12 sum "
        "to 1",
        _S7,
        _ledger_scheduled,
    ),
)
"""Every measure, in the order of the screen and of the tables."""
