"""Rejection on a model that is known: shares, ridges, and parameter sets that lie apart."""

import dataclasses

import numpy as np
import pytest
from twin_pools import MOMENT

from kidswear_brain.economics.posterior import PriorDraws, posterior
from kidswear_brain.economics.posterior_files import wilson

D = 6
TARGETS = tuple(
    dataclasses.replace(MOMENT, name=name, low=low, high=high)
    for name, low, high in (("gain", 0.28, 0.36), ("base", 0.45, 0.65))
)


def truth(x):
    """Two mechanisms make the gain between them; a third sets the base; the rest is idle."""
    return np.column_stack([0.16 * (x[:, 0] + x[:, 1]) + 0.16, 0.3 + 0.5 * x[:, 2]])


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(0)
    x = rng.random((120, D))
    values = truth(x) + 0.005 * rng.normal(size=(120, 2)) - [0.02, 0]
    full = truth(x[:10]) + 0.005 * rng.normal(size=(10, 2))
    return posterior(PriorDraws(x, values, full), TARGETS, np.full(D, 0.5), sets=3)


def test_the_bias_between_sizes_is_added(found):
    np.testing.assert_allclose(found.draws.bias, [0.02, 0], atol=0.006)


def test_the_share_of_the_priors_that_meets_the_targets(found):
    x = np.random.default_rng(1).random((100_000, D))
    values = truth(x)
    inside = np.all(
        [(values[:, k] >= m.low) & (values[:, k] <= m.high) for k, m in enumerate(TARGETS)], axis=0
    )
    assert found.share_met == pytest.approx(inside.mean(), abs=0.03)
    assert found.met.mean() == pytest.approx(inside.mean(), abs=0.12)


def test_mechanisms_that_trade_for_one_another_are_a_ridge(found):
    (first, second, correlation), *rest = found.ridges(least=0.3)
    assert (first, second) == (0, 1)
    assert correlation < -0.5
    assert rest == []


def test_what_the_targets_say_nothing_about_stays_as_wide_as_its_prior(found):
    assert set(found.leading[:3]) == {0, 1, 2}
    np.testing.assert_allclose(found.spread[3:], 1, atol=0.05)
    assert found.spread[2] < 0.5


def test_parameter_sets_meet_the_targets_and_lie_apart(found):
    assert len(found.sets) == 3
    for one in found.sets:
        values = truth(one.point[None])[0]
        assert all(m.holds(v) for m, v in zip(TARGETS, values, strict=True))
    for one in found.sets:
        others = [o for o in found.sets if o is not one]
        assert all(np.sqrt(((one.point - o.point) ** 2).mean()) > 0.25 for o in others)


def test_targets_out_of_reach_leave_nothing_and_say_so():
    x = np.random.default_rng(2).random((40, D))
    far = tuple(dataclasses.replace(m, low=m.low + 5, high=m.high + 5) for m in TARGETS)
    none = posterior(PriorDraws(x, truth(x), np.empty((0, 2))), far, np.full(D, 0.5))
    assert none.share_met == 0
    assert none.sets == ()
    assert none.ridges() == []
    np.testing.assert_array_equal(none.draws.bias, [0, 0])


def test_an_interval_of_a_share():
    assert wilson(0, 0) == (0, 1)
    low, high = wilson(0, 100)
    assert low == 0
    assert high == pytest.approx(0.037, abs=1e-3)
    assert wilson(50, 100) == pytest.approx((0.404, 0.596), abs=1e-3)
