"""The straightforward build: the product's tables without the brain, near it with the brain."""

import numpy as np
import pulp
import pytest
from benchmarks.straightforward.build import Build
from benchmarks.straightforward.planning import engine, shared

import kidswear_brain as kb
from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.simulation.run import simulate_arm
from twin.comparison import lots_and_losses
from twin.worlds import FEW, MANY, small_world

SERVICES = ("manufacturing", "procurement", "design", "recruitment", "finance")
AUTUMN = {
    "cluster.firms": 40, "cluster.brands": 80, "calendar.start": "2021-10-01",
    "calendar.days": 25, "calendar.warmup_days": 15, "calendar.followup_days": 5,
}  # fmt: skip


def baseline(scenario, cluster):
    return Build(scenario, cluster, "baseline")


def served_shares(scenario, seed):
    """Shares of all pieces not lost: ours without and with the brain, and the other build's."""
    cluster = build_cluster(scenario, seed)
    pieces = cluster.orders.pieces
    ours = [
        simulate_arm(scenario, seed, arm, cluster).orders.lost_pieces.sum()
        for arm in ("baseline", "brain")
    ]
    build = Build(scenario, cluster, "brain")
    build.run()
    theirs = pieces[[order.number for order in build.lost]].sum()
    return tuple(1 - np.array([*ours, theirs]) / pieces.sum())


@pytest.mark.parametrize("number", FEW)
def test_without_the_brain_lots_times_and_losses_are_the_products(number):
    lots, lost = lots_and_losses(small_world(number), number, baseline)
    assert lots + lost > 0


@pytest.mark.slow
@pytest.mark.parametrize("number", MANY[::4])
def test_so_they_are_in_more_small_worlds(number):
    lots_and_losses(small_world(number), number, baseline)


def test_with_every_service_off_the_brain_changes_nothing():
    off = {f"services.{name}.enabled": False for name in SERVICES}
    scenario = kb.load_scenario("kidswear:tiny", off)
    lots, lost = lots_and_losses(scenario, 1, lambda *world: Build(*world, "brain"))
    assert lots > 30
    assert lost > 0


@pytest.mark.parametrize("seed", [1, *(pytest.param(s, marks=pytest.mark.slow) for s in (2, 3))])
def test_the_brain_serves_nearly_what_ours_does_on_tiny(seed):
    _, ours, theirs = served_shares(kb.load_scenario("kidswear:tiny"), seed)
    assert theirs == pytest.approx(ours, abs=0.04)


@pytest.mark.slow
def test_the_brain_wins_back_most_of_what_ours_does_in_a_busy_autumn():
    without, ours, theirs = served_shares(kb.load_scenario("kidswear:wuxing", AUTUMN), 1)
    assert ours - without > 0.05
    assert 0.7 < (theirs - without) / (ours - without) < 1.3


def test_pieces_are_shared_whole():
    assert shared(100, [2.0, 1.0]) == [67, 33]
    assert shared(1, [1.0, 1.0]) == [1, 0]


def test_where_pulp_brings_no_cbc_highs_solves_and_the_name_says_so(monkeypatch):
    monkeypatch.delattr(pulp, "PULP_CBC_CMD", raising=False)
    assert engine()[0] == "HiGHS, as PuLP brings no CBC"
    scenario = kb.load_scenario("kidswear:tiny")
    build = Build(scenario, build_cluster(scenario, 1), "brain")
    assert len(build.run()) > 30
