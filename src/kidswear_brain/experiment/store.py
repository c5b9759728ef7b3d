"""The store of finished work: one small Parquet part for every task, named by the task's key.

A part gets its name in one step, so the folder of parts *is* the catalogue of what is finished: it
cannot say otherwise than the parts do, whoever is killed when, and several processes and machines
may write into one store. ``catalogue.json`` holds the version of this arrangement. What failed
leaves a row of its own, so that it is not tried again by the same code.
"""

import io
import json
import os
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from kidswear_brain.errors import RunError, WorkerError

FORMAT = 1
CATALOGUE = "catalogue.json"
PARTS = "parts"
FAILED = "failed"
SCHEMA = {"key": pl.String, "measure": pl.String, "value": pl.Float64}
FAILURES = {"key": pl.String, "error": pl.String}


def open_store(store: Path) -> None:
    """Make a store, or see that one of this version stands there.

    Raises
    ------
    RunError
        If something else stands there, a store of another version, or nothing can be written.
    """
    try:
        if not (store / CATALOGUE).exists():
            if store.is_dir() and any(store.iterdir()):
                raise RunError(f"{store}: not a store of results, and in the way; choose another")
            store.mkdir(parents=True, exist_ok=True)
            _write(store / CATALOGUE, json.dumps({"format": FORMAT}).encode() + b"\n")
        _check_format(store)
        for name in (PARTS, FAILED):
            (store / name).mkdir(exist_ok=True)
    except OSError as error:
        raise RunError(f"{store}: cannot be written: {error.strerror}") from error


def _check_format(store: Path) -> None:
    try:
        found = json.loads((store / CATALOGUE).read_text(encoding="utf-8"))["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{store / CATALOGUE}: damaged; remove {store} or choose another") from error
    if found != FORMAT:
        raise RunError(
            f"{store}: a store of format {found}, this version reads and writes {FORMAT}; "
            "choose another folder, or remove this one to compute anew"
        )


def check_seen(store: Path) -> None:
    """See that a worker has the store before it.

    Raises
    ------
    WorkerError
        If it is on another machine that does not share the folder.
    """
    if not (store / CATALOGUE).exists():
        raise WorkerError(
            f"{store}: a worker does not see the store; take a folder that all machines share "
            "under one path"
        )


def is_done(store: Path, key: str) -> bool:
    """Whether a task is finished, well or with an error; the store is not listed for that."""
    return _part(store, key).exists() or _failure(store, key).exists()


def keep(store: Path, key: str, measures: Mapping[str, float]) -> None:
    """Write what a task came to; nan becomes null."""
    frame = pl.DataFrame(
        {"key": key, "measure": list(measures), "value": list(measures.values())}, schema=SCHEMA
    )
    content = io.BytesIO()  # so that a full disk is an OSError here and no error of the writer's
    frame.with_columns(pl.col("value").fill_nan(None)).write_parquet(content)
    _write(_part(store, key), content.getvalue())


def keep_failure(store: Path, key: str, error: Exception) -> None:
    """Write why a task could not be done."""
    text = json.dumps({"key": key, "error": f"{type(error).__name__}: {error}"})
    _write(_failure(store, key), text.encode())


def read(store: Path, keys: Iterable[str]) -> pl.DataFrame:
    """Read what tasks came to: key, measure, value; null becomes nan again.

    Keys without a part, because they failed or were never computed, have no rows.

    Raises
    ------
    RunError
        If a part is damaged.
    """
    parts = [part for key in dict.fromkeys(keys) if (part := _part(store, key)).exists()]
    frames = [pl.DataFrame(schema=SCHEMA), *map(_read_part, parts)]
    return pl.concat(frames).with_columns(pl.col("value").fill_null(float("nan")))


def failures(store: Path) -> pl.DataFrame:
    """List what failed in a store, in the order of keys: key, error."""
    files = sorted((store / FAILED).glob("*.json")) if store.is_dir() else []
    return pl.DataFrame([json.loads(file.read_text()) for file in files], schema=FAILURES)


def files_of(store: Path) -> list[Path]:
    """List every file of finished or half-written work."""
    return [file for name in (PARTS, FAILED) for file in sorted((store / name).iterdir())]


def failure(store: Path, key: str) -> str | None:
    """Say why a task failed; None if it did not."""
    file = _failure(store, key)
    return str(json.loads(file.read_text())["error"]) if file.exists() else None


def _read_part(part: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(part, schema=SCHEMA)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RunError(f"{part}: damaged; remove it and go on with --resume") from error


def _part(store: Path, key: str) -> Path:
    return store / PARTS / f"{key}.parquet"


def _failure(store: Path, key: str) -> Path:
    return store / FAILED / f"{key}.json"


def _write(path: Path, content: bytes) -> None:
    growing = _growing(path)
    try:
        with growing.open("wb") as stream:
            stream.write(content)
            stream.flush()
            # Without it a machine that loses power may keep the name and lose the content.
            os.fsync(stream.fileno())
        growing.replace(path)
    finally:
        growing.unlink(missing_ok=True)


def _growing(path: Path) -> Path:
    """Name a file beside the one to be that no other process or machine writes to."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.growing")
