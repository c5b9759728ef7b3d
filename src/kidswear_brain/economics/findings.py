"""A calibration as one JSON object and as a scenario file (docs/validation.md)."""

import math
import os
from pathlib import Path
from typing import Any

import polars as pl

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.calibrate import Calibration, Confirmation, Effort
from kidswear_brain.economics.priors import Axis
from kidswear_brain.economics.profile import Profile
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.experiment.comparison import Estimate, estimate
from kidswear_brain.experiment.summary import plain_estimate
from kidswear_brain.scenario import values_yaml
from kidswear_brain.scenario.shipped import PREFIX

DATA, BOTH, PRIOR = "data", "data and prior", "prior"
_MOSTLY, _HARDLY = 0.5, 0.1


def known_from(learned: float) -> str:
    """Say whether a parameter's value comes from the data or from its prior.

    Parameters
    ----------
    learned
        1 - variance given data and prior / variance of the prior.
    """
    if learned >= _MOSTLY:
        return DATA
    return BOTH if learned >= _HARDLY else PRIOR


def natural(axis: Axis, unit: float) -> float:
    """Turn a coordinate into the parameter's own unit; whole numbers are not rounded here."""
    if axis.whole:
        return axis.low - 0.5 + unit * (axis.high - axis.low + 1)
    return axis.low + unit * (axis.high - axis.low)


def spread(axis: Axis) -> float:
    """Width of the prior, in the parameter's own unit."""
    return natural(axis, 1) - natural(axis, 0)


def calibrated_yaml(worlds: Worlds, found: Calibration, title: str, folder: Path) -> str:
    """Write the scenario that a calibration ends with, as a file of a folder."""
    path = worlds.path if worlds.path.startswith(PREFIX) else os.path.relpath(worlds.path, folder)
    values = {**worlds.given, **found.values, "experiment.fitted": list(found.values)}
    return values_yaml({"title": f"{title}, calibrated"[:200], "extends": path, **values})


def simulated_points(worlds: Worlds, found: Calibration) -> pl.DataFrame:
    """Lay out every point of the small cluster: its parameters and mean moments."""
    values = [[axis.value(float(u)) for axis, u in zip(worlds.cube, p, strict=True)]
              for p in found.points]  # fmt: skip
    named = {axis.name: [row[j] for row in values] for j, axis in enumerate(worlds.cube)}
    means = {moment.name: found.means[:, k] for k, moment in enumerate(worlds.moments)}
    return pl.DataFrame({**named, **means})


def findings(worlds: Worlds, effort: Effort, found: Calibration) -> dict[str, Any]:
    """Say everything a calibration found; nan becomes null."""
    fit = found.estimate
    return {
        "scenario": worlds.path,
        "given": dict(worlds.given),
        "seed": worlds.seed,
        "size": effort.size,
        "replications": effort.replications,
        "points": len(found.points),
        "values": dict(found.values),
        "parameters": [_parameter(worlds, found, j) for j in range(len(worlds.cube))],
        "moments": [_moment(worlds, found, k) for k in range(len(worlds.moments))],
        "identification": {
            "rank": fit.rank,
            "parameters": len(fit.point),
            "priors_counted_as_moments": fit.with_priors,
            "jacobian": fit.jacobian.tolist(),
        },
        "j_test": {
            "statistic": _number(fit.j_statistic),
            "degrees_of_freedom": fit.j_freedom,
            "p_value": _number(fit.j_p_value),
        },
        "descents": [
            {
                "start": one.start.tolist(),
                "end": one.end.tolist(),
                "distance": _number(one.distance),
                "points": one.evaluations,
            }
            for one in fit.descents
        ],
        "surrogate": {
            name: {"learner": learner, "error": _number(error), "r2": _number(r2)}
            for name, learner, error, r2 in zip(
                found.surrogate.moments,
                found.surrogate.learners,
                found.surrogate.error,
                found.surrogate.r2,
                strict=True,
            )
        },
    }


def _parameter(worlds: Worlds, found: Calibration, j: int) -> dict[str, Any]:
    axis, fit, profile = worlds.cube[j], found.estimate, found.profiles[j]
    low, high = fit.interval()
    width = spread(axis)
    return {
        "name": axis.name,
        "tag": axis.tag,
        "prior": [axis.low, axis.high],
        "estimate": axis.value(float(fit.point[j])),
        "standard_error": _number(fit.standard_error[j] * width),
        "low": natural(axis, float(low[j])),
        "high": natural(axis, float(high[j])),
        "at_bound": bool(fit.at_bound[j]),
        "learned": _number(fit.learned[j]),
        "known_from": known_from(float(fit.learned[j])),
        "sensitivity": {
            moment.name: _number(fit.sensitivity[j, k] * width * moment.standard_error)
            for k, moment in enumerate(worlds.moments)
        },
        "profile": _profile(axis, profile),
    }


def _profile(axis: Axis, profile: Profile) -> dict[str, Any]:
    low, high = profile.interval
    return {
        "low": natural(axis, low),
        "high": natural(axis, high),
        "values": [natural(axis, float(v)) for v in profile.values],
        "deviance": [_number(v) for v in profile.deviance],
    }


def _moment(worlds: Worlds, found: Calibration, k: int) -> dict[str, Any]:
    moment = worlds.moments[k]
    small = estimate([float(found.estimate.fitted[k])])
    told: dict[str, Any] = {
        "name": moment.name,
        "target": moment.target,
        "tolerance": moment.tolerance,
        "small": small.mean,
    }
    if found.confirmations:
        last = found.confirmations[-1]
        told["full"] = plain_estimate(confirmed(last, k))
        told["bias"] = plain_estimate(bias(last, k))
        told["holds"] = moment.holds(confirmed(last, k).mean)
    return told


def confirmed(confirmation: Confirmation, k: int) -> Estimate:
    """Estimate one moment at full size, over worlds."""
    return estimate(_column(confirmation.values, k))


def bias(confirmation: Confirmation, k: int) -> Estimate:
    """Estimate full less small in the same worlds."""
    return estimate(_column(confirmation.values - confirmation.small, k))


def _column(values: Floats, k: int) -> Floats:
    return values[:, k]


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
