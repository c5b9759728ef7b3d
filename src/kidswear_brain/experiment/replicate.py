"""One replication: one random world, lived through by both arms."""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.results.measures import measure
from kidswear_brain.results.rundir import replication_folder, write_arm, write_measures
from kidswear_brain.results.schema import SUMMARIES, TABLE_NAMES
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.simulation.run import ARMS, simulate_arm


@dataclass(frozen=True, slots=True)
class ReplicationTask:
    """What a worker is asked for: everything it needs, nothing it shares."""

    scenario: Scenario
    number: int
    seed: int
    part: Path | None
    """Where the run grows; None: nothing is written."""
    tables: bool
    """Whether every table is written, or the summaries only."""


@dataclass(frozen=True, slots=True)
class Replication:
    """What a replication came to: measures by arm."""

    number: int
    measures: Mapping[str, dict[str, float]]


def replicate(task: ReplicationTask) -> Replication:
    """Build the world, simulate both arms in it, and write what is to be kept."""
    seconds: dict[str, float] = {}
    measures = {}
    folder = replication_folder(task.part, task.number) if task.part else nullcontext(None)
    with folder as place:
        clock = time.perf_counter()
        cluster = build_cluster(task.scenario, task.seed)
        clock = _note(seconds, "cluster", clock)
        for arm in ARMS:
            rows = simulate_arm(task.scenario, task.seed, arm, cluster)
            measures[arm] = measure(rows)
            clock = _note(seconds, arm, clock)
            if place:
                write_arm(rows, place, task.number, TABLE_NAMES if task.tables else SUMMARIES)
                clock = _note(seconds, f"{arm}_tables", clock)
            del rows  # the next arm needs the room
        if place:
            write_measures(place, task.number, measures, seconds)
    return Replication(task.number, measures)


def _note(seconds: dict[str, float], what: str, since: float) -> float:
    now = time.perf_counter()
    seconds[what] = round(now - since, 3)
    return now
