"""`kidswear frontier`: its table, its folder, its mistakes."""

import json
import re
import xml.etree.ElementTree as ET

import polars as pl

from cli.command import kidswear

ASK = ("frontier", "kidswear:tiny", "--days", "5,24", "--shares", "0.5,1", "--workers", "1")


def test_a_frontier_is_shown_and_left(tmp_path):
    out = tmp_path / "f"
    shown = kidswear(*ASK, "--out", out)
    assert shown.exit_code == 0
    table = shown.stdout.split("Written to")[0]
    assert max(map(len, table.splitlines())) <= 80
    assert {p.name for p in out.iterdir()} == {
        "frontier.parquet", "frontier.json", "frontier.svg", "asked.sha256"
    }  # fmt: skip
    again = kidswear(*ASK, "--out", out, "--json")
    assert json.loads(again.stdout) == json.loads((out / "frontier.json").read_text())
    assert set(pl.read_parquet(out / "frontier.parquet")["group"]) == {"under 20"}
    figure = ET.fromstring((out / "frontier.svg").read_text())
    assert figure.tag == "{http://www.w3.org/2000/svg}svg"


def test_it_speaks_chinese(tmp_path):
    group = ("--group", "under 20", "--group", "outside zhili")
    said = kidswear(*ASK, *group, "--set", "title=织里", "--lang", "zh", "--out", tmp_path).stdout
    table, _ = said.split("已写入")
    for word in ("保证份额", "20 人以下", "织里及浙江以外"):
        assert word in table
    assert not re.search("[A-Za-z]{4,}", table)
    assert "保证份额的代价" in (tmp_path / "frontier.svg").read_text(encoding="utf-8")


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
