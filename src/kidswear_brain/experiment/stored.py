"""Runs that are finished: read one again, list those there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.comparison import Comparison
from kidswear_brain.results import directory, rundir
from kidswear_brain.scenario import Scenario, load_scenario
from kidswear_brain.simulation.run import ARMS


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


def stored_runs(folder: Path) -> tuple[Path, ...]:
    """List complete run directories right under a folder, by name."""
    if not folder.is_dir():
        return ()
    finished = [p for p in folder.iterdir() if directory.read_manifest(p).get("complete")]
    return tuple(sorted(p for p in finished if not p.name.endswith(".part")))


def unfinished_runs(folder: Path) -> tuple[Path, ...]:
    """List the runs right under a folder that ``--resume`` would go on with, by name."""
    if not folder.is_dir():
        return ()
    parts = folder.glob("*.part")
    return tuple(sorted(p for p in parts if (p / rundir.REPLICATIONS).is_dir()))


def _by_measure(frame: pl.DataFrame) -> dict[str, Any]:
    groups = frame.group_by("measure", maintain_order=True)
    return {str(name): values["value"].to_numpy() for (name,), values in groups}
