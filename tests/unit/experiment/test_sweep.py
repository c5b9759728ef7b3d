import json
import math

import polars as pl
import pytest

from kidswear_brain.errors import RunError, SolverError
from kidswear_brain.experiment import work as module
from kidswear_brain.experiment.design import Design
from kidswear_brain.experiment.seeds import replication_seed
from kidswear_brain.experiment.sweep import SweepRequest, sweep
from kidswear_brain.results.result import SimulationResult
from kidswear_brain.scenario import load_scenario

LOADS = Design(("demand.load", "cluster.firms"), (("0.5", "7"), ("0.6", "8"), ("0.5", "9")))


@pytest.fixture
def counted(monkeypatch):
    """Let arms take no time; returns the list of what was simulated."""
    calls = []

    def simulate(scenario, seed, arm):
        calls.append((scenario.cluster.firms, seed, arm))
        if scenario.cluster.firms == 13 and arm == "brain":
            raise SolverError("no answer")
        brain = arm == "brain"
        measures = {
            "utilization": scenario.demand.load * (1.5 if brain else 1),
            "fill_rate": (1 + seed % 7 / 100) * (1.2 if brain else 1),
            "zero": float(brain),
            "nothing": math.nan,
        }
        return SimulationResult(arm, seed, measures, None)

    monkeypatch.setattr(module, "simulate", simulate)
    return calls


@pytest.fixture
def request_for(tmp_path):
    def make(design=LOADS, **other):
        asked = {
            "replications": 2,
            "seed": 1,
            "store": tmp_path / "store",
            "workers": 1,
            "out": tmp_path / "sweep",
            **other,
        }
        return SweepRequest(load_scenario("kidswear:tiny"), design, **asked)

    return make


def test_one_row_a_cell_replication_and_measure(request_for, counted):
    table = pl.read_parquet(sweep(request_for()).table)
    assert table.columns == [
        *("cell", "demand.load", "cluster.firms", "replication", "measure"),
        *("baseline", "brain", "gain", "difference", "error"),
    ]
    assert table.select("cell", "replication", "measure").rows() == [
        (c, r, m)
        for c in (1, 2, 3)
        for r in (1, 2)
        for m in ("utilization", "fill_rate", "zero", "nothing")
    ]
    one = table.filter(cell=2, replication=1)
    assert one["demand.load"].to_list() == [0.6] * 4
    assert one["cluster.firms"].to_list() == [8] * 4
    assert one.row(0)[5:] == pytest.approx((0.6, 0.9, 0.5, 0.3, None))
    assert one.row(2)[5:] == (0.0, 1.0, None, 1.0, None)
    assert one.row(3)[5:] == (None, None, None, None, None)
    assert {seed for _, seed, _ in counted} == {replication_seed(1, r) for r in (1, 2)}


def test_a_sweep_leaves_a_directory_that_repeats_it(request_for, counted, tmp_path):
    finished = sweep(request_for())
    names = {"cells.parquet", "cells.csv", "manifest.json", "scenario.resolved.yaml"}
    assert {p.name for p in finished.path.iterdir()} == names
    manifest = json.loads((finished.path / "manifest.json").read_text())
    assert (manifest["kind"], manifest["complete"]) == ("sweep", True)
    calls = len(counted)
    assert sweep(request_for()).shown_again
    assert len(counted) == calls


def test_cells_that_fail_are_rows_with_their_error(request_for, counted):
    design = Design(("cluster.firms",), (("7",), ("13",), ("-1",), ("x",)))
    finished = sweep(request_for(design))
    failed = finished.failed()
    assert failed.select("cell", "replication").rows() == [
        (c, r) for c in (2, 3, 4) for r in (1, 2)
    ]
    errors = failed["error"].to_list()
    assert errors[0] == "brain: SolverError: no answer"
    assert errors[2].startswith("--set cluster.firms: found -1")
    table = pl.read_parquet(finished.table)
    assert table.filter(cell=1)["error"].null_count() == 8
    assert table.filter(cell=4)["cluster.firms"].to_list() == [None, None]
    assert table.filter(cell=3).select("measure", "brain").rows() == [(None, None)] * 2


def test_a_sweep_of_broken_cells_only_is_refused_and_leaves_nothing(request_for, counted, tmp_path):
    design = Design(("cluster.firms",), (("-1",), ("-2",)))
    with pytest.raises(RunError, match=r"no cell can be run; the first one:\n.*found -1"):
        sweep(request_for(design))
    assert list(tmp_path.iterdir()) == []


def test_work_is_shared_between_sweeps(request_for, counted, tmp_path):
    sweep(request_for())
    calls = len(counted)
    longer = Design(LOADS.keys, (*LOADS.cells, ("0.5", "10")))
    sweep(request_for(longer, out=tmp_path / "longer"))
    assert {firms for firms, *_ in counted[calls:]} == {10}


def test_an_interrupted_sweep_goes_on_to_the_same_bytes(
    request_for, counted, tmp_path, monkeypatch
):
    whole = sweep(request_for(out=tmp_path / "whole", store=tmp_path / "other")).table.read_bytes()
    simulate = module.simulate
    counted.clear()

    def interrupted(scenario, seed, arm):
        if scenario.cluster.firms == 8:
            raise KeyboardInterrupt
        return simulate(scenario, seed, arm)

    with monkeypatch.context() as patch:
        patch.setattr(module, "simulate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sweep(request_for())
    assert not (tmp_path / "sweep").exists()
    with pytest.raises(RunError, match=r"sweep.part: unfinished; continue with --resume"):
        sweep(request_for())
    with pytest.raises(RunError, match="unfinished, of another scenario, seed, number of repl"):
        sweep(request_for(replications=3, resume=True))
    seen = []
    finished = sweep(request_for(resume=True), lambda k, n: seen.append((k, n)))
    assert finished.table.read_bytes() == whole
    assert len(counted) == len(set(counted)) == 12
    assert (seen[0], seen[-1]) == ((0, 12), (12, 12))


def test_a_run_is_no_sweep_and_is_not_replaced(request_for, counted, tmp_path):
    sweep(request_for())
    with pytest.raises(RunError, match="of another scenario, seed, number of replications, cells"):
        sweep(request_for(seed=2))
    assert not sweep(request_for(seed=2, force=True)).shown_again


def test_means_of_cells(request_for, counted):
    rows = sweep(request_for()).cells(["fill_rate", "zero"])
    assert rows.select("cell", "demand.load", "measure").rows()[:3] == [
        (1, 0.5, "fill_rate"),
        (1, 0.5, "zero"),
        (2, 0.6, "fill_rate"),
    ]
    first, second = rows.head(2).iter_rows(named=True)
    assert (first["gain"], first["low"], first["high"]) == pytest.approx((0.2, 0.2, 0.2))
    assert first["brain"] == pytest.approx(1.2 * first["baseline"])
    assert (second["gain"], second["low"], second["brain"], second["n"]) == (None, None, 1.0, 2)
