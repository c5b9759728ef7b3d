"""Calibration on the twin: the bias between sizes is measured and taken off."""

import math

import numpy as np
import pytest
from twin_pools import ERROR, TwinWorlds, moments_at, natural

from kidswear_brain.economics.calibrate import Effort, calibrate
from kidswear_brain.economics.findings import calibrated_yaml, findings, simulated_points
from kidswear_brain.errors import RunError, SolverError

TRUTH = np.array([0.5, 0.4, 0.5])
BIAS = np.array([0.02, 0.03, -0.01])
EFFORT = Effort(size=0.25, replications=4, explore=24, starts=2, confirm=4, rounds=3)


@pytest.fixture(scope="module")
def worlds():
    return TwinWorlds(moments_at(*natural(TRUTH)), BIAS)


@pytest.fixture(scope="module")
def found(worlds):
    return calibrate(worlds, EFFORT)


def test_the_full_cluster_meets_the_targets_though_only_the_small_one_is_searched(found, worlds):
    last = found.confirmations[-1]
    target = [moment.target for moment in worlds.moments]
    np.testing.assert_allclose(last.bias, BIAS, atol=1e-12)
    assert (np.abs(last.values.mean(axis=0) - target) < 0.5 * ERROR).all()
    np.testing.assert_array_equal(last.point, found.estimate.point)
    first = found.confirmations[0].values.mean(axis=0)
    assert np.abs(first - target).max() > ERROR.min()  # before the bias was taken off


def test_the_full_cluster_is_asked_at_estimates_only(found, worlds):
    full = {point for size, point in worlds.asked if size == 1}
    assert len(full) == len(found.confirmations)


def test_everything_found_is_said(found, worlds, tmp_path):
    said = findings(worlds, EFFORT, found)
    one = said["parameters"][0]
    assert one["name"] == "demand.load"
    assert one["low"] <= one["estimate"] <= one["high"]
    assert one["known_from"] == "data"
    assert one["profile"]["low"] <= one["estimate"] <= one["profile"]["high"]
    assert said["identification"]["rank"] == 3
    assert said["j_test"] == {
        "statistic": pytest.approx(0, abs=1e-3), "degrees_of_freedom": 0, "p_value": None,
    }  # fmt: skip
    assert all(moment["holds"] for moment in said["moments"])
    text = calibrated_yaml(worlds, found, "Twin", tmp_path)
    assert "extends: kidswear:wuxing" in text or 'extends: "kidswear:wuxing"' in text
    assert "known_firms:" in text
    assert len(simulated_points(worlds, found)) == said["points"]


def test_without_a_full_cluster_nothing_is_confirmed(worlds):
    found = calibrate(worlds, Effort(explore=20, starts=1, confirm=0, rounds=3))
    assert found.confirmations == ()


def test_wrong_numbers_are_all_named_before_anything_is_simulated():
    worlds = TwinWorlds(moments_at(*natural(TRUTH)), BIAS)
    with pytest.raises(RunError) as refused:
        calibrate(worlds, Effort(replications=1, explore=3, confirm=1))
    text = str(refused.value)
    assert "--replications: found 1" in text
    assert "--explore: found 3" in text
    assert "--confirm: found 1" in text
    assert worlds.asked == []


def test_a_world_that_fails_is_no_answer():
    worlds = TwinWorlds(moments_at(*natural(TRUTH)), [0, math.nan, 0])
    with pytest.raises(SolverError, match="by design"):
        calibrate(worlds, EFFORT)
