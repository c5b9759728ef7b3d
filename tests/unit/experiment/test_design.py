import numpy as np
import pytest

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.design import build_design, read_axes, read_cells
from kidswear_brain.scenario import Scenario


@pytest.fixture
def scenario():
    return Scenario()


def cells(scenario, *texts, kind="factorial", seed=1):
    return build_design(read_axes(texts, scenario), kind, seed)


def test_a_factorial_has_all_combinations_the_last_key_fastest(scenario):
    design = cells(scenario, "demand.load=0.7:0.9:3", "services.finance.enabled=true,false")
    assert design.keys == ("demand.load", "services.finance.enabled")
    loads = ["0.7", "0.8", "0.9"]
    assert list(design.cells) == [(load, on) for load in loads for on in ("true", "false")]
    assert design.overrides(1) == {"demand.load": "0.7", "services.finance.enabled": "false"}


def test_whole_keys_get_whole_numbers(scenario):
    assert cells(scenario, "cluster.firms=40:100:4").cells == (("40",), ("60",), ("80",), ("100",))
    firms = [int(v) for (v,) in cells(scenario, "cluster.firms=1:4:400", kind="lhs").cells]
    assert np.bincount(firms).tolist() == [0, 100, 100, 100, 100]


def test_lists_may_be_values(scenario):
    design = cells(scenario, "services.manufacturing.periods_days=[3,7],[2,5,9]")
    assert design.cells == (("[3,7]",), ("[2,5,9]",))


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_random_designs_fill_every_stratum_and_follow_the_seed(scenario, kind):
    axes = ("demand.load=0.5:1.5:16", "line.learning_days=0:16:16", "market.known_firms=2,4")
    design = cells(scenario, *axes, kind=kind)
    assert design == cells(scenario, *axes, kind=kind)
    assert design != cells(scenario, *axes, kind=kind, seed=2)
    load, days, known = (list(column) for column in zip(*design.cells, strict=True))
    assert sorted(int((float(v) - 0.5) * 16) for v in load) == list(range(16))
    assert sorted(int(float(v)) for v in days) == list(range(16))
    assert sorted(known) == ["2"] * 8 + ["4"] * 8


@pytest.mark.parametrize(
    ("texts", "kind", "message"),
    [
        ((), "factorial", "nothing to vary"),
        (("demand.load",), "factorial", "allowed key=low:high:points or key=a,b,c"),
        (("demand.lod=1,2",), "factorial", r"not 'demand.lod'; did you mean demand.load\?"),
        (("demand.load=1:2",), "factorial", "two numbers and a whole number"),
        (("demand.load=1:2:x",), "factorial", "two numbers and a whole number"),
        (("demand.load=1:2:3:4",), "factorial", "two numbers and a whole number"),
        (("demand.load=2:1:3",), "factorial", "low below high"),
        (("demand.load=1:2:1",), "factorial", "2 points or more"),
        (("demand.load=nan:2:3",), "factorial", "low below high"),
        (("cluster.firms=1:5:9",), "factorial", "no more than there are whole numbers"),
        (("cluster.firms=1.5:5:2",), "factorial", "whole numbers for cluster.firms"),
        (("demand.load=1,2", "demand.load=3,4"), "factorial", "demand.load is varied twice"),
        (("demand.load=1,2",), "lhs", "no range"),
        (("demand.load=1:2:4", "line.learning_days=1:2:5"), "sobol", r"ranges of \[4, 5\]"),
        (("demand.load=1:2:6",), "sobol", "take 4 or 8"),
        (("demand.load=1:2:2000000",), "factorial", "2,000,000 cells"),
    ],
)
def test_what_makes_no_design_is_told(scenario, texts, kind, message):
    with pytest.raises(RunError, match=message):
        cells(scenario, *texts, kind=kind)


def test_every_wrong_axis_is_told_at_once(scenario):
    with pytest.raises(RunError) as told:
        read_axes(["a=1,2", "b", "demand.load=1:2:2"], scenario)
    assert len(str(told.value).splitlines()) == 2


def test_cells_come_from_a_table_and_go_into_one(scenario, tmp_path):
    file = tmp_path / "cells.csv"
    file.write_text(
        '\ufeffdemand.load, services.manufacturing.periods_days\n0.7,"[3,7]"\n\n.9,[5]\n'
    )
    design = read_cells(file, scenario)
    assert design.keys == ("demand.load", "services.manufacturing.periods_days")
    assert design.cells == (("0.7", "[3,7]"), (".9", "[5]"))
    file.write_bytes(design.csv())
    assert read_cells(file, scenario) == design


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found no cells"),
        (b"demand.load\n", "found no cells"),
        (b"\xff\xfe", "no UTF-8 text file"),
        (b"demand.lod\n1\n", "cells.csv:1: .*did you mean demand.load"),
        (b"demand.load,demand.load\n1,2\n", "cells.csv:1: demand.load stands twice"),
        (b"demand.load\n1\n1,2\n", "cells.csv:3: found 2 values, allowed 1"),
    ],
)
def test_a_wrong_table_of_cells_is_told(scenario, tmp_path, content, message):
    (tmp_path / "cells.csv").write_bytes(content)
    with pytest.raises(RunError, match=message):
        read_cells(tmp_path / "cells.csv", scenario)


def test_a_missing_table_of_cells_is_told(scenario, tmp_path):
    with pytest.raises(RunError, match=r"none\.csv: found no UTF-8 text file"):
        read_cells(tmp_path / "none.csv", scenario)
