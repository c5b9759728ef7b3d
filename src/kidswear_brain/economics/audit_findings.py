"""An audit as one JSON object (docs/economics.md)."""

import math
from dataclasses import fields
from typing import Any

from kidswear_brain.economics.audit import Audit, Probability, Reach, Region
from kidswear_brain.economics.evaluator import Evaluation
from kidswear_brain.economics.surplus import Surplus
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.experiment.comparison import Estimate
from kidswear_brain.experiment.summary import plain_estimate


def audit_findings(
    worlds: Worlds,
    found: Audit,
    seen: tuple[Evaluation, Surplus] | None,
    size: float,
    platform_cost: float | None = None,
) -> dict[str, Any]:
    """Say everything an audit found; nan becomes null, ``seen`` None leaves two parts null."""
    evaluation, gains = seen or (None, None)
    return {
        "scenario": worlds.path,
        "given": dict(worlds.given),
        "seed": worlds.seed,
        "size": size,
        "claim": {"title": found.claim.title, "source": found.claim.source},
        "points": len(found.points),
        "parameters": [axis.name for axis in found.cube],
        "failed": found.failed,
        "errors": list(found.errors),
        "probabilities": {name: _probability(p) for name, p in found.probabilities.items()},
        "definitions": {
            name: [_reach(reach) for reach in reaches] for name, reaches in found.reaches.items()
        },
        "regions": [_region(found, region) for region in found.regions],
        "evaluator": _estimates(evaluation),
        "surplus": _surplus(gains, platform_cost),
    }


def _probability(one: Probability) -> dict[str, float]:
    return {"share": one.share, "low": one.low, "high": one.high, "points": one.points}


def _reach(one: Reach) -> dict[str, Any]:
    return {
        "measure": one.measure,
        "reading": one.reading,
        "quantiles": [float(v) if math.isfinite(v) else None for v in one.quantiles],
        "holds": _probability(one.holds),
    }


def _region(found: Audit, region: Region) -> dict[str, Any]:
    box = region.box
    return {
        "name": region.name,
        "bounds": {
            found.cube[k].name: [
                found.cube[k].value(float(box.low[k])),
                found.cube[k].value(float(box.high[k])),
            ]
            for k in box.bounded
        },
        "density": box.density,
        "coverage": box.coverage,
        "support": box.support,
        "surrogate_error": list(region.error),
        "simulated_inside": region.inside,
        "simulated_holding": region.holding,
    }


def _estimates(one: Evaluation | None) -> dict[str, Any] | None:
    if one is None:
        return None
    values = {field.name: getattr(one, field.name) for field in fields(one)}
    return {
        name: plain_estimate(value) if isinstance(value, Estimate) else value
        for name, value in values.items()
    }


def _surplus(one: Surplus | None, platform_cost: float | None) -> dict[str, Any] | None:
    if one is None:
        return None
    needed = None
    if platform_cost is not None and one.pooled.mean > 0:
        needed = platform_cost / one.pooled.mean
    names = ("customers", "per_firm", "pooled", "fee", "fee_share", "break_even_fee_share")
    return {
        "gain": {party: plain_estimate(gain) for party, gain in one.gain.items()},
        **{name: plain_estimate(getattr(one, name)) for name in names},
        "fee_share_that_covers_the_platform": needed,
    }
