"""`kidswear attribute`: four sets of services of the tiny district."""

import json

import polars as pl
import pytest
from rich.cells import cell_len

from cli.command import kidswear

OFF = [x for s in ("procurement", "recruitment", "finance")
       for x in ("--set", f"services.{s}.enabled=false")]  # fmt: skip
ASK = ("attribute", "kidswear:tiny", "-n", "2", "--workers", "1", *OFF)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    out = tmp_path_factory.mktemp("attribute") / "a"
    return out, kidswear(*ASK, "--out", out, "--store", out.parent / "store")


def test_the_screen_fits_and_the_folder_is_whole(done):
    out, shown = done
    assert shown.exit_code == 0
    tables = shown.stdout.split("Written to")[0]
    assert max(map(len, tables.splitlines())) <= 80
    assert "4 sets of services, replications 2, seed" in shown.stdout
    names = {"values.parquet", "shares.parquet", "interactions.parquet", "attribution.json"}
    names.add("asked.sha256")
    assert {p.name for p in out.iterdir()} == names


def test_the_total_is_what_a_run_says(done, tmp_path):
    out, _ = done
    pair = kidswear("run", *ASK[1:], "--out", tmp_path / "run", "--json", "--tables", "none")
    gain = json.loads(pair.stdout)["gains"]["utilization"]
    games = json.loads((out / "attribution.json").read_text())["games"]
    for relative, said in ((True, gain), (False, gain["points"])):
        game = next(g for g in games if g["measure"] == "utilization" and g["relative"] == relative)
        assert game["total"]["mean"] == pytest.approx(said["mean"])
        assert game["total"]["high"] == pytest.approx(said["high"])
        assert sum(s["mean"] for s in game["share"].values()) == pytest.approx(said["mean"])


def test_the_same_again_simulates_nothing_and_says_the_same(done):
    out, _ = done
    store = out.parent / "store"
    parts = {p: p.stat().st_mtime_ns for p in (store / "parts").iterdir()}
    before = pl.read_parquet(out / "shares.parquet")
    said = json.loads(kidswear(*ASK, "--out", out, "--store", store, "--json").stdout)
    assert {p: p.stat().st_mtime_ns for p in (store / "parts").iterdir()} == parts
    assert len(parts) == 8
    assert pl.read_parquet(out / "shares.parquet").equals(before)
    assert said["services"] == ["manufacturing", "design"]


def test_it_speaks_chinese(done):
    out, _ = done
    said = kidswear(*ASK, "--out", out, "--store", out.parent / "store", "--lang", "zh").stdout
    for word in ("制造协同", "设计协同", "合计", "产能利用率", "4 种服务组合"):
        assert word in said
    assert "manufacturing" not in said
    tables = said.split("Shapley")[0]
    assert max(map(cell_len, tables.splitlines())) <= 80


def test_what_is_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    said = kidswear(*ASK, "--out", tmp_path)
    assert said.exit_code == 2
    assert "holds no attribution" in said.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
