"""A planner's own firms, lanes and committed work in place of drawn ones.

What a table leaves open is drawn as for any firm, keyed by the firm's row.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.cluster.columns import (
    Committed,
    Days,
    Firms,
    Floats,
    Ints,
    Lines,
    Regions,
    nothing_committed,
)
from kidswear_brain.cluster.dates import LOAD_YEAR_DAYS, days_between, working
from kidswear_brain.cluster.firms import MINUTES_PER_DAY, lay_lines
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.sustainable import Kappa
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.tables import Lanes, OwnTables, Skills

_LEAST_RATE = 1.0
"""Standard minutes of a line a day below which kappa has no nodes."""


def own_regions(regions: Regions, lanes: Lanes) -> Regions:
    """Give regions the lead and the freight of the lanes between them and the hub.

    The hub is the first region, and its own lane leads from it to itself. Out and back are one
    number here, so two lanes count by their mean, one alone for both ways. A lane has one price:
    consolidated and ad hoc freight are the same. A region without a lane keeps what it has.
    """
    lead = regions.lead_min.astype(np.float64)
    freight, ad_hoc = regions.freight.copy(), regions.freight_ad_hoc.copy()
    hub = regions.key[0]
    for place, key in enumerate(regions.key):
        out = (lanes.from_region == hub) & (lanes.to_region == key)
        ways = out | ((lanes.from_region == key) & (lanes.to_region == hub))
        if ways.any():
            lead[place] = lanes.lead_days[ways].mean() * MINUTES_PER_DAY
            freight[place] = ad_hoc[place] = lanes.cost_per_piece[ways].mean()
    return Regions(regions.key, half_up(lead), freight, ad_hoc)


def own_firms(
    scenario: Scenario, own: OwnTables, drawn: Firms, kappa: Kappa
) -> tuple[Firms, Lines]:
    """Put a planner's firms in place of as many drawn ones.

    Parameters
    ----------
    own : a table of firms, perhaps one of skills, lanes and so on.
    drawn : firms drawn for the same rows; they keep wage and digital tier, and skills and capital
        not given. A line efficiency that is given holds as it is, whatever the tier.
    kappa : sustainable share of a line's plateau.
    """
    table = own.firms
    if table is None:
        raise ValueError("own_firms: found no table of firms")
    place = {key: number for number, key in enumerate(scenario.regions)}
    firms = replace(
        drawn,
        firm_id=tuple(table.firm_id.tolist()),
        region=np.array([place[key] for key in table.region.tolist()], dtype=np.int64),
        workers=half_up(table.workers),
    )
    if own.skills is not None:
        firms = _skilled(firms, own.skills, tuple(scenario.categories))
    # Minutes a day are given by hours, or by what all workers together attend.
    hours = np.where(
        np.isnan(table.capacity_min_per_day),
        60 * table.hours_per_day,
        table.capacity_min_per_day / firms.workers,
    )
    firms = replace(firms, shift_min=half_up(hours))
    rate = np.maximum(firms.plateau * firms.shift_min, _LEAST_RATE)
    lines, first_line = lay_lines(scenario, firms.workers, rate, firms.tier, kappa)
    per_day = np.add.reduceat(lines.capacity_per_day, first_line[:-1])
    firms = replace(firms, first_line=first_line, capacity_per_day=per_day)
    return _funded(scenario, firms, table.own_capital_cny), lines


def own_committed(scenario: Scenario, own: OwnTables, firms: Firms) -> Committed:
    """Spread committed operator-minutes evenly over the firm's working days among their days.

    Of what exceeds the firm's minutes in those days nothing is left to take, nor is there of work
    on days that all rest.
    """
    table = own.committed
    if table is None:
        return nothing_committed()
    place = {key: number for number, key in enumerate(firms.firm_id)}
    firm = np.array([place[key] for key in table.firm_id.tolist()], dtype=np.int64)
    first, end = half_up(table.from_day), half_up(table.to_day) + 1
    days = _working_days(scenario, first, end)
    per_day = (firms.workers * firms.shift_min)[firm]
    share = np.minimum(table.operator_min / np.maximum(days * per_day, 1), 1.0)
    return Committed(firm, first, end, np.where(days > 0, share, 0.0))


def busy_share(committed: Committed, firm: Ints, days: Days) -> Floats:
    """(r, d): share of the scheduled minutes of some firms that committed work takes each day.

    Parameters
    ----------
    committed : what firms are busy with.
    firm : (r,) numbers of the firms; -1 is nobody and never busy.
    days : the days asked for.
    """
    share = np.zeros((firm.size, days.rest.size))
    columns = (committed.firm, committed.first_day, committed.end_day, committed.share)
    for who, first, end, part in zip(*(column.tolist() for column in columns), strict=True):
        some = slice(max(first - days.first, 0), max(end - days.first, 0))
        share[firm == who, some] += part
    return np.minimum(share, 1.0)


def _skilled(firms: Firms, skills: Skills, categories: tuple[str, ...]) -> Firms:
    """Take plateau, skill factors and piece rate from the rows of each firm.

    The plateau is the efficiency in the firm's best category, a skill the share of it reached in
    another, the piece rate that of the best category: the simulation knows one rate a firm.
    """
    row = {key: number for number, key in enumerate(firms.firm_id)}
    column = {key: number for number, key in enumerate(categories)}
    firm = [row[key] for key in skills.firm_id.tolist()]
    category = [column[key] for key in skills.category.tolist()]
    efficiency = np.zeros((len(row), len(column)))
    cost = np.zeros_like(efficiency)
    efficiency[firm, category] = skills.line_efficiency
    cost[firm, category] = skills.cost_per_smv
    best = efficiency.argmax(axis=1)
    every = np.arange(len(row))
    plateau = efficiency[every, best]
    return replace(
        firms,
        plateau=plateau,
        skill=efficiency / plateau[:, None],
        piece_rate=cost[every, best],
    )


def _funded(scenario: Scenario, firms: Firms, own_capital_cny: Floats) -> Firms:
    """Turn own capital into days of sustainable output, paid at the firm's piece rate."""
    year = days_between(scenario.calendar, 0, LOAD_YEAR_DAYS)
    per_day = firms.capacity_per_day * working(year).sum() / LOAD_YEAR_DAYS * firms.piece_rate
    given: NDArray[np.bool_] = ~np.isnan(own_capital_cny)
    days = np.full(per_day.shape, np.inf)
    np.divide(own_capital_cny, per_day, out=days, where=per_day > 0)
    return replace(firms, own_capital_days=np.where(given, days, firms.own_capital_days))


def _working_days(scenario: Scenario, first: Ints, end: Ints) -> Ints:
    """(k,): working days from first to end, end not included."""
    if not first.size:
        return np.zeros(0, dtype=np.int64)
    calendar, low = scenario.calendar, -scenario.calendar.warmup_days
    high = calendar.days + calendar.followup_days
    low, high = min(int(first.min()), low), max(int(end.max()), high)
    so_far = np.concatenate([[0], np.cumsum(working(days_between(calendar, low, high)))])
    return np.asarray(so_far[end - low] - so_far[first - low], dtype=np.int64)
