import dataclasses
import math

import numpy as np
import pytest

from kidswear_brain.results.formulas import SCHEDULED
from kidswear_brain.results.measures import MEASURES, family_stem, measure
from kidswear_brain.simulation.rows import CAUSES

WORKING_DAYS = 4  # days 0, 1, 3, 4 of the measured 0 to 5


def test_utilization_by_hand(rows):
    got = measure(rows)
    assert got["utilization"] == pytest.approx(100 / 200)
    assert got["utilization_unweighted"] == pytest.approx((100 / 150 + 0) / 2)
    assert got["utilization_plateau"] == pytest.approx(100 / 400)
    assert got["utilization_busy"] == pytest.approx((600 + 300) / 1800)
    assert got["utilization_participants"] == pytest.approx(100 / 150)
    assert got["utilization_region_zhili"] == pytest.approx(100 / 150)
    assert got["utilization_region_henan"] == 0
    assert got["utilization_firm_p50"] == pytest.approx(50 / 150)
    assert got["utilization_firm_p90"] == pytest.approx(0.9 * 100 / 150)
    assert got["gini_utilization"] == pytest.approx(0.5)


def test_warm_up_and_follow_up_do_not_count(rows):
    before = measure(rows)
    outside = ~rows.cluster.days.measured
    rows.good_min[:, outside] = 1e6
    rows.attended_min[:, outside] = 1e6
    rows.clock_min[:, outside] = 7
    rows.orders.delivered_pieces[0] = 0
    rows.orders.lost_pieces[0] = 100
    rows.orders.completion_min[0] = 10**6
    assert measure(rows) == pytest.approx(before, nan_ok=True)


def test_order_measures_by_hand(rows):
    got = measure(rows)
    assert got["orders"] == 3
    assert got["load"] == pytest.approx((1000 + 1000 + 1000) / (200 * WORKING_DAYS))
    assert got["fill_rate"] == pytest.approx(60 / 200)
    assert got["on_time_share"] == pytest.approx(60 / 138)
    assert got["lost_share"] == got["lost_share_cash"] == pytest.approx(50 / 200)
    assert got["lost_share_skill"] == 0
    lead = (98 * 7 * 1440 + 40 * (4 * 1440 - 120)) / 138 / 1440
    assert got["lead_time_days"] == pytest.approx(lead)
    assert got["tardiness_days"] == pytest.approx((98 * 1500 + 40 * 2880) / 138 / 1440)
    assert got["firms_per_order"] == pytest.approx((2 + 1) / 2)


def test_what_regions_deliver_by_hand(rows):
    """Order 1: 60 pieces from zhili in time, 40 from henan too late; nothing of order 2 is here."""
    rows.lots.completion_min[2] = 6 * 1440  # and a day's way to go, due after six
    rows.orders.delivered_pieces[2] = 0
    got = measure(rows)
    assert got["fill_rate_region_zhili"] == pytest.approx(60 / 200) == got["fill_rate"]
    assert got["fill_rate_region_henan"] == 0
    assert got["on_time_share_region_zhili"] == pytest.approx(60 / (98 * 0.6))
    assert got["on_time_share_region_henan"] == 0


def test_a_lot_that_arrives_in_time_counts_for_its_region(rows):
    rows.lots.completion_min[2] = 5 * 1440  # a day's way to go, due after six
    rows.orders.on_time_pieces[1] = 98
    got = measure(rows)
    assert got["fill_rate_region_henan"] == pytest.approx(98 * 0.4 / 200)
    rows.lots.completion_min[2] += 1
    assert measure(rows)["fill_rate_region_henan"] == 0


def test_months_of_the_window_by_hand(rows, year_rows):
    assert measure(rows)["utilization_month_2021-01"] == pytest.approx(100 / 200)
    got = {k: v for k, v in measure(year_rows).items() if k.startswith("utilization_month_")}
    assert list(got)[1:11:9] == ["utilization_month_2021-02", "utilization_month_2021-11"]
    assert list(got.values()) == pytest.approx([0.5] * 12)
    march = year_rows.cluster.days.month % 12 == 2
    year_rows.good_min[:, march] *= 3
    assert measure(year_rows)["utilization_month_2021-03"] == pytest.approx(1.5)


def test_firms_fall_into_classes_of_utilization(rows):
    got = measure(rows)
    assert got["firm_share_0.6"] == got["firm_share_0.0"] == 0.5
    rows.good_min[:] = np.array([[45.0], [0.0], [80.0]]) * rows.working_day
    got = measure(rows)
    assert got["firm_share_0.3"] == 0.5  # 45 of 150 is the lower end of its class
    assert got["firm_share_1.2"] == 0.5  # 80 of 50: the last class has no upper end
    assert sum(v for k, v in got.items() if k.startswith("firm_share_")) == 1


def test_rounding_to_whole_lots_by_hand(rows, empty_rows):
    got = measure(rows)
    assert got["rounding_cost_share"] == pytest.approx(4 / 400)
    assert got["rounding_shed_share"] == pytest.approx(8 / 4000)
    assert math.isnan(measure(empty_rows)["rounding_cost_share"])


def test_two_lots_at_one_firm_are_one_firm(rows):
    rows.lots.line[2] = 1  # of the same firm as line 0
    assert measure(rows)["firms_per_order"] == 1


def test_pieces_per_worker_day_by_hand(rows):
    worker_days = WORKING_DAYS * 12_000 / 600
    assert measure(rows)["pieces_per_worker_day"] == pytest.approx(100 / worker_days)


def test_ledger_shares_sum_to_one(rows):
    got = measure(rows)
    assert sum(got[f"ledger_{cause}"] for cause in CAUSES) == pytest.approx(1)
    assert sum(got[f"ledger_scheduled_{cause}"] for cause in SCHEDULED) == pytest.approx(1)
    assert got["ledger_scheduled_no_order"] == pytest.approx(1 / 3)
    assert got["ledger_producing"] == pytest.approx(WORKING_DAYS * 500 / (3 * 6 * 1440))


def test_months_need_to_lie_wholly_in_the_window(rows, year_rows):
    assert math.isnan(measure(rows)["best_month_over_february"])
    assert math.isnan(measure(rows)["pieces_per_worker_day_best_month"])
    february = year_rows.cluster.days.month % 12 == 1
    august = year_rows.cluster.days.month % 12 == 7
    april = year_rows.cluster.days.month % 12 == 3
    worked = year_rows.good_min.sum(axis=0)
    year_rows.good_min[:, august] *= 2
    year_rows.good_min[:, april] *= 5
    assert measure(year_rows)["best_month_over_february"] == pytest.approx(
        2 * worked[august].sum() / worked[february].sum()
    )


def test_best_month_of_pieces_per_worker_day(year_rows):
    january = (year_rows.cluster.days.month % 12 == 0) & year_rows.cluster.days.measured
    worker_days = (year_rows.working_day & january).sum() * 12_000 / 600
    assert measure(year_rows)["pieces_per_worker_day_best_month"] == pytest.approx(
        100 / worker_days
    )


def test_a_measure_of_nothing_is_nan_and_never_an_exception(empty_rows):
    got = measure(empty_rows)
    assert got["utilization"] == 0
    assert got["orders"] == 0
    for name in ("fill_rate", "on_time_share", "lost_share_cash", "lead_time_days"):
        assert math.isnan(got[name])
    assert math.isnan(got["pieces_per_worker_day"])
    assert math.isnan(got["gini_utilization"])
    empty_rows.cluster.days.measured[:] = False
    nothing = measure(dataclasses.replace(empty_rows, members=empty_rows.members[:0]))
    assert math.isnan(nothing["utilization"])
    assert math.isnan(nothing["ledger_producing"])
    by_month = ("utilization_month_", "member_firms_", "member_brands_")
    assert list(nothing) == [name for name in got if not name.startswith(by_month)]


def test_the_registry_names_every_measure_once_in_order(rows):
    names = [entry.name for entry in MEASURES]
    assert len(set(names)) == len(names)
    stems = [family_stem(name) for name in names]
    place = []
    for name in measure(rows):
        exact = [k for k, entry in enumerate(names) if entry == name]
        family = [k for k, s in enumerate(stems) if s != names[k] and name.startswith(s)]
        # ledger_scheduled_ also begins with ledger_: the longest stem is meant
        place.append((exact or sorted(family, key=lambda k: len(stems[k])))[-1])
    assert place == sorted(place)
    assert set(place) == set(range(len(MEASURES)))


def test_measures_are_plain_floats(rows):
    assert all(type(value) is float for value in measure(rows).values())


def test_gini_is_zero_when_all_are_alike(rows):
    rows.good_min[:] = np.array([[60.0], [30.0], [30.0]]) * rows.working_day
    assert measure(rows)["gini_utilization"] == pytest.approx(0, abs=1e-12)
