"""Firms and brands join the brain on their dates: nested over time, the same for every service."""

import itertools

import numpy as np
import pytest

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.results.measures import measure
from kidswear_brain.scenario import Scenario
from kidswear_brain.services.joining import brands_on, firms_on, joined_share, members
from kidswear_brain.simulation.run import simulate_arm

WORLD = {
    "calendar": {"start": "2021-03-01", "days": 61, "warmup_days": 10, "followup_days": 10},
    "cluster": {"firms": 12, "brands": 24},
}


def _joining(midpoint, span_days=30, **more):
    return Scenario(**WORLD | more, adoption={"midpoint": midpoint, "span_days": span_days})


@pytest.fixture(scope="module")
def cluster():
    return build_cluster(Scenario(**WORLD), 1)


def test_the_path_is_logistic():
    scenario = _joining("2021-03-31", span_days=40)
    share = [joined_share(scenario, day) for day in (10, 30, 50)]
    assert share == pytest.approx([0.1, 0.5, 0.9])
    assert joined_share(scenario, -(10**6)) < 1e-100
    assert joined_share(scenario, 10**6) == 1
    assert joined_share(Scenario(**WORLD), -(10**6)) == 1


def test_who_has_joined_stays_and_joins_every_service(cluster):
    scenario = _joining("2021-03-31")
    services = scenario.services
    for on in (firms_on, brands_on):
        sets = [on(services.design, scenario, cluster, day) for day in range(-60, 120, 10)]
        assert sets[0].sum() == 0
        assert sets[-1].all()
        assert len({int(one.sum()) for one in sets}) > 4
        for few, many in itertools.pairwise(sets):
            assert not np.any(few & ~many)
        assert np.array_equal(on(services.finance, scenario, cluster, 30), sets[9])


def test_participation_caps_what_joins(cluster):
    some = {"finance": {"participation_share": 0.5}}
    scenario = _joining("2021-03-31", services=some)
    service = scenario.services.finance
    early, late = (firms_on(service, scenario, cluster, day) for day in (20, 120))
    usual = Scenario(**WORLD, services=some)
    assert np.array_equal(late, firms_on(usual.services.finance, usual, cluster, 0))
    assert not np.any(early & ~late)


def _measures(scenario, cluster, arm="brain"):
    return measure(simulate_arm(scenario, 1, arm, cluster))


def test_before_all_join_there_is_no_brain_and_after_it_is_whole(cluster):
    never, long_ago = _joining("2099-01-01"), _joining("1999-01-01")
    without = _measures(Scenario(**WORLD), cluster, "baseline")
    whole = _measures(Scenario(**WORLD), cluster)
    found = _measures(never, cluster)
    assert found.pop("utilization_participants") != found["utilization"]  # nobody: nan
    without.pop("utilization_participants")
    assert found == pytest.approx(without, nan_ok=True, rel=0, abs=0)
    assert _measures(long_ago, cluster) == pytest.approx(whole, nan_ok=True, rel=0, abs=0)
    assert whole["utilization"] != without["utilization"]


def test_members_are_counted_month_by_month(cluster):
    scenario = _joining("2021-03-25", span_days=20)
    found = _measures(scenario, cluster)
    assert members(scenario, cluster, -60) == (0, 0)
    march, april = (members(scenario, cluster, day) for day in (30, 60))
    assert 0 < march[0] < april[0] == 12
    assert 0 < march[1] < april[1] <= 24
    assert (found["member_firms_2021-03"], found["member_firms_2021-04"]) == (march[0], april[0])
    assert found["member_brands_2021-03"] == march[1]
    assert _measures(scenario, cluster, "baseline")["member_firms_2021-04"] == 0
