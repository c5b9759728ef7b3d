"""Known functions: what screening and variance shares must say of them, failures included."""

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris

from kidswear_brain.economics.sensitivity import screen, trajectories, variance_shares
from kidswear_brain.economics.surrogate import fit_surrogate


def ishigami(points):
    """A = 7, b = .1 on (-pi, pi)^3: shares .314, .442, 0 alone and .558, .442, .244 in all."""
    x = (points - 0.5) * 2 * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def linear(points):
    return points @ np.array([3.0, -2.0, 0.5, 0.0]) + 10


def test_ishigami_within_stated_error():
    shares = variance_shares(ishigami, ("x1", "x2", "x3"), draws=4096)
    np.testing.assert_allclose(shares.first, [0.314, 0.442, 0], atol=0.02)
    np.testing.assert_allclose(shares.total, [0.558, 0.442, 0.244], atol=0.02)
    assert (np.abs(shares.first - [0.314, 0.442, 0]) < 1.5 * shares.first_half_width).all()


def test_a_group_has_the_share_of_all_its_members_with_what_they_do_together():
    """x1 and x3 together: all but x2's part, for x2 acts alone."""
    shares = variance_shares(ishigami, ("x1", "x2", "x3"), ("A", "S", "A"), draws=4096)
    assert shares.names == ("A", "S")
    np.testing.assert_allclose(shares.first, [0.558, 0.442], atol=0.02)


def test_one_group_or_one_parameter_has_it_all():
    assert variance_shares(ishigami, ("x1", "x2", "x3"), ("A", "A", "A")).first == [1]
    assert variance_shares(lambda points: points[:, 0], ("x1",)).total == [1]


def test_an_outcome_that_never_varies_has_no_shares():
    shares = variance_shares(lambda points: np.ones(len(points)), ("a", "b"), draws=64)
    assert (shares.total == 0).all()


def test_screening_is_exact_for_a_linear_function():
    points = trajectories(4, 6)
    assert points.shape == (30, 4)
    found = screen(points, linear(points))
    np.testing.assert_allclose(found.mean, [3, -2, 0.5, 0], atol=1e-12)
    np.testing.assert_allclose(found.mean_absolute, [3, 2, 0.5, 0], atol=1e-12)
    np.testing.assert_allclose(found.spread, 0, atol=1e-12)
    np.testing.assert_allclose(found.half_width, 0, atol=1e-12)


def test_failed_runs_cost_their_own_effects_and_no_others():
    points = trajectories(4, 6)
    outcome = linear(points)
    outcome[[2, 11, 29]] = np.nan
    found = screen(points, outcome)
    assert np.isnan(found.effects).sum() == 5, "two effects each, one at the end of a walk"
    np.testing.assert_allclose(found.mean, [3, -2, 0.5, 0], atol=1e-12)
    outcome[:] = np.nan
    assert np.isnan(screen(points, outcome).mean_absolute).all()


def test_screening_agrees_with_salib_where_nothing_fails():
    points = trajectories(3, 40)
    found = screen(points, ishigami(points))
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    told = salib_morris.analyze(problem, points, ishigami(points), num_levels=4)
    np.testing.assert_allclose(found.mean_absolute, told["mu_star"])
    np.testing.assert_allclose(found.mean, told["mu"])
    np.testing.assert_allclose(found.spread, told["sigma"])


def test_shares_through_a_surrogate_find_what_noise_hides():
    """y = 4 x0 + 2 x1 + noise in 30 dimensions: shares 16/20 and 4/20, from 128 points."""
    rng = np.random.default_rng(1)
    points = rng.random((128, 30))
    y = 4 * points[:, 0] + 2 * points[:, 1] + rng.normal(0, 0.1, 128)
    surrogate = fit_surrogate(points, y[:, None], ("y",), ("linear",))
    assert surrogate.r2[0] > 0.97
    names = [f"x{k}" for k in range(30)]
    shares = variance_shares(lambda p: surrogate(p)[:, 0], names, draws=1024)
    assert shares.first[0] == pytest.approx(0.8, abs=0.03)
    assert shares.first[1] == pytest.approx(0.2, abs=0.03)
    assert np.abs(shares.first[2:]).max() < 0.02
