"""Sweeps, queries and the list of runs, as commands; the reading examples of the docs."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import kidswear

DOCS = Path(__file__).parents[2] / "docs"
SHORT = ("calendar.days=14", "calendar.warmup_days=7", "calendar.followup_days=7")
SET = [word for setting in SHORT for word in ("--set", setting)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a sweep of two good cells and a broken one, and a run of one of them."""
    folder = tmp_path_factory.mktemp("place")
    loads = ("--vary", "demand.load=0.7,0.9,-1")
    where = ("--out", folder / "runs/loads", "--store", folder / "runs/store", "--workers", 1)
    done = kidswear("sweep", "kidswear:tiny", "-n", 2, *loads, *where, *SET)
    assert done.exit_code == 0, done.output
    assert "cell 3, replication 1 failed: --set demand.load: found -1" in done.stdout
    out = ("--out", folder / "runs/one", "--workers", 1)
    done = kidswear("run", "kidswear:tiny", "-n", 1, *SET, *out, "--set", "demand.load=0.9")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def here(place, monkeypatch):
    monkeypatch.chdir(place)
    return place


def asked(where, sql):
    done = kidswear("query", where, sql, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["rows"]


def test_a_sweep_a_run_and_a_store_answer(here):
    sql = 'SELECT cell, "demand.load" AS load, count(error) AS failed FROM cells GROUP BY ALL'
    rows = asked("loads", f"{sql} ORDER BY cell")
    assert [(r["cell"], r["load"], r["failed"]) for r in rows] == [
        (1, 0.7, 0),
        (2, 0.9, 0),
        (3, -1, 2),
    ]
    assert asked("one", "SELECT count(DISTINCT arm) AS arms FROM measures") == [{"arms": 2}]
    keys = asked("store", "SELECT count(DISTINCT key) AS keys FROM results")
    assert keys == [{"keys": 8}]
    runs = asked("runs", "SELECT DISTINCT run FROM measures")
    assert runs == [{"run": "one"}]


def test_a_sweep_says_what_the_run_of_its_cell_says(here):
    cell = "SELECT brain FROM cells WHERE cell = 2 AND replication = 1 AND measure = 'utilization'"
    run = "SELECT value AS brain FROM measures WHERE arm = 'brain' AND measure = 'utilization'"
    assert asked("loads", cell) == asked("one", run)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("query", "loads", "SELECT x FROM nothing"), "tables here: cells"),
        (("query", "nosuch", "SELECT 1"), "no such directory"),
        (("query", "loads", ""), "found 0 statements"),
        (("query", "loads", "SELECT 1; SELECT 2"), "found 2 statements"),
        (("query", "loads", "COPY (SELECT 1) TO 'e.csv'"), "one that reads"),
        (("compare", "one", "loads"), "loads: a sweep, allowed a run"),
        (("run", "kidswear:tiny", "-n", "2", "--control"), "allowed 4 or more"),
        (("runs", "nosuch"), "no such directory"),
        (("runs", "--where", "demand.lod=1"), "did you mean demand.load?"),
        (("runs", "--where", "demand.load"), "allowed KEY=VALUE"),
        (("runs", "--prune"), "found no filter"),
        (("compare", "one", "nosuch"), "nosuch: no such run"),
        (("run", "runs/one"), "found a directory, allowed a scenario file"),
        (("run", "kidswear:tiny", "-n", "auto"), "found no --precision"),
        (("run", "kidswear:tiny", "--precision", "utilization:1"), "allowed with -n auto"),
        (("sweep", "kidswear:tiny"), "nothing to vary"),
        (
            ("sweep", "kidswear:tiny", "--vary", "demand.load=1,2", "--cells", "f.csv"),
            "one of them",
        ),
    ],
)
def test_wrong_use_exits_with_2(here, arguments, message):
    done = kidswear(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_runs_are_filtered(here):
    assert "loads: a sweep; its table is runs/loads/cells.parquet" in kidswear("runs").stdout
    shown = [
        json.loads(kidswear("runs", "--json", *only).stdout)
        for only in (
            (),
            ("--where", "demand.load>0.85"),
            ("--where", "demand.load=0.8"),
            ("--scenario", "nobody"),
        )
    ]
    assert [[run["run"] for run in one["runs"]] for one in shown] == [["one"], ["one"], [], []]
    assert [one["sweeps"] for one in shown] == [["loads"], [], ["loads"], []]


def test_runs_are_removed_after_asking(here):
    again = ("run", "kidswear:tiny", "-n", 1, *SET, "--out", "runs/spare", "--workers", 1)
    assert kidswear(*again).exit_code == 0
    remove = ("runs", "--scenario", "spare", "--prune")
    assert kidswear(*remove, input="n\n").exit_code != 0
    assert (here / "runs/spare").exists()
    assert kidswear(*remove, "--yes").exit_code == 0
    assert not (here / "runs/spare").exists()
    assert (here / "runs/one").exists()


def test_a_store_is_cleared_of_what_other_sources_computed(here):
    old = here / "runs/store/parts" / ("0" * 64 + ".parquet")
    old.write_bytes(b"of other sources")
    (here / "runs/store/parts/.x.growing").write_bytes(b"half")
    done = kidswear("runs", "--prune", "--store", "runs/store", "--yes")
    assert done.stdout.strip() == "2 files removed"
    assert len(list((here / "runs/store/parts").iterdir())) == 8


def test_an_empty_scenario_is_warned_of(tmp_path):
    (tmp_path / "empty.yaml").write_text("# nothing\n")
    done = kidswear("check", tmp_path / "empty.yaml")
    assert done.exit_code == 0
    assert "sets nothing: this is the default district" in done.stderr
    assert "sets nothing" not in kidswear("check", "kidswear:tiny").stderr


def test_the_reading_examples_of_the_docs_run(here):
    """Each one line: DuckDB, polars, pandas."""
    text = (DOCS / "runs.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(# DuckDB.*?)```", text, re.DOTALL)
    code = block.replace("runs/NAME", "runs/one")
    subprocess.run([sys.executable, "-c", code], check=True, cwd=here)
