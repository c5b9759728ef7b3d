"""Both arms of a scenario over replications, in memory or in a run directory."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.comparison import Comparison
from kidswear_brain.experiment.pool import Progress, run_in_order, run_tasks
from kidswear_brain.experiment.precision import Precision
from kidswear_brain.experiment.replicate import Replication, ReplicationTask, replicate
from kidswear_brain.experiment.seeds import replication_seed
from kidswear_brain.experiment.stored import as_comparison, read_comparison
from kidswear_brain.results import directory, rundir
from kidswear_brain.scenario import Scenario, resolved_yaml, scenario_hash, scenario_tables
from kidswear_brain.simulation.run import ARMS

TABLES = ("all", "first", "none")
Publish = Callable[[Path], object]
"""Called with the whole run directory just before it gets its name, to add what readers want."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a run directory is asked to hold."""

    scenario: Scenario
    replications: int
    seed: int
    workers: int = 2
    tables: str = "first"
    """``all``, ``first`` (tables of replication 1 only) or ``none`` (small summaries only)."""
    out: Path | None = None
    name: str = "run"
    resume: bool = False
    force: bool = False
    precision: Precision | None = None
    """Replicate until an interval is narrow enough; `replications` then counts for nothing."""

    @property
    def identity(self) -> rundir.Identity:
        """What is asked for, apart from where and how."""
        return rundir.Identity(
            scenario_hash(self.scenario),
            self.seed,
            self.replications,
            self.tables,
            str(self.precision or ""),
        )

    @property
    def path(self) -> Path:
        """Where the run directory will stand: ``out``, or ``runs/NAME-HASH8``."""
        return self.out or Path("runs") / f"{self.name}-{self.identity.short()}"


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A complete run directory and what it says."""

    path: Path
    comparison: Comparison
    shown_again: bool
    """Whether an identical run stood there already, so that nothing was simulated."""


def compare(
    scenario: Scenario, replications: int = 10, seed: int = 1, workers: int = 2
) -> Comparison:
    """Simulate both arms on the same random worlds.

    Parameters
    ----------
    scenario : Scenario
        Everything the runs depend on besides their seeds.
    replications : int
        How many worlds, at least 1; their seeds are ``replication_seed(seed, r)``, r from 1.
    seed : int
        The experiment's seed.
    workers : int
        How many processes; the result is the same whatever their number.

    Returns
    -------
    Comparison
        Measures by arm and replication, and paired gains with their 95 % intervals.

    Raises
    ------
    RunError
        If a number is out of range.
    WorkerError
        If a worker process dies.
    """
    _check(replications, seed, workers)
    tasks = [
        ReplicationTask(scenario, r, replication_seed(seed, r), None, tables=False)
        for r in range(1, replications + 1)
    ]
    done = run_in_order(replicate, tasks, workers)
    return _comparison(scenario_hash(scenario), seed, [one.measures for one in done])


def run(
    request: RunRequest,
    progress: Progress = lambda finished, total: None,
    publish: Publish = lambda part: None,
) -> FinishedRun:
    """Simulate both arms into a run directory, or show an identical finished run again.

    `publish` is not called for a run that is shown again.

    Raises
    ------
    RunError
        If a number is out of range or something is in the way.
    WorkerError
        If a worker process dies; finished replications stay in ``NAME.part``.
    """
    _check(request.replications, request.seed, request.workers)
    if request.tables not in TABLES:
        raise RunError(f"--tables: found {request.tables!r}, allowed {', '.join(TABLES)}")
    identity, path = request.identity, request.path
    if not request.force and directory.is_finished(path, identity):
        return _finished(path, identity, shown_again=True)
    started = dt.datetime.now(dt.UTC)
    part = directory.begin(path, identity, _files(request.scenario), request.resume, request.force)
    try:
        number = _simulate(request, part, progress)
    except BaseException:
        rundir.leave(part)
        raise
    seeds = [replication_seed(request.seed, r) for r in range(1, number + 1)]
    rundir.complete(path, identity, seeds, started, publish)
    return _finished(path, identity, shown_again=False)


def _files(scenario: Scenario) -> dict[str, bytes]:
    """What is needed to load the scenario again: its text, and copies of its own tables."""
    text = resolved_yaml(scenario).encode()
    return {directory.SCENARIO: text, **scenario_tables(scenario)}


def _simulate(request: RunRequest, part: Path, progress: Progress) -> int:
    """Simulate as many replications as are wanted, or as the precision wants; say how many."""
    precision = request.precision
    number = request.replications if precision is None else precision.least
    while True:
        _simulate_missing(request, part, number, progress)
        if precision is None:
            return number
        pair = as_comparison(rundir.part_measures(part, number), request.identity.manifest())
        following = precision.following(number, precision.reached(pair))
        if following == number:
            return number
        number = following


def _simulate_missing(request: RunRequest, part: Path, total: int, progress: Progress) -> None:
    have = set(rundir.finished_replications(part))
    tasks = [
        ReplicationTask(
            request.scenario,
            r,
            replication_seed(request.seed, r),
            part,
            tables=request.tables == "all" or (request.tables == "first" and r == 1),
        )
        for r in range(1, total + 1)
        if r not in have
    ]
    finished = total - len(tasks)
    progress(finished, total)

    def count(_: Replication) -> None:
        nonlocal finished
        finished += 1
        progress(finished, total)

    run_tasks(replicate, tasks, request.workers, count)


def _finished(path: Path, identity: rundir.Identity, shown_again: bool) -> FinishedRun:
    return FinishedRun(path, read_comparison(path, identity.manifest()), shown_again)


def _comparison(
    hash_: str, seed: int, measures: Sequence[Mapping[str, dict[str, float]]]
) -> Comparison:
    return Comparison(
        hash_,
        seed,
        {
            arm: {name: np.array([m[arm][name] for m in measures]) for name in measures[0][arm]}
            for arm in ARMS
        },
    )


def _check(replications: int, seed: int, workers: int) -> None:
    if replications < 1:
        raise RunError(f"replications: found {replications}, allowed 1 or more")
    if not 0 <= seed < 2**63:
        raise RunError(f"seed: found {seed}, allowed 0 to 2**63 - 1")
    if workers < 1:
        raise RunError(f"workers: found {workers}, allowed 1 or more")
