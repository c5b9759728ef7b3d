import json

import numpy as np
import pytest

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.compare import RunRequest, run
from kidswear_brain.experiment.comparison import Comparison
from kidswear_brain.experiment.control import control, excess_demand
from kidswear_brain.experiment.precision import Precision, read_precision
from kidswear_brain.experiment.seeds import replication_seed
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
    excess = generator.normal(size=12)
    explained = control(0.3 + 0.5 * excess + 0.01 * generator.normal(size=12), excess)
    assert explained.controlled.mean == pytest.approx(0.3, abs=0.02)
    assert explained.variance_reduction > 0.99
    assert explained.controlled.high - explained.controlled.low < 0.05
    nothing = control(0.3 + generator.normal(size=12), excess)
    assert nothing.variance_reduction < 0.3
    assert control(np.ones(5), excess[:5]).controlled.mean == 1
    assert control(np.arange(5.0), np.zeros(5)).variance_reduction == 0


def test_a_controlled_interval_covers_as_often_as_it_says():
    generator = np.random.default_rng(3)
    hits = 0
    for _ in range(2000):
        excess = generator.normal(size=6)
        found = control(1 + 0.7 * excess + generator.normal(size=6), excess).controlled
        hits += found.low <= 1 <= found.high
    assert 0.935 <= hits / 2000 <= 0.965


@pytest.mark.slow
def test_the_control_is_nothing_on_average():
    small = {"cluster.firms": 60, "cluster.brands": 120, "calendar.warmup_days": 28}
    scenario = load_scenario("kidswear:wuxing", small)
    excess = excess_demand(scenario, [replication_seed(3, r) for r in range(1, 61)])
    error = excess.std(ddof=1) / np.sqrt(len(excess))
    assert abs(excess.mean()) < 3 * error
    assert error < 0.03


def test_no_control_where_its_expectation_is_not_known():
    assert excess_demand(load_scenario("kidswear:tiny"), [1, 2]) is None
