"""Runs that are finished: read one again, list those there are."""

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kidswear_brain.errors import KidswearError, RunError
from kidswear_brain.experiment.comparison import Comparison
from kidswear_brain.results import directory, rundir
from kidswear_brain.scenario import Scenario, leaves, load_scenario, nearest, written
from kidswear_brain.simulation.run import ARMS

SIGNS = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TABLE_SECTIONS = ("regions", "categories", "shocks")
"""Sections whose keys differ from scenario to scenario."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A complete run directory: what was run, by which code, and what came out."""

    path: Path
    manifest: Mapping[str, Any]
    scenario: Scenario
    comparison: Comparison

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seed of each replication, in their order."""
        return tuple(self.manifest["replication_seeds"])


def read_run(path: Path) -> StoredRun:
    """Read a run directory.

    Raises
    ------
    RunError
        If no complete run stands there.
    ScenarioError
        If its scenario is none that this version knows.
    """
    manifest = directory.read_manifest(path)
    if not manifest.get("complete"):
        what = "an unfinished run" if "format" in manifest else "no run directory"
        raise RunError(f"{path}: {what}; kidswear runs lists those there are")
    if manifest.get("format") != directory.FORMAT:
        raise RunError(
            f"{path}: a run directory of format {manifest.get('format')}, this version reads "
            f"{directory.FORMAT}; run it again"
        )
    scenario = load_scenario(path / directory.SCENARIO)
    return StoredRun(path, manifest, scenario, read_comparison(path, manifest))


def read_comparison(path: Path, manifest: Mapping[str, Any]) -> Comparison:
    """Read the measures of a run directory."""
    return as_comparison(rundir.read_measures(path), manifest)


def as_comparison(measures: pl.DataFrame, manifest: Mapping[str, Any]) -> Comparison:
    """Take a table of measures by arm and replication as a comparison."""
    ordered = measures.sort("replication", maintain_order=True)
    arms = {arm: _by_measure(ordered.filter(arm=arm)) for arm in ARMS}
    return Comparison(manifest["hash"], manifest["seed"], arms)


@dataclass(frozen=True, slots=True)
class Condition:
    """What a scenario must have: a key, how it compares, and with what."""

    key: str
    sign: str
    value: str

    def holds(self, scenario: Scenario) -> bool:
        """Whether a scenario has it; numbers compare as numbers, all else as it is written."""
        known = leaves(scenario)
        if self.key not in known:
            return False
        value = known[self.key]
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return bool(SIGNS[self.sign](value, float(self.value)))
            except ValueError:
                return False
        return self.sign == "=" and written(value).strip('"') == self.value


@dataclass(frozen=True, slots=True)
class Chosen:
    """What lies right under a folder and fits, by name."""

    runs: tuple[StoredRun, ...]
    sweeps: tuple[Path, ...]
    unfinished: tuple[Path, ...]
    unreadable: tuple[tuple[Path, str], ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """All directories chosen."""
        return (*(run.path for run in self.runs), *self.sweeps, *self.unfinished)


def read_conditions(texts: Sequence[str]) -> tuple[Condition, ...]:
    """Read ``KEY=VALUE``, or with ``<``, ``<=``, ``>``, ``>=``.

    Raises
    ------
    RunError
        If one is none, or its key is none of a scenario.
    """
    conditions = []
    known = leaves(Scenario())
    for text in texts:
        found = re.fullmatch(r"\s*([\w.]+)\s*(<=|>=|=|<|>)\s*(.+?)\s*", text)
        if found is None:
            raise RunError(f"--where: found {text!r}, allowed KEY=VALUE, e.g. demand.load=0.9")
        condition = Condition(*found.groups())
        if condition.key not in known and condition.key.partition(".")[0] not in TABLE_SECTIONS:
            raise RunError(
                f"--where: found no key {condition.key!r}; {nearest(condition.key, known)}"
            )
        conditions.append(condition)
    return tuple(conditions)


def choose(
    folder: Path, text: str | None, conditions: Sequence[Condition], unfinished: bool
) -> Chosen:
    """Choose runs and sweeps by a text in their name or title, and by their scenario.

    `unfinished` chooses only what is unfinished.
    """
    fitting, unreadable = [], []
    for path in (*_finished(folder), *_unfinished(folder)):
        try:
            scenario = load_scenario(path / directory.SCENARIO)
        except KidswearError as error:
            unreadable.append((path, str(error)))
            continue
        named = text is None or text in path.name or text in scenario.title
        if named and all(condition.holds(scenario) for condition in conditions):
            fitting.append(path)
    runs, sweeps = [], []
    for path in fitting:
        if path.suffix == ".part" or unfinished:
            continue
        if directory.read_manifest(path).get("kind") == "sweep":
            sweeps.append(path)
            continue
        try:
            runs.append(read_run(path))
        except KidswearError as error:
            unreadable.append((path, str(error)))
    parts = tuple(path for path in fitting if path.suffix == ".part")
    return Chosen(tuple(runs), tuple(sweeps), parts, tuple(unreadable))


def _finished(folder: Path) -> list[Path]:
    """List complete runs and sweeps right under a folder, by name."""
    if not folder.is_dir():
        return []
    paths = sorted(p for p in folder.iterdir() if p.suffix != ".part")
    return [path for path in paths if directory.read_manifest(path).get("complete")]


def _unfinished(folder: Path) -> list[Path]:
    """List what ``--resume`` would go on with right under a folder, by name."""
    parts = sorted(folder.glob("*.part"))
    return [path for path in parts if directory.read_manifest(path).get("complete") is False]


def _by_measure(frame: pl.DataFrame) -> dict[str, Any]:
    groups = frame.group_by("measure", maintain_order=True)
    return {str(name): values["value"].to_numpy() for (name,), values in groups}
