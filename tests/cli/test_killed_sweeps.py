"""Sweeps by real processes that are killed: what is finished stays, and the tables are equal."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

SHORT = ("calendar.days=28", "calendar.warmup_days=28", "calendar.followup_days=14")
WHAT = (
    *("sweep", "kidswear:tiny", "-n", "2", "--vary", "demand.load=0.5:0.9:5"),
    *(word for setting in SHORT for word in ("--set", setting)),
)
TASKS = 20
PATIENCE = 900
"""Seconds; kernels may have to be compiled, on a busy machine."""
STARTED = []

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The table of a sweep nobody disturbs: its bytes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert begin(folder).wait(PATIENCE) == 0
    assert len(finished(folder)) == TASKS
    return table(folder)


@pytest.fixture(scope="module", autouse=True)
def nothing_left():
    """End whatever a test that failed has left running."""
    yield
    for process in STARTED:
        process.kill()
        process.wait()


def begin(folder, *more, workers=2, **how):
    """Start a sweep whose store and directory lie in a folder."""
    places = ("--out", str(folder / "out"), "--store", str(folder / "store"))
    command = [sys.executable, "-m", "kidswear_brain", *WHAT, "--workers", str(workers)]
    process = subprocess.Popen([*command, *places, *more], stdout=subprocess.DEVNULL, **how)
    STARTED.append(process)
    return process


def table(folder):
    return (folder / "out" / "cells.parquet").read_bytes()


def finished(folder):
    """When each part got its name."""
    return {p.name: p.stat().st_mtime_ns for p in (folder / "store/parts").glob("[!.]*.parquet")}


def until(true):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def midway(folder):
    until(lambda: (folder / "store/parts").is_dir() and len(finished(folder)) >= 3)


def check_resumed(folder, before, undisturbed, *more):
    """Go on: what was finished must not be touched, and the table be as if nothing had been."""
    assert 3 <= len(before) < TASKS
    assert begin(folder, "--resume", *more).wait(PATIENCE) == 0
    after = finished(folder)
    assert len(after) == TASKS
    assert {name: after[name] for name in before} == before
    assert table(folder) == undisturbed
    assert not (folder / "out.part").exists()


def children(pid):
    """Processes started by a process that work: not the one that tracks resources."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid and "spawn_main" in command:
            yield int(folder.name)


linux = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for workers in /proc")


@linux
def test_a_killed_worker(tmp_path, undisturbed):
    parent = begin(tmp_path, stderr=subprocess.PIPE, text=True)
    midway(tmp_path)
    os.kill(next(children(parent.pid)), signal.SIGKILL)
    told = parent.communicate(timeout=PATIENCE)[1]
    assert parent.returncode == 1
    assert "worker process ended" in told
    assert f"finished work is kept in {tmp_path / 'store'}; go on with --resume" in told
    check_resumed(tmp_path, finished(tmp_path), undisturbed)


@linux
def test_a_killed_parent(tmp_path, undisturbed):
    parent = begin(tmp_path)
    midway(tmp_path)
    workers = list(children(parent.pid))
    parent.kill()
    parent.wait(PATIENCE)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    check_resumed(tmp_path, finished(tmp_path), undisturbed)


def test_an_interrupt(tmp_path, undisturbed):
    parent = begin(tmp_path)
    midway(tmp_path)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(PATIENCE) == 130
    check_resumed(tmp_path, finished(tmp_path), undisturbed)


@contextmanager
def dask_cluster(folder, workers=2):
    """Start a scheduler and workers as one does by hand: the address and the processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    place = ("--host", "127.0.0.1", "--no-dashboard")
    one = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder / "dask"))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    started = [subprocess.Popen([*dask, "scheduler", "--port", str(port), *place], **quiet)]
    until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
    worker = [*dask, "worker", address, *place, *one]
    started += [subprocess.Popen(worker, **quiet) for _ in range(workers)]
    try:
        yield address, started
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_killed_dask_worker(tmp_path, undisturbed):
    with dask_cluster(tmp_path) as (address, started):
        parent = begin(tmp_path, "--cluster", address)
        midway(tmp_path)
        started[-1].kill()
        assert parent.wait(PATIENCE) == 0
    assert len(finished(tmp_path)) == TASKS
    assert table(tmp_path) == undisturbed


def test_a_killed_dask_scheduler(tmp_path, undisturbed):
    with dask_cluster(tmp_path) as (address, started):
        parent = begin(tmp_path, "--cluster", address, stderr=subprocess.PIPE, text=True)
        midway(tmp_path)
        started[0].kill()
        told = parent.communicate(timeout=PATIENCE)[1]
        assert parent.returncode == 1
        assert "scheduler" in told
        assert "go on with --resume" in told
    with dask_cluster(tmp_path) as (address, _):
        check_resumed(tmp_path, finished(tmp_path), undisturbed, "--cluster", address)


def test_a_parent_killed_while_a_cluster_works(tmp_path, undisturbed):
    with dask_cluster(tmp_path) as (address, _):
        parent = begin(tmp_path, "--cluster", address)
        midway(tmp_path)
        parent.kill()
        parent.wait(PATIENCE)
        check_resumed(tmp_path, finished(tmp_path), undisturbed, "--cluster", address)
