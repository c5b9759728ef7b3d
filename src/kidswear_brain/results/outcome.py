"""The folder an analysis leaves: Parquet tables, one JSON object, and what else readers want.

Its name is that of the analysis and what it was asked; the same question writes the same files
again, so that nothing needs force.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kidswear_brain.errors import RunError

ASKED = "asked.sha256"
"""File that holds the hash of the question, so that answers to two are never mixed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an analysis stands, and what it was asked."""

    folder: Path
    kind: str
    digest: str


def outcome_of(out: Path | None, name: str, kind: str, asked: object) -> Outcome:
    """Where an analysis stands: `out`, or ``runs/NAME-HASH8`` by what is asked.

    Raises
    ------
    RunError
        If anything but an answer to the same question stands there.
    """
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()
    folder = out or Path("runs") / f"{name}-{digest[:8]}"
    nothing = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not nothing and not (folder / f"{kind}.json").is_file():
        raise RunError(f"{folder}: holds no {kind}, and in the way; choose another --out")
    before = folder / ASKED
    if before.is_file() and before.read_text(encoding="utf-8").strip() != digest:
        raise RunError(
            f"{folder}: answers another question by {kind}; choose another --out, or remove it"
        )
    return Outcome(folder, kind, digest)


def write_outcome(
    outcome: Outcome,
    tables: Mapping[str, pl.DataFrame],
    document: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
) -> None:
    """Write ``NAME.parquet`` of each table, each text, and ``KIND.json`` last, each whole.

    Raises
    ------
    RunError
        If the folder cannot be written.
    """
    folder = outcome.folder
    said = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            growing = folder / f"{name}.growing"
            frame.write_parquet(growing)
            growing.replace(folder / f"{name}.parquet")
        for name, text in {
            **(texts or {}),
            ASKED: outcome.digest + "\n",
            f"{outcome.kind}.json": said,
        }.items():
            growing = folder / f"{name}.growing"
            growing.write_text(text, encoding="utf-8", newline="\n")
            growing.replace(folder / name)
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror}") from error
