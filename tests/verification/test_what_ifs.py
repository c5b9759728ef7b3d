"""Every shipped what-if moves what its comment says, the way it says, at a twentieth of the size.

Paired: the same worlds, the same days, with the what-if and without it (`wuxing.yaml`).
"""

from functools import cache

import numpy as np
import pytest

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.results.measures import measure
from kidswear_brain.scenario import load_scenario
from kidswear_brain.simulation.run import ARMS, simulate_arm

pytestmark = pytest.mark.slow

SEEDS = (1, 2)


@cache
def _rows(name, start, days, seed, arm):
    firms = 150 if name == "open_capacity" else 60
    scenario = load_scenario(f"kidswear:{name}", {
        "cluster.firms": firms, "cluster.brands": 120, "calendar.start": start,
        "calendar.days": days, "calendar.warmup_days": 30, "calendar.followup_days": 30,
    })  # fmt: skip
    return simulate_arm(scenario, seed, arm, build_cluster(scenario, seed))


@cache
def _measures(*which):
    return measure(_rows(*which))


class World:
    """A what-if in some days, and the same days without it, over the seeds."""

    def __init__(self, name, start, days, usual_start=None):
        self.of = (name, start, days)
        self.usual = ("wuxing", usual_start or start, days)

    def mean(self, measure_name, arm, what_if=True):
        which = self.of if what_if else self.usual
        return np.mean([_measures(*which, seed, arm)[measure_name] for seed in SEEDS])

    def change(self, measure_name, arm):
        """What the what-if changes in an arm."""
        return self.mean(measure_name, arm) - self.mean(measure_name, arm, False)

    def gain(self, measure_name, what_if=True):
        """What the brain changes, in points."""
        low, high = (self.mean(measure_name, arm, what_if) for arm in ARMS)
        return high - low

    def more_gain(self, measure_name):
        """How much more the brain changes in the what-if than without it."""
        return self.gain(measure_name) - self.gain(measure_name, False)


def test_lock_down_costs_orders_and_the_brain_saves_more_of_them():
    world = World("lock_down", "2021-04-06", 60)
    assert all(world.change("fill_rate", arm) < -0.01 for arm in ARMS)
    assert world.more_gain("fill_rate") > 0


def test_power_rationing_leaves_the_brain_fewer_idle_lines_to_find():
    world = World("power_rationing", "2021-09-16", 60)
    assert all(world.change("utilization", arm) < -0.03 for arm in ARMS)
    assert all(world.change("lost_share_capacity", arm) > 0.03 for arm in ARMS)
    assert world.more_gain("utilization") < 0


def test_a_slump_empties_lines_and_leaves_the_brain_less_to_do():
    world = World("demand_slump", "2021-07-01", 90)
    assert all(world.change("utilization", arm) < -0.05 for arm in ARMS)
    assert world.change("fill_rate", "baseline") > 0
    assert world.more_gain("utilization") < 0


def test_dearer_fabric_moves_no_lot_and_raises_the_cost():
    world = World("fabric_price_jump", "2021-04-10", 60)
    for seed in SEEDS:
        for arm in ARMS:
            dear, usual = (_rows(*which, seed, arm) for which in (world.of, world.usual))
            assert np.array_equal(dear.lots.completion_min, usual.lots.completion_min)
            assert np.array_equal(dear.orders.delivered_pieces, usual.orders.delivered_pieces)
            paid = dear.bought.purchases.paid_cny.sum() / usual.bought.purchases.paid_cny.sum()
            assert 1.1 < paid < 1.2  # the warm-up lies before the jump
    for arm in ARMS:
        price = world.mean("procurement_cost_index_price", arm)
        usual = world.mean("procurement_cost_index_price", arm, False)
        assert price == pytest.approx(1.2 * usual)
        risen = world.mean("unit_cost", arm) / world.mean("unit_cost", arm, False)
        assert 1.05 < risen < 1.2
    assert world.more_gain("procurement_cost_index") < 0  # the saving grows


def test_a_shortage_of_workers_makes_recruitment_worth_more():
    world = World("labour_shortage", "2021-03-01", 60)
    assert all(world.change("utilization", arm) < 0 for arm in ARMS)
    assert all(world.change("ledger_scheduled_vacancy", arm) > 0.05 for arm in ARMS)
    assert all(world.change("lost_share", arm) > 0 for arm in ARMS)
    assert world.more_gain("ledger_scheduled_vacancy") < -0.01


def test_a_credit_squeeze_costs_the_baseline_orders_that_finance_saves():
    world = World("credit_squeeze", "2021-04-01", 90)
    assert world.change("lost_share_cash", "baseline") > 0.02
    assert world.more_gain("lost_share_cash") < -0.02
    assert world.more_gain("fill_rate") > 0


def test_a_peak_of_uniforms_makes_the_summer_heavier():
    world = World("uniform_peak", "2021-07-01", 90)
    assert all(world.change("load", arm) > 0.05 for arm in ARMS)
    assert all(world.change("lost_share_capacity", arm) > 0.01 for arm in ARMS)


def test_while_members_join_the_gain_is_smaller_than_with_all():
    world = World("adoption_year", "2021-05-01", 92)
    assert 0 < world.gain("utilization") < world.gain("utilization", False)
    months = ("2021-05", "2021-07")
    early, late = (world.mean(f"member_firms_{month}", "brain") for month in months)
    assert 10 < early < late < 60


def test_a_late_festival_leaves_posts_vacant_in_the_spring_season():
    world = World("late_festival", "2015-03-01", 61, usual_start="2021-03-01")
    assert all(world.change("ledger_scheduled_vacancy", arm) > 0.004 for arm in ARMS)
    assert world.more_gain("ledger_scheduled_vacancy") > 0  # recruitment has had less time


def test_three_thousand_firms_have_room_without_a_brain():
    world = World("open_capacity", "2021-04-01", 60)
    assert all(world.change("utilization", arm) < -0.2 for arm in ARMS)
    assert world.change("fill_rate", "baseline") > 0.05
    assert world.more_gain("fill_rate") < 0
