import json
import math

import numpy as np
import pytest

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.errors import RunError
from kidswear_brain.experiment.compare import RunRequest, run
from kidswear_brain.experiment.comparison import Comparison
from kidswear_brain.experiment.control import (
    OTHERS,
    control,
    unevenness,
    unevenness_of_worlds,
)
from kidswear_brain.experiment.precision import Precision, read_precision
from kidswear_brain.experiment.warmup import check_warmup, mser5
from kidswear_brain.scenario import load_scenario


def test_a_precision_is_read():
    assert read_precision("utilization:0.005") == Precision("utilization", 0.005, 5, 64)
    assert read_precision("utilization_month_03:1e-2", 2, 9).least == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("utilization", "MEASURE:HALFWIDTH"),
        ("utilization:0", "MEASURE:HALFWIDTH"),
        ("utilization:-1", "MEASURE:HALFWIDTH"),
        ("utilization:nan", "MEASURE:HALFWIDTH"),
        ("utilisation:0.1", "no measure 'utilisation'"),
    ],
)
def test_what_is_no_precision_is_refused(text, message):
    with pytest.raises(RunError, match=message):
        read_precision(text)


@pytest.mark.parametrize(
    ("number", "half_width", "following"),
    [(4, 0.01, 4), (4, 0.0101, 5), (4, 0.013, 7), (4, 1.0, 8), (20, 1.0, 30), (30, 1.0, 30)],
)
def test_how_many_replications_follow(number, half_width, following):
    assert Precision("utilization", 0.01, 4, 30).following(number, half_width) == following


def test_a_measure_without_values_is_no_precision():
    values = {"utilization": np.array([0.1, np.nan])}
    pair = Comparison("", 1, {"baseline": values, "brain": values})
    with pytest.raises(RunError, match="no value in some replication"):
        Precision("utilization", 0.01).reached(pair)


def test_a_run_replicates_until_the_interval_is_narrow_enough(scenario, handmade, tmp_path):
    def request(half_width, **other):
        wanted = Precision("utilization", half_width, least=3, most=11)
        out = tmp_path / f"{half_width}"
        return RunRequest(scenario, 99, 1, 1, "none", out, precision=wanted, **other)

    def half(pair):
        gain = pair.gain("utilization", points=True)
        return gain.high - gain.mean

    assert run(request(1)).comparison.replications == 3
    assert run(request(1e-9)).comparison.replications == 11
    whole = run(RunRequest(scenario, 11, 1, 1, "none", tmp_path / "whole")).comparison
    narrow = run(request(0.001)).comparison
    assert 3 < narrow.replications < 11
    assert half(narrow) <= 0.001
    np.testing.assert_array_equal(
        narrow.measures["brain"]["utilization"],
        whole.measures["brain"]["utilization"][: narrow.replications],
    )
    manifest = json.loads((tmp_path / "0.001" / "manifest.json").read_text())
    assert manifest["replications"] == narrow.replications == len(manifest["replication_seeds"])
    calls = len(handmade)
    assert run(request(0.001)).shown_again
    assert len(handmade) == calls


def test_mser5_drops_a_transient_and_nothing_else():
    generator = np.random.default_rng(1)
    steady = generator.normal(size=400)
    transient = steady + 20 * np.exp(-np.arange(400) / 15)
    assert mser5(np.ones(50)) == 0
    assert mser5(steady) <= 40
    assert 40 <= mser5(transient) <= 120
    assert mser5(np.arange(100.0)) == 50
    assert mser5(np.arange(7.0)) == 0


@pytest.mark.slow
def test_the_warm_up_is_checked_against_one_twice_as_long():
    short = {"calendar.days": 84, "calendar.followup_days": 14}
    checks = {
        days: check_warmup(
            load_scenario("kidswear:tiny", {**short, "calendar.warmup_days": days}), 3
        )
        for days in (1, 56)
    }
    assert [check.arm for check in checks[1]] == ["baseline", "brain"]
    assert not checks[1][0].long_enough
    assert checks[1][0].bias < 0
    assert all(check.long_enough for check in checks[56])
    assert abs(checks[56][0].bias) < abs(checks[1][0].bias)


def test_a_control_takes_out_what_it_explains():
    generator = np.random.default_rng(2)
    value, others = generator.normal(size=12), generator.normal(size=4000)
    explained = control(0.3 + 0.5 * value + 0.01 * generator.normal(size=12), value, others)
    assert explained.controlled.mean == pytest.approx(0.3, abs=0.02)
    assert explained.variance_reduction > 0.99
    assert explained.controlled.high - explained.controlled.low < 0.06
    nothing = control(0.3 + generator.normal(size=12), value, others)
    assert nothing.variance_reduction < 0.3
    assert control(np.ones(5), value[:5], others).controlled.mean == 1
    assert control(np.arange(5.0), np.zeros(5), others).variance_reduction == 0


@pytest.mark.parametrize(("drawn", "most"), [(10, 0.99), (200, 0.965)])
def test_a_controlled_interval_covers_as_often_as_it_says(drawn, most):
    generator = np.random.default_rng(3)
    hits = 0
    for _ in range(2000):
        value, others = generator.normal(size=6), generator.normal(size=drawn)
        found = control(1 + 0.7 * value + generator.normal(size=6), value, others).controlled
        hits += found.low <= 1 <= found.high
    assert 0.935 <= hits / 2000 <= most


def test_unevenness_is_what_a_hand_calculation_gives():
    cluster = build_cluster(load_scenario("kidswear:tiny"), 1)
    brands, days, orders = cluster.brands, cluster.days, cluster.orders
    asked = dict.fromkeys(range(len(cluster.firms.workers)), 0.0)
    for brand, day, work in zip(orders.brand, orders.day, orders.pieces * orders.smv, strict=True):
        knows = brands.known[brands.first_known[brand] : brands.first_known[brand + 1]]
        for firm in knows if days.measured[day - days.first] else []:
            asked[firm] += work / len(knows)
    able = cluster.firms.capacity_per_day * (days.measured & ~days.rest & ~days.shut_down).sum()
    ratio = np.array([asked[f] / able[f] for f in asked])
    mean = (ratio * able).sum() / able.sum()
    spread = math.sqrt(((ratio - mean) ** 2 * able).sum() / able.sum())
    assert unevenness(cluster) == pytest.approx(spread)


@pytest.mark.slow
def test_worlds_only_drawn_are_like_those_lived_through():
    small = {"cluster.firms": 60, "cluster.brands": 120, "calendar.warmup_days": 28}
    scenario = load_scenario("kidswear:wuxing", small)
    lived, others = unevenness_of_worlds(scenario, 3, 60, workers=2)
    assert unevenness_of_worlds(scenario, 3, 60)[0].tobytes() == lived.tobytes()
    error = math.hypot(lived.std(ddof=1) / 60**0.5, others.std(ddof=1) / OTHERS**0.5)
    assert abs(lived.mean() - others.mean()) < 3 * error
    assert error < 0.2 * lived.mean()


def test_no_control_of_own_tables():
    scenario = load_scenario("kidswear:own_tables")
    assert scenario.own_tables
    assert unevenness_of_worlds(scenario, 1, 4) is None
