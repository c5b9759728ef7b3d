import json
import shutil

import numpy as np
import polars as pl
import pytest

from kidswear_brain.errors import RunError, SolverError
from kidswear_brain.experiment import replicate as module
from kidswear_brain.experiment.compare import RunRequest, compare, run
from kidswear_brain.experiment.seeds import replication_seed
from kidswear_brain.results.schema import SUMMARIES, TABLE_NAMES


@pytest.fixture
def request_for(scenario, tmp_path):
    def make(**other):
        asked = {"replications": 2, "seed": 1, "workers": 1, "out": tmp_path / "run", **other}
        return RunRequest(scenario, **asked)

    return make


def parquet_bytes(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.glob("*.parquet"))}


def test_compare_pairs_the_arms_by_replication(scenario, handmade):
    pair = compare(scenario, replications=3, seed=4, workers=1)
    seeds = [replication_seed(4, r) for r in (1, 2, 3)]
    assert handmade == [(s, arm) for s in seeds for arm in ("baseline", "brain")]
    expected = [0.5 * (1 + s % 1000 / 1e5) for s in seeds]
    assert pair.measures["baseline"]["utilization"] == pytest.approx(expected)
    gain = pair.gain("utilization")
    assert (gain.mean, gain.low, gain.high) == pytest.approx((1, 1, 1))


@pytest.mark.parametrize(
    ("bad", "message"),
    [({"replications": 0}, "allowed 1 or more"), ({"seed": -1}, "seed"), ({"workers": 0}, "work")],
)
def test_numbers_out_of_range_are_refused(scenario, handmade, bad, message):
    with pytest.raises(RunError, match=message):
        compare(scenario, **{"replications": 1, **bad})
    assert handmade == []


def test_a_run_says_what_compare_says(request_for, scenario, handmade):
    finished = run(request_for())
    pair = compare(scenario, replications=2, seed=1, workers=1)
    for arm in ("baseline", "brain"):
        assert list(finished.comparison.measures[arm]) == list(pair.measures[arm])
        for name, values in pair.measures[arm].items():
            np.testing.assert_array_equal(finished.comparison.measures[arm][name], values)


@pytest.mark.parametrize(
    ("tables", "replications"), [("all", [1, 2]), ("first", [1]), ("none", None)]
)
def test_which_tables_are_kept(request_for, handmade, tables, replications):
    path = run(request_for(tables=tables)).path
    names = {p.stem for p in path.glob("*.parquet")}
    assert names == (set(TABLE_NAMES) if replications else set(SUMMARIES))
    for name in SUMMARIES:
        kept = pl.read_parquet(path / f"{name}.parquet").select("replication", "arm")
        assert set(kept.rows()) == {(r, arm) for r in (1, 2) for arm in ("baseline", "brain")}
    if replications:
        orders = pl.read_parquet(path / "orders.parquet")
        assert orders.columns[:3] == ["arm", "replication", "order_id"]
        assert orders.select("arm", "replication").unique(maintain_order=True).rows() == [
            (arm, r) for r in replications for arm in ("baseline", "brain")
        ]
        payments = pl.read_parquet(path / "payments.parquet")
        assert payments.columns[:2] == ["arm", "replication"]
        assert payments.height == 2 * len(replications) * 5


def test_only_the_manifest_knows_the_time(request_for, handmade):
    path = run(request_for()).path
    manifest = json.loads((path / "manifest.json").read_text())
    assert manifest["complete"] is True
    assert manifest["replication_seeds"] == [replication_seed(1, r) for r in (1, 2)]
    assert [set(t) for t in manifest["timings"]["replications"]] == [
        {"cluster", "baseline", "brain", "baseline_tables", "brain_tables"},
        {"cluster", "baseline", "brain", "baseline_tables", "brain_tables"},
    ]
    assert {p.name for p in path.iterdir()} == {
        "manifest.json",
        "scenario.resolved.yaml",
        *(f"{name}.parquet" for name in TABLE_NAMES),
    }


def test_an_identical_finished_run_is_shown_again(request_for, handmade):
    first = run(request_for())
    calls = len(handmade)
    again = run(request_for())
    assert (first.shown_again, again.shown_again) == (False, True)
    assert len(handmade) == calls
    assert again.comparison.gain("utilization") == first.comparison.gain("utilization")


def test_another_run_in_the_way_needs_force(request_for, handmade):
    run(request_for())
    with pytest.raises(RunError, match="another scenario, seed"):
        run(request_for(seed=2))
    assert run(request_for(seed=2, force=True)).comparison.seed == 2
    assert [p.name for p in request_for().path.parent.iterdir()] == ["run"]


@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_run_is_never_replaced(request_for, handmade, tmp_path, force):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match=r"not a run, and in the way; choose another --out$"):
        run(request_for(force=force))
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert (tmp_path / "run" / "thesis.txt").read_text() == "years of work"
    assert handmade == []


def test_what_came_into_the_way_meanwhile_is_kept(request_for, handmade, tmp_path):
    def come(part):
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "thesis.txt").write_text("years of work")

    with pytest.raises(RunError, match="not a run, and in the way"):
        run(request_for(), publish=come)
    assert (tmp_path / "run" / "thesis.txt").read_text() == "years of work"
    (tmp_path / "run" / "thesis.txt").unlink()
    assert not run(request_for(resume=True)).shown_again


def test_an_empty_folder_is_not_in_the_way(request_for, handmade, tmp_path):
    (tmp_path / "run").mkdir()
    assert not run(request_for()).shown_again


def test_resuming_gives_the_same_bytes(request_for, handmade, tmp_path, monkeypatch):
    whole = parquet_bytes(run(request_for(out=tmp_path / "whole", tables="all")).path)
    simulate = module.simulate_arm

    def interrupted(scenario, seed, arm, cluster):
        if (seed, arm) == (replication_seed(1, 2), "brain"):
            raise KeyboardInterrupt
        return simulate(scenario, seed, arm, cluster)

    monkeypatch.setattr(module, "simulate_arm", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(request_for(tables="all"))
    part = tmp_path / "run.part"
    assert [p.name for p in (part / "replications").iterdir()] == ["000001"]
    assert not (tmp_path / "run").exists()

    monkeypatch.setattr(module, "simulate_arm", simulate)
    with pytest.raises(RunError, match="--resume"):
        run(request_for(tables="all"))
    with pytest.raises(RunError, match="another scenario, seed"):
        run(request_for(tables="all", seed=3, resume=True))
    handmade.clear()
    seen = []
    path = run(request_for(tables="all", resume=True), lambda k, n: seen.append((k, n))).path
    assert parquet_bytes(path) == whole
    assert {seed for seed, _ in handmade} == {replication_seed(1, 2)}
    assert seen == [(1, 2), (2, 2)]
    assert not part.exists()


@pytest.mark.parametrize("damage", [b"", b"PAR1 and no more"])
def test_a_damaged_table_of_an_unfinished_run_is_named(request_for, handmade, tmp_path, damage):
    def stop(part):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(request_for(tables="all"), publish=stop)
    table = tmp_path / "run.part/replications/000001/brain/orders.parquet"
    table.write_bytes(damage)
    said = r"orders.parquet: damaged; remove \S+run.part/replications/000001 and go on"
    with pytest.raises(RunError, match=said):
        run(request_for(tables="all", resume=True))
    shutil.rmtree(table.parents[1])
    assert run(request_for(tables="all", resume=True)).comparison.replications == 2


def test_a_run_that_fails_before_anything_is_finished_leaves_nothing(
    request_for, handmade, tmp_path, monkeypatch
):
    def fail(*_):
        raise SolverError("no answer")

    monkeypatch.setattr(module, "simulate_arm", fail)
    with pytest.raises(SolverError):
        run(request_for())
    assert list(tmp_path.iterdir()) == []


def test_replications_do_not_depend_on_their_number(request_for, handmade, tmp_path):
    few = run(request_for(out=tmp_path / "few")).comparison
    many = run(request_for(out=tmp_path / "many", replications=5)).comparison
    one, two = (c.measures["brain"]["utilization"] for c in (few, many))
    np.testing.assert_array_equal(one, two[:2])


def test_an_unwritable_place_is_told_in_words(request_for, handmade, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        run(request_for(out=tmp_path / "file" / "run"))
