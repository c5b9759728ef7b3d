"""The economists' commands from end to end, on the smallest district."""

import json

import pytest
from typer.testing import CliRunner

from kidswear_brain.cli import app
from kidswear_brain.errors import RunError
from kidswear_brain.results.outcome import outcome_of, write_outcome
from kidswear_brain.scenario.shipped import shipped_file

KEYS = ("--key", "demand.load", "--key", "market.known_firms")
SHORT = ("--set", "calendar.days=28", "--set", "calendar.warmup_days=14", "--workers", "1")


def invoke(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


def plant(tmp_path):
    path = tmp_path / "plant.csv"
    rows = ["team,date,style_no,efficiency"]
    for line in range(4):
        for day in range(1, 61):
            age = (day + line) % 12
            value = 60 * (1 - 0.4 * 0.6**age) + line
            date = f"2026-{1 + day // 31:02d}-{1 + day % 28:02d}"
            rows.append(f"L{line},{date},S{(day + line) // 12},{value:.4f}")
    path.write_text("\n".join(rows[:1] + sorted(set(rows[1:]))))
    return path


def test_fit_learning_prints_lines_to_paste(tmp_path):
    done = invoke("fit", "learning", plant(tmp_path), "--draws", "100")
    assert done.exit_code == 0, done.output
    assert 'line: column "team"' in done.output
    assert "learning_loss_share: 0." in done.output
    told = json.loads(invoke("fit", "learning", plant(tmp_path), "--json").output)
    assert told["scenario"].startswith("line:\n  learning_loss_share: ")
    assert 0 < told["loss_share"]["low"] <= told["loss_share"]["value"]
    assert told["on_target_share"] is None


def test_a_table_without_the_columns_is_wrong_input(tmp_path):
    path = tmp_path / "plant.csv"
    path.write_text("a,b\n1,2\n")
    done = invoke("fit", "learning", path)
    assert done.exit_code == 2
    assert "plant.csv:1:1: productivity: found no such column" in done.output


def test_wrong_keys_claims_and_points_are_wrong_input(tmp_path):
    done = invoke("sensitivity", "kidswear:tiny", "--key", "demand.lode")
    assert (done.exit_code, "did you mean demand.load?" in done.output) == (2, True)
    done = invoke("sensitivity", "kidswear:tiny", "--moment", "gain")
    assert (done.exit_code, "found no such moment" in done.output) == (2, True)
    done = invoke("audit", "kidswear:tiny", "--claim", tmp_path / "none.yaml")
    assert (done.exit_code, "cannot be read" in done.output) == (2, True)
    done = invoke("audit", "kidswear:tiny", "--points", tmp_path / "none.csv")
    assert (done.exit_code, "no file that can be read" in done.output) == (2, True)
    points = tmp_path / "points.csv"
    points.write_text("demand.load,market.known_firm\n0.8,3\n")
    done = invoke("audit", "kidswear:tiny", "--points", points)
    assert (done.exit_code, "did you mean market.known_firms?" in done.output) == (2, True)
    points.write_text("demand.load\n0.8\n")
    done = invoke("audit", "kidswear:tiny", "--points", points, "--key", "demand.load")
    assert (done.exit_code, "allowed one of them" in done.output) == (2, True)


def test_a_month_that_is_not_measured_and_per_cents_are_refused(tmp_path):
    claim = tmp_path / "claim.yaml"
    text = shipped_file("claims/wuxing_2022.yaml").decode()
    claim.write_text(text.replace("window: year", "window: 2031-01", 1))
    done = invoke("audit", "kidswear:tiny", "--claim", claim)
    assert (done.exit_code, "a month that the scenario measures" in done.output) == (2, True)
    claim.write_text(text.replace("at_least: 0.32", "at_least: 32", 1))
    done = invoke("audit", "kidswear:tiny", "--claim", claim)
    assert (done.exit_code, "divide per cents by 100" in done.output) == (2, True)


def test_an_answer_to_another_question_is_not_written_over(tmp_path):
    first = outcome_of(tmp_path, "x", "audit", "one question")
    write_outcome(first, {}, {"found": 1})
    assert outcome_of(tmp_path, "x", "audit", "one question") == first
    with pytest.raises(RunError, match="answers another question"):
        outcome_of(tmp_path, "x", "audit", "another")


@pytest.mark.slow
def test_sensitivity_and_the_run_that_quotes_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ("--size", "1", "--trajectories", "2", "--draws", "20", "-n", "2", *SHORT)
    done = invoke("sensitivity", "kidswear:tiny", *KEYS, *small, "--moment", "utilization_gain")
    assert done.exit_code == 0, done.output
    (folder,) = (tmp_path / "runs").glob("sensitivity-tiny-*")
    told = json.loads((folder / "sensitivity.json").read_text())
    assert told["figures"][0]["parameters"].keys() == {"demand.load", "market.known_firms"}
    heads = (folder / "draws.csv").read_text().splitlines()[0]
    assert heads == "demand.load,market.known_firms,utilization_gain"
    run = invoke("run", "kidswear:tiny", "-n", "1", *SHORT, "--tables", "none")
    assert "owed to assumed parameters: utilization gain " in run.output
    audited = invoke("audit", "kidswear:tiny", "--points", folder / "draws.csv", "--size", "1",
                     "-n", "2", *SHORT, "--json")  # fmt: skip
    assert audited.exit_code == 0, audited.output
    told = json.loads(audited.output)
    assert set(told["probabilities"]) == {"utilization", "procurement", "all statements"}
    assert told["points"] == 20
    assert told["evaluator"]["naive"]["n"] == told["surplus"]["customers"]["n"] == 2
