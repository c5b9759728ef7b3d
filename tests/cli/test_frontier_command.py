"""`kidswear frontier`: its table, its folder, its mistakes."""

import json
import xml.etree.ElementTree as ET

import polars as pl

from cli.command import kidswear

ASK = ("frontier", "kidswear:tiny", "--days", "5,24", "--shares", "0.5,1", "--workers", "1")


def test_a_frontier_is_shown_and_left(tmp_path):
    out = tmp_path / "f"
    shown = kidswear(*ASK, "--out", out)
    assert shown.exit_code == 0
    table = shown.stdout.split("cost: rise")[0]
    assert max(map(len, table.splitlines())) <= 80
    assert {p.name for p in out.iterdir()} == {
        "frontier.parquet", "frontier.json", "frontier.svg"
    }  # fmt: skip
    again = kidswear(*ASK, "--out", out, "--json")
    assert json.loads(again.stdout) == json.loads((out / "frontier.json").read_text())
    assert set(pl.read_parquet(out / "frontier.parquet")["group"]) == {"under 20"}
    figure = ET.fromstring((out / "frontier.svg").read_text())
    assert figure.tag == "{http://www.w3.org/2000/svg}svg"


def test_mistakes_leave_nothing(tmp_path):
    out = tmp_path / "f"
    for wrong in (("--group", "micro"), ("--days", "900"), ("--days", "x"), ("--shares", "2")):
        assert kidswear(*ASK, *wrong, "--out", out).exit_code == 2
        assert not out.exists()


def test_what_is_no_frontier_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    said = kidswear(*ASK, "--out", tmp_path)
    assert said.exit_code == 2
    assert "holds no frontier" in said.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
