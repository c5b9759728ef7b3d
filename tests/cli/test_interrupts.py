"""What stops a run from outside leaves whole replications, and resuming gives the same bytes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds worker processes in /proc"),
]
MANY = 12
DEADLINE_SECONDS = 120


def command(out, *more):
    start = [sys.executable, "-m", "kidswear_brain", "run", "kidswear:tiny", "--tables", "all"]
    return [*start, "-n", str(MANY), "--workers", "2", "--out", str(out), *more]


def start(out):
    return subprocess.Popen(
        command(out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def wait_for_a_replication(process, out):
    folder = out.with_name(out.name + ".part") / "replications"
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (folder.exists() and any(f.name.isdigit() for f in folder.iterdir())):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def worker_of(process):
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for child in children:
        if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text():
            return int(child)
    raise AssertionError("no worker process")


def bytes_of(out):
    """All but the manifest, which knows the time."""
    return {p.name: p.read_bytes() for p in out.iterdir() if p.name != "manifest.json"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "whole"
    subprocess.run([*command(out), "--workers", "1"], check=True, capture_output=True)
    return bytes_of(out)


def resume(out):
    done = subprocess.run(command(out, "--resume"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return bytes_of(out)


def test_interrupted_then_resumed(tmp_path, undisturbed):
    out = tmp_path / "run"
    process = start(out)
    wait_for_a_replication(process, out)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 130, said
    assert "go on with --resume" in said
    assert "Traceback" not in said
    assert not out.exists()
    assert resume(out) == undisturbed


def test_a_killed_worker_then_resumed(tmp_path, undisturbed):
    out = tmp_path / "run"
    process = start(out)
    wait_for_a_replication(process, out)
    os.kill(worker_of(process), signal.SIGKILL)
    _, said = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 1, said
    assert "killed, or out of memory" in said
    assert "Traceback" not in said
    assert resume(out) == undisturbed
