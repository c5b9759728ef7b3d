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
import trustme

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
def dask_cluster(folder, workers=2, tls=()):
    """Start a scheduler and workers as one does by hand: the address and the processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    protocol = "tls" if tls else "tcp"
    address = f"{protocol}://127.0.0.1:{port}"
    place = ("--host", f"{protocol}://127.0.0.1", "--no-dashboard", *tls)
    one = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder / "dask"))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    scheduler = [*dask, "scheduler", "--port", str(port), *place]
    started = [subprocess.Popen([*scheduler, "--protocol", protocol], **quiet)]
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


def issued(folder, name):
    """An authority and a certificate of it with its key, as files: their paths."""
    authority = trustme.CA()
    files = folder / f"{name}-ca.pem", folder / f"{name}.pem"
    authority.cert_pem.write_to_path(str(files[0]))
    pair = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem
    pair.write_to_path(str(files[1]))
    return files


def client_files(authority, pair):
    return ("--tls-ca", str(authority), "--tls-cert", str(pair), "--tls-key", str(pair))


def test_a_cluster_that_speaks_tls(tmp_path, undisturbed):
    authority, pair = issued(tmp_path, "ours")
    server = ("--tls-ca-file", str(authority), "--tls-cert", str(pair), "--tls-key", str(pair))
    with dask_cluster(tmp_path, tls=server) as (address, _):
        parent = begin(tmp_path, "--cluster", address, *client_files(authority, pair))
        assert parent.wait(PATIENCE) == 0
        assert len(finished(tmp_path)) == TASKS
        assert table(tmp_path) == undisturbed
        other, others_pair = issued(tmp_path, "other")
        for wrong in (client_files(other, pair), client_files(authority, others_pair)):
            told = refused(tmp_path / "wrong", "--cluster", address, *wrong)
            assert f"nobody with whom these TLS files agree answers at {address}" in told


@pytest.mark.parametrize(
    ("protocol", "files", "said"),
    [
        ("tls", (), "needs --tls-ca, --tls-cert and --tls-key"),
        ("tls", client_files("none.pem", "none.pem"), "cannot be used: [Errno 2]"),
        ("tcp", client_files("ca.pem", "pair.pem"), "allowed with a tls:// address"),
    ],
)
def test_tls_files_that_do_not_fit_are_told_at_once(tmp_path, protocol, files, said):
    address = f"{protocol}://127.0.0.1:9"
    assert said in refused(tmp_path, "--cluster", address, *files)


def refused(folder, *more):
    """Start a sweep that is wrong input: the one line it says."""
    parent = begin(folder, *more, stderr=subprocess.PIPE, text=True)
    told = parent.communicate(timeout=PATIENCE)[1]
    assert parent.returncode == 2
    assert "Traceback" not in told
    assert not (folder / "out").exists()
    return told


def test_a_parent_killed_while_a_cluster_works(tmp_path, undisturbed):
    with dask_cluster(tmp_path) as (address, _):
        parent = begin(tmp_path, "--cluster", address)
        midway(tmp_path)
        parent.kill()
        parent.wait(PATIENCE)
        check_resumed(tmp_path, finished(tmp_path), undisturbed, "--cluster", address)
