"""Sweeps: how long, how well two cores are used, and whether memory grows with the cells."""

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TENTH = {"cluster.firms": 120, "cluster.brands": 240}
"""A tenth of the district."""
MOMENT = {"calendar.days": 1, "calendar.warmup_days": 0, "calendar.followup_days": 0}


def sweep(workers: int, cells: int, replications: int) -> dict[str, Any]:
    """Time a sweep over the load of a tenth of the district; memory is that of all processes."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, cpu = _timed(Path(folder), workers, cells, replications)
    both = _peak_mib(resource.RUSAGE_SELF) + workers * _peak_mib(resource.RUSAGE_CHILDREN)
    return {"status": "done", "seconds": seconds, "cpu_seconds": cpu, "memory_mib": both}


def efficiency(cells: int, replications: int) -> dict[str, Any]:
    """Time the same sweep on one core and on two; the time is that on two."""
    with tempfile.TemporaryDirectory() as folder:
        one, _ = _timed(Path(folder) / "one", 1, cells, replications)
        two, cpu = _timed(Path(folder) / "two", 2, cells, replications)
    note = f"{one:.1f} s on one core: parallel efficiency {one / (2 * two):.3f}"
    return {"status": "done", "seconds": two, "cpu_seconds": cpu, "note": note}


def parent(cells: int) -> dict[str, Any]:
    """Measure the memory of the parent of a sweep whose cells are all the same single day."""
    from kidswear_brain.scenario import load_scenario

    keys = tuple((str(seed),) for seed in range(cells))
    with tempfile.TemporaryDirectory() as folder:
        scenario = load_scenario("kidswear:tiny", MOMENT)
        begin, cpu = time.perf_counter(), time.process_time()
        _sweep(Path(folder), scenario, ("experiment.seed", keys), (1, 1))
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    memory = _peak_mib(resource.RUSAGE_SELF)
    return {"status": "done", "seconds": seconds, "cpu_seconds": cpu, "memory_mib": memory}


MEASURED: dict[str, Callable[..., dict[str, Any]]] = {
    "sweep": sweep,
    "efficiency": efficiency,
    "parent": parent,
}


def _timed(folder: Path, workers: int, cells: int, replications: int) -> tuple[float, float]:
    """Seconds by the wall and of all processors, compiled code on disk beforehand."""
    from kidswear_brain.results.result import simulate
    from kidswear_brain.scenario import load_scenario

    simulate(load_scenario("kidswear:tiny"), 1)
    loads = tuple((f"{0.7 + 0.25 * cell / cells:.6f}",) for cell in range(cells))
    scenario = load_scenario("kidswear:wuxing", TENTH)
    begin, spent = time.perf_counter(), _cpu()
    _sweep(folder, scenario, ("demand.load", loads), (workers, replications))
    return time.perf_counter() - begin, _cpu() - spent


def _sweep(
    folder: Path, scenario: Any, varied: tuple[str, tuple[tuple[str], ...]], size: tuple[int, int]
) -> None:
    from kidswear_brain.experiment.design import Design
    from kidswear_brain.experiment.sweep import SweepRequest
    from kidswear_brain.experiment.sweep import sweep as run

    key, cells = varied
    workers, replications = size
    design, store = Design((key,), cells), folder / "store"
    run(SweepRequest(scenario, design, replications, 1, store, workers, out=folder / "sweep"))


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def _peak_mib(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024
