"""The run directory: replications grow in it one by one and are put together at the end.

Each finished replication is a folder of its own in ``NAME.part/replications``, renamed into place
in one step, so whatever stops a run leaves only whole replications. At the end the tables are put
together in the order of replications and arms, whoever computed them and whenever.
"""

import datetime as dt
import hashlib
import importlib.metadata
import json
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kidswear_brain.errors import RunError
from kidswear_brain.results import directory
from kidswear_brain.results.directory import origin, part_of, write_json
from kidswear_brain.results.schema import FRONT, TABLE_NAMES
from kidswear_brain.results.tables import build_table, measures_table
from kidswear_brain.simulation.rows import Rows

ROW_GROUP = 262_144
REPLICATIONS = "replications"
LIBRARIES = ("highspy", "numba", "numpy", "polars", "scipy", "simpy")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a run is: two runs of one identity have the same bytes in every table."""

    scenario_hash: str
    seed: int
    replications: int
    tables: str
    """``all``, ``first`` (of replication 1 only) or ``none`` (`schema.SUMMARIES` only)."""
    precision: str = ""
    """Where the number of replications is found by a precision: which."""

    @property
    def inputs(self) -> str:
        """Name what makes one run differ from another."""
        return "scenario, seed, number of replications, --precision, --tables"

    @property
    def growing(self) -> str:
        """Name the folder in which replications are finished one by one."""
        return REPLICATIONS

    def manifest(self) -> dict[str, Any]:
        """Say it as the manifest does, with the code that made the run."""
        return {
            **origin(),
            "hash": self.scenario_hash,
            "seed": self.seed,
            "tables": self.tables,
            **self._number(),
        }

    def _number(self) -> dict[str, Any]:
        if self.precision:
            return {"precision": self.precision}
        return {"replications": self.replications}

    def short(self) -> str:
        """Eight characters that tell runs apart by scenario, seed, replications and tables."""
        number = self.precision or self.replications
        text = f"{self.scenario_hash}:{self.seed}:{number}:{self.tables}"
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def leave(part: Path) -> None:
    """Leave an unfinished run: without any finished replication nothing of it is kept."""
    if not finished_replications(part):
        shutil.rmtree(part)


def finished_replications(part: Path) -> list[int]:
    """Numbers of the replications that are whole."""
    return sorted(int(f.name) for f in (part / REPLICATIONS).iterdir() if f.name.isdigit())


@contextmanager
def replication_folder(part: Path, number: int) -> Iterator[Path]:
    """Give a folder that gets its place among the finished ones only if the block ends well."""
    place = _replication(part, number)
    growing = place.with_suffix(".growing")
    if growing.exists():
        shutil.rmtree(growing)
    growing.mkdir()
    try:
        yield growing
        growing.rename(place)
    finally:
        shutil.rmtree(growing, ignore_errors=True)


def write_arm(rows: Rows, folder: Path, number: int, names: Sequence[str]) -> None:
    """Write some tables of one arm; its measures are written with those of the other."""
    (folder / rows.arm).mkdir()
    for name in names:
        if name != "measures":
            frame = _with_front(build_table(rows, name), rows.arm, number)
            frame.write_parquet(_arm_table(folder, rows.arm, name), row_group_size=ROW_GROUP)


def write_measures(
    folder: Path, number: int, measures: Mapping[str, dict[str, float]], seconds: dict[str, float]
) -> None:
    """Write the measures of both arms, and how long they took."""
    frames = [_with_front(measures_table(v), arm, number) for arm, v in measures.items()]
    pl.concat(frames).write_parquet(folder / "measures.parquet")
    write_json(folder / "seconds.json", seconds)


def read_measures(folder: Path) -> pl.DataFrame:
    """Read the measures of a run or of one replication; null becomes nan again.

    Raises
    ------
    RunError
        If the file is missing or damaged, or the folder holds a sweep.
    """
    file = folder / "measures.parquet"
    if (folder / "cells.parquet").is_file():
        raise RunError(f"{folder}: a sweep, allowed a run; ask a sweep by kidswear query")
    try:
        frame = pl.read_parquet(file).select(*(c.name for c in FRONT), "measure", "value")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RunError(
            f"{file}: missing or damaged; make the run again with --force, or remove {folder}"
        ) from error
    return frame.with_columns(pl.col("value").fill_null(float("nan")))


def part_measures(part: Path, number: int) -> pl.DataFrame:
    """Read the measures of the first replications of an unfinished run."""
    numbers = range(1, number + 1)
    return pl.concat([read_measures(_replication(part, each)) for each in numbers])


def complete(
    path: Path,
    identity: Identity,
    seeds: Sequence[int],
    started: dt.datetime,
    publish: Callable[[Path], object],
) -> None:
    """Put the tables of all replications, one a seed, together and give the run its name.

    `publish` may add to the directory while it is whole but not yet named. A run that stood at
    `path` is replaced only then.

    Raises
    ------
    RunError
        If meanwhile something that is no run stands at `path`; the new run stays in ``NAME.part``.
    """
    part = part_of(path)
    numbers = range(1, len(seeds) + 1)
    for name in TABLE_NAMES:
        _combine(part, name, numbers)
    told = {
        "replications": len(seeds),
        "replication_seeds": list(seeds),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "timings": _timings(part, numbers, started),
    }
    directory.complete(path, identity, told, publish)


def _combine(part: Path, name: str, numbers: range) -> None:
    """Stream one table of every replication into one file: memory does not grow with them."""
    folders = [_replication(part, number) for number in numbers]
    if name == "measures":
        files = [folder / "measures.parquet" for folder in folders]
    else:
        tables = [_arm_table(f, arm, name) for f in folders for arm in ("baseline", "brain")]
        files = [table for table in tables if table.exists()]
    if files:
        combine(files, part / f"{name}.parquet")


def combine(files: list[Path], into: Path) -> None:
    """Stream files of one table into one, in their order.

    Raises
    ------
    RunError
        If one of them is damaged.
    """
    try:
        scan = pl.scan_parquet(files)
        scan.sink_parquet(into, row_group_size=ROW_GROUP, maintain_order=True)
    except pl.exceptions.PolarsError as error:
        damaged = next(filter(_is_damaged, files), None)
        if damaged is None:
            raise
        folder = next(p for p in damaged.parents if p.parent.name == REPLICATIONS)
        raise RunError(f"{damaged}: damaged; remove {folder} and go on with --resume") from error


def _is_damaged(file: Path) -> bool:
    try:
        pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError):
        return True
    return False


def _timings(part: Path, numbers: range, started: dt.datetime) -> dict[str, Any]:
    ended = dt.datetime.now(dt.UTC)
    return {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round((ended - started).total_seconds(), 3),
        "replications": [
            json.loads((_replication(part, number) / "seconds.json").read_text())
            for number in numbers
        ],
    }


def _with_front(frame: pl.DataFrame, arm: str, number: int) -> pl.DataFrame:
    front = [
        pl.lit(value, dtype=column.dtype).alias(column.name)
        for column, value in zip(FRONT, (arm, number), strict=True)
    ]
    return frame.select(*front, pl.all())


def _replication(part: Path, number: int) -> Path:
    return part / REPLICATIONS / f"{number:06d}"


def _arm_table(folder: Path, arm: str, name: str) -> Path:
    return folder / arm / f"{name}.parquet"
