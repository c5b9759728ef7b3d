"""Work by key: every arm of every world is computed once, whoever asks, and kept in a store.

Three names are all there is to know::

    task = Task(scenario, seed, arm)      # one arm of one world; task.key() names what it computes
    frame = compute(tasks, store, workers=2, progress=...)        # key, measure, value
    failures(store)                                               # key, error

`compute` asks only for what the store (a folder) lacks, so the same call after any interruption
goes on where it was; `fill` does the same for more tasks than one wants to hold in memory, and
leaves reading to :func:`kidswear_brain.experiment.store.read`. Two tasks of equal key are one task.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl

from kidswear_brain.errors import RunError, WorkerError
from kidswear_brain.experiment.dask_pool import Cluster
from kidswear_brain.experiment.pool import Crew, Progress, run_tasks
from kidswear_brain.experiment.store import (
    check_seen,
    failures,
    files_of,
    is_done,
    keep,
    keep_failure,
    open_store,
    read,
)
from kidswear_brain.results.directory import code_hash
from kidswear_brain.results.result import simulate
from kidswear_brain.scenario import Scenario, scenario_hash
from kidswear_brain.scenario.model import Experiment, Services
from kidswear_brain.simulation.run import ARMS

__all__ = ["Cluster", "Task", "compute", "failures", "fill"]

COMPUTING = (
    "allocation",
    "cluster",
    "compiled",
    "results",
    "scenario",
    "services",
    "simulation",
    "tables",
)
"""Rooms whose code a result depends on; the others only ask for it or show it."""
SEEN_BY_BASELINE = ("epoch_days", "participation_share", "regions")
"""What of manufacturing collaboration the baseline arm sees: when the market meets, and over which
firms ``utilization_participants`` is taken. Nothing else under ``services`` touches that arm."""

CODE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Task:
    """One arm of one world."""

    scenario: Scenario
    seed: int
    """The replication's own: ``replication_seed(seed, r)``."""
    arm: str

    def key(self) -> str:
        """Name what is computed: 64 hex digits, equal where the measures must be equal.

        The first 8 stand for the sources alone.

        Title, ``experiment.*`` and, in the baseline arm, all services that cannot act there count
        not at all; own tables count by their content, and so does the code that computes.
        """
        digest = scenario_hash(_bare(self.scenario, self.arm))
        code = _computing_code()
        text = f"{code}:{digest}:{self.seed}:{self.arm}"
        return code[:CODE_DIGITS] + sha256(text.encode()).hexdigest()[CODE_DIGITS:]


def compute(
    tasks: Sequence[Task],
    store: Path,
    *,
    workers: int | Crew = 1,
    cluster: Cluster | None = None,
    progress: Progress = lambda finished, total: None,
) -> pl.DataFrame:
    """Compute what the store lacks of these tasks, and return the measures of all.

    Parameters
    ----------
    tasks : sequence of Task
        In any order; equal keys are computed once.
    store : Path
        A folder, made where there is none; it may be shared with any other work.
    workers : int or Crew
        How many processes, or those that are there; the result is the same whatever their number.
    cluster : Cluster, optional
        A Dask cluster to compute on instead; it must see the store under the same path.
    progress : callable
        Told how many tasks are finished, and how many there are.

    Returns
    -------
    polars.DataFrame
        key, measure, value (nan = nothing to measure), in the order of the tasks, each key once.
        Tasks that failed have no rows: `failures` says why.

    Raises
    ------
    RunError
        If an arm is none, or the store cannot be used, written or read.
    WorkerError
        If a worker process dies; what is finished stays in the store.
    """
    finished, total = 0, len(tasks)

    def count() -> None:
        nonlocal finished
        finished += 1
        progress(finished, total)

    progress(0, total)
    fill(tasks, store, workers=workers, cluster=cluster, done=count)
    return read(store, (task.key() for task in tasks))


def fill(
    tasks: Iterable[Task],
    store: Path,
    *,
    workers: int | Crew = 1,
    cluster: Cluster | None = None,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Compute what the store lacks of these tasks, as `compute` does, and return nothing.

    Tasks are drawn one by one as workers become free and never all held. `done` is called once for
    each, at once where the store has it already.
    """
    open_store(store)
    under_way: set[str] = set()

    def missing() -> Iterator[_Job]:
        for task in tasks:
            if task.arm not in ARMS:
                raise RunError(f"arm: found {task.arm!r}, allowed {' or '.join(ARMS)}")
            key = task.key()
            if key in under_way or is_done(store, key):
                done()
            else:
                under_way.add(key)
                yield _Job(task, key, store.resolve())

    def finish(key: str) -> None:
        under_way.remove(key)
        done()

    try:
        run_tasks(_perform, missing(), workers, finish, cluster)
    except OSError as error:
        raise RunError(
            f"{store}: cannot be written: {error.strerror or error}; "
            "mend that, and go on with --resume"
        ) from error


@dataclass(frozen=True, slots=True)
class _Job:
    """What a worker is asked for."""

    task: Task
    key: str
    store: Path


def _perform(job: _Job) -> str:
    """Compute one task and write it, or why it failed; what the machine lacks is no such failure.

    A full disk or too little memory says nothing about the task, so it ends the work.
    """
    task = job.task
    check_seen(job.store)
    if task.key() != job.key:
        raise WorkerError("a worker runs other sources than this process: install the same there")
    try:
        measures = simulate(task.scenario, task.seed, task.arm).measures
    except (OSError, MemoryError):
        raise
    except Exception as error:
        keep_failure(job.store, job.key, error)
    else:
        keep(job.store, job.key, measures)
    return job.key


def _bare(scenario: Scenario, arm: str) -> Scenario:
    """Take off what cannot change this arm."""
    update: dict[str, object] = {"experiment": Experiment()}
    if arm == "baseline":
        services = Services()
        seen = {name: getattr(scenario.services.manufacturing, name) for name in SEEN_BY_BASELINE}
        manufacturing = services.manufacturing.model_copy(update=seen)
        update["services"] = services.model_copy(update={"manufacturing": manufacturing})
    return scenario.model_copy(update=update)


def clear_store(store: Path) -> int:
    """Remove what can never be asked for again, and say how many files that were.

    That is what other sources computed, and what workers that were killed left half-written. Not
    for a store in which somebody works.
    """
    open_store(store)
    code = _computing_code()[:CODE_DIGITS]
    spent = [file for file in files_of(store) if not file.name.startswith(code)]
    for file in spent:
        file.unlink(missing_ok=True)
    return len(spent)


@cache
def _computing_code() -> str:
    return code_hash(COMPUTING)
