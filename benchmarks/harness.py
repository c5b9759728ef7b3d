"""Run cases: every measurement in a process of its own, ours before each peer, one thread."""

import datetime as dt
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import duel, scale
from benchmarks.registry import OURS, Case, all_cases
from benchmarks.results import Results, Row, row_of
from benchmarks.year import PROCESSES, Process
from kidswear_brain import __version__
from kidswear_brain.errors import RunError

ROOT = Path(__file__).parents[1]
TIME_LIMIT_S = 300.0
QUICK_LIMIT_S = 20.0
GRACE_S = 240.0
"""What a worker may take besides its solver's limit: simulating a day, building objects."""
LIBRARIES = ("numpy", "scipy", "numba", "highspy", "ortools", "pulp", "simpy", "polars")
THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA")

Progress = Callable[[str], None]


def names() -> dict[str, list[str]]:
    """Cases and processes by group."""
    groups: dict[str, list[str]] = {}
    sized = [*duel.processes(), *scale.processes()]
    known: list[Case | Process] = [*all_cases().values(), *PROCESSES.values(), *sized]
    for one in known:
        groups.setdefault(one.group, []).append(one.name)
    return groups


@dataclass(frozen=True, slots=True)
class Part:
    """Which sizes of `scale` and of the duel in `year`, how many days of a year; else their own."""

    sizes: tuple[int, ...] = ()
    days: int = scale.YEAR_DAYS


def run(
    name: str,
    quick: bool,
    time_limit_s: float | None,
    progress: Progress,
    part: Part | None = None,
) -> Results:
    """Measure a case, a process, or a group of them.

    Parameters
    ----------
    name : str
        Of a case, a process or a group.
    quick : bool
        One instance a case, one repetition a process, peers limited to 20 seconds, large cases
        left out: says whether all works, not how fast it is.
    time_limit_s : float or None
        For each peer on each instance; default 300, or 20 with `quick`.
    progress : callable
        Told in a line what was measured.
    part : Part
        Sizes and days of the group `scale`, or of the group `year`, then of its duel alone.

    Raises
    ------
    RunError
        If there is nothing of that name, or `quick` leaves nothing of it.
    """
    limit_s = time_limit_s or (QUICK_LIMIT_S if quick else TIME_LIMIT_S)
    machine = describe_machine()
    rows: list[Row] = []
    for one in _chosen(name, quick, part or Part()):
        if isinstance(one, Case):
            measured = _measure_case(one, 1 if quick else one.instances, limit_s)
        else:
            measured = _measure_process(one, 1 if quick else one.repetitions)
        for row in measured:
            progress(_line(row))
            rows.append(row)
    machine["load_after"] = _load()
    today = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Results(name, today, limit_s, machine, tuple(rows))


def _chosen(name: str, quick: bool, part: Part) -> list[Case | Process]:
    sized = [*duel.processes(part.sizes, part.days), *scale.processes(part.sizes, part.days)]
    fixed = [] if name == duel.GROUP and part != Part() else PROCESSES.values()
    known: list[Case | Process] = [*all_cases().values(), *fixed, *sized]
    chosen = [one for one in known if name in (one.name, one.group)]
    if not chosen:
        found = "; ".join(f"{group}: {', '.join(some)}" for group, some in names().items())
        raise RunError(f"bench: found {name!r}, allowed a group or one of its cases: {found}")
    if not quick or len(chosen) == 1:
        return chosen
    small = [one for one in chosen if not one.large]
    if not small:
        raise RunError(f"bench: found only large cases in {name}, leave --quick or name one case")
    return small


def _measure_case(case: Case, instances: int, limit_s: float) -> Iterator[Row]:
    """Ours and each other solver in turn, so that a busy minute hits both."""
    others = [solver for solver in case.solvers if solver != OURS]
    turns = [turn for other in others for turn in (OURS, other)] or [OURS]
    for seed in range(1, instances + 1):
        for solver in turns:
            yield _solve(case, seed, solver, limit_s)


def _solve(case: Case, seed: int, solver: str, limit_s: float) -> Row:
    ask = [sys.executable, "-m", "benchmarks.worker", "solve", case.name, str(seed), solver]
    answer = run_worker([*ask, str(limit_s)], limit_s + GRACE_S)
    stated = case.limit_s if solver == OURS else None
    return row_of(answer, case=case.name, solver=solver, seed=seed, limit_s=stated)


def _measure_process(process: Process, repetitions: int) -> Iterator[Row]:
    turns = [(OURS, process.command), *process.peers] * (repetitions + process.warm_up)
    for turn, (solver, asked) in enumerate(turns):
        repetition = turn // (1 + len(process.peers))
        with tempfile.TemporaryDirectory() as folder:
            command = [part.replace("{folder}", folder) for part in asked]
            begin, spent = time.perf_counter(), _children_cpu()
            answer = run_worker(command, process.patience_s, pinned=process.pinned)
            seconds, cpu = time.perf_counter() - begin, _children_cpu() - spent
        if not process.own_clock and answer["status"] == "done":
            answer |= {"seconds": seconds, "cpu_seconds": cpu}
        if repetition >= process.warm_up:
            yield row_of(
                answer,
                case=process.name,
                solver=solver,
                seed=repetition - process.warm_up + 1,
                limit_s=process.limit_s if solver == OURS else None,
            )


def _children_cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def run_worker(command: list[str], patience_s: float, pinned: bool = True) -> dict[str, Any]:
    """Run a process to its end; returns the JSON object in its last line, or how it failed."""
    more = {f"{name}_NUM_THREADS": "1" for name in THREADS} if pinned else {}
    # the sources beside the harness are measured, whatever is installed
    places = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))}
    environment = os.environ | more | places
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            out, problems = process.communicate(timeout=patience_s)
        except subprocess.TimeoutExpired:
            _end(process)
            return {"status": "limit", "note": f"ended after {patience_s:.0f} s"}
        except BaseException:
            _end(process)
            raise
    if process.returncode != 0:
        last = problems.strip().splitlines()[-1:] or [f"exit code {process.returncode}"]
        return {"status": "failed", "note": last[0][:200]}
    last = out.strip().splitlines()[-1:]
    if last and last[0].startswith("{"):
        answer: dict[str, Any] = json.loads(last[0])
        return answer
    return {"status": "done"}


def _end(process: "subprocess.Popen[str]") -> None:
    """End a worker and what it started: CBC is a process of its own."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _line(row: Row) -> str:
    time_text = "" if row.seconds is None else f"{row.seconds:.3f} s"
    certificate = "" if row.certificate is None else f"certificate {row.certificate:.0e}"
    parts = [f"{row.case:<16}", f"{row.solver:<14}", str(row.seed), row.status, time_text]
    return "  ".join(part for part in (*parts, certificate, row.note) if part)


def describe_machine() -> dict[str, Any]:
    """Processor, cores, load and versions: without them a time says nothing."""
    versions = {"python": platform.python_version(), "kidswear-brain": __version__}
    for library in LIBRARIES:
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            versions[library] = "not installed"
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "commit": _commit(),
        "load_before": _load(),
        "versions": versions,
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _commit() -> str:
    ask = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def _load() -> float:
    """Processes that wanted a core in the last minute; above the cores, times are too long."""
    return round(os.getloadavg()[0], 1)
