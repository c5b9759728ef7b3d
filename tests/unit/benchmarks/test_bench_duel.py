"""The duel: both builds on the same scenario, one after the other, and their ratio in the file."""

import json

import pytest
from benchmarks import duel, harness
from benchmarks.results import read, write


@pytest.fixture
def asked(monkeypatch):
    """What workers are asked to do, none of them started; the peer takes thirty times as long."""
    commands = []

    def run_worker(command, patience_s, pinned=True):
        commands.append(command)
        spent = 3.0 if command[-1] == duel.PEER else 0.1
        return {"status": "done", "seconds": 2 * spent, "cpu_seconds": spent}

    monkeypatch.setattr(harness, "run_worker", run_worker)
    return commands


def test_ours_comes_before_the_peer_on_the_same_scenario(asked):
    part = harness.Part((120, 1200), 60)
    results = harness.run("year", False, None, lambda line: None, part)
    assert [command[-4:] for command in asked] == [
        ["duel", firms, "60", solver]
        for firms in ("120", "1200")
        for solver in ("kidswear", "straightforward")
    ]
    assert [row.solver for row in results.rows] == ["kidswear", "straightforward"] * 2


def test_without_a_size_the_duel_is_one_of_the_year(asked):
    results = harness.run("year", False, None, lambda line: None)
    cases = {row.case for row in results.rows}
    assert {"help", "run-tiny", "year-brain", "year-duel-120"} <= cases
    assert "year-duel-120" in harness.names()["year"]


def test_the_file_tells_the_ratio(asked, tmp_path):
    results = harness.run("year-duel-120", False, None, lambda line: None)
    write(results, tmp_path / "r.json")
    ours, peer = json.loads((tmp_path / "r.json").read_text())["medians"]
    assert ours["ratio"] is None
    assert peer["solver"] == "straightforward"
    assert peer["ratio"] == pytest.approx(30)
    assert read(tmp_path / "r.json") == results


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["kidswear", "straightforward"])
def test_each_build_says_what_it_did(solver):
    answer = duel.simulated(solver, 12, 20)
    assert answer["status"] == "done"
    assert answer["note"].startswith("20 days of the year only; ")
    assert answer["cpu_seconds"] > 0
    assert "of all pieces not lost" in answer["note"]
