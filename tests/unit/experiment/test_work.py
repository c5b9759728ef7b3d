import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kidswear_brain.errors import RunError, SolverError
from kidswear_brain.experiment import store as room
from kidswear_brain.experiment import work as module
from kidswear_brain.experiment.work import SEEN_BY_BASELINE, Task, compute, failures, fill
from kidswear_brain.results.result import SimulationResult
from kidswear_brain.scenario import load_scenario
from kidswear_brain.scenario.resolved import leaves

SHORT = {"calendar.days": 28, "calendar.warmup_days": 28, "calendar.followup_days": 14}


@pytest.fixture
def tiny():
    return load_scenario("kidswear:tiny", SHORT)


@pytest.fixture
def counted(monkeypatch):
    """Let arms take no time; returns the list of what was simulated."""
    calls = []

    def simulate(scenario, seed, arm):
        calls.append((scenario.demand.load, seed, arm))
        if seed == 13:
            raise SolverError("no answer")
        measures = {"utilization": seed + scenario.demand.load, "nothing": math.nan}
        return SimulationResult(arm, seed, measures, None)

    monkeypatch.setattr(module, "simulate", simulate)
    return calls


@pytest.mark.parametrize(
    ("overrides", "arms_changed"),
    [
        ({"title": "another"}, ""),
        ({"experiment.replications": 9, "experiment.seed": 5}, ""),
        ({"demand.load": 0.5}, "baseline brain"),
        ({"services.finance.enabled": False}, "brain"),
        ({"services.manufacturing.planning": "myopic"}, "brain"),
        ({"services.manufacturing.participation_share": 0.5}, "baseline brain"),
    ],
)
def test_a_key_names_what_is_computed(tiny, overrides, arms_changed):
    other = load_scenario("kidswear:tiny", {**SHORT, **overrides})
    for arm in ("baseline", "brain"):
        same = Task(tiny, 1, arm).key() == Task(other, 1, arm).key()
        assert same == (arm not in arms_changed.split())


def test_seed_arm_and_code_are_part_of_a_key(tiny, monkeypatch):
    keys = [Task(tiny, s, arm).key() for s in (1, 2) for arm in ("baseline", "brain")]
    monkeypatch.setattr(module, "_computing_code", lambda: "c" * 64)
    keys.append(Task(tiny, 1, "brain").key())
    assert len({*keys}) == 5
    assert all(len(key) == 64 for key in keys)


def test_own_tables_count_by_their_content(tmp_path):
    keys = []
    for place, workers in (("one", 20), ("two", 20), ("three", 21)):
        folder = tmp_path / place
        folder.mkdir()
        text = f"firm_id,region,workers,hours_per_day\na,zhili,{workers},10\nb,zhili,30,10\n"
        (folder / f"{place}.csv").write_text(text)
        (folder / "s.yaml").write_text(f"cluster: {{firms: {place}.csv}}\n")
        keys.append(Task(load_scenario(folder / "s.yaml"), 1, "baseline").key())
    assert keys[0] == keys[1] != keys[2]


def changed(value, name):
    special = {
        "planning": "myopic",
        "sharing": "proportional",
        "periods_days": [2, 5],
        "regions": ["zhili"],
        "dates": [None, None],
    }
    if name in special:
        return special[name]
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value / 2


@pytest.mark.slow
def test_services_left_out_of_a_baseline_key_change_no_measure_of_it(tiny):
    """What is not in the key must not be in the result: one key after the other."""
    before = module.simulate(tiny, 7, "baseline").measures
    touched = []
    for key, value in leaves(tiny).items():
        name = key.rpartition(".")[2]
        if key.startswith("services."):
            other = load_scenario("kidswear:tiny", {**SHORT, key: changed(value, name)})
            after = module.simulate(other, 7, "baseline").measures
            same = Task(tiny, 7, "baseline").key() == Task(other, 7, "baseline").key()
            if same:
                np.testing.assert_equal(after, before, err_msg=key)
            else:
                touched.append(key)
    assert {*touched} == {f"services.manufacturing.{name}" for name in SEEN_BY_BASELINE}


def test_equal_keys_are_computed_once_and_never_again(tiny, counted, tmp_path):
    tasks = [Task(tiny, s, arm) for s in (3, 1, 3) for arm in ("brain", "baseline")]
    seen = []
    frame = compute(tasks, tmp_path / "store", progress=lambda k, n: seen.append((k, n)))
    load = tiny.demand.load
    assert counted == [
        (load, 3, "brain"),
        (load, 3, "baseline"),
        *[(load, 1, a) for a in ("brain", "baseline")],
    ]
    assert frame.columns == ["key", "measure", "value"]
    assert frame["key"].unique(maintain_order=True).to_list() == [t.key() for t in tasks[:4]]
    values = frame.filter(measure="utilization")["value"]
    assert values.to_list() == [3 + load, 3 + load, 1 + load, 1 + load]
    assert frame.filter(measure="nothing")["value"].is_nan().all()
    assert seen[0] == (0, 6)
    assert seen[-1] == (6, 6)
    again = compute(tasks, tmp_path / "store")
    assert again.equals(frame)
    assert len(counted) == 4


def test_a_failed_task_is_a_row_and_not_the_end(tiny, counted, tmp_path):
    tasks = [Task(tiny, s, "brain") for s in (12, 13, 14)]
    frame = compute(tasks, tmp_path)
    assert frame["key"].unique().sort().to_list() == sorted([tasks[0].key(), tasks[2].key()])
    failed = failures(tmp_path)
    assert failed.rows() == [(tasks[1].key(), "SolverError: no answer")]
    compute(tasks, tmp_path)
    assert len(counted) == 3


@pytest.mark.parametrize("error", [MemoryError, OSError(28, "No space left on device")])
def test_what_the_machine_lacks_ends_the_work_and_is_no_failure(
    tiny, counted, tmp_path, monkeypatch, error
):
    tasks = [Task(tiny, s, "brain") for s in (1, 2)]

    def full(*_):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(module, "keep", full)
        with pytest.raises((MemoryError, RunError), match=r"No space left.*--resume|^$"):
            compute(tasks, tmp_path)
    assert failures(tmp_path).is_empty()
    assert compute(tasks, tmp_path).height == 4


def test_tasks_are_drawn_as_they_are_done(tiny, counted, tmp_path):
    drawn, done = [], []

    def endless():
        for seed in range(1, 50):
            assert seed - len(done) <= 3
            drawn.append(seed)
            yield Task(tiny, seed, "baseline")

    fill(endless(), tmp_path, done=lambda: done.append(1))
    assert len(done) == len(drawn) == 49


def test_workers_change_nothing(tiny, tmp_path):
    tasks = [Task(tiny, s, arm) for s in (1, 2) for arm in ("baseline", "brain")]
    one = compute(tasks, tmp_path / "one", workers=1)
    two = compute(tasks[::-1], tmp_path / "two", workers=2)
    assert one.equals(read_in_order(two, one))
    names = [sorted(p.name for p in (tmp_path / s / "parts").iterdir()) for s in ("one", "two")]
    assert names[0] == names[1] == sorted(f"{t.key()}.parquet" for t in tasks)
    for name in names[0]:
        one, two = ((tmp_path / s / "parts" / name).read_bytes() for s in ("one", "two"))
        assert one == two


def read_in_order(frame, like):
    order = like.select("key").unique(maintain_order=True)
    return order.join(frame, on="key", how="left", maintain_order="left_right")


def test_a_wrong_arm_is_refused(tiny, counted, tmp_path):
    with pytest.raises(RunError, match="arm: found 'both', allowed baseline or brain"):
        compute([Task(tiny, 1, "both")], tmp_path)


def test_an_older_store_is_refused_with_advice(tiny, counted, tmp_path):
    compute([Task(tiny, 1, "brain")], tmp_path)
    (tmp_path / "catalogue.json").write_text(json.dumps({"format": 0}))
    with pytest.raises(RunError, match=r"store of format 0.*choose another folder, or remove"):
        compute([Task(tiny, 1, "brain")], tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", "7"])
def test_a_damaged_catalogue_is_told_in_words(tmp_path, content):
    (tmp_path / "catalogue.json").write_text(content)
    with pytest.raises(RunError, match="damaged"):
        room.open_store(tmp_path)


def test_what_is_no_store_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="not a store of results, and in the way"):
        room.open_store(tmp_path)
    with pytest.raises(RunError, match="cannot be written"):
        room.open_store(tmp_path / "thesis.txt" / "store")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_damaged_part_is_named(tiny, counted, tmp_path):
    tasks = [Task(tiny, s, "brain") for s in (1, 2)]
    compute(tasks, tmp_path)
    part = tmp_path / "parts" / f"{tasks[1].key()}.parquet"
    part.write_bytes(part.read_bytes()[:40])
    with pytest.raises(RunError, match=f"{part.name}: damaged; remove it"):
        compute(tasks, tmp_path)
    part.unlink()
    assert compute(tasks, tmp_path).height == 4


def test_no_failures_where_there_is_no_store(tmp_path):
    frame = failures(Path(tmp_path) / "none")
    assert frame.schema == {"key": pl.String, "error": pl.String}
    assert frame.is_empty()
