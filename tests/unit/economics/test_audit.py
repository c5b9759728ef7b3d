"""An audit of a known function in place of the simulator, and of small simulated worlds."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from kidswear_brain.economics import audit as room
from kidswear_brain.economics.evaluator import adoption_design, evaluate
from kidswear_brain.economics.points import read_points
from kidswear_brain.economics.priors import axes, draw
from kidswear_brain.economics.surplus import PARTIES, receipts, surplus
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.errors import RunError, SolverError, TableError
from kidswear_brain.results.result import simulate
from kidswear_brain.scenario import load_scenario
from kidswear_brain.scenario.claims import read_claim
from kidswear_brain.simulation.run import simulate_arm

KEYS = ("demand.load", "line.learning_days", "market.known_firms")
CLAIM = read_claim()
SMALL = {"cluster.firms": 12, "cluster.brands": 24}


def worlds():
    moments = room.audited_moments(CLAIM)
    return Worlds("kidswear:tiny", {}, axes(KEYS), moments, Path("nowhere"))


@pytest.fixture
def simulator(monkeypatch):
    """Utilization .5 -> .5 (1 + .6 x known firms) in all definitions; procurement 1 -> .94."""

    def values(self, points, numbers, size):
        def one(point):
            if point[0] > 0.95:
                return [[np.nan] * len(self.moments)]
            change = {"u": 0.5 * (1 + 0.6 * point[2]), "p": 0.94}
            row = []
            for moment in self.moments:
                kind = moment.measure[0]
                before = {"u": 0.5, "p": 1.0}[kind]
                row.append(before if moment.side == "baseline" else change[kind])
            return [row]

        return [np.array(one(point)) for point in points]

    monkeypatch.setattr(Worlds, "values", values)
    linear = partial(room.fit_surrogate, learners=("linear",))
    monkeypatch.setattr(room, "fit_surrogate", linear)
    monkeypatch.setattr(Worlds, "errors", lambda self: ["SolverError: no plan"])


def test_probability_box_and_definitions(simulator):
    points = draw(axes(KEYS), 256)
    found = room.audit(worlds(), CLAIM, points, 1, from_priors=True)
    share = found.probabilities["utilization"]
    assert share.low < 1 - 0.32 / 0.6 < share.high
    assert found.probabilities["procurement"].share == 1
    assert found.probabilities[room.ALL] == share
    box = found.regions[0].box
    assert box.bounded == (2,)
    assert box.low[2] == pytest.approx(0.32 / 0.6, abs=0.03)
    assert found.regions[0].holding == found.regions[0].inside > 50
    reaches = {(r.measure, r.reading): r for r in found.reaches["utilization"]}
    assert reaches["utilization_busy", "relative"].holds.share == share.share
    assert reaches["utilization", "points"].holds.share == 0, "+30 points at most"
    assert not any(measure.startswith("procurement") for measure, _ in reaches)


def test_failed_runs_are_left_out_and_told(simulator):
    points = draw(axes(KEYS), 256)
    found = room.audit(worlds(), CLAIM, points, 1, from_priors=True)
    assert found.failed == (points[:, 0] > 0.95).sum() > 0
    assert found.probabilities["utilization"].points == 256 - found.failed
    assert found.errors == ("SolverError: no plan",)
    assert found.table()["utilization"].null_count() == found.failed


def test_given_points_get_no_box(simulator):
    found = room.audit(worlds(), CLAIM, draw(axes(KEYS), 64), 1, from_priors=False)
    assert found.regions == ()


def test_nothing_is_said_where_nothing_ran(simulator):
    with pytest.raises(SolverError, match="every run failed: SolverError: no plan"):
        room.audit(worlds(), CLAIM, np.ones((3, 3)), 1, from_priors=True)


def test_points_come_from_the_draws_another_study_wrote(tmp_path):
    path = tmp_path / "draws.csv"
    path.write_text("market.known_firms,demand.load,utilization_gain\n4.5,0.7,0.2\n8,0.95,\n")
    cube, points = read_points(path)
    assert [axis.name for axis in cube] == ["demand.load", "market.known_firms"]
    np.testing.assert_allclose(points, [[0, 0.5], [1, 1]], atol=1e-9)


def test_wrong_points_are_named_all_at_once(tmp_path):
    path = tmp_path / "draws.csv"
    path.write_text("market.known_firms,demand.load\n9,0.8\n2,much\n")
    with pytest.raises(TableError) as refusal:
        read_points(path)
    first, second = map(str, refusal.value.problems)
    assert 'draws.csv:2:1: market.known_firms: found "9", allowed a number from 1 to 8' in first
    assert 'draws.csv:3:2: demand.load: found "much"' in second
    path.write_text("market.patience_days.0,x\n1,2\n")
    with pytest.raises(TableError, match=r"no column market.patience_days.1"):
        read_points(path)


@pytest.fixture(scope="module")
def tiny():
    return load_scenario("kidswear:tiny", SMALL)


def test_every_yuan_of_the_customers_ends_with_a_party(tiny):
    """What brands pay for material bought in the window must be sold by somebody, and so on."""
    for arm in ("baseline", "brain"):
        rows = simulate_arm(tiny, 3, arm)
        got = receipts(rows)
        garments = simulate(tiny, 3, arm).table("payments").filter(purpose="garment")
        inside = garments.filter(garments["time_min"] // 1440 < tiny.calendar.days)
        paid = inside.filter(inside["time_min"] >= 0)["amount_cny"].sum()
        assert sum(got.values()) == pytest.approx(paid, rel=1e-9)
        assert set(got) == set(PARTIES)


def test_surplus_sums_and_fee(tiny):
    found = surplus(tiny, [1, 2])
    total = sum(gain.mean for gain in found.gain.values())
    assert found.customers.mean == pytest.approx(total)
    assert found.fee_share.mean == pytest.approx(tiny.services.procurement.fee_share)
    members = found.gain["firms"].mean + found.gain["brands"].mean
    above = found.break_even_fee_share.mean > found.fee_share.mean
    assert above == (members > 0)


def test_an_evaluator_without_a_brain_finds_the_recovery_only():
    idle = dict.fromkeys(
        (
            f"services.{name}.enabled"
            for name in ("procurement", "design", "recruitment", "finance")
        ),
        False,
    )
    alone = {**SMALL, **idle, "services.manufacturing.matchable_share": 0}
    design = adoption_design(load_scenario("kidswear:tiny", alone))
    found = evaluate(design, [1, 2])
    assert found.true.mean == found.true_joiners.mean == found.true_others.mean == 0
    assert found.naive.mean == pytest.approx(found.recovery.mean)
    assert 0 < found.joiners_share < 1


def test_an_evaluator_needs_two_groups(tiny):
    with pytest.raises(RunError, match="no joiners or no others"):
        evaluate(adoption_design(tiny, joining=0.0), [1])


def test_the_year_of_adoption(tiny):
    design = adoption_design(tiny, recovery=0.1, joining=0.4)
    assert design.before == tiny
    assert design.after.demand.load == pytest.approx(1.1 * tiny.demand.load)
    assert design.after.services.finance.participation_share == 0.4
    middle = design.after.adoption.midpoint - tiny.calendar.start
    assert middle.days == tiny.calendar.days // 2
