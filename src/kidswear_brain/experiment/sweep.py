"""A sweep: many scenarios, both arms of each on the same random worlds, and one table of all.

Cells are drawn one by one and forgotten when they are done; what they came to lies in the store
until the table is put together, so memory does not grow with their number.
"""

import math
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from kidswear_brain.errors import RunError, ScenarioError
from kidswear_brain.experiment.comparison import estimate
from kidswear_brain.experiment.design import Design
from kidswear_brain.experiment.pool import Progress
from kidswear_brain.experiment.seeds import replication_seed
from kidswear_brain.experiment.store import failure, read
from kidswear_brain.experiment.work import Cluster, Task, fill
from kidswear_brain.results import directory
from kidswear_brain.scenario import (
    Scenario,
    leaves,
    load_scenario,
    resolved_yaml,
    scenario_hash,
    scenario_tables,
)
from kidswear_brain.simulation.run import ARMS

CELLS = "cells.parquet"
CELLS_CSV = "cells.csv"
CELLS_AT_ONCE = 16
"""Cells read from the store together when the table is put together."""
RESULTS = {
    "replication": pl.Int32,
    "measure": pl.String,
    "baseline": pl.Float64,
    "brain": pl.Float64,
    "gain": pl.Float64,
    "difference": pl.Float64,
    "error": pl.String,
}
"""Columns of ``cells.parquet`` behind the number of the cell and its values of the varied keys."""


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """What a sweep is asked for."""

    scenario: Scenario
    """What every cell starts from."""
    design: Design
    replications: int
    seed: int
    store: Path
    workers: int = 2
    cluster: Cluster | None = None
    """A Dask cluster to compute on instead of processes here."""
    out: Path | None = None
    name: str = "sweep"
    resume: bool = False
    force: bool = False

    @property
    def identity(self) -> "SweepIdentity":
        """What is asked for, apart from where and how."""
        cells = sha256(self.design.csv()).hexdigest()
        return SweepIdentity(scenario_hash(self.scenario), self.seed, self.replications, cells)

    @property
    def path(self) -> Path:
        """Where the sweep's directory will stand: ``out``, or ``runs/NAME-sweep-HASH8``."""
        return self.out or Path("runs") / f"{self.name}-sweep-{self.identity.short()}"


@dataclass(frozen=True, slots=True)
class SweepIdentity:
    """What a sweep is: two of one identity have the same bytes in their table."""

    scenario_hash: str
    seed: int
    replications: int
    cells: str
    """Hash of the cells."""

    @property
    def inputs(self) -> str:
        """Name what makes one sweep differ from another."""
        return "scenario, seed, number of replications, cells"

    @property
    def growing(self) -> str:
        """Name the folder in which the table is put together."""
        return "growing"

    def manifest(self) -> dict[str, Any]:
        """Say it as the manifest does, with the code that made the sweep."""
        return {
            **directory.origin(),
            "kind": "sweep",
            "hash": self.scenario_hash,
            "seed": self.seed,
            "replications": self.replications,
            "cells": self.cells,
        }

    def short(self) -> str:
        """Eight characters that tell sweeps apart."""
        text = f"{self.scenario_hash}:{self.seed}:{self.replications}:{self.cells}"
        return sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class FinishedSweep:
    """A complete sweep."""

    path: Path
    shown_again: bool
    """Whether an identical sweep stood there already, so that nothing was simulated."""

    @property
    def table(self) -> Path:
        """The file with a row for every cell, replication and measure."""
        return self.path / CELLS

    def failed(self) -> pl.DataFrame:
        """List what failed: cell, replication, error."""
        failed = pl.scan_parquet(self.table).filter(pl.col("error").is_not_null())
        return failed.select("cell", "replication", "error").collect()

    def cells(self, measures: Sequence[str]) -> pl.DataFrame:
        """Average some measures over replications: a row for every cell and measure.

        Columns: cell, the varied keys, measure, the means baseline and brain, gain with its 95 %
        interval (low, high), and n, the replications.
        """
        table = pl.scan_parquet(self.table)
        keys = table.collect_schema().names()[: -len(RESULTS)]
        some = table.filter(pl.col("measure").is_in(measures)).collect()
        return some.group_by(*keys, "measure", maintain_order=True).map_groups(_averaged)


def sweep(
    request: SweepRequest, progress: Progress = lambda finished, total: None
) -> FinishedSweep:
    """Simulate both arms of every cell, or show an identical finished sweep again.

    Raises
    ------
    RunError
        If a number is out of range, no cell can be run, or something is in the way.
    WorkerError
        If a worker process dies; what is finished stays in the store.
    """
    if request.replications < 1:
        raise RunError(f"replications: found {request.replications}, allowed 1 or more")
    identity, path = request.identity, request.path
    if not request.force and directory.is_finished(path, identity):
        return FinishedSweep(path, shown_again=True)
    part = directory.begin(path, identity, _files(request), request.resume, request.force)
    try:
        _check_any_cell(request.design, part)
        _simulate(request, part, progress)
    except RunError:  # wrong input must leave nothing; what is finished is in the store
        shutil.rmtree(part)
        raise
    _write_table(request, part)
    seeds = [replication_seed(request.seed, r) for r in range(1, request.replications + 1)]
    directory.complete(path, identity, {"replication_seeds": seeds})
    return FinishedSweep(path, shown_again=False)


def _files(request: SweepRequest) -> dict[str, bytes]:
    """What cells are made from: copies, as the user may change the originals meanwhile."""
    text = resolved_yaml(request.scenario).encode()
    tables = scenario_tables(request.scenario)
    return {directory.SCENARIO: text, CELLS_CSV: request.design.csv(), **tables}


def _scenario(design: Design, part: Path, cell: int) -> Scenario | str:
    """Make the scenario of a cell, from 0, or say why there is none."""
    try:
        return load_scenario(part / directory.SCENARIO, design.overrides(cell))
    except ScenarioError as error:
        return str(error).replace(f"{part}/", "")  # the same words wherever the sweep stands


def _check_any_cell(design: Design, part: Path) -> None:
    """Refuse a sweep none of whose cells can be run: that is a mistake, not a result."""
    told = ""
    for cell in range(len(design.cells)):
        scenario = _scenario(design, part, cell)
        if isinstance(scenario, Scenario):
            return
        told = told or scenario
    raise RunError(f"no cell can be run; the first one:\n{told}")


def _simulate(request: SweepRequest, part: Path, progress: Progress) -> None:
    finished = 0
    total = len(request.design.cells) * request.replications * len(ARMS)

    def count(tasks: int = 1) -> None:
        nonlocal finished
        finished += tasks
        progress(finished, total)

    def tasks() -> Iterator[Task]:
        for cell in range(len(request.design.cells)):
            scenario = _scenario(request.design, part, cell)
            if isinstance(scenario, Scenario):
                yield from _tasks(request, scenario)
            else:
                count(request.replications * len(ARMS))

    progress(0, total)
    fill(tasks(), request.store, workers=request.workers, cluster=request.cluster, done=count)


def _tasks(request: SweepRequest, scenario: Scenario) -> Iterator[Task]:
    for r in range(1, request.replications + 1):
        for arm in ARMS:
            yield Task(scenario, replication_seed(request.seed, r), arm)


def _write_table(request: SweepRequest, part: Path) -> None:
    """Put the table together, some cells at a time."""
    cells = _typed_cells(request)
    files = []
    for first in range(0, cells.height, CELLS_AT_ONCE):
        numbers = range(first, min(first + CELLS_AT_ONCE, cells.height))
        frame = cells.join(
            pl.concat([_rows(request, part, cell) for cell in numbers]),
            on="cell",
            how="inner",
            maintain_order="right",
        )
        files.append(part / request.identity.growing / f"{first:09d}.parquet")
        frame.write_parquet(files[-1])
    pl.scan_parquet(files).sink_parquet(part / CELLS, maintain_order=True)


def _typed_cells(request: SweepRequest) -> pl.DataFrame:
    """Number the cells from 1, with a column for each varied key: a number, or text."""
    known = leaves(request.scenario)
    columns = [
        pl.int_range(1, len(request.design.cells) + 1, dtype=pl.Int32, eager=True).alias("cell")
    ]
    for place, key in enumerate(request.design.keys):
        values = pl.Series(key, [cell[place] for cell in request.design.cells], dtype=pl.String)
        columns.append(values.cast(_type(known[key]), strict=False))
    return pl.DataFrame(columns)


def _type(value: object) -> type[pl.DataType]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return pl.String
    return pl.Int64 if isinstance(value, int) else pl.Float64


def _rows(request: SweepRequest, part: Path, cell: int) -> pl.DataFrame:
    """Read the rows of one cell, numbered from 0: of all its replications, by measure."""
    scenario = _scenario(request.design, part, cell)
    numbers = range(1, request.replications + 1)
    if not isinstance(scenario, Scenario):
        frames = [_failed_row(r, scenario) for r in numbers]
    else:
        frames = [
            _paired(request.store, r, scenario, replication_seed(request.seed, r)) for r in numbers
        ]
    return pl.concat(frames).select(pl.lit(cell + 1, pl.Int32).alias("cell"), *RESULTS)


def _paired(store: Path, r: int, scenario: Scenario, seed: int) -> pl.DataFrame:
    """Set both arms of one replication side by side."""
    keys = {arm: Task(scenario, seed, arm).key() for arm in ARMS}
    errors = [f"{arm}: {told}" for arm, key in keys.items() if (told := failure(store, key))]
    if errors:
        return _failed_row(r, "; ".join(errors))
    one, two = (
        read(store, [keys[arm]]).select("measure", pl.col("value").fill_nan(None).alias(arm))
        for arm in ARMS
    )
    baseline, brain = pl.col("baseline"), pl.col("brain")
    return one.join(two, on="measure", how="left", maintain_order="left").select(
        pl.lit(r, pl.Int32).alias("replication"),
        "measure",
        baseline,
        brain,
        pl.when(baseline != 0).then(brain / baseline - 1).alias("gain"),
        (brain - baseline).alias("difference"),
        pl.lit(None, pl.String).alias("error"),
    )


def _failed_row(r: int, error: str) -> pl.DataFrame:
    return pl.DataFrame([{"replication": r, "error": error}], schema=RESULTS)


def _averaged(group: pl.DataFrame) -> pl.DataFrame:
    """Average one measure of one cell over its replications; null where it cannot be."""
    means = {arm: _number(estimate(group[arm].to_numpy()).mean) for arm in ARMS}
    gain = estimate(group["gain"].to_numpy())
    spread = {"gain": gain.mean, "low": gain.low, "high": gain.high}
    results = {**means, **{name: _number(value) for name, value in spread.items()}}
    columns = [pl.lit(value, pl.Float64).alias(name) for name, value in results.items()]
    keys = group.columns[: -len(RESULTS)]
    return group.head(1).select(*keys, "measure", *columns, pl.lit(gain.n).alias("n"))


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value
