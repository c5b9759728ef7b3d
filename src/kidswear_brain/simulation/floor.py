"""From a cluster to the shop floor that the kernels work on: calendars, attendance, cash limits."""

import datetime as dt

import numpy as np

from kidswear_brain.cluster.columns import Cluster, Floats, Ints
from kidswear_brain.cluster.dates import LOAD_YEAR_DAYS, days_between, working
from kidswear_brain.cluster.own_firms import busy_share
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.tiers import changeover_factors
from kidswear_brain.scenario.model import Scenario, Shock
from kidswear_brain.services import Conditions
from kidswear_brain.simulation.rows import CAUSES
from kidswear_brain.simulation.state import (
    DAY_OF,
    FIRM,
    HORIZON_DAYS,
    KNOT_FILLED,
    KNOT_FIRMS,
    KNOT_NEXT,
    NONE,
    Array,
    Physics,
    Works,
    empty_lots,
    idle_lines,
)

_OPENING = 8 * 60
_MONTH_DAYS = 30.0
_MOST_VACANT = 0.95


def build_works(scenario: Scenario, cluster: Cluster, conditions: Conditions) -> Works:
    """Build an empty shop floor at the begin of the warm-up."""
    lines, first_day = cluster.lines, cluster.days.first
    shape = lines.firm.size, cluster.days.rest.size
    days = days_between(scenario.calendar, first_day, _horizon(cluster))
    firms = _firms(scenario, cluster)
    row, calendar = _calendar(scenario, cluster, conditions, ())
    firms["row"] = row
    _set_finance(firms, scenario, cluster, conditions)
    knots, first_knot = _knots(cluster)
    return Works(
        first_day=first_day,
        physics=_physics(scenario),
        firms=firms,
        lines=idle_lines(lines.firm, lines.posts, lines.plateau_per_day, first_day * 1440),
        lots=empty_lots(64),
        lot_count=np.zeros(1, dtype=np.int64),
        skill=cluster.firms.skill,
        calendar=calendar,
        shut_down=days.shut_down,
        month=days.month,
        repay=np.zeros((firms.size, shape[1])),
        knots=knots,
        knot_count=np.array([len(knots)]),
        first_knot=first_knot,
        turn=np.zeros(shape[0], dtype=np.int64),
        turn_end=np.zeros(shape[0]),
        today=np.zeros((shape[0], len(CAUSES))),
        clock_min=np.zeros((*shape, len(CAUSES)), dtype=np.int16),
        good_min=np.zeros(shape),
        attended_min=np.zeros(shape),
    )


def refitted(
    works: Works,
    scenario: Scenario,
    cluster: Cluster,
    conditions: Conditions,
    begun: tuple[Shock, ...],
) -> Works:
    """Return the same floor with calendar and cash limits as services and shocks now have them."""
    works.firms["row"], calendar = _calendar(scenario, cluster, conditions, begun)
    _set_finance(works.firms, scenario, cluster, conditions)
    return works._replace(calendar=calendar)


def day_number(scenario: Scenario, date: dt.date) -> int:
    """Days from calendar.start to a date."""
    return (date - scenario.calendar.start).days


def _horizon(cluster: Cluster) -> int:
    return cluster.days.first + cluster.days.rest.size + HORIZON_DAYS


def _calendar(
    scenario: Scenario, cluster: Cluster, conditions: Conditions, begun: tuple[Shock, ...]
) -> tuple[Ints, Array]:
    """Return each firm's row, and (rows, days) DAY_OF.

    Firms that share region, shift and hiring times share a row; one with committed work has its
    own.
    """
    firms, labor = cluster.firms, scenario.labor
    number = np.arange(firms.region.size)
    busy = np.where(np.isin(number, cluster.committed.firm), number, -1)
    alike = np.column_stack(
        [firms.region, firms.shift_min, conditions.fill_days, conditions.gap_decay_days, busy]
    ).astype(np.float64)
    kinds, row = np.unique(alike, axis=0, return_inverse=True)
    days = days_between(scenario.calendar, cluster.days.first, _horizon(cluster))
    calendar = np.zeros((kinds.shape[0], days.rest.size), dtype=DAY_OF)
    scheduled = np.where(working(days), kinds[:, 1:2].astype(np.int64), 0)
    region = kinds[:, 0].astype(np.int64)
    lost = _lost_share(scenario, region, days.first, days.rest.size, begun)
    # What is promised already takes its part of what shocks leave.
    taken = busy_share(cluster.committed, kinds[:, 4].astype(np.int64), days)
    calendar["shocked"] = half_up((lost + taken * (1 - lost)) * scheduled)
    calendar["available"] = scheduled - calendar["shocked"]
    gap = labor.festival_gap_share * np.exp(-days.since_festival / kinds[:, 3:4])
    steady = labor.turnover_share_per_month / _MONTH_DAYS * kinds[:, 2:3]
    calendar["vacancy"] = np.minimum(steady + gap, _MOST_VACANT)
    absence = np.where(days.harvest, labor.harvest_absence_share, labor.absence_share)
    calendar["absence"] = (1 - calendar["vacancy"]) * absence
    return row.ravel().astype(np.int64), calendar


def _lost_share(
    scenario: Scenario, region: Ints, first: int, days: int, shocks: tuple[Shock, ...]
) -> Floats:
    """(rows, days): share of the scheduled minutes that shocks take; several act one on another."""
    kept = np.ones((region.size, days))
    keys = list(scenario.regions)
    for shock in shocks:
        hit = np.array(
            [shock.regions is None or keys[r] in shock.regions for r in region], dtype=np.bool_
        )
        begin = max(day_number(scenario, shock.first_day) - first, 0)
        end = max(day_number(scenario, shock.last_day) - first + 1, 0)
        kept[hit, begin:end] *= 1 - shock.capacity_lost_share
    return np.asarray(1 - kept)


def _physics(scenario: Scenario) -> Physics:
    line = scenario.line
    return Physics(
        loss=line.learning_loss_share,
        tau=line.learning_days,
        changeover_days=line.changeover_days,
        same_family_changeover=line.same_family_changeover_share,
        carryover=line.carryover_share,
        reject=line.reject_share,
        rework=line.rework_share,
        new_brand_rework=line.new_brand_rework_share,
        min_lot_days=line.min_lot_days,
        overtime_day_min=60.0 * line.overtime_hours_per_day,
        overtime_month_min=60.0 * line.overtime_hours_per_month,
        overtime_backlog_days=line.overtime_backlog_days,
    )


def _firms(scenario: Scenario, cluster: Cluster) -> Array:
    """(f,) FIRM, row and finance still to be set."""
    columns = cluster.firms
    firms = np.zeros(columns.region.size, dtype=FIRM)
    overtime = half_up(60 * scenario.line.overtime_hours_per_day)
    firms["first_line"], firms["end_line"] = columns.first_line[:-1], columns.first_line[1:]
    firms["plateau"] = columns.plateau
    firms["lead_min"] = cluster.regions.lead_min[columns.region]
    firms["shift_min"] = columns.shift_min
    factor = changeover_factors(scenario.digital)[columns.tier]
    firms["changeover_min"] = columns.shift_min * factor
    firms["open_min"] = np.clip(1440 - columns.shift_min - overtime, 0, _OPENING)
    firms["offer_day"] = cluster.days.first - 1
    return firms


def _set_finance(
    firms: Array, scenario: Scenario, cluster: Cluster, conditions: Conditions
) -> None:
    """Set the standard minutes that working capital carries, and when customers pay.

    Own capital and, with access, credit count in days of sustainable output.
    """
    firms["receivable_min"] = conditions.receivable_min
    firms["limit"] = np.inf
    if not scenario.finance.unlimited_credit:
        year = days_between(scenario.calendar, 0, LOAD_YEAR_DAYS)
        per_day = cluster.firms.capacity_per_day * working(year).sum() / LOAD_YEAR_DAYS
        borrowed = np.where(conditions.credit, scenario.finance.credit_days, 0.0)
        firms["limit"] = (cluster.firms.own_capital_days + borrowed) * per_day


def _knots(cluster: Cluster) -> tuple[Array, Ints]:
    """Return knots, and the first of each brand: it has worked with the firms it knows."""
    brands = cluster.brands
    count = np.diff(brands.first_known)
    needed = -(-count // KNOT_FIRMS)
    first = np.concatenate([[0], np.cumsum(needed)])
    knots = np.zeros((first[-1], KNOT_NEXT + 1), dtype=np.int32)
    number = np.arange(brands.known.size) - np.repeat(brands.first_known[:-1], count)
    knot, column = np.divmod(number, KNOT_FIRMS)
    knot += np.repeat(first[:-1], count)
    knots[knot, column] = brands.known
    knots[:, KNOT_FILLED] = np.bincount(knot, minlength=len(knots))
    knots[:, KNOT_NEXT] = np.arange(1, len(knots) + 1)
    knots[first[1:][needed > 0] - 1, KNOT_NEXT] = NONE
    return knots, np.where(needed > 0, first[:-1], NONE)
