"""`kidswear trace`: what is written, where two traces part, and what is refused."""

import pytest

from cli.command import kidswear
from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.results.trace import first_difference
from kidswear_brain.scenario import load_scenario
from kidswear_brain.simulation.run import simulate_arm, simulate_heard

TINY = "kidswear:tiny"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    file = tmp_path_factory.mktemp("traces") / "tiny.txt"
    done = kidswear("trace", "record", TINY, file, "--arm", "baseline")
    assert done.exit_code == 0, done.output
    return file


def test_the_same_world_verifies(recorded):
    done = kidswear("trace", "verify", recorded)
    assert done.exit_code == 0
    assert "the same" in done.output


def test_the_first_difference_is_shown_with_what_came_before(recorded, tmp_path):
    lines = recorded.read_text().splitlines()
    spoiled = tmp_path / "spoiled.txt"
    spoiled.write_text("\n".join([*lines[:50], "2021-01-01 00:00 never", *lines[51:]]))
    done = kidswear("trace", "verify", spoiled)
    assert done.exit_code == 1
    shown = done.output.splitlines()
    assert "happening 50 of" in shown[0]
    assert shown[1:4] == [f"  {line}" for line in lines[47:50]]
    assert shown[4] == "- 2021-01-01 00:00 never"
    assert f"+ {lines[50]}" in shown


def test_a_trace_that_is_cut_off_differs_where_it_ends():
    assert first_difference(["a", "b"], ["a"]).splitlines()[1:] == ["  a", "- b"]
    assert first_difference(["a"], ["a", "b"]).splitlines()[1:] == ["  a", "+ b"]
    assert first_difference(["a"], ["a"]) is None


def test_lines_come_in_order_of_time(recorded):
    times = [line[:16] for line in recorded.read_text().splitlines()[1:]]
    assert len(times) > 200
    assert times == sorted(times)


def test_too_large_a_scenario_is_refused_with_advice(tmp_path):
    file = tmp_path / "large.txt"
    mine = tmp_path / "large.yaml"
    mine.write_text("extends: kidswear:tiny\ncluster: {firms: 300, brands: 600}\n")
    done = kidswear("trace", "record", mine, file)
    assert done.exit_code == 2
    assert "allowed 3,000" in done.output
    assert "take fewer" in done.output
    assert not file.exists()


def test_what_is_no_trace_is_neither_read_nor_replaced(tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("my notes")
    for arguments in (("verify", other), ("record", TINY, other, "--force")):
        done = kidswear("trace", *arguments)
        assert done.exit_code == 2, done.output
    assert other.read_text() == "my notes"
    assert kidswear("trace", "verify", tmp_path / "none.txt").exit_code == 2


@pytest.mark.parametrize("arm", ["baseline", "brain"])
def test_listening_changes_nothing(arm):
    scenario = load_scenario(TINY)
    cluster = build_cluster(scenario, 2)
    heard, refusals = simulate_heard(scenario, cluster, arm)
    plain = simulate_arm(scenario, 2, arm, cluster)
    assert refusals
    for name in ("order", "line", "accepted_min", "start_min", "completion_min"):
        assert (getattr(heard.lots, name) == getattr(plain.lots, name)).all()
    assert (heard.orders.lost_cause == plain.orders.lost_cause).all()
    assert (heard.orders.lost_min == plain.orders.lost_min).all()
