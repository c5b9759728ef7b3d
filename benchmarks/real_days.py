"""Days of a simulated year: what the platform really asked the allocator at given epochs.

Four days of a quarter of the default district are stored beside this file, rounded to single
precision (the rounded numbers are the instance). A full-size day is simulated anew on demand; its
hash is compared with the recorded one, so that nobody takes a day of another model for this one.
"""

import json
from pathlib import Path

import numpy as np

from benchmarks.registry import OURS, case, instance_hash
from kidswear_brain.allocation import AllocationProblem
from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.scenario import load_scenario
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.simulation.run import asked_problems

FOLDER = Path(__file__).parent / "instances"
HASHES = FOLDER / "hashes.json"
QUARTER: dict[str, object] = {"cluster.firms": 300, "cluster.brands": 600}
DAYS = (100, 101, 260, 270)
"""Spring peak, the day after it, and two days of the autumn peak."""
FULL_DAY = 100
SEED = 1


def captured(scenario: Scenario, days: tuple[int, ...]) -> dict[int, AllocationProblem]:
    """Simulate the brain and keep what it asks the allocator on some days."""
    asked = asked_problems(scenario, build_cluster(scenario, SEED), days)
    return {day: problem.over_all_firms() for day, problem in asked.items()}


def save(path: Path, problem: AllocationProblem) -> None:
    """Store an instance small: single precision, eligible pairs only."""
    pair = np.isfinite(problem.unit_cost)
    np.savez_compressed(
        path,
        pair=np.packbits(pair),
        unit_cost=problem.unit_cost[pair].astype(np.float32),
        minutes=problem.minutes[pair].astype(np.float32),
        demand=problem.demand.astype(np.float32),
        unmet_cost=problem.unmet_cost.astype(np.float32),
        lateness_cost=problem.lateness_cost.astype(np.float32),
        capacity=problem.capacity.astype(np.float32),
        group=problem.group.astype(np.int16),
    )


def load(path: Path) -> AllocationProblem:
    """Read a stored instance; pairs that are not eligible have 1 minute, which nothing reads."""
    with np.load(path) as stored:
        shape = stored["demand"].size, stored["group"].size
        pair = np.unpackbits(stored["pair"], count=shape[0] * shape[1]).astype(bool).reshape(shape)
        unit_cost, minutes = np.full(shape, np.inf), np.ones(shape)
        unit_cost[pair], minutes[pair] = stored["unit_cost"], stored["minutes"]
        return AllocationProblem(
            stored["demand"],
            stored["unmet_cost"],
            unit_cost,
            stored["lateness_cost"],
            minutes,
            stored["capacity"],
            stored["group"],
        )


def recorded_hashes() -> dict[str, str]:
    """Hash by stored or reproducible instance, as recorded when the instances were made."""
    hashes: dict[str, str] = json.loads(HASHES.read_text(encoding="utf-8"))
    return hashes


def record() -> None:
    """Make the stored days and the hashes anew; a change of model needs it, and shows in them."""
    FOLDER.mkdir(exist_ok=True)
    hashes = {}
    days = captured(load_scenario("kidswear:wuxing", QUARTER), DAYS)
    for number, day in enumerate(DAYS, 1):
        path = FOLDER / f"real-{number}.npz"
        save(path, days[day])
        hashes[f"real-{number}"] = instance_hash(load(path))
    hashes["real-full"] = instance_hash(real_full(SEED))
    HASHES.write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")


@case("real-quarter", "shapes", (OURS, "kidswear-warm"), instances=len(DAYS))
def real_quarter(seed: int) -> AllocationProblem:
    """Simulated days of a quarter of `wuxing.yaml` (300 firms), stored."""
    return load(FOLDER / f"real-{(seed - 1) % len(DAYS) + 1}.npz")


@case("real-full", "long", (OURS, "kidswear-warm", "highs-simplex"), instances=1, large=True)
def real_full(seed: int) -> AllocationProblem:
    """A simulated day of `wuxing.yaml` (1,200 firms, every firm a candidate), simulated anew."""
    return captured(load_scenario("kidswear:wuxing"), (FULL_DAY,))[FULL_DAY]


if __name__ == "__main__":
    record()
