"""The economists' commands: moments, calibrate, posterior."""

import json
import sys

import polars as pl
import pytest

from cli.command import kidswear
from kidswear_brain.scenario import load_scenario

FREE = ("--free", "demand.load", "--free", "market.known_firms")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "tiny"
    done = kidswear("run", "kidswear:tiny", "-n", 2, "--workers", 1, "--out", out, "--tables",
                    "none")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    return out


def test_a_run_is_held_against_every_moment(tiny):
    (said,) = json.loads(kidswear("moments", tiny, "--json").stdout)["runs"]
    measures = pl.read_parquet(tiny / "measures.parquet").filter(measure="utilization")
    baseline = measures.filter(arm="baseline")["value"].mean()
    moments = said["moments"]
    assert moments["utilization_baseline"]["found"]["mean"] == pytest.approx(baseline)
    assert moments["utilization_baseline"]["holds"] == (0.55 <= baseline <= 0.62)
    assert moments["best_month_over_february"]["found"]["mean"] is None  # no February in it
    assert moments["best_month_over_february"]["holds"] is False
    assert 0 <= moments["lifted_firms"]["found"]["mean"] <= 1
    screen = kidswear("moments", tiny, tiny).stdout
    assert "-0.07 to -0.05" in screen
    assert "not measurable" in screen
    assert "above 0" in screen


def test_what_cannot_be_calibrated_is_said_at_once(tmp_path):
    out = tmp_path / "out"
    wrong = kidswear("calibrate", "kidswear:tiny", "--free", "demand.laod", "--free",
                     "cluster.firms", "--out", out)  # fmt: skip
    assert wrong.exit_code == 2
    assert "did you mean demand.load?" in wrong.stderr
    assert "cluster.firms: found fixed" in wrong.stderr
    none = kidswear("calibrate", "kidswear:tiny", "--moment", "utilization_gian", "--out", out)
    assert none.exit_code == 2
    assert "did you mean utilization_gain?" in none.stderr
    open_end = kidswear("calibrate", "kidswear:tiny", "--moment", "best_month_over_february",
                        "-n", 1, "--out", out)  # fmt: skip
    assert open_end.exit_code == 2
    assert "open end" in open_end.stderr
    assert "--replications: found 1" in open_end.stderr
    big = kidswear("posterior", "kidswear:tiny", "--size", 2, "--out", out)
    assert big.exit_code == 2
    assert "--size: found 2" in big.stderr
    assert not out.exists()


@pytest.mark.parametrize("command", ["calibrate", "posterior"])
def test_without_the_extra_the_remedy_is_said(command, tmp_path, monkeypatch):
    missing = "optimagic" if command == "calibrate" else "sklearn"
    for name in [n for n in sys.modules if n.startswith(("kidswear_brain.economics", missing))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    done = kidswear(command, "kidswear:tiny", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "pip install 'kidswear-brain[economics]'" in done.stderr


@pytest.mark.slow
def test_a_calibration_is_written_and_a_second_one_computes_nothing(tmp_path):
    out, store = tmp_path / "cal", tmp_path / "store"
    asked = ["calibrate", "kidswear:tiny", *FREE, "--size", 1, "-n", 2, "--explore", 20,
             "--starts", 1, "--confirm", 0, "--workers", 1]  # fmt: skip
    asked += ["--out", out, "--store", store]
    done = kidswear(*asked)
    assert done.exit_code == 0, done.stderr
    said = json.loads((out / "calibration.json").read_text())
    points = pl.read_parquet(out / "points.parquet")
    assert points.columns[:2] == ["demand.load", "market.known_firms"]
    assert len(points) == said["points"] >= 24
    calibrated = load_scenario(out / "calibrated.yaml")
    assert calibrated.demand.load == said["values"]["demand.load"]
    assert calibrated.cluster.firms == 6
    assert "known from" in (out / "calibration.txt").read_text()
    before = {part.name: part.stat().st_mtime_ns for part in (store / "parts").iterdir()}
    again = kidswear(*asked, "--json")
    assert json.loads(again.stdout) == said
    assert before == {part.name: part.stat().st_mtime_ns for part in (store / "parts").iterdir()}


@pytest.mark.slow
def test_a_posterior_is_written(tmp_path):
    out = tmp_path / "post"
    done = kidswear("posterior", "kidswear:tiny", *FREE, "--free", "finance.own_capital_days",
                    "--draws", 40, "--size", 1, "--full", 0, "--out", out, "--store",
                    tmp_path / "store", "--workers", 1)  # fmt: skip
    assert done.exit_code == 0, done.stderr
    said = json.loads((out / "posterior.json").read_text())
    assert said["draws"]["simulated"] == 40
    draws = pl.read_csv(out / "draws.csv")
    assert draws.shape == (40, 6)
    met = draws.filter(
        pl.col("utilization_gain").is_between(0.28, 0.36)
        & pl.col("procurement_change").is_between(-0.07, -0.05)
        & pl.col("utilization_baseline").is_between(0.55, 0.62)
    )
    assert said["draws"]["meet_all_targets"] == len(met)
    for k in range(1, len(said["sets"]) + 1):
        load_scenario(out / f"set_{k}.yaml")
