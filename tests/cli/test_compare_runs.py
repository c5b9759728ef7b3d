"""The commands around finished runs: compare, runs, view, and the page of a run."""

import json
import re
import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli.command import kidswear
from kidswear_brain import cli_runs

DOCS = Path(__file__).parents[2] / "docs"
SMALL = """\
extends: kidswear:tiny
title: {title}
calendar: {{days: 14, warmup_days: 7, followup_days: 7}}
demand: {{load: {load}}}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with two scenarios, the first one run."""
    folder = tmp_path_factory.mktemp("compare")
    for name, load in (("usual", 0.8), ("busy", 0.95)):
        text = SMALL.format(title=f"A {name} fortnight", load=load)
        (folder / f"{name}.yaml").write_text(text)
    out = folder / "runs" / "usual"
    done = kidswear(
        "run", folder / "usual.yaml", "-n", 3, "--seed", 5, "--workers", 1, "--out", out
    )
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def here(place, monkeypatch):
    monkeypatch.chdir(place)
    return place


def test_a_run_has_its_page(here):
    text = (here / "runs" / "usual" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert "A usual fortnight" in text


def test_shown_again_in_another_language_the_page_follows(here):
    copy = here / "runs" / "copy"
    shutil.copytree(here / "runs" / "usual", copy)
    run = ("run", "usual.yaml", "-n", 3, "--seed", 5, "--out", copy)
    before = (copy / "report.html").read_bytes()
    assert kidswear(*run, "--lang", "zh").exit_code == 0
    assert '<html lang="zh-Hans">' in (copy / "report.html").read_text(encoding="utf-8")
    assert kidswear(*run).exit_code == 0
    assert (copy / "report.html").read_bytes() == before
    assert sorted(p.name for p in copy.iterdir() if "growing" in p.name) == []
    shutil.rmtree(copy)


def test_a_scenario_is_run_with_the_seed_of_the_run_it_is_compared_with(here):
    shown = kidswear("compare", "usual", "busy.yaml", "--workers", 1)
    assert shown.exit_code == 0, shown.output
    assert max(cell_len(x) for x in shown.stdout.splitlines() if "runs" not in x) <= 80
    assert re.search(r"demand\.load +0\.8 +0\.95", shown.stdout)
    assert "the code is the same" in shown.stdout
    assert "paired over 3 replications" in shown.stdout
    assert re.search(r"^ utilization +0\.\d+ +0\.\d+ +[+-]0\.\d+ ±", shown.stdout, re.MULTILINE)
    (made,) = (p for p in (here / "runs").iterdir() if p.name.startswith("busy-"))
    assert json.loads((made / "manifest.json").read_text())["seed"] == 5
    shutil.rmtree(made)


def test_a_run_with_itself_differs_in_nothing(here):
    shown = kidswear("compare", "runs/usual", "runs/usual").stdout
    assert "all inputs are the same" in shown
    assert shown.count("no measure differs") == 3
    said = json.loads(kidswear("compare", "usual", "usual", "--json").stdout)
    (one,) = said["comparisons"]
    assert (one["inputs"], one["code"], one["common_seeds"]) == ([], [], 3)
    assert one["measures"] == {"baseline": {}, "brain": {}, "gain": {}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["usual"], "allowed two or more"),
        (["usual", "nothing.yaml"], "nothing.yaml"),
        (["usual", "."], "no run directory"),
    ],
)
def test_what_cannot_be_compared_is_said(here, arguments, message):
    result = kidswear("compare", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_runs_are_listed(here):
    half = here / "runs" / "half.part"
    shutil.copytree(here / "runs" / "usual", half)
    manifest = json.loads((half / "manifest.json").read_text())
    (half / "manifest.json").write_text(json.dumps({**manifest, "complete": False}))
    (here / "runs" / "no run").mkdir()
    shown = kidswear("runs")
    assert shown.exit_code == 0, shown.output
    assert re.search(r"usual +A usual fortnight +3 +5 +0\.\d{3} → 0\.\d{3} +[+-]", shown.stdout)
    assert "half.part: unfinished" in shown.stdout
    assert "no run" not in shown.stdout
    said = json.loads(kidswear("runs", "--json").stdout)
    assert [r["run"] for r in said["runs"]] == ["usual"]
    assert said["runs"][0]["utilization"]["brain"]["n"] == 3
    assert said["unfinished"] == ["half.part"]


def test_no_runs_yet_is_no_error_but_a_wrong_folder_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = kidswear("runs")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "no such runs in" in shown.stdout
    wrong = kidswear("runs", "nowhere")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "nowhere: no such directory" in wrong.stderr


def test_the_report_is_opened(here, monkeypatch):
    opened = []
    monkeypatch.setattr(cli_runs.webbrowser, "open", lambda uri: opened.append(uri) or True)
    shown = kidswear("view", "usual")
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert opened == [(here / "runs" / "usual" / "report.html").resolve().as_uri()]


def test_without_a_browser_the_path_is_printed_and_a_missing_report_written(here, monkeypatch):
    monkeypatch.setattr(cli_runs.webbrowser, "open", lambda uri: False)
    report = here / "runs" / "usual" / "report.html"
    before = report.read_bytes()
    report.unlink()
    shown = kidswear("view", "runs/usual")
    assert shown.stdout.strip() == "runs/usual/report.html"
    assert report.read_bytes() == before


def test_nothing_to_view(here):
    result = kidswear("view", "nowhere")
    assert result.exit_code == 2
    assert "no run directory" in result.stderr


def test_the_keys_of_the_json_are_documented(here):
    page = (DOCS / "runs.md").read_text(encoding="utf-8")
    (listed,) = json.loads(kidswear("runs", "--json").stdout)["runs"]
    (compared,) = json.loads(kidswear("compare", "usual", "usual", "--json").stdout)["comparisons"]
    for key in (*listed, *compared):
        assert f"`{key}`" in page


@pytest.mark.parametrize("command", [("view", "--lang", "zh"), ("compare", "usual")])
def test_a_damaged_run_is_named(here, command):
    copy = here / "runs" / "damaged"
    shutil.copytree(here / "runs" / "usual", copy)
    (copy / "measures.parquet").write_bytes(b"junk" * 100)
    result = kidswear(*command, "damaged")
    shutil.rmtree(copy)
    assert result.exit_code == 2
    assert result.stderr.startswith("runs/damaged/measures.parquet: missing or damaged; ")


def test_in_turn_each_is_compared_with_the_one_before(here):
    ask = ("compare", "usual.yaml", "busy.yaml", "usual.yaml", "-n", 1, "--seed", 5, "--json")
    small = ("--set", "calendar.days=10", "--workers", 1)
    found = json.loads(kidswear(*ask, *small, "--in-turn").stdout)["comparisons"]
    assert [one["first"] for one in found[1:]] == [one["second"] for one in found[:-1]]
    there, back = (one["measures"]["brain"]["utilization"]["difference"]["mean"] for one in found)
    assert there == -back != 0
    first = json.loads(kidswear(*ask, *small).stdout)["comparisons"]
    assert first[0] == found[0]
    assert first[1]["first"] == first[1]["second"]


def test_what_is_set_holds_for_every_scenario_run(here):
    ask = ("compare", "usual.yaml", "busy.yaml", "-n", 1, "--set", "demand.load=0.5", "--json")
    found = json.loads(kidswear(*ask, "--workers", 1).stdout)["comparisons"]
    assert [row["key"] for row in found[0]["inputs"]] == ["title"]
    assert found[0]["measures"] == {"baseline": {}, "brain": {}, "gain": {}}
