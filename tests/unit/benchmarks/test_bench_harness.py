"""The harness: turns, processes that fail or never end, what is chosen."""

import json
import sys

import pytest
from benchmarks import harness
from benchmarks.year import PROCESSES

from kidswear_brain.errors import RunError

ANSWER = {
    "instance": "aa", "status": "optimal", "seconds": 0.1, "objective": 1.0,
    "primal_infeasibility": 0.0, "dual_infeasibility": 0.0, "relative_gap": 0.0,
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """What workers are asked to do, none of them started."""
    commands = []

    def run_worker(command, patience_s, pinned=True):
        commands.append(command)
        return dict(ANSWER)

    monkeypatch.setattr(harness, "run_worker", run_worker)
    return commands


def test_ours_runs_before_each_peer(asked):
    results = harness.run("smoke", False, None, lambda line: None)
    turns = [row.solver for row in results.rows]
    assert turns == ["kidswear", "highs-simplex", "kidswear", "pulp-cbc"]
    assert [command[5] for command in asked] == ["1"] * 4
    assert results.sound


def test_different_instances_are_measured(asked):
    results = harness.run("n-370", False, None, lambda line: None)
    assert sorted({row.seed for row in results.rows}) == [1, 2, 3, 4, 5, 6, 7]
    assert {row.limit_s for row in results.rows if row.solver == "kidswear"} == {0.06}


def test_quick_takes_one_instance_and_no_large_case(asked):
    harness.run("speed", True, None, lambda line: None)
    assert {command[5] for command in asked} == {"1"}
    assert {command[7] for command in asked} == {"20.0"}
    with pytest.raises(RunError, match="only large cases"):
        harness.run("long", True, None, lambda line: None)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(RunError, match=r"found 'nothing'.*smoke: smoke.*n-370"):
        harness.run("nothing", False, None, lambda line: None)


def test_progress_is_told(asked):
    lines = []
    harness.run("smoke", True, None, lines.append)
    assert "highs-simplex" in lines[1]
    assert "0.100 s" in lines[1]


def test_a_process_is_run_in_a_folder_of_its_own(asked, tmp_path):
    results = harness.run("run-tiny", True, None, lambda line: None)
    assert len(asked) == 2  # one to warm up
    assert len(results.rows) == 1
    assert not any("{folder}" in part for command in asked for part in command)
    assert asked[0][-1] != asked[1][-1]


def test_a_failing_worker_leaves_its_last_words():
    answer = harness.run_worker([sys.executable, "-c", "raise SystemExit('broken')"], 60)
    assert answer == {"status": "failed", "note": "broken"}


def test_a_worker_that_never_ends_is_ended_with_its_children():
    # a child left behind would hold the pipe open, and the call would not come back
    child = "import time; time.sleep(1000)"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    answer = harness.run_worker([sys.executable, "-c", script], 1)
    assert answer == {"status": "limit", "note": "ended after 1 s"}


def test_workers_have_one_thread():
    script = "import json, os; print(json.dumps({k: os.environ[k] for k in sorted(os.environ)}))"
    answer = harness.run_worker([sys.executable, "-c", script], 60)
    assert {answer[f"{name}_NUM_THREADS"] for name in harness.THREADS} == {"1"}


def test_the_last_line_of_a_chatty_worker_counts():
    script = "print('solver greets'); print('{\"status\": \"optimal\"}')"
    assert harness.run_worker([sys.executable, "-c", script], 60) == {"status": "optimal"}


def test_a_whole_process_carries_the_stated_limits():
    limits = {name: process.limit_s for name, process in PROCESSES.items()}
    assert limits == {
        "help": 0.4, "first-answer": 1.5, "run-tiny": 3, "year-baseline": 5, "year-brain": 20,
        "main-job": 240, "sweep-320": 600, "sweep-efficiency": None, "sweep-parent-100": None,
        "sweep-parent-2000": None,
    }  # fmt: skip


def test_the_machine_is_described():
    machine = harness.describe_machine()
    assert machine["processor"]
    assert set(harness.LIBRARIES) < set(machine["versions"])
    json.dumps(machine)
