"""Estimates as a planner reads them: per cent, points, half-widths."""

import math

from kidswear_brain.experiment.comparison import Comparison, Estimate
from kidswear_brain.report.figures import PERCENT, Pair, signed
from kidswear_brain.report.html import Html, join, tag
from kidswear_brain.report.words import Words

AMOUNTS = frozenset(
    ("pieces_per_worker_day", "lead_time_days", "tardiness_days", "firms_per_order", "unit_cost")
)
"""Measures that are no shares."""
_HUNDRED = 100


def arms(pair: Comparison, measure: str) -> tuple[Html, Html]:
    """Write a measure of both arms with half its interval."""
    factor, unit = _scale(measure)
    digits = 1 if factor == _HUNDRED else 2
    baseline, brain = (pair.estimate(measure, arm) for arm in ("baseline", "brain"))
    return _spread(baseline, factor, digits, unit), _spread(brain, factor, digits, unit)


def mean(pair: Comparison, measure: str, arm: str) -> str:
    """Write the mean of one arm alone."""
    factor, unit = _scale(measure)
    value = pair.estimate(measure, arm).mean
    return "–" if math.isnan(value) else f"{value * factor:.1f}{unit}"


def row(pair: Comparison, measure: str, words: Words) -> tuple[Html, ...]:
    """Both arms, the relative change and the difference: four cells of a table."""
    factor, unit = _scale(measure)
    change = _spread(pair.shown_gain(measure), _HUNDRED, 1, PERCENT, True)
    points = pair.gain(measure, points=True)
    unit = words("pp") if unit else ""
    digits = 1 if factor == _HUNDRED else 2
    return *arms(pair, measure), change, _spread(points, factor, digits, unit, True)


def differences(pair: Comparison, measure: str, words: Words) -> tuple[Html, ...]:
    """Both arms of a share and their difference: three cells, for shares that may be zero."""
    points = pair.gain(measure, points=True)
    return *arms(pair, measure), _spread(points, _HUNDRED, 1, words("pp"), True)


def interval(estimate: Estimate, unit: str, words: Words, factor: float = _HUNDRED) -> str:
    """Write the interval of a change, ``95 % interval +9.8 to +11.8 %``."""
    if estimate.low is None or estimate.high is None:
        return words("one")
    if math.isnan(estimate.low):
        return "–"
    low, high = (signed(value * factor) for value in (estimate.low, estimate.high))
    return f"{words('interval')} {low} {words('to')} {high}{unit}"


def change(estimate: Estimate, unit: str, factor: float = _HUNDRED) -> str:
    """Write a change with its sign."""
    if math.isnan(estimate.mean):
        return "–"
    return signed(estimate.mean * factor, unit)


def points(estimate: Estimate) -> Html:
    """Write a change of a share in points, without the unit, for tables of nothing else."""
    return _spread(estimate, _HUNDRED, 1, "", True)


def means(pair: Comparison, measure: str, name: str) -> Pair:
    """Means of both arms, for a figure."""
    baseline, brain = (pair.estimate(measure, arm).mean for arm in ("baseline", "brain"))
    return Pair(name, baseline, brain)


def occurs(pair: Comparison, measure: str) -> bool:
    """Whether a share is drawn as anything in either arm."""
    return any(abs(pair.estimate(measure, arm).mean) > 0 for arm in ("baseline", "brain"))


def family(pair: Comparison, stem: str) -> list[str]:
    """Names of the measures of one family, in order."""
    return [name for name in pair.measures["brain"] if name.startswith(stem)]


def _scale(measure: str) -> tuple[float, str]:
    return (1, "") if measure in AMOUNTS else (_HUNDRED, PERCENT)


def _spread(estimate: Estimate, factor: float, digits: int, unit: str, sign: bool = False) -> Html:
    """Write a mean, and quietly the half-width of its interval."""
    if math.isnan(estimate.mean):
        return Html("–")
    value = estimate.mean * factor
    mean = signed(value, unit, digits) if sign else f"{value:.{digits}f}{unit}"
    if estimate.high is None:
        return Html(mean)
    half = (estimate.high - estimate.mean) * factor
    return join((mean, tag("span", f" ±{half:.{digits}f}", class_="half")))
