"""The closed forms of the line kernel against quadrature and root finding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

from kidswear_brain.simulation import sewing_kernel
from kidswear_brain.simulation.state import Physics

losses, taus = st.floats(0, 0.95), st.floats(0.2, 10)
states, works = st.floats(0, 30), st.floats(1e-6, 50)


def _physics(loss, tau, carryover=0.7):
    return Physics(float(loss), float(tau), 0.5, 0.3, carryover, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 3.0)


@given(losses, taus, states, works)
def test_effective_days_is_the_integral_of_the_learning_curve(loss, tau, known, days):
    exact, _ = quad(
        lambda k: 1 - loss * np.exp(-k / tau), known, known + days, epsabs=1e-12, limit=200
    )
    assert sewing_kernel.effective_days(_physics(loss, tau), known, days) == pytest.approx(
        exact, rel=1e-9, abs=1e-12
    )


@given(losses, taus, states, works)
def test_days_for_is_the_root_of_the_learning_integral(loss, tau, known, worth):
    share = loss * np.exp(-known / tau)
    exact = brentq(
        lambda t: t - share * tau * (1 - np.exp(-t / tau)) - worth,
        0, worth + share * tau + 1, xtol=1e-14, rtol=1e-14,
    )  # fmt: skip
    assert sewing_kernel.days_for(_physics(loss, tau), known, worth) == pytest.approx(
        exact, rel=1e-9, abs=1e-11
    )


@given(losses, taus, states, st.floats(0, 1))
def test_carried_learning_keeps_its_share_of_what_was_gained(loss, tau, known, kept):
    physics = _physics(loss, tau, kept)
    days, start = sewing_kernel.start_of(physics, 7, min(known, 20 * tau), 7)
    assert days == pytest.approx(0.5 * 0.3)
    gained = 1 - np.exp(-min(known, 20 * tau) / tau)
    assert 1 - np.exp(-start / tau) == pytest.approx(kept * gained, abs=1e-12)
    assert sewing_kernel.start_of(physics, 7, known, 8) == (0.5, 0.0)


@given(
    work=st.floats(1, 2e5),
    changeover=st.integers(0, 1500),
    known=st.floats(0, 5),
    start=st.integers(0, 20_000),
)
def test_the_expected_end_is_when_the_line_ends(planned, work, changeover, known, start):
    """`finish` and a plain sum over minutes of the calendar, to the minute."""
    works, calendar = planned
    begin = sewing_kernel.Begin(10.0, float(start), float(changeover), known)
    end, learned = sewing_kernel.finish(works, 0, begin, work)
    open_minutes = np.flatnonzero(calendar[start:] > 0) + start
    sewing = open_minutes[changeover:]
    k = known + np.arange(sewing.size) / 600
    # midpoint rule over minutes
    made = 10 * calendar[sewing] * (1 - 0.3 * np.exp(-(k + 1 / 1200) / 2))
    count = int(np.searchsorted(np.cumsum(made), work))
    assert abs(end - (sewing[count] + 1)) <= 1.01
    assert learned == pytest.approx(known + count / 600, abs=2 / 600)


@pytest.fixture(scope="module")
def planned(floor):
    """A line's calendar of 200 days as posts present, minute by minute."""
    f = floor(
        line={"learning_loss_share": 0.3, "learning_days": 2.0},
        labor={"absence_share": 0.05, "festival_gap_share": 0.12},
        calendar={"start": "2022-01-10"},
        shocks=[{
            "name": "s", "first_day": "2022-01-17", "last_day": "2022-01-18",
            "capacity_lost_share": 0.4,
        }],
    )  # fmt: skip
    f.shock()
    minutes = np.zeros(200 * 1440)
    row = f.works.calendar[f.works.firms["row"][0]]
    for day in range(200):
        begin = day * 1440 + 480 + row["shocked"][day]
        present = 1 - row["vacancy"][day] - row["absence"][day]
        minutes[begin : begin + row["available"][day]] = present
    return f.works, minutes
