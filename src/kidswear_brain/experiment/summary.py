"""What a run says as one JSON object (documented in docs/json.md)."""

import math
from typing import Any

from kidswear_brain.experiment.compare import FinishedRun, RunRequest
from kidswear_brain.experiment.comparison import Comparison, Estimate


def summary(request: RunRequest, run: FinishedRun) -> dict[str, Any]:
    """Say what was run and what came out; nan becomes null."""
    pair = run.comparison
    return {
        "title": request.scenario.title,
        "hash": pair.scenario_hash,
        "seed": pair.seed,
        "replications": pair.replications,
        "run_directory": str(run.path),
        "measures": {
            arm: {name: plain_estimate(pair.estimate(name, arm)) for name in values}
            for arm, values in pair.measures.items()
        },
        "gains": {name: _gain(pair, name) for name in pair.measures["brain"]},
    }


def _gain(pair: Comparison, name: str) -> dict[str, Any]:
    return {
        **plain_estimate(pair.gain(name)),
        "points": plain_estimate(pair.gain(name, points=True)),
    }


def plain_estimate(estimate: Estimate) -> dict[str, float | int | None]:
    """Say an estimate as JSON does; nan becomes null."""
    return {
        "mean": _number(estimate.mean),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
        "n": estimate.n,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value
