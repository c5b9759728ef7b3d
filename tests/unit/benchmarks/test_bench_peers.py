"""Peers answer the same problem as ours, or say why not."""

import sys

import numpy as np
import pytest
from benchmarks import harness, peers, solvers
from benchmarks.instances import Market, build, equal_efficiencies, smoke
from benchmarks.linear_program import cheapest_firms, linear_program

from kidswear_brain.allocation import certify
from kidswear_brain.allocation.certificate import objective


def test_an_optimum_survives_the_way_through_the_arrays():
    problem = smoke(1)
    ours = solvers.kidswear(problem, 9).raw
    theirs = peers.highs_simplex(problem, 9).raw
    assert certify(problem, theirs).worst < 1e-9
    assert objective(problem, theirs) == pytest.approx(objective(problem, ours), rel=1e-9)


def test_a_worse_answer_is_seen_as_such():
    problem = smoke(1)
    lp = linear_program(problem)
    idle = lp.answer(np.zeros(lp.columns), np.zeros(lp.room.size))
    assert certify(problem, idle).relative_gap > 0.1


def test_a_cut_problem_is_certified_over_all_arcs():
    problem = build(Market(60, 300, load=1.2), 1)
    solved = peers.pulp_cbc_cut(problem, 60)
    assert "24 cheapest firms" in solved.note
    assert certify(problem, solved.raw).worst > 1e-7
    assert np.isfinite(cheapest_firms(problem, 24).unit_cost).sum(axis=1).max() == 24


def test_a_warm_start_ends_at_the_same_optimum():
    problem = smoke(1)
    cold, warm = solvers.kidswear(problem, 9).raw, solvers.kidswear_warm(problem, 9).raw
    assert objective(problem, warm) == pytest.approx(objective(problem, cold), rel=1e-9)


def test_flow_needs_equal_efficiencies():
    pytest.importorskip("ortools")
    answer = _worker("smoke", "min-cost-flow")
    assert (answer["status"], answer["note"]) == ("not run", "efficiencies differ")


def test_pulp_is_spared_too_many_arcs(monkeypatch):
    monkeypatch.setattr(peers, "MOST_PULP_ARCS", 10)
    with pytest.raises(solvers.NotRunError, match="above 10"):
        peers.pulp_cbc(smoke(1), 9)


def test_prices_of_a_flow_by_hand():
    # two orders, one full cell (10) and one with room (12); leaving undone costs 30
    order, cell = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    cost = np.array([10, 12, 10, 15, 30, 30])
    flows = np.array([False, True, True, False])
    price = peers.flow_prices((order, cell), cost, flows, np.array([True, False]))
    assert price.tolist() == [5, 0]


@pytest.mark.slow
@pytest.mark.parametrize("solver", sorted(set(solvers.all_solvers()) - {"min-cost-flow"}))
def test_every_peer_finds_the_optimum_of_a_small_instance(solver):
    answer = _worker("smoke", solver)
    if answer["status"] == "not installed":
        pytest.skip(answer["note"])
    assert answer["status"] == "optimal"
    assert answer["objective"] == pytest.approx(246268.27219853, rel=1e-6)
    assert answer["memory_mib"] is None or answer["memory_mib"] >= 0


@pytest.mark.slow
def test_flow_and_ours_agree_on_equal_efficiencies():
    answer = _worker("peers-equal", "min-cost-flow")
    if answer["status"] == "not installed":
        pytest.skip(answer["note"])
    problem = equal_efficiencies(300, 1200, 1)
    ours = objective(problem, solvers.kidswear(problem, 60).raw)
    assert answer["objective"] == pytest.approx(ours, rel=1e-9)
    assert max(answer["dual_infeasibility"], answer["relative_gap"]) < 1e-9


def _worker(case, solver):
    command = [sys.executable, "-m", "benchmarks.worker", "solve", case, "1", solver, "60"]
    return harness.run_worker(command, 240)
