"""The calendar: rest days, Spring Festival, harvest, and where a year's orders fall."""

import datetime as dt

import numpy as np
import pytest

from kidswear_brain.cluster import dates
from kidswear_brain.scenario import Scenario
from kidswear_brain.scenario.model import Calendar

START = dt.date(2021, 1, 1)


def _column(date):
    return (date - START).days


def _days(**calendar):
    return dates.days_between(Calendar(**calendar), 0, 800)


@pytest.mark.parametrize("new_year", [dt.date(2021, 2, 12), dt.date(2022, 2, 1)])
def test_spring_festival_shuts_down_22_days_around_the_table_date(new_year):
    days = _days()
    first = _column(new_year) - 11
    assert np.all(days.shut_down[first : first + 22])
    assert not days.shut_down[first - 1]
    assert not days.shut_down[first + 22]
    assert days.since_festival[first + 22] == 0
    assert days.since_festival[first + 32] == 10


def test_a_festival_each_year():
    # of 2023 (22 January) too: 800 days end in March
    assert _days().shut_down.sum() == 66
    assert _days(festival_days=0).shut_down.sum() == 0
    # in the shut-down itself the last festival that ended is the year before's
    assert _days().since_festival[_column(dt.date(2022, 2, 1))] > 300


def test_sundays_rest_and_june_and_october_are_harvest():
    days = _days()
    for column in range(800):
        date = START + dt.timedelta(days=column)
        assert days.rest[column] == (date.weekday() == 6)
        assert days.harvest[column] == (date.month in (6, 10))
        assert days.month[column] == 12 * date.year + date.month - 1
    assert not _days(rest_weekday=None).rest.any()


def test_days_do_not_depend_on_where_the_almanac_is_opened():
    calendar = Calendar()
    whole, part = dates.days_between(calendar, -184, 425), dates.days_between(calendar, 30, 90)
    for name in ("rest", "shut_down", "month", "since_festival", "harvest", "measured"):
        assert np.array_equal(getattr(whole, name)[214:274], getattr(part, name)), name


def test_simulated_days_are_warm_up_window_and_follow_up():
    days = dates.simulated_days(Calendar(days=365, warmup_days=184, followup_days=60))
    assert days.first == -184
    assert days.rest.size == 609
    assert np.flatnonzero(days.measured).tolist() == list(range(184, 549))


def test_orders_of_a_year_follow_the_month_index():
    scenario = Scenario()
    days = dates.days_between(scenario.calendar, 0, 365)
    share = dates.order_shares(scenario, days)
    assert share.sum() == pytest.approx(1, abs=1e-12)
    assert np.all(share[days.rest | days.shut_down] == 0)
    index = np.array(scenario.demand.month_index)
    by_month = np.bincount(days.month % 12, weights=share)
    assert by_month == pytest.approx(index / index.sum())
    for month in range(12):
        some = share[(days.month % 12 == month) & ~days.rest & ~days.shut_down]
        assert np.ptp(some) == 0


def test_part_of_a_month_sees_part_of_its_orders():
    scenario = Scenario()
    whole = dates.order_shares(scenario, dates.days_between(scenario.calendar, 0, 365))
    part = dates.order_shares(scenario, dates.days_between(scenario.calendar, 40, 100))
    assert np.array_equal(whole[40:100], part)


def test_category_shares_are_normalized_month_by_month():
    shares = dates.category_shares(Scenario())
    assert shares.sum(axis=1) == pytest.approx(np.ones(12))
    # MODEL table 2b: padded up to .15 of the mix, uniform .06
    assert shares[:, 7].max() == pytest.approx(0.15, abs=0.02)
    assert shares[:, 8].max() == pytest.approx(0.06, abs=0.01)
