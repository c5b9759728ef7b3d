"""The folder an analysis leaves: Parquet tables, one JSON object, and what else readers want.

Its name is that of the analysis and what it was asked; the same question writes the same files
again, so that nothing needs force.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from kidswear_brain.errors import RunError


def outcome_path(out: Path | None, name: str, asked: object) -> Path:
    """Where an analysis stands: `out`, or ``runs/NAME-HASH8`` by what is asked."""
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()
    return out or Path("runs") / f"{name}-{digest[:8]}"


def check_free(folder: Path, kind: str) -> None:
    """Make sure that nothing but an analysis of the same kind stands there.

    Raises
    ------
    RunError
        If something else does.
    """
    nothing = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not nothing and not (folder / f"{kind}.json").is_file():
        raise RunError(f"{folder}: holds no {kind}, and in the way; choose another --out")


def write_outcome(
    folder: Path,
    kind: str,
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
    said = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            growing = folder / f"{name}.growing"
            frame.write_parquet(growing)
            growing.replace(folder / f"{name}.parquet")
        for name, text in {**(texts or {}), f"{kind}.json": said}.items():
            growing = folder / f"{name}.growing"
            growing.write_text(text, encoding="utf-8", newline="\n")
            growing.replace(folder / name)
    except OSError as error:
        raise RunError(f"{folder}: cannot be written: {error.strerror}") from error
