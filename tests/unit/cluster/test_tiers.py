"""Digital tiers: their shares, who holds them, what they change, and what upgrading moves."""

import numpy as np
import pytest

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.sustainable import (
    expected_firm_capacity,
    sustainable_curve,
    workers_distribution,
)
from kidswear_brain.cluster.tiers import TIERS, tier_probabilities
from kidswear_brain.scenario import Scenario
from kidswear_brain.simulation.run import simulate_arm

MANY = {
    "digital_workshop": {"share": 0.2},
    "smart_factory": {"share": 0.1},
    "future_factory": {"share": 0.05},
}
WORKSHOPS = {tier: {"share": 0} for tier in MANY}


def _scenario(firms=4000, **digital):
    return Scenario(
        cluster={"firms": firms, "brands": 1}, calendar={"days": 7, "warmup_days": 0},
        digital=MANY | digital,
    )  # fmt: skip


def test_shares_are_those_of_the_scenario_and_rise_with_size():
    firms = build_cluster(_scenario(), 1).firms
    share = np.bincount(firms.tier, minlength=4) / 4000
    assert share == pytest.approx([0.65, 0.2, 0.1, 0.05], abs=0.025)
    median = [np.median(firms.workers[firms.tier == tier]) for tier in range(4)]
    assert median == sorted(median)
    assert median[3] > 2 * median[0]


def test_without_correlation_size_says_nothing():
    firms = build_cluster(_scenario(size_correlation=0), 1).firms
    digital = firms.tier > 0
    assert np.median(firms.workers[digital]) == pytest.approx(np.median(firms.workers), abs=1.5)


def test_probabilities_by_size_are_what_is_drawn():
    scenario = _scenario(firms=20_000)
    workers, probability = workers_distribution(scenario)
    by_size = tier_probabilities(scenario.digital, probability)
    assert by_size.sum(axis=1) == pytest.approx(np.ones(workers.size))
    assert probability @ by_size == pytest.approx([0.65, 0.2, 0.1, 0.05], abs=1e-3)
    firms = build_cluster(scenario, 2).firms
    large = workers > 40
    drawn = np.bincount(firms.tier[firms.workers > 40], minlength=4) / (firms.workers > 40).sum()
    expected = probability[large] @ by_size[large] / probability[large].sum()
    assert drawn == pytest.approx(expected, abs=0.03)


def test_a_tier_lifts_the_plateau_and_moves_nothing_else():
    plain, tiers = (build_cluster(_scenario(**d), 1).firms for d in (WORKSHOPS, {}))
    factor = np.array([1, 1.04, 1.1, 1.2])
    assert tiers.plateau == pytest.approx(plain.plateau * factor[tiers.tier])
    assert not plain.tier.any()
    for name in ("region", "workers", "skill", "wage", "piece_rate", "own_capital_days"):
        assert np.array_equal(getattr(plain, name), getattr(tiers, name)), name


def test_upgrading_moves_a_nested_share_one_tier_up():
    none, half, all_ = (
        build_cluster(_scenario(upgrade_share=share), 1).firms.tier for share in (0, 0.5, 1)
    )
    assert np.array_equal(all_, np.minimum(none + 1, len(TIERS) - 1))
    assert np.all((half == none) | (half == all_))
    assert np.mean(half[none < 3] > none[none < 3]) == pytest.approx(0.5, abs=0.03)
    digital = _scenario(upgrade_share=1).digital
    assert tier_probabilities(digital, np.ones(1))[0] == pytest.approx(
        [0, 0.65, 0.2, 0.15], abs=2e-3
    )


def test_kappa_knows_a_shorter_change_over_exactly():
    scenario = Scenario()
    short = Scenario(line={"changeover_days": 0.2})
    rate = np.geomspace(50, 1e5, 9)
    assert sustainable_curve(scenario)(rate, 0.4) == pytest.approx(
        sustainable_curve(short)(rate), abs=1e-6
    )


def test_expected_capacity_is_that_of_many_firms():
    for digital in (WORKSHOPS, {}, {"upgrade_share": 0.5}):
        scenario = _scenario(firms=20_000, **digital)
        expected = expected_firm_capacity(scenario, sustainable_curve(scenario))
        drawn = build_cluster(scenario, 3).firms.capacity_per_day
        error = drawn.std() / np.sqrt(drawn.size)
        assert drawn.mean() == pytest.approx(expected, abs=3.5 * error)


def test_tiers_are_the_same_in_both_arms_and_upgrading_sews_more():
    def good(upgrade, arm):
        scenario = Scenario(
            calendar={"start": "2021-03-01", "days": 40, "warmup_days": 10, "followup_days": 5},
            cluster={"firms": 12, "brands": 24}, demand={"load": 1.2},
            digital={"upgrade_share": upgrade},
        )  # fmt: skip
        rows = simulate_arm(scenario, 1, arm)
        return rows.good_min.sum(), rows.cluster.firms.tier

    for arm in ("baseline", "brain"):
        (before, low), (after, high) = good(0, arm), good(1, arm)
        assert np.array_equal(high, np.minimum(low + 1, 3))
        assert after > before
