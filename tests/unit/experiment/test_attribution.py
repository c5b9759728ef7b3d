"""Attribution over made-up arms: what an arm comes to is a formula of the services that are on."""

from types import SimpleNamespace

import polars as pl
import pytest

from kidswear_brain.errors import RunError, SolverError
from kidswear_brain.experiment import work
from kidswear_brain.experiment.attribution import (
    SERVICES,
    AttributionRequest,
    attribute,
    interaction_table,
    share_table,
)
from kidswear_brain.experiment.seeds import replication_seed
from kidswear_brain.scenario import load_scenario

WORTH = {"manufacturing": 0.10, "procurement": -0.01, "design": 0.02, "recruitment": 0.005,
         "finance": 0.03}  # fmt: skip


@pytest.fixture
def arms(monkeypatch):
    """Arms simulated so far: seed, arm, services that are on."""
    seen = []

    def simulate(scenario, seed, arm):
        on = [s for s in SERVICES if arm == "brain" and getattr(scenario.services, s).enabled]
        seen.append((seed, arm, tuple(on)))
        luck = seed % 7 / 100
        together = 0.04 if {"manufacturing", "finance"} <= set(on) else 0.0
        value = 0.5 + luck + sum(WORTH[s] for s in on) + together
        saving = float("nan") if "procurement" not in on else 0.07
        measures = {"utilization": value, "procurement_member_saving": saving, "load": 0.8}
        return SimpleNamespace(measures=measures)

    monkeypatch.setattr(work, "simulate", simulate)
    return seen


def request(scenario=None, replications=2):
    return AttributionRequest(scenario or load_scenario("kidswear:tiny"), replications, 5)


def test_every_set_of_services_in_every_world_once_and_the_baseline_for_none(arms, tmp_path):
    attribute(request(), tmp_path / "store")
    assert len(arms) == 2 * 32
    seeds = {replication_seed(5, r) for r in (1, 2)}
    assert {seed for seed, _, _ in arms} == seeds
    for seed in seeds:
        mine = [(arm, on) for s, arm, on in arms if s == seed]
        assert mine.count(("baseline", ())) == 1
        assert len({on for arm, on in mine if arm == "brain"}) == 31
        assert ("brain", ()) not in mine


def test_shares_are_what_each_is_worth_and_half_of_what_two_do_together(arms, tmp_path):
    found = attribute(request(), tmp_path / "store")
    game = found.game("utilization")
    assert game.share["manufacturing"].mean == pytest.approx(0.10 + 0.02)
    assert game.share["finance"].mean == pytest.approx(0.03 + 0.02)
    assert game.share["design"].mean == pytest.approx(0.02)
    assert game.alone["finance"].mean == pytest.approx(0.03)
    assert game.last["finance"].mean == pytest.approx(0.07)
    assert game.interaction["manufacturing", "finance"].mean == pytest.approx(0.04)
    assert game.interaction["manufacturing", "design"].mean == pytest.approx(0)
    for one in found.games:
        assert sum(s.mean for s in one.share.values()) == pytest.approx(one.total.mean)
    assert found.game("utilization", relative=True).total.n == 2
    # nothing to measure in some sets: not shared out
    with pytest.raises(RunError, match="procurement_member_saving"):
        found.game("procurement_member_saving")


def test_a_service_the_scenario_has_off_stays_out(arms, tmp_path):
    off = {f"services.{s}.enabled": False for s in ("design", "recruitment", "finance")}
    found = attribute(request(load_scenario("kidswear:tiny", off)), tmp_path / "store")
    assert found.services == ("manufacturing", "procurement")
    assert len(arms) == 2 * 4
    assert not any(set(on) & {"design", "recruitment", "finance"} for _, _, on in arms)


def test_what_is_finished_is_not_done_again(arms, tmp_path):
    some = load_scenario("kidswear:tiny", {"services.design.enabled": False})
    attribute(request(some, 1), tmp_path / "store")
    assert len(arms) == 16
    more = attribute(request(some, 2), tmp_path / "store")
    assert len(arms) == 32
    fresh = attribute(request(some, 2), tmp_path / "another")
    assert more.values.equals(fresh.values)
    assert share_table(more).equals(share_table(fresh))


def test_an_arm_that_fails_leaves_nothing_to_share_out(arms, monkeypatch, tmp_path):
    whole = work.simulate

    def fails(scenario, seed, arm):
        if arm == "brain" and not scenario.services.design.enabled:
            raise ValueError("no plan")
        return whole(scenario, seed, arm)

    monkeypatch.setattr(work, "simulate", fails)
    with pytest.raises(SolverError, match=r"15 of 32 arms .* ValueError: no plan"):
        attribute(request(replications=1), tmp_path / "store")


def test_nothing_on_is_refused(arms, tmp_path):
    off = {f"services.{s}.enabled": False for s in SERVICES}
    with pytest.raises(RunError, match="at least one enabled"):
        attribute(request(load_scenario("kidswear:tiny", off)), tmp_path / "store")
    assert arms == []


def test_tables(arms, tmp_path):
    found = attribute(request(replications=1), tmp_path / "store")
    shares = share_table(found)
    one = shares.filter(measure="utilization", relative=False, part="share")
    assert one["service"].to_list() == [*SERVICES, "total"]
    assert one["low"].null_count() == 6  # one world has no interval
    sums = one.filter(pl.col("service") != "total")["mean"].sum()
    assert sums == pytest.approx(one.filter(service="total")["mean"][0])
    pairs = interaction_table(found).filter(measure="utilization", relative=False)
    assert pairs.height == 10
    both = found.values.filter(coalition="manufacturing+finance", measure="utilization")
    assert both.height == 1
