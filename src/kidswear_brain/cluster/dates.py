"""The calendar of the simulated days: rest days, Spring Festival, harvest, months, seasons."""

import datetime as dt
from typing import Literal

import numpy as np
from lunardate import LunarDate

from kidswear_brain.cluster.columns import Bools, Days, Floats, Ints
from kidswear_brain.scenario.model import Calendar, Scenario

LOAD_YEAR_DAYS = 365


def simulated_days(calendar: Calendar) -> Days:
    """Return the calendar of every simulated day, warm-up and follow-up included."""
    total = calendar.warmup_days + calendar.days + calendar.followup_days
    return days_between(calendar, -calendar.warmup_days, total - calendar.warmup_days)


def days_between(calendar: Calendar, first: int, end: int) -> Days:
    """Return the calendar of days first to end (not included), counted from calendar.start."""
    number = np.arange(first, end)
    dates = [calendar.start + dt.timedelta(days=int(day)) for day in number]
    ends, shut_down = _festivals(calendar, dates)
    return Days(
        first=first,
        rest=np.array([date.isoweekday() == calendar.rest_weekday for date in dates], dtype=bool),
        shut_down=shut_down,
        month=np.array([12 * date.year + date.month - 1 for date in dates], dtype=np.int64),
        since_festival=_days_since(dates, ends),
        harvest=np.array([date.month in calendar.harvest_months for date in dates], dtype=bool),
        measured=(number >= 0) & (number < calendar.days),
    )


def order_shares(scenario: Scenario, days: Days) -> Floats:
    """Share of a nominal year's orders that falls on each day (sums to about 1 over a year).

    A month's share (its index over the sum of the twelve) is spread evenly over its open days:
    neither rest days nor the shut-down (MODEL section 2b).
    """
    index = np.array(scenario.demand.month_index)
    index = index / index.sum()
    open_days = working(days)
    month, place = np.unique(days.month, return_inverse=True)
    whole = np.array([_open_days_of_month(scenario.calendar, int(m)) for m in month])
    share = np.where(whole > 0, index[month % 12] / np.maximum(whole, 1), 0.0)
    return np.where(open_days, share[place], 0.0)


def category_shares(scenario: Scenario) -> Floats:
    """(12, categories): the mix of each calendar month, normalized month by month."""
    rows = [
        [c.share * c.month_factors[month] for c in scenario.categories.values()]
        for month in range(12)
    ]
    mix = np.array(rows, dtype=np.float64)
    return np.asarray(mix / mix.sum(axis=1, keepdims=True))


def annual_mix(scenario: Scenario) -> Floats:
    """(categories,): share of each category in the orders of the load year."""
    days = days_between(scenario.calendar, 0, LOAD_YEAR_DAYS)
    weight = np.bincount(days.month % 12, weights=order_shares(scenario, days), minlength=12)
    mix = weight @ category_shares(scenario)
    return np.asarray(mix / mix.sum())


def shock_factor(
    scenario: Scenario, days: Days, name: Literal["demand_factor", "material_price_factor"]
) -> Floats:
    """(d,): product of one factor of the shocks that act on each day, wherever they hit firms."""
    factor = np.ones(days.rest.size)
    for shock in scenario.shocks:
        first = (shock.first_day - scenario.calendar.start).days - days.first
        end = (shock.last_day - scenario.calendar.start).days - days.first + 1
        factor[max(first, 0) : max(end, 0)] *= getattr(shock, name)
    return factor


def working(days: Days) -> Bools:
    """Whether each day is a scheduled working day."""
    return ~(days.rest | days.shut_down)


def _open_days_of_month(calendar: Calendar, month: int) -> int:
    year, number = divmod(month, 12)
    first = dt.date(year, number + 1, 1)
    after = dt.date(year + (number == 11), (number + 1) % 12 + 1, 1)
    start = (first - calendar.start).days
    dates = [calendar.start + dt.timedelta(days=start + k) for k in range((after - first).days)]
    _, shut_down = _festivals(calendar, dates)
    rest = np.array([date.isoweekday() == calendar.rest_weekday for date in dates])
    return int(np.sum(~(rest | shut_down)))


def _festivals(calendar: Calendar, dates: list[dt.date]) -> tuple[list[dt.date], Bools]:
    """Return the end of each shut-down that may matter, and the days shut down."""
    if calendar.festival_days == 0 or not dates:
        return [], np.zeros(len(dates), dtype=bool)
    first = dates[0].toordinal()
    shut_down = np.zeros(len(dates), dtype=bool)
    ends = []
    for year in range(dates[0].year - 1, dates[-1].year + 2):
        begin = LunarDate(year, 1, 1).to_solar_date().toordinal() - calendar.festival_lead_days
        end = begin + calendar.festival_days
        ends.append(dt.date.fromordinal(end))
        shut_down[max(begin - first, 0) : max(end - first, 0)] = True
    return ends, shut_down


def _days_since(dates: list[dt.date], ends: list[dt.date]) -> Floats:
    since = np.full(len(dates), np.inf)
    ordinals: Ints = np.array([date.toordinal() for date in dates], dtype=np.int64)
    for end in ends:
        after = ordinals >= end.toordinal()
        since[after] = ordinals[after] - end.toordinal()
    return since
