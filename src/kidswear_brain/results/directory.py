"""A directory of results: it grows under ``NAME.part`` and gets its name when it is complete.

Runs and sweeps live in such directories. What stands there and was not made by this program is
never touched; what is unfinished or something else is replaced only where the user says so.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import kidswear_brain
from kidswear_brain.errors import RunError

FORMAT = 1
MANIFEST = "manifest.json"
SCENARIO = "scenario.resolved.yaml"
MANIFEST_KEYS = frozenset(("format", "hash", "seed", "version", "code", "complete"))
"""What tells our manifest from any other ``manifest.json``."""


class Identity(Protocol):
    """What a directory holds: two of one identity have the same bytes in every table."""

    @property
    def inputs(self) -> str:
        """Name what makes one differ from another, for messages."""

    @property
    def growing(self) -> str:
        """Name the folder inside that only the growing needs."""

    def manifest(self) -> dict[str, Any]:
        """Say it as the manifest does."""


def origin() -> dict[str, Any]:
    """Say which arrangement and which code made a directory."""
    return {"format": FORMAT, "version": kidswear_brain.__version__, "code": code_hash()}


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
    """Make the place where a directory grows, or take up the unfinished one.

    Parameters
    ----------
    path : Path
        The directory to be; nothing is made there yet.
    identity : Identity
        What it is going to hold.
    files : mapping of str to bytes
        What it is made from, by name in the directory: the resolved scenario and its own tables.
    resume, force : bool
        Take up an unfinished one of the same identity; replace those that are in the way.

    Returns
    -------
    Path
        The folder that grows.

    Raises
    ------
    RunError
        If something is in the way; it is left untouched. What is no run is never replaced.
    """
    part = part_of(path)
    _check_replaceable(path)
    _check_replaceable(part)
    if not force and _exists(path):
        complete = read_manifest(path)["complete"]
        what = f"of another {identity.inputs} or version" if complete else "unfinished"
        raise RunError(f"{path}: {what}; choose another --out or give --force")
    if not force and _exists(part):
        if not resume:
            raise RunError(f"{part}: unfinished; continue with --resume, or give --force")
        if not _same(read_manifest(part), identity):
            raise RunError(
                f"{part}: unfinished, of another {identity.inputs} or version; "
                "go on with the same, or give --force"
            )
        return part
    _clear(part)
    try:
        (part / identity.growing).mkdir(parents=True)
        for name, content in files.items():
            (part / name).parent.mkdir(exist_ok=True)
            (part / name).write_bytes(content)
        write_json(part / MANIFEST, {**identity.manifest(), "complete": False})
    except OSError as error:
        # Without its manifest it would be no run, and in the way of the next try.
        shutil.rmtree(part, ignore_errors=True)
        raise RunError(f"{part}: cannot be written: {error.strerror}") from error
    return part


def complete(
    path: Path,
    identity: Identity,
    told: Mapping[str, Any],
    publish: Callable[[Path], object] = lambda part: None,
) -> None:
    """Give what has grown its manifest, with what else is told there, and its name.

    `publish` may add to the directory while it is whole but not yet named. What stood at `path` is
    replaced only then.

    Raises
    ------
    RunError
        If meanwhile something not ours stands at `path`; the new one stays in ``NAME.part``.
    """
    part = part_of(path)
    write_json(part / MANIFEST, {**identity.manifest(), "complete": True, **told})
    publish(part)
    _clear(path)
    part.rename(path)
    shutil.rmtree(path / identity.growing)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file in one step."""
    growing = path.with_suffix(".growing")
    growing.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
    growing.replace(path)


def _exists(path: Path) -> bool:
    """Whether anything stands there; an empty folder is nothing."""
    return os.path.lexists(path) and not (path.is_dir() and not any(path.iterdir()))


def _same(manifest: Mapping[str, Any], identity: Identity) -> bool:
    return all(manifest.get(key) == value for key, value in identity.manifest().items())


def _is_run(path: Path) -> bool:
    """Whether a run of ours stands there, finished or not, of whatever version."""
    manifest = read_manifest(path)
    return not path.is_symlink() and manifest.keys() >= MANIFEST_KEYS


def _check_replaceable(path: Path) -> None:
    """Refuse what is no run: only what this program made is its to remove."""
    if _exists(path) and not _is_run(path):
        raise RunError(f"{path}: not a run, and in the way; choose another --out")


def _clear(path: Path) -> None:
    """Make room: remove a run or an empty folder, and nothing else."""
    _check_replaceable(path)
    if os.path.lexists(path):
        shutil.rmtree(path)
