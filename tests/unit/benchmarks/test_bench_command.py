"""`kidswear bench`: lists, compares with exit codes, and says what to do without a checkout."""

import pytest
from benchmarks.results import write
from typer.testing import CliRunner

from kidswear_brain import cli_bench
from kidswear_brain.cli import app


def bench(*arguments):
    return CliRunner().invoke(app, ["bench", *map(str, arguments)])


def test_without_a_name_the_cases_are_listed():
    result = bench()
    assert result.exit_code == 0
    assert "n-1000" in result.output
    assert "year-brain" in result.output


def test_an_unknown_name_is_a_wrong_usage():
    result = bench("nothing")
    assert result.exit_code == 2
    assert "'nothing'" in result.stderr


def test_without_a_checkout_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(cli_bench, "__file__", str(tmp_path / "a" / "b" / "cli_bench.py"))
    monkeypatch.chdir(tmp_path)
    result = bench("smoke")
    assert result.exit_code == 2
    assert "clone it and run kidswear bench in its top folder" in result.stderr


@pytest.mark.parametrize(("seconds", "code"), [(0.1, 0), (0.2, 1)])
def test_a_slow_down_is_an_exit_code(tmp_path, make_row, make_results, seconds, code):
    write(make_results(make_row()), tmp_path / "a.json")
    write(make_results(make_row(seconds=seconds)), tmp_path / "b.json")
    result = bench("--compare", tmp_path / "a.json", tmp_path / "b.json")
    assert result.exit_code == code
    assert f"x{seconds / 0.1:.2f}" in result.output


def test_an_unreadable_file_is_a_wrong_usage(tmp_path):
    result = bench("--compare", tmp_path / "a.json", tmp_path / "b.json")
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


@pytest.mark.slow
def test_smoke_runs_from_end_to_end(tmp_path):
    from benchmarks.results import read

    result = bench("smoke", "--json", tmp_path / "r.json")
    assert result.exit_code == 0, result.output
    rows = read(tmp_path / "r.json").rows
    assert [row.solver for row in rows] == ["kidswear", "highs-simplex", "kidswear", "pulp-cbc"]
    assert {row.status for row in rows} == {"optimal"}
    assert len({row.instance for row in rows}) == 1
