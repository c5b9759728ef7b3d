"""Moments: their ranges, where they are taken from, and how sure a mean of worlds is."""

import math

import numpy as np
import pytest

from kidswear_brain.economics.moments import MOMENTS, TARGETS, bootstrap_covariance, moments
from kidswear_brain.errors import RunError
from kidswear_brain.results.measures import MEASURES

BY_NAME = {moment.name: moment for moment in MOMENTS}


def test_targets_are_the_claim_and_the_baseline():
    assert TARGETS == ("utilization_gain", "procurement_change", "utilization_baseline")
    gain = BY_NAME["utilization_gain"]
    assert (gain.target, gain.tolerance) == (pytest.approx(0.32), pytest.approx(0.04))
    assert gain.standard_error == pytest.approx(0.04 / 1.96, rel=1e-4)
    assert BY_NAME["procurement_change"].target == pytest.approx(-0.06)


def test_every_moment_is_made_of_a_measure_that_exists():
    known = {entry.name for entry in MEASURES}
    missing = [m.name for m in MOMENTS if m.measure not in known]
    assert missing == ["lifted_firms"]  # needs both arms firm by firm


def test_a_gain_is_paired_world_by_world():
    baseline = {"utilization": np.array([0.5, 0.6, 0.0])}
    brain = {"utilization": np.array([0.6, 0.9, 0.3])}
    gain = BY_NAME["utilization_gain"].of(baseline, brain)
    np.testing.assert_allclose(gain, [0.2, 0.5, math.nan])
    np.testing.assert_array_equal(
        BY_NAME["utilization_baseline"].of(baseline, brain), baseline["utilization"]
    )


def test_ranges_hold_their_ends_and_no_nan():
    moment = BY_NAME["best_month_over_february"]
    assert moment.holds(3)
    assert moment.holds(50)
    assert not moment.holds(2.99)
    assert not moment.holds(math.nan)
    assert moment.target == 3
    assert moment.tolerance == math.inf


def test_covariance_of_a_mean_over_worlds():
    rng = np.random.default_rng(4)
    truth = np.array([[4.0, 1.0], [1.0, 2.0]])
    values = rng.multivariate_normal([0, 0], truth, size=400)
    found = bootstrap_covariance(values)
    np.testing.assert_allclose(found, np.cov(values, rowvar=False) / 400, rtol=0.15)
    assert not bootstrap_covariance(values[:1]).any()


def test_all_unknown_moments_are_named():
    with pytest.raises(RunError) as refused:
        moments(["utilisation_gain", "utilization_gain", "utilization_gain"])
    assert "did you mean utilization_gain?" in str(refused.value)
    assert "found twice" in str(refused.value)
