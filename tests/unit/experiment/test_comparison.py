import math

import numpy as np
import pytest

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.comparison import Comparison, Estimate, estimate

PAIR = Comparison(
    "hash",
    1,
    {
        "baseline": {"utilization": np.array([0.5, 0.6]), "lost_share": np.array([0.0, 0.1])},
        "brain": {"utilization": np.array([0.75, 0.72]), "lost_share": np.array([0.0, 0.2])},
    },
)


def test_t_interval_against_a_table():
    # 4 values, sd 1, mean 0: half-width t(3; .975) / 2 = 3.182446 / 2
    half_spread = math.sqrt(0.75)
    got = estimate([-half_spread, -half_spread, half_spread, half_spread])
    assert got.mean == pytest.approx(0, abs=1e-15)
    assert got.high == pytest.approx(3.18244630528 / 2)
    assert got.low == pytest.approx(-3.18244630528 / 2)
    assert got.n == 4


def test_one_replication_has_no_interval():
    assert estimate([0.3]) == Estimate(0.3, None, None, 1)


def test_relative_gain_is_the_mean_of_the_ratios_not_the_ratio_of_means():
    gain = PAIR.gain("utilization")
    assert gain.mean == pytest.approx((0.5 + 0.2) / 2)
    # sd of .5 and .2 is .3/sqrt(2); t(1; .975) = 12.7062
    assert gain.high - gain.mean == pytest.approx(12.7062047 * 0.15)


def test_gain_in_points_is_paired():
    gain = PAIR.gain("utilization", points=True)
    assert gain.mean == pytest.approx((0.25 + 0.12) / 2)
    assert gain.high - gain.low == pytest.approx(2 * 12.7062047 * 0.065)


def test_a_gain_over_nothing_is_nan_and_warns_nobody():
    assert math.isnan(PAIR.gain("lost_share").mean)
    assert PAIR.gain("lost_share", points=True).mean == pytest.approx(0.05)


def test_estimate_of_an_arm():
    assert PAIR.estimate("utilization", "brain").mean == pytest.approx(0.735)
    assert PAIR.replications == 2


def test_unknown_names_are_refused_with_a_hint():
    with pytest.raises(RunError, match="did you mean utilization"):
        PAIR.gain("utilisation")
    with pytest.raises(RunError, match="allowed baseline or brain"):
        PAIR.estimate("utilization", "both")
