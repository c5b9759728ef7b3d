"""The run directory: it grows under ``NAME.part`` and gets its name when it is complete.

Each finished replication is a folder of its own in ``NAME.part/replications``, renamed into place
in one step, so whatever stops a run leaves only whole replications. At the end the tables are put
together in the order of replications and arms, whoever computed them and whenever.
"""

import datetime as dt
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

import kidswear_brain
from kidswear_brain.errors import RunError
from kidswear_brain.results.schema import FRONT, TABLE_NAMES
from kidswear_brain.results.tables import build_table, measures_table
from kidswear_brain.simulation.rows import Rows

FORMAT = 1
ROW_GROUP = 262_144
MANIFEST = "manifest.json"
SCENARIO = "scenario.resolved.yaml"
REPLICATIONS = "replications"
MANIFEST_KEYS = frozenset(
    ("format", "hash", "seed", "replications", "tables", "version", "code", "complete")
)
"""What tells our manifest from any other ``manifest.json``."""
LIBRARIES = ("highspy", "numba", "numpy", "polars", "scipy", "simpy")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a run is: two runs of one identity have the same bytes in every table."""

    scenario_hash: str
    seed: int
    replications: int
    tables: str
    """``all``, ``first`` (of replication 1 only) or ``none`` (`schema.SUMMARIES` only)."""

    def manifest(self) -> dict[str, Any]:
        """Say it as the manifest does, with the code that made the run."""
        return {
            "format": FORMAT,
            "hash": self.scenario_hash,
            "seed": self.seed,
            "replications": self.replications,
            "tables": self.tables,
            "version": kidswear_brain.__version__,
            "code": code_hash(),
        }

    def short(self) -> str:
        """Eight characters that tell runs apart by scenario, seed, replications and tables."""
        text = f"{self.scenario_hash}:{self.seed}:{self.replications}:{self.tables}"
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def code_hash(rooms: Sequence[str] = ()) -> str:
    """Hash the package's own sources: a result of other code is not the same result.

    `rooms` are folders or modules of the package; none means all of it.
    """
    root = Path(kidswear_brain.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py"), key=lambda p: p.relative_to(root).as_posix()):
        name = path.relative_to(root)
        if not rooms or name.parts[0].removesuffix(".py") in rooms:
            digest.update(name.as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def part_of(path: Path) -> Path:
    """Where a run of this name grows.

    Raises
    ------
    RunError
        If the path ends in no name, as ``.`` and ``..`` do: nothing can grow beside it.
    """
    if path.name in ("", ".."):
        raise RunError(f"{path}: not the name of a new directory; choose another --out")
    return path.with_name(path.name + ".part")


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a run directory, finished or not; empty if it is none."""
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def is_finished(path: Path, identity: Identity) -> bool:
    """Whether a complete run of this identity stands there."""
    manifest = read_manifest(path)
    return bool(manifest.get("complete")) and _same(manifest, identity)


def begin(
    path: Path, identity: Identity, files: Mapping[str, bytes], resume: bool, force: bool
) -> Path:
    """Make the place where a run grows, or take up the unfinished one.

    Parameters
    ----------
    path : Path
        The run directory to be; nothing is made there yet.
    identity : Identity
        What is going to be run.
    files : mapping of str to bytes
        What it is made from, by name in the directory: the resolved scenario and its own tables.
    resume, force : bool
        Take up an unfinished run of the same identity; replace the runs that are in the way.

    Returns
    -------
    Path
        The folder under which replications are written.

    Raises
    ------
    RunError
        If something is in the way; it is left untouched. What is no run is never replaced.
    """
    part = part_of(path)
    _check_replaceable(path)
    _check_replaceable(part)
    if not force and _exists(path):
        raise RunError(f"{path}: {_what_stands(path)}; choose another --out or give --force")
    if not force and _exists(part):
        if not resume:
            raise RunError(f"{part}: an unfinished run; continue with --resume, or give --force")
        if not _same(read_manifest(part), identity):
            raise RunError(
                f"{part}: an unfinished run of another scenario, seed, number of replications, "
                "--tables or version; run with the same, or give --force"
            )
        return part
    _clear(part)
    try:
        (part / REPLICATIONS).mkdir(parents=True)
        for name, content in files.items():
            (part / name).parent.mkdir(exist_ok=True)
            (part / name).write_bytes(content)
        _write_json(part / MANIFEST, {**identity.manifest(), "complete": False})
    except OSError as error:
        # Without its manifest it would be no run, and in the way of the next try.
        shutil.rmtree(part, ignore_errors=True)
        raise RunError(f"{part}: cannot be written: {error.strerror}") from error
    return part


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
    _write_json(folder / "seconds.json", seconds)


def read_measures(folder: Path) -> pl.DataFrame:
    """Read the measures of a run or of one replication; null becomes nan again.

    Raises
    ------
    RunError
        If the file is missing or damaged.
    """
    file = folder / "measures.parquet"
    try:
        frame = pl.read_parquet(file).select(*(c.name for c in FRONT), "measure", "value")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RunError(
            f"{file}: missing or damaged; make the run again with --force, or remove {folder}"
        ) from error
    return frame.with_columns(pl.col("value").fill_null(float("nan")))


def replication_measures(part: Path, number: int) -> pl.DataFrame:
    """Read the measures of one finished replication of an unfinished run."""
    return read_measures(_replication(part, number))


def complete(
    path: Path,
    identity: Identity,
    seeds: Sequence[int],
    started: dt.datetime,
    publish: Callable[[Path], object],
) -> None:
    """Put the tables of all replications together and give the run its name.

    `publish` may add to the directory while it is whole but not yet named. A run that stood at
    `path` is replaced only then.

    Raises
    ------
    RunError
        If meanwhile something that is no run stands at `path`; the new run stays in ``NAME.part``.
    """
    part = part_of(path)
    numbers = range(1, identity.replications + 1)
    for name in TABLE_NAMES:
        _combine(part, name, numbers)
    _write_json(
        part / MANIFEST,
        {
            **identity.manifest(),
            "complete": True,
            "replication_seeds": list(seeds),
            "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
            "python": platform.python_version(),
            "platform": platform.platform(),
            "timings": _timings(part, numbers, started),
        },
    )
    publish(part)
    _clear(path)
    part.rename(path)
    shutil.rmtree(path / REPLICATIONS)


def _combine(part: Path, name: str, numbers: range) -> None:
    """Stream one table of every replication into one file: memory does not grow with them."""
    folders = [_replication(part, number) for number in numbers]
    if name == "measures":
        files = [folder / "measures.parquet" for folder in folders]
    else:
        tables = [_arm_table(f, arm, name) for f in folders for arm in ("baseline", "brain")]
        files = [table for table in tables if table.exists()]
    if files:
        scan = pl.scan_parquet(files)
        scan.sink_parquet(part / f"{name}.parquet", row_group_size=ROW_GROUP, maintain_order=True)


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


def _exists(path: Path) -> bool:
    """Whether anything stands there; an empty folder is nothing."""
    return os.path.lexists(path) and not (path.is_dir() and not any(path.iterdir()))


def _same(manifest: Mapping[str, Any], identity: Identity) -> bool:
    return all(manifest.get(key) == value for key, value in identity.manifest().items())


def _is_run(path: Path) -> bool:
    """Whether a run of ours stands there, finished or not, of whatever version."""
    manifest = read_manifest(path)
    return not path.is_symlink() and manifest.keys() >= MANIFEST_KEYS


def _what_stands(path: Path) -> str:
    if read_manifest(path)["complete"]:
        return "a run of another scenario, seed, number of replications, --tables or version"
    return "an unfinished run"


def _check_replaceable(path: Path) -> None:
    """Refuse what is no run: only what this program made is its to remove."""
    if _exists(path) and not _is_run(path):
        raise RunError(f"{path}: not a run, and in the way; choose another --out")


def _clear(path: Path) -> None:
    """Make room: remove a run or an empty folder, and nothing else."""
    _check_replaceable(path)
    if os.path.lexists(path):
        shutil.rmtree(path)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    growing = path.with_suffix(".growing")
    growing.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
    growing.replace(path)
