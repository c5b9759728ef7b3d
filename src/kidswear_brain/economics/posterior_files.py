"""A posterior as one JSON object, tables of draws, and scenario files of its parameter sets."""

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.moments import NORMAL_95
from kidswear_brain.economics.points import points_table
from kidswear_brain.economics.posterior import PERCENTILES, ParameterSet, Posterior
from kidswear_brain.economics.priors import overrides
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.scenario import values_yaml
from kidswear_brain.scenario.shipped import PREFIX


def draw_table(worlds: Worlds, points: Floats, values: Floats) -> pl.DataFrame:
    """Lay out draws: a column a parameter, in its own unit, and one a moment; null where failed."""
    return points_table(worlds.cube, points, values, [moment.name for moment in worlds.moments])


def set_yaml(
    worlds: Worlds, one: ParameterSet, title: str, leading: Sequence[int], folder: Path
) -> str:
    """Write a parameter set as a scenario file of a folder; axes that do not lead stay as given."""
    path = worlds.path if worlds.path.startswith(PREFIX) else os.path.relpath(worlds.path, folder)
    values = overrides(worlds.cube, one.point)
    moved = {worlds.cube[j].key for j in leading}
    chosen = {key: value for key, value in values.items() if key in moved}
    fitted = {"experiment.fitted": list(chosen)}
    return values_yaml({"title": title[:200], "extends": path, **worlds.given, **chosen, **fitted})


def findings(worlds: Worlds, found: Posterior, size: float) -> dict[str, Any]:
    """Say everything a posterior found; nan becomes null."""
    draws = found.draws
    known = np.isfinite(draws.values).all(axis=1)
    met, count = int(found.met.sum()), int(known.sum())
    low, high = wilson(met, count)
    names = [axis.name for axis in worlds.cube]
    return {
        "scenario": worlds.path,
        "given": dict(worlds.given),
        "seed": worlds.seed,
        "size": size,
        "draws": {
            "simulated": len(draws.points),
            "failed": int(len(draws.points) - count),
            "meet_all_targets": met,
            "share": met / count if count else None,
            "share_low": low,
            "share_high": high,
            "share_by_surrogate": found.share_met,
            "at_full_size_too": len(draws.full),
        },
        "moments": {
            moment.name: {
                "low": moment.low,
                "high": moment.high,
                "prior_predictive": np.nanpercentile(draws.corrected[:, k], PERCENTILES).tolist(),
                "bias_of_size": float(draws.bias[k]),
                "learner": found.surrogate.learners[k],
                "surrogate_error": float(found.surrogate.error[k]),
                "surrogate_r2": _number(float(found.surrogate.r2[k])),
                "meet": int(_inside(draws.corrected[:, k], moment.low, moment.high)),
            }
            for k, moment in enumerate(worlds.moments)
        },
        "leading": [names[j] for j in found.leading],
        "spread": {
            name: _number(float(value)) for name, value in zip(names, found.spread, strict=True)
        }
        if len(found.points) > 1
        else {},
        "ridges": [
            {"parameters": [names[i], names[j]], "correlation": r} for i, j, r in found.ridges()
        ],
        "sets": [
            {
                "values": {
                    names[j]: worlds.cube[j].value(float(one.point[j])) for j in found.leading
                },
                "expected": {
                    moment.name: float(one.predicted[k]) for k, moment in enumerate(worlds.moments)
                },
            }
            for one in found.sets
        ],
    }


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Give the 95 % interval of a share by Wilson's score; 0 to 1 where nothing was counted."""
    if not count:
        return 0.0, 1.0
    z2 = NORMAL_95**2
    middle = (hits + z2 / 2) / (count + z2)
    half = NORMAL_95 * math.sqrt(hits * (count - hits) / count + z2 / 4) / (count + z2)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _inside(values: Floats, low: float, high: float) -> int:
    return int(((values >= low) & (values <= high)).sum())


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
