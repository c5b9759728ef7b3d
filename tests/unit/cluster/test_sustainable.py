"""Sustainable capacity against other ways to compute the same integrals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import lognorm, norm

from kidswear_brain.cluster import sustainable
from kidswear_brain.cluster.dates import annual_mix
from kidswear_brain.scenario import Scenario


@given(
    work=st.floats(1e-4, 200),
    loss=st.floats(0, 0.95),
    tau=st.floats(0.05, 20),
)
def test_sewing_days_solve_the_learning_integral(work, loss, tau):
    days = float(sustainable.sewing_days(work, loss, tau))
    bracket = work, work + loss * tau + 1e-9

    def missing(length):
        return length - loss * tau * (1 - np.exp(-length / tau)) - work

    assert days == pytest.approx(brentq(missing, *bracket, xtol=1e-14, rtol=1e-14), rel=1e-9)
    # quad is told where the transient ends, or it steps over a short one
    learnt = min(days, 40 * tau)
    done = sum(
        quad(lambda k: 1 - loss * np.exp(-k / tau), *part, epsabs=1e-13, limit=200)[0]
        for part in ((0, learnt), (learnt, days))
    )
    assert done == pytest.approx(work, rel=1e-8)


def test_without_learning_an_order_takes_its_work():
    assert np.array_equal(sustainable.sewing_days([0.5, 3.0], 0.0, 2.0), [0.5, 3.0])


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"learning_loss_share": 0.7, "learning_days": 4.0, "changeover_days": 1.0},
        {"learning_loss_share": 0.2, "learning_days": 1.0, "changeover_days": 0.1},
    ],
)
def test_interpolated_kappa_equals_the_quadrature_it_stands_for(line):
    scenario = Scenario(line=line)
    minutes, weight = sustainable.order_work(scenario)
    kappa = sustainable.sustainable_curve(scenario)
    a, tau = scenario.line.learning_loss_share, scenario.line.learning_days
    for plateau in np.exp(np.random.default_rng(3).uniform(np.log(50), np.log(1e5), 60)):
        work = minutes / plateau
        days = scenario.line.changeover_days + sustainable.sewing_days(work, a, tau)
        direct = (work @ weight) / (days @ weight)
        assert abs(float(kappa(plateau)) - direct) < 1e-6


@pytest.mark.slow
def test_kappa_is_the_ratio_of_the_sums_over_the_order_mix():
    """Against a Monte Carlo of two million orders that shares no code with the quadrature."""
    scenario = Scenario()
    rng = np.random.default_rng(5)
    low, high = scenario.demand.order_pieces_range
    size = scenario.demand.order_pieces_median * np.exp(0.9 * rng.normal(size=2_000_000))
    pieces = np.floor(np.clip(size, low, high) + 0.5)
    smv = np.array([c.smv_min for c in scenario.categories.values()])
    style = np.exp(0.2 * rng.normal(size=pieces.size) - 0.02)
    minutes = pieces * style * rng.choice(smv, size=pieces.size, p=annual_mix(scenario))
    kappa = sustainable.sustainable_curve(scenario)
    for plateau in (1500.0, 5000.0, 20_000.0):
        days = 0.5 + sustainable.sewing_days(minutes / plateau, 0.3, 2.0)
        drawn = minutes.sum() / plateau / days.sum()
        assert float(kappa(plateau)) == pytest.approx(drawn, abs=0.001)


def test_kappa_rises_to_one_as_lots_grow():
    kappa = sustainable.sustainable_curve(Scenario())
    values = kappa(np.geomspace(10, 1e6, 50))
    assert np.all(np.diff(values) < 0)
    assert float(kappa(1.0)) > 0.999


def test_mean_pieces_is_the_mean_of_the_clipped_lognormal():
    demand = Scenario().demand
    law = lognorm(0.9, scale=700)
    low, high = demand.order_pieces_range
    inside, _ = quad(lambda x: x * law.pdf(x), low, high, limit=400)
    exact = inside + low * law.cdf(low) + high * law.sf(high)
    assert sustainable.mean_pieces(Scenario()) == pytest.approx(exact, rel=1e-3)


def test_workers_distribution_is_the_rounded_clipped_lognormal():
    count, share = sustainable.workers_distribution(Scenario())
    assert share.sum() == pytest.approx(1, abs=1e-12)
    assert count[0] == 5
    assert count[-1] == 300
    assert share[count == 17] == pytest.approx(
        norm.cdf(np.log(17.5 / 17) / 0.85) - norm.cdf(np.log(16.5 / 17) / 0.85)
    )
    assert share[0] == pytest.approx(norm.cdf(np.log(5.5 / 17) / 0.85))
    # MODEL section 2c says a mean of about 24
    assert 22 < count @ share < 25
