"""Tasks in parallel: in processes of this machine, one thread each, or on a Dask cluster."""

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Generic, Protocol, TypeVar

from kidswear_brain.errors import WorkerError
from kidswear_brain.experiment.dask_pool import Cluster, dask_crew

AHEAD = 2
"""Tasks submitted for each worker: the next one is there when it has finished one."""
LOOK_AROUND_SECONDS = 10
"""How often to see whether anybody is at work while nothing is finished."""

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[int, int], None]
"""Called with how many tasks are finished, and how many there are."""

THREAD_LIMITS = (
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "POLARS_MAX_THREADS",
)


class Crew(Protocol):
    """Who works: processes here, or the machines of a cluster."""

    def submit(self, function: Callable[[T], R], task: T) -> Future[R]:
        """Give a task to whoever is free next."""

    def size(self) -> int:
        """Count how many tasks are worked on at once; raise WorkerError where nobody works."""


def run_tasks(
    function: Callable[[T], R],
    tasks: Iterable[T],
    workers: int | Crew,
    done: Callable[[R], None],
    cluster: Cluster | None = None,
) -> None:
    """Call a function on every task; `done` gets each result as it comes, in any order.

    Tasks are drawn as workers become free, `AHEAD` for each, so there may be any number of them.
    `workers` is how many, or a crew that is there already (`lasting_crew`). One worker or one task
    stays in this process. When anything fails, or the user interrupts,
    the other workers are ended at once and the error goes on. With a `cluster` its machines work
    instead, and what they are at is forgotten.

    Raises
    ------
    WorkerError
        If a worker process dies: killed, or out of memory; or a cluster loses its scheduler or
        all its workers.
    """
    if cluster is not None:
        with dask_crew(cluster) as crew:
            _draw(crew, function, tasks, done)
        return
    if not isinstance(workers, int):
        _draw(workers, function, tasks, done)
        return
    rest = iter(tasks)
    first = list(islice(rest, workers))
    every = chain(first, rest)
    if len(first) <= 1:
        for task in every:
            done(function(task))
        return
    with _pool(len(first)) as pool:
        _draw(_Processes(pool, len(first)), function, every, done)


@contextmanager
def lasting_crew(workers: int | Crew) -> Iterator[int | Crew]:
    """Keep worker processes for several calls of `run_tasks`: each would begin new ones.

    Starting one and loading the compiled code takes a second or two. One worker is no process.

    Raises
    ------
    WorkerError
        If a worker process dies, as `run_tasks` does.
    """
    if not isinstance(workers, int) or workers <= 1:
        yield workers
        return
    with _pool(workers) as pool:
        yield _Processes(pool, workers)


def run_in_order(
    function: Callable[[T], R],
    tasks: Sequence[T],
    workers: int | Crew,
    progress: Progress = lambda finished, total: None,
) -> list[R]:
    """Call a function on every task, as `run_tasks` does; the results in the order of the tasks."""
    found: dict[int, R] = {}

    def keep(one: tuple[int, R]) -> None:
        found[one[0]] = one[1]
        progress(len(found), len(tasks))

    run_tasks(_Numbered(function), enumerate(tasks), workers, keep)
    return [found[place] for place in range(len(tasks))]


@dataclass(frozen=True, slots=True)
class _Numbered(Generic[T, R]):
    """A function that hands the place of its task on."""

    function: Callable[[T], R]

    def __call__(self, task: tuple[int, T]) -> tuple[int, R]:
        return task[0], self.function(task[1])


@dataclass(frozen=True, slots=True)
class _Processes:
    """Worker processes of this machine."""

    pool: ProcessPoolExecutor
    workers: int

    def submit(self, function: Callable[[T], R], task: T) -> Future[R]:
        with _one_thread_each(), _no_main_module():
            return self.pool.submit(function, task)

    def size(self) -> int:
        return self.workers


def _draw(
    crew: Crew, function: Callable[[T], R], tasks: Iterable[T], done: Callable[[R], None]
) -> None:
    """Keep everybody busy, and hand on what is finished."""
    waiting: set[Future[R]] = set()
    for task in tasks:
        while len(waiting) >= AHEAD * crew.size():
            waiting = _take(waiting, done)
        waiting.add(crew.submit(function, task))
    while waiting:
        crew.size()  # somebody is there to finish it
        waiting = _take(waiting, done)


def _take(waiting: set[Future[R]], done: Callable[[R], None]) -> set[Future[R]]:
    """Hand on what is finished; come back without anything after a while."""
    finished, rest = wait(waiting, LOOK_AROUND_SECONDS, return_when=FIRST_COMPLETED)
    for future in finished:
        done(future.result())
    return rest


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)
    try:
        yield pool
    except BaseException as error:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        pool.shutdown(cancel_futures=True)
        if isinstance(error, BrokenProcessPool):
            raise WorkerError(
                "a worker process ended before its task was done: killed, or out of memory; "
                "use fewer --workers if memory is short"
            ) from error
        raise
    pool.shutdown()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes started inside begin with one thread: libraries read this when loaded."""
    before = {name: os.environ.get(name) for name in THREAD_LIMITS}
    os.environ.update(dict.fromkeys(THREAD_LIMITS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Keep processes started inside from running the caller's script again.

    A spawned process imports the script that started it, which begins everything anew unless the
    script has a main guard. The tasks need nothing of it, so it is hidden meanwhile.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = type(sys)("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _begin_worker() -> None:
    """Leave interrupts to the parent, and end with it however it ends.

    Ctrl-C reaches every process of the terminal; the parent alone decides what follows. A parent
    that is killed outright can end nobody, so each worker watches it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
