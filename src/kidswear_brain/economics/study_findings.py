"""A sensitivity study as one JSON object (docs/economics.md)."""

import math
from typing import Any

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.study import QUANTILES, Effort, FigureSensitivity, Study
from kidswear_brain.economics.worlds import Worlds


def study_findings(
    worlds: Worlds, effort: Effort, found: Study, digest: str = ""
) -> dict[str, Any]:
    """Say everything a sensitivity study found of the scenario of a hash; nan becomes null."""
    return {
        "scenario": worlds.path,
        "hash": digest,
        "parameters": len(found.cube),
        "given": dict(worlds.given),
        "seed": worlds.seed,
        "size": effort.size,
        "screened": len(found.screened),
        "draws": len(found.drawn),
        "failed": found.failed,
        "errors": list(found.errors),
        "figures": [_figure(found, figure) for figure in found.figures],
        "elasticities": [
            {
                "name": one.name,
                "figure": one.moment,
                "between": [one.low, one.high],
                "value": _number(one.value),
                "standard_error": _number(one.standard_error),
                "worlds": one.worlds,
            }
            for one in found.elasticities
        ],
    }


def _figure(found: Study, figure: FigureSensitivity) -> dict[str, Any]:
    return {
        "name": figure.moment.name,
        "quantiles": dict(zip(map(str, QUANTILES), figure.quantiles.tolist(), strict=True)),
        "deviation": figure.deviation,
        "surrogate": {"learner": figure.learner, "error": figure.error, "r2": _number(figure.r2)},
        "assumed_share": figure.assumed_share,
        "by_tag": _shares(figure.by_tag.names, figure.by_tag.first, figure.by_tag.total),
        "parameters": {
            axis.name: {
                "tag": axis.tag,
                "first": _number(figure.shares.first[k]),
                "first_half_width": _number(figure.shares.first_half_width[k]),
                "total": _number(figure.shares.total[k]),
                "total_half_width": _number(figure.shares.total_half_width[k]),
                "effect": _number(figure.screening.mean[k]),
                "absolute_effect": _number(figure.screening.mean_absolute[k]),
                "absolute_effect_half_width": _number(figure.screening.half_width[k]),
                "effect_spread": _number(figure.screening.spread[k]),
            }
            for k, axis in enumerate(found.cube)
        },
    }


def _shares(names: tuple[str, ...], first: Floats, total: Floats) -> dict[str, Any]:
    rows = zip(names, first.tolist(), total.tolist(), strict=True)
    return {name: {"first": one, "total": both} for name, one, both in rows}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
