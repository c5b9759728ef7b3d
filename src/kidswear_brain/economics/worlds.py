"""Moments of a scenario at points of the cube of priors, computed once and kept in a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.moments import Moment
from kidswear_brain.economics.priors import Axis, overrides, sized
from kidswear_brain.experiment.pool import Crew, Progress
from kidswear_brain.experiment.seeds import replication_seed
from kidswear_brain.experiment.work import Task, compute, failures
from kidswear_brain.scenario import load_scenario
from kidswear_brain.simulation.run import ARMS

Measures = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Worlds:
    """A scenario to be asked at points, and how."""

    path: str
    """The scenario's file, or ``kidswear:NAME``."""
    given: Mapping[str, object]
    """Values by key that hold at every point."""
    cube: tuple[Axis, ...]
    moments: tuple[Moment, ...]
    store: Path
    seed: int = 1
    workers: int | Crew = 1
    """How many processes, or those that are there."""
    progress: Progress = lambda finished, total: None

    def smaller(self, size: float) -> dict[str, object]:
        """Say what makes the cluster a share of its size.

        Raises
        ------
        ScenarioError
            If the file or a given value is wrong.
        RunError
            If it cannot be shrunk.
        """
        return sized(load_scenario(self.path, self.given), size)

    def values(self, points: Floats, worlds: Sequence[Sequence[int]], size: float) -> list[Floats]:
        """Take the moments at points, each in some worlds: (n, k) a point, nan where one failed.

        Parameters
        ----------
        points
            (m, d) of the cube.
        worlds
            For each point the numbers of the replications it is simulated in, from 1; the same
            number is the same seed at every point.
        size
            Share of the cluster.
        """
        fixed = {**self.given, **self.smaller(size)}
        asked = [
            (
                load_scenario(self.path, {**fixed, **overrides(self.cube, point)}),
                [replication_seed(self.seed, r) for r in numbers],
            )
            for point, numbers in zip(points, worlds, strict=True)
        ]
        tasks = [
            {arm: Task(scenario, seed, arm) for arm in ARMS}
            for scenario, seeds in asked
            for seed in seeds
        ]
        found = self._measures([task for pair in tasks for task in pair.values()])
        rows = iter([{arm: found.get(task.key()) for arm, task in pair.items()} for pair in tasks])
        return [np.array([self._row(next(rows)) for _ in seeds]) for _, seeds in asked]

    def errors(self) -> list[str]:
        """Say why tasks failed, each reason once."""
        return failures(self.store)["error"].unique(maintain_order=True).to_list()

    def _measures(self, tasks: Sequence[Task]) -> dict[str, dict[str, float]]:
        frame = compute(tasks, self.store, workers=self.workers, progress=self.progress)
        wanted = frame.filter(pl.col("measure").is_in([m.measure for m in self.moments]))
        found: dict[str, dict[str, float]] = {}
        for key, measure, value in wanted.iter_rows():
            found.setdefault(key, {})[measure] = value
        return found

    def _row(self, arms: Mapping[str, Mapping[str, float] | None]) -> list[float]:
        """(k,): the moments of one world."""
        baseline, brain = (_known(arms[arm], self.moments) for arm in ("baseline", "brain"))
        return [float(moment.of(baseline, brain)[0]) for moment in self.moments]


def _known(measures: Mapping[str, float] | None, wanted: Sequence[Moment]) -> Measures:
    """Every measure the moments need, (1,) each; nan where it is missing."""
    values = measures or {}
    return {m.measure: np.array([values.get(m.measure, np.nan)], dtype=float) for m in wanted}
