"""Where nobody lacks knowledge the brain has little to give (MODEL section 10).

If every brand knows every firm, quotes are exact, run length is worth nothing and slip is
unbounded, manufacturing collaboration gains between -1 and +3 points of utilization. That is a law
of the year as MODEL measures it, half a year of warm-up before it, and of the mean over worlds.
Without due dates a firm refuses only when its working capital is full, so a brand stays with its
first firm until then, and the queues of sought-after firms grow for months. While they grow the
baseline sews less than it takes in; a short window sees that and little else (+8 points in the 120
days after 60). Once they are full, orders pass on to the next firm a brand knows, and what comes in
must come out in both arms. Measured on 25 November 2026: 120 firms, 6 worlds, +2.1 +- 1.6 points
(95 %); 300 firms, 3 worlds, +2.7 +- 1.1; 40 firms, 12 worlds, +3.3 +- 1.3; 120 firms after a year
and a half of warm-up, 4 worlds, +0.6: the law holds, near its upper end while queues are still
growing, where a cluster is not so small that a single brand upsets it.
"""

import numpy as np
import pytest
from scipy.stats import t

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.results.measures import measure
from kidswear_brain.scenario import Scenario
from kidswear_brain.simulation.run import ARMS, simulate_arm

pytestmark = pytest.mark.slow

OFF = {name: {"enabled": False} for name in ("procurement", "design", "recruitment", "finance")}
YEAR = {"start": "2021-01-01", "days": 365, "warmup_days": 184, "followup_days": 60}
SPRING = {"start": "2021-03-01", "days": 120, "warmup_days": 60, "followup_days": 30}


def _gains(slip_days, calendar, firms, seeds):
    """Utilization of the brain less that of the baseline, in points, by seed."""
    scenario = Scenario(
        calendar=calendar,
        cluster={"firms": firms, "brands": 2 * firms},
        market={
            "known_firms": 10**6, "known_firms_exponent": 0, "quote_error_sd": 0,
            "slip_days": slip_days,
        },
        services=OFF | {"manufacturing": {"run_length_cny_per_min": 0}},
    )  # fmt: skip
    gains = []
    for seed in seeds:
        cluster = build_cluster(scenario, seed)
        arms = [measure(simulate_arm(scenario, seed, arm, cluster)) for arm in ARMS]
        gains.append(100 * (arms[1]["utilization"] - arms[0]["utilization"]))
    return np.array(gains)


def test_the_gain_is_small_where_everybody_knows_everybody():
    gains = _gains(10**5, YEAR, firms=120, seeds=range(1, 5))
    assert -1 < gains.mean() < 3, gains


def test_a_window_that_sees_queues_fill_shows_more():
    """What the law does not speak of: the months in which sought-after firms' queues grow."""
    gains = _gains(10**5, SPRING, firms=40, seeds=range(1, 4))
    assert gains.mean() > 3, gains


def test_the_gain_is_small_where_everybody_knows_everybody_and_due_dates_bind():
    seeds = range(1, 6)
    gains = _gains(0, SPRING, firms=40, seeds=seeds)
    half = t.ppf(0.975, len(seeds) - 1) * gains.std(ddof=1) / np.sqrt(len(seeds))
    assert half < 2, gains
    assert -3 < gains.mean() < 3, gains
