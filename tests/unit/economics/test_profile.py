"""Profiles on a model whose likelihood is known."""

import numpy as np
import pytest

from kidswear_brain.economics.profile import profiles
from kidswear_brain.economics.smm import History, MomentProblem, estimate

SLOPES = np.array([[1.0, 0.5], [0.2, -1.0]])
ERROR = 0.05


def answer(points):
    return np.atleast_2d(points) @ SLOPES.T


def question(slopes=SLOPES):
    return MomentProblem(
        ("a", "b"),
        ("m", "n"),
        slopes @ [0.5, 0.5],
        np.eye(2) * ERROR**2,
        lambda point: np.tile(slopes @ point, (2, 1)),
    )


def test_of_a_linear_model_profile_and_standard_error_agree():
    found = estimate(History(question()), np.array([[0.3, 0.6], [0.6, 0.3]]), 2)
    for j, profile in enumerate(profiles(question(), found, answer)):
        low, high = profile.interval
        half = 1.96 * found.standard_error[j]
        assert (high - low) / 2 == pytest.approx(half, abs=1 / 40)
        place = np.argmin(np.abs(profile.values - (0.5 + found.standard_error[j])))
        value = (profile.values[place] - 0.5) / found.standard_error[j]
        assert profile.deviance[place] == pytest.approx(value**2, rel=0.05)


def test_a_ridge_has_a_flat_profile():
    """Only the sum of both is seen: either may be anything that the prior allows."""
    slopes = np.array([[1.0, 1.0], [2.0, 2.0]])
    found = estimate(History(question(slopes)), np.array([[0.3, 0.6], [0.6, 0.3]]), 1)
    assert found.rank == 1
    profile = profiles(question(slopes), found, lambda p: np.atleast_2d(p) @ slopes.T)[0]
    low, high = profile.interval
    assert (low, high) == (pytest.approx(0.1, abs=0.03), pytest.approx(0.9, abs=0.03))
