"""`kidswear firms` and `kidswear waterfall` over a run of the tiny district."""

import json
import re

import polars as pl
import pytest
from rich.cells import cell_len

from cli.command import kidswear


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "tiny"
    done = kidswear("run", "kidswear:tiny", "-n", 2, "--workers", 1, "--out", out, "--tables",
                    "none")  # fmt: skip
    assert done.exit_code == 0
    return out


def test_the_steps_of_every_waterfall_lead_from_one_arm_to_the_other(tiny):
    found = json.loads(kidswear("waterfall", tiny, "--json").stdout)["waterfalls"]
    measures = pl.read_parquet(tiny / "measures.parquet").filter(measure="utilization")
    for arm in ("baseline", "brain"):
        mean = measures.filter(arm=arm)["value"].mean()
        assert found[0][arm]["mean"] == pytest.approx(mean)
    assert {w["by"] for w in found} == {"all", "region", "size_class"}
    for one in found:
        climbed = sum(step["mean"] for step in one["steps"].values())
        assert one["baseline"]["mean"] + climbed == pytest.approx(one["brain"]["mean"])
    # what is rejected is a little of what is made, and nothing else is left over
    rejected = found[0]["steps"]["rejected"]["mean"]
    assert abs(rejected) < 0.05 * abs(found[0]["brain"]["mean"] - found[0]["baseline"]["mean"])


def test_firms_on_screen_and_as_json(tiny):
    shown = kidswear("firms", tiny)
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= 80
    found = json.loads(kidswear("firms", tiny, "--json").stdout)
    everybody = found["groups"][0]
    assert everybody["firms"]["mean"] == 6
    for kind in ("utilization", "profit", "funds"):
        assert 0 <= everybody["worse"][kind]["mean"] + everybody["better"][kind]["mean"] <= 1
    measures = pl.read_parquet(tiny / "measures.parquet").filter(measure="gini_utilization")
    assert found["gini"]["brain"]["mean"] == pytest.approx(
        measures.filter(arm="brain")["value"].mean()
    )


def test_the_waterfall_is_said_to_be_accounting(tiny):
    shown = kidswear("waterfall", tiny)
    assert shown.exit_code == 0
    said = " ".join(shown.stdout.split())
    assert "This is accounting, not cause and effect" in said
    assert max(map(len, shown.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", ["firms", "waterfall"])
def test_both_speak_chinese(tiny, command):
    said = kidswear(command, tiny, "--lang", "zh").stdout
    for word in ("全部企业", "20 人以下", "织里及浙江"):
        assert word in said
    assert not re.search("[A-Za-z]{4,}", said.replace("kidswear attribute", ""))
    assert max(map(cell_len, said.splitlines())) <= 80


@pytest.mark.parametrize("command", ["firms", "waterfall"])
def test_on_a_narrow_screen_nothing_is_cut(tiny, command):
    wide, narrow = (kidswear(command, tiny, env={"COLUMNS": n}).stdout for n in ("80", "40"))
    assert narrow == wide


@pytest.mark.parametrize("command", ["firms", "waterfall"])
def test_what_is_no_run_is_named(command, tmp_path):
    said = kidswear(command, tmp_path / "nosuch")
    assert said.exit_code == 2
    assert "no run directory" in said.stderr
