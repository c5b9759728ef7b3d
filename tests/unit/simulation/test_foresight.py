"""What a planner with foresight is told of the orders to come."""

import numpy as np
import pytest

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.scenario import load_scenario
from kidswear_brain.simulation.run import asked_problems

WARMUP = range(-28, 0)
"""The first day both planners are asked something: until then nothing tells them apart."""


@pytest.fixture(scope="module")
def asked():
    found = {}
    for planning in ("rolling", "foresight"):
        scenario = load_scenario("kidswear:tiny", {"services.manufacturing.planning": planning})
        problems = asked_problems(scenario, build_cluster(scenario, 7), WARMUP)
        found[planning] = problems
    return found


def test_foresight_plans_for_more_orders_than_there_are(asked):
    day = min(asked["rolling"])
    now, later = asked["rolling"][day], asked["foresight"][day]
    n = now.demand.size
    assert later.demand.size > n
    np.testing.assert_array_equal(later.demand[:n], now.demand)
    np.testing.assert_array_equal(later.capacity, now.capacity)


def test_nothing_is_planned_before_it_has_come(asked):
    """Orders weeks away cannot be sewn within the first period of three days."""
    day = min(asked["rolling"])
    coming = slice(asked["rolling"][day].demand.size, None)
    closed = np.isinf(asked["foresight"][day].lateness_cost[coming, :, 0]).all(axis=1)
    assert closed.mean() > 0.5
