"""Exit codes, messages and files of the commands."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli.command import kidswear
from kidswear_brain import __version__
from kidswear_brain.errors import SolverError
from kidswear_brain.experiment import compare
from kidswear_brain.results.schema import SUMMARIES, TABLE_NAMES

DOCS = Path(__file__).parents[2] / "docs"
TINY = "kidswear:tiny"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """One real run of two replications: its folder and what was shown."""
    out = tmp_path_factory.mktemp("runs") / "tiny"
    result = kidswear("run", TINY, "-n", 2, "--workers", 1, "--out", out)
    assert result.exit_code == 0, result.output
    return out, result.stdout


def test_a_run_leaves_a_whole_run_directory(tiny):
    out, shown = tiny
    assert {p.name for p in out.iterdir()} == {
        "manifest.json",
        "report.html",
        "scenario.resolved.yaml",
        *(f"{name}.parquet" for name in TABLE_NAMES),
    }
    assert shown.rstrip().endswith(f"Run directory: {out}")
    assert not out.with_name("tiny.part").exists()


def test_the_screen_fits_eighty_columns(tiny):
    out, shown = tiny
    lines = [line for line in shown.splitlines() if str(out) not in line]
    assert max(cell_len(line) for line in lines) <= 80
    for word in ("utilization", "fill rate", "lost pieces", "no order", "producing", "95 %"):
        assert word in shown
    assert re.search(r"utilization +0\.\d{3} ±\d\.\d{3} +0\.\d{3} ±\d\.\d{3} +[+-]\d", shown)


def test_an_identical_run_is_shown_again_in_chinese(tiny):
    out, _ = tiny
    before = (out / "manifest.json").stat().st_mtime_ns
    again = kidswear("run", TINY, "-n", 2, "--out", out, "--lang", "zh")
    assert again.exit_code == 0
    assert "产能利用率" in again.stdout
    assert "此前已完成" in again.stdout
    assert max(cell_len(x) for x in again.stdout.splitlines() if str(out) not in x) <= 80
    assert (out / "manifest.json").stat().st_mtime_ns == before


def test_the_json_is_the_documented_object(tiny):
    out, _ = tiny
    said = json.loads(kidswear("run", TINY, "-n", 2, "--out", out, "--json").stdout)
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    assert list(said) == re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)
    example = json.loads(re.search(r"```json\n(.*?)```", page, flags=re.DOTALL)[1])
    for document in (said, example):
        assert list(document) == list(said)
        assert list(document["measures"]) == ["baseline", "brain"]
        one = document["gains"]["utilization"]
        assert list(one) == ["mean", "low", "high", "n", "points"]
        assert list(one["points"]) == ["mean", "low", "high", "n"]
    assert list(said["gains"]) == list(said["measures"]["brain"])
    assert said["run_directory"] == str(out)
    gain = said["gains"]["utilization"]
    assert gain["low"] < gain["mean"] < gain["high"]


def test_one_replication_has_no_interval(tmp_path):
    result = kidswear("run", TINY, "-n", 1, "--out", tmp_path / "x", "--json", "--tables", "none")
    gain = json.loads(result.stdout)["gains"]["utilization"]
    assert (gain["low"], gain["high"], gain["n"]) == (None, None, 1)
    assert {p.stem for p in (tmp_path / "x").glob("*.parquet")} == set(SUMMARIES)


def test_another_run_in_the_way_is_refused_and_left_alone(tiny):
    out, _ = tiny
    before = {p.name: p.stat().st_mtime_ns for p in out.iterdir()}
    result = kidswear("run", TINY, "-n", 2, "--seed", 77, "--out", out)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert {p.name: p.stat().st_mtime_ns for p in out.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "nosuch.yaml"), "no such file"),
        (("run", TINY, "--set", "demand.lod=1"), "did you mean load?"),
        (("run", TINY, "--set", "demand.load"), "KEY=VALUE"),
        (("run", TINY, "-n", "0"), "--replications"),
        (("run", TINY, "--seed", "-1"), "--seed"),
        (("run", TINY, "--tables", "some"), "some"),
        (("run", TINY, "--lang", "fr"), "fr"),
        (("run",), "SCENARIO"),
        (("runn",), "runn"),
        (("check", TINY, "--explain", "demand.lod"), "demand.lod"),
    ],
)
def test_wrong_input_exits_with_2_and_leaves_nothing(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = kidswear(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_the_folder_one_stands_in_is_no_place_for_a_run(tmp_path, monkeypatch, force):
    monkeypatch.chdir(tmp_path)
    result = kidswear("run", TINY, "--out", ".", *force)
    assert result.exit_code == 2
    assert result.stderr.endswith("\n.: not the name of a new directory; choose another --out\n")
    assert list(tmp_path.iterdir()) == []


def test_force_spares_a_source_tree(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "main.py").write_text("print()")
    for force in ((), ("--force",)):
        result = kidswear("run", TINY, "--out", tmp_path / "work", *force)
        assert result.exit_code == 2
        said = f"{tmp_path / 'work'}: not a run, and in the way; choose another --out"
        assert result.stderr.splitlines()[-1] == said
    assert [p.name for p in tmp_path.rglob("*")] == ["work", "main.py"]


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (SolverError("no answer within the limit"), 3, "no answer within the limit"),
        (KeyboardInterrupt(), 130, "interrupted; nothing was finished"),
        (ZeroDivisionError("a bug"), 1, "ZeroDivisionError: a bug (--debug"),
        (OSError(28, "No space left on device"), 1, "No space left"),
    ],
)
def test_what_goes_wrong_has_its_exit_code(error, code, message, monkeypatch, tmp_path):
    def fail(*_):
        raise error

    monkeypatch.setattr(compare, "run_tasks", fail)
    result = kidswear("run", TINY, "--out", tmp_path / "x")
    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_debug_shows_where(monkeypatch, tmp_path):
    def fail(*_):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(compare, "run_tasks", fail)
    result = kidswear("run", TINY, "--out", tmp_path / "x", "--debug")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr


def test_check_says_valid_explains_and_resolves():
    assert "valid" in kidswear("check", TINY).stdout
    assert "demand.load" in kidswear("check", TINY, "--explain", "demand.load").stdout
    assert "load:" in kidswear("check", TINY, "--resolved").stdout
    assert kidswear("check", TINY, "--set", "demand.load=0.9", "--resolved").exit_code == 0


def test_schema_is_json_and_init_a_valid_scenario(tmp_path):
    assert json.loads(kidswear("schema").stdout)["type"] == "object"
    file = tmp_path / "mine.yaml"
    assert kidswear("init", file).exit_code == 0
    assert kidswear("check", file).exit_code == 0
    again = kidswear("init", file)
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert kidswear("init", "-").stdout == file.read_text(encoding="utf-8")


def test_version_and_module():
    said = kidswear("--version").stdout
    assert __version__ in said
    command = [sys.executable, "-m", "kidswear_brain", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == said


def test_help_waits_for_no_heavy_library():
    code = "import sys, kidswear_brain.cli; print(' '.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "scipy", "polars", "pydantic", "yaml", "numba", "highspy", "pulp", "simpy"}
    assert not heavy & set(loaded.stdout.split())
