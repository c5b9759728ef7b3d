"""The surrogate finds what it is shown, and knows how wrong it is."""

import numpy as np
import pytest

from kidswear_brain.economics.surrogate import fit_surrogate

NAMES = ("curved", "noise")


def truth(x):
    return 0.3 * x[:, 0] - 0.2 * x[:, 1] + 0.1 * x[:, 2] + 0.5 * (x[:, 0] - 0.5) * (x[:, 2] - 0.5)


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(0)
    x = rng.random((150, 20))
    y = np.column_stack([truth(x) + 0.01 * rng.normal(size=150), rng.normal(size=150)])
    return fit_surrogate(x, y, NAMES, learners=("linear", "quadratic"))


def test_it_finds_curvature_among_many_idle_coordinates(fitted):
    assert fitted.learners[0] == "quadratic"
    x = np.random.default_rng(1).random((500, 20))
    miss = fitted(x)[:, 0] - truth(x)
    assert np.sqrt((miss**2).mean()) < 0.02


def test_its_error_is_that_on_worlds_it_has_not_seen(fitted):
    x = np.random.default_rng(2).random((2000, 20))
    seen = truth(x) + 0.01 * np.random.default_rng(3).normal(size=2000)
    real = np.sqrt(((fitted(x)[:, 0] - seen) ** 2).mean())
    assert fitted.error[0] == pytest.approx(real, rel=0.25)
    assert fitted.r2[0] > 0.95


def test_of_pure_noise_it_claims_nothing(fitted):
    assert fitted.r2[1] < 0.05


def test_a_gaussian_process_serves_where_the_truth_is_no_parabola():
    x = np.random.default_rng(0).random((80, 2))
    y = np.sin(7 * x[:, :1]) + x[:, 1:]
    fitted = fit_surrogate(x, y, ("wave",))
    assert fitted.learners == ("gaussian process",)
    assert fitted.error[0] < 0.05


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="found 5 points"):
        fit_surrogate(np.zeros((5, 1)), np.zeros((5, 1)), ("m",))
