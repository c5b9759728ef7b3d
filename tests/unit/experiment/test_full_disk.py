"""A full disk in mid-sweep: told in words, no failed cell, and all goes on when there is room."""

import resource
import shutil
import subprocess

import pytest

from kidswear_brain.errors import RunError
from kidswear_brain.experiment import work as module
from kidswear_brain.experiment.store import failures
from kidswear_brain.experiment.work import Task, compute
from kidswear_brain.results.result import SimulationResult
from kidswear_brain.scenario import Scenario


@pytest.fixture
def tasks(monkeypatch):
    """Ask for 40 arms that take no time and some 5 kB each."""

    def simulate(scenario, seed, arm):
        measures = {f"measure {number * seed}": float(number) for number in range(200)}
        return SimulationResult(arm, seed, measures, None)

    monkeypatch.setattr(module, "simulate", simulate)
    return [Task(Scenario(), seed, "brain") for seed in range(1, 41)]


@pytest.fixture
def small_disk(tmp_path):
    """Mount a file system of 64 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if mount is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a tmpfs may not be mounted here; the test beside limits file sizes instead")
    yield place
    subprocess.run([str(shutil.which("umount")), str(place)], check=True)


def parts(store):
    return {p.name: p.stat().st_mtime_ns for p in (store / "parts").glob("[!.]*")}


def test_a_full_disk_ends_the_work_and_loses_nothing(tasks, small_disk, tmp_path):
    store = small_disk / "store"
    with pytest.raises(RunError, match=r"cannot be written: .*go on with --resume"):
        compute(tasks, store)
    assert failures(store).is_empty()
    before = parts(store)
    assert 0 < len(before) < len(tasks)
    assert not list((store / "parts").glob(".*"))
    roomy = ["mount", "-o", "remount,size=4m", str(small_disk)]
    subprocess.run(roomy, check=True)
    whole = compute(tasks, store)
    assert whole.equals(compute(tasks, tmp_path / "undisturbed"))
    after = parts(store)
    assert {name: after[name] for name in before} == before


def test_a_file_that_may_not_grow_ends_the_work_and_loses_nothing(tasks, tmp_path):
    store = tmp_path / "store"
    first = compute(tasks[:3], store)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(RunError, match=r"cannot be written: .*go on with --resume"):
            compute(tasks, store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failures(store).is_empty()
    assert len(parts(store)) == 3
    assert compute(tasks, store).head(first.height).equals(first)
