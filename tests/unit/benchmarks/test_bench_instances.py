"""Instances: the same bytes from the same seed, and the shapes their titles promise."""

import numpy as np
import pytest
from benchmarks import instances as made
from benchmarks import real_days
from benchmarks.registry import Case, all_cases, case, instance_hash

from kidswear_brain.allocation import allocate
from kidswear_brain.scenario import load_scenario


def test_a_seed_gives_the_same_bytes_everywhere():
    assert instance_hash(made.smoke(1)) == "a0af2acc4f7299b6"
    assert instance_hash(made.smoke(2)) != instance_hash(made.smoke(1))


def test_a_hash_sees_every_array():
    problem = made.smoke(1)
    for name in ("demand", "unmet_cost", "unit_cost", "lateness_cost", "minutes", "capacity"):
        array = getattr(problem, name).copy()
        array.flat[0] = 0.125
        assert instance_hash(made.changed(problem, **{name: array})) != instance_hash(problem)


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match="two benchmark cases are called smoke"):
        case("smoke", "smoke")(made.smoke)


def test_every_case_says_what_it_is():
    for one in all_cases().values():
        assert isinstance(one, Case)
        assert one.title != one.name
        assert one.solvers[0] == "kidswear"


def test_the_stated_cases_carry_their_limits():
    stated = {name: one.limit_s for name, one in all_cases().items() if one.limit_s is not None}
    assert stated == {
        "n-370": 0.06, "n-1000": 0.1, "n-3000": 0.25, "six-periods": 0.16, "firms-12000": 4,
        "orders-120000": 15,
    }  # fmt: skip


@pytest.mark.parametrize("load", [0.5, 1.3])
def test_capacity_follows_the_load(load):
    problem = made.build(made.Market(200, 100, load=load), 1)
    assert problem.demand.sum() * 2.55 / problem.capacity.sum() == pytest.approx(load, rel=1e-3)


def test_the_full_instance_has_the_stated_number_of_arcs():
    problem = made.n_1000(1)
    closed = np.isinf(problem.lateness_cost[:, problem.group, :])
    arcs = (np.isfinite(problem.unit_cost)[:, :, None] & ~closed).sum()
    assert arcs == pytest.approx(1.6e6, rel=0.03)


def test_scarce_shock_and_typed_are_what_they_say():
    assert np.isfinite(made.scarce(1).unit_cost[:200]).sum(axis=1).max() <= 60
    shocked = made.shock(1)
    assert not shocked.capacity[shocked.group < 3, :2].any()
    assert shocked.capacity[shocked.group < 3, 2:].all()
    assert np.unique(made.typed(1).minutes, axis=0).shape[0] == 9


def test_equal_efficiencies_are_whole_numbers():
    problem = made.equal_efficiencies(30, 40, 1)
    assert np.unique(problem.minutes).tolist() == [2.0]
    cost = problem.unit_cost[np.isfinite(problem.unit_cost)] * 1e4
    assert np.abs(cost - np.rint(cost)).max() < 1e-6
    assert not (problem.capacity % 2).any()


@pytest.mark.parametrize("seed", range(1, 5))
def test_stored_days_are_the_recorded_ones_and_are_solved(seed):
    problem = real_days.real_quarter(seed)
    assert instance_hash(problem) == real_days.recorded_hashes()[f"real-{seed}"]
    plan = allocate(problem)
    assert (plan.status, plan.method) == ("optimal", "simplex")
    assert plan.certificate.worst < 1e-9


def test_stored_files_stay_small():
    for path in real_days.FOLDER.glob("*.npz"):
        assert path.stat().st_size < 1 << 20


@pytest.mark.slow
def test_a_day_is_captured_stored_and_read_back(tmp_path):
    scenario = load_scenario("kidswear:tiny")
    days = real_days.captured(scenario, (3, 5))
    again = real_days.captured(scenario, (5,))
    assert set(days) == {3, 5}
    assert instance_hash(days[5]) == instance_hash(again[5])
    real_days.save(tmp_path / "day.npz", days[5])
    stored = real_days.load(tmp_path / "day.npz")
    assert stored.shape == days[5].shape
    np.testing.assert_allclose(stored.unit_cost, days[5].unit_cost, rtol=1e-6)
    np.testing.assert_allclose(stored.capacity, days[5].capacity, rtol=1e-6)
    real_days.save(tmp_path / "copy.npz", stored)
    assert instance_hash(real_days.load(tmp_path / "copy.npz")) == instance_hash(stored)


def test_a_day_of_another_model_is_called_so(monkeypatch):
    from benchmarks import worker
    from benchmarks.registry import CASES

    monkeypatch.setattr(real_days, "recorded_hashes", lambda: {"smoke": "of old"})
    row = worker.solve(CASES["smoke"], 1, "kidswear", 9)
    assert row["note"] == "not the recorded instance of old: the model changed"
    monkeypatch.undo()
    assert worker.solve(CASES["smoke"], 1, "kidswear", 9)["note"] == ""
