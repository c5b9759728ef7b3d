"""How fast does a line learn a new style? The learning curve of MODEL section 3 from plant data.

A line of plateau P works at ``P (1 - a exp(-k / tau))``, k working days (continuous) after a style
change. Over the d-th day that averages to ``P (1 - b exp(-(d - 1) / tau))`` with
``b = a tau (1 - exp(-1 / tau))``, which is fitted by least squares with one plateau a line. Only
shape and dispersion are meant to be used: plants count productivity in too many ways to compare
levels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm, t

from kidswear_brain.cluster.columns import Bools, Floats, Ints
from kidswear_brain.economics.plant_table import PlantDays
from kidswear_brain.errors import RunError, SolverError

Definition = Literal["every", "beyond", "unmixed"]
"""What counts as a style change, between two recorded days of one line.

``every``: the style is another; where only standard minutes tell styles apart, any change of them.
``beyond``: standard minutes change by more than `TOLERANCE`; less is a revision of the same style.
``unmixed``: as ``every``, but a day whose standard minutes are the sum of those of the day before
and the day after is a change-over day on which both were sewn, counts for no style and is left out.
"""
DEFINITIONS: tuple[Definition, ...] = get_args(Definition)

TOLERANCE = 0.05
SETTLED_DAY = 5
"""From this day on a line counts as settled, where means by day are shown as shares of a level."""
SHOWN_DAYS = 8
ON_TARGET = 0.002
"""A productivity this close to its target was managed to it rather than measured."""
FEWEST_CHANGES, FEWEST_LINES = 5, 2

_AGES = 60
_START = (0.3, 2.0)
_BOUNDS = ((0.0, 0.99), (0.2, 20.0))
_SAME_SMV = 0.005


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its 95 % interval by bootstrap over lines."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class DayLevel:
    """Productivity on one day after a style change."""

    day: int
    rows: int
    mean: float
    """Mean over rows of productivity over the line's own mean from day `SETTLED_DAY` on."""
    fitted: float
    """The fitted curve: share of the plateau, averaged over the day."""


@dataclass(frozen=True, slots=True)
class LearningFit:
    """The learning curve of one plant."""

    definition: Definition
    lines: int
    changes: int
    rows: int
    loss_share: Interval
    """a: share of the plateau missing right after a change (line.learning_loss_share)."""
    days: Interval
    """tau: working days in which the loss falls to 1/e (line.learning_days)."""
    day_one_loss: Interval
    """b: share of the plateau missing on average over the first day."""
    by_day: tuple[DayLevel, ...]
    plateau: float
    """Mean of the lines' plateaus, in the table's own unit."""
    plateau_cv: Interval
    """Standard deviation over lines of the plateau, over its mean."""
    daily_sd: Interval
    """Standard deviation of the log of productivity around its line's curve."""
    on_target_share: float
    """Rows within `ON_TARGET` of their target; nan where no target is given."""


def fit_learning(
    table: PlantDays, definition: Definition = "every", draws: int = 1000, seed: int = 1
) -> LearningFit:
    """Fit learning curve and dispersion to a plant's days.

    Parameters
    ----------
    table : PlantDays
        One row a line and day.
    definition : str
        What counts as a style change. Days before a line's first change have no known age and do
        not enter; a day of age d is the d-th recorded day since the change, rest days not counted.
    draws : int
        Bootstrap samples, each of as many lines as there are: days of one line hang together.
    seed : int
        Seed of the bootstrap.

    Raises
    ------
    RunError
        If there are fewer than `FEWEST_CHANGES` changes, or lines with one than `FEWEST_LINES`.
    SolverError
        If productivity does not rise after changes, so that there is no curve to fit.
    """
    age = _ages(table, definition)
    used = age > 0
    lines, line = np.unique(table.line[used].astype(str), return_inverse=True)
    changes = int((age == 1).sum())
    if changes < FEWEST_CHANGES or len(lines) < FEWEST_LINES:
        raise RunError(
            f"style changes: found {changes} on {len(lines)} lines, allowed {FEWEST_CHANGES} or "
            f"more on {FEWEST_LINES} or more; give a longer table, or look at --style and --smv"
        )
    rows = _Rows(line, age[used], table.productivity[used], len(lines))
    sums = _sums(rows)
    best = _fit(sums, np.ones(len(lines)), _START)
    if best[0] < 1e-3:
        raise SolverError("productivity does not rise after style changes: no curve to fit")
    found = _figures(rows, np.ones(len(lines)), best)
    spread = np.array([_figures(rows, w, _fit(sums, w, best)) for w in _weights(rows, draws, seed)])
    loss, tau, day_one, between, daily = _intervals(np.array(found), spread, len(lines))
    near = np.abs(table.productivity - table.target) <= ON_TARGET
    known = ~np.isnan(table.target)
    return LearningFit(
        definition,
        len(lines),
        changes,
        int(used.sum()),
        loss,
        tau,
        day_one,
        _by_day(rows, best),
        float(_plateaus(rows, best).mean()),
        between,
        daily,
        float(near[known].mean()) if known.any() else float("nan"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows of known age: line (n,), age (n,) from 1, productivity (n,)."""

    line: Ints
    age: Ints
    productivity: Floats
    lines: int


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Rows and productivity by line and age: all the curve depends on. Both (lines, ages)."""

    count: Floats
    total: Floats


def _sums(rows: _Rows) -> _Sums:
    # Beyond some age the curve is flat, and later rows count as of that age.
    cell = rows.line * _AGES + np.minimum(rows.age, _AGES) - 1
    size, shape = rows.lines * _AGES, (rows.lines, _AGES)
    count: Floats = np.bincount(cell, minlength=size).astype(np.float64)
    total: Floats = np.bincount(cell, rows.productivity, size).astype(np.float64)
    return _Sums(count.reshape(shape), total.reshape(shape))


def _ages(table: PlantDays, definition: Definition) -> Ints:
    """How many recorded days ago each row's style began, from 1; 0 unknown, -1 a mixed day."""
    age = np.zeros(len(table.line), np.int64)
    mixed = _mixed_days(table) if definition == "unmixed" else np.zeros(len(age), bool)
    current, last = 0, -1
    for row in range(len(age)):
        if row and table.line[row] != table.line[row - 1]:
            current, last = 0, -1
        if mixed[row]:
            age[row] = -1
            continue
        if last >= 0 and _differs(table, last, row, definition):
            current = 1
        elif current:
            current += 1
        age[row], last = current, row
    return age


def _differs(table: PlantDays, before: int, after: int, definition: Definition) -> bool:
    if definition != "beyond" and not table.by_smv:
        return bool(table.style[before] != table.style[after])
    step = abs(table.smv[after] - table.smv[before])
    least = TOLERANCE * table.smv[before] if definition == "beyond" else _SAME_SMV
    return bool(step > least)


def _mixed_days(table: PlantDays) -> Bools:
    """Days whose standard minutes are those of the day before plus those of the day after."""
    mixed = np.zeros(len(table.line), bool)
    same = (table.line[:-2] == table.line[1:-1]) & (table.line[2:] == table.line[1:-1])
    smv = table.smv
    both = np.abs(smv[1:-1] - smv[:-2] - smv[2:]) < 4 * _SAME_SMV
    mixed[1:-1] = same & both
    return mixed


def _shape(age: Ints, curve: tuple[float, float]) -> Floats:
    """Share of the plateau, averaged over the day of that age."""
    loss, tau = curve
    return np.asarray(1 - _day_one(loss, tau) * np.exp(-(age - 1) / tau))


def _day_one(loss: float, tau: float) -> float:
    return float(loss * tau * -np.expm1(-1 / tau))


def _fit(sums: _Sums, weight: Floats, start: tuple[float, float]) -> tuple[float, float]:
    """Least squares over lines of given weight, each line's plateau solved for."""
    ages = np.arange(1, sums.count.shape[1] + 1)

    def missed(curve: Floats) -> float:
        shape = _shape(ages, (curve[0], curve[1]))
        explained = (sums.total * shape).sum(1) ** 2 / (sums.count * shape**2).sum(1)
        return -float((weight * explained).sum())

    found = minimize(missed, np.array(start), method="L-BFGS-B", bounds=_BOUNDS)
    return float(found.x[0]), float(found.x[1])


def _weights(rows: _Rows, draws: int, seed: int) -> Iterator[Floats]:
    """How often each line stands in each bootstrap sample."""
    generator = np.random.default_rng(seed)
    share = np.full(rows.lines, 1 / rows.lines)
    for _ in range(draws):
        yield generator.multinomial(rows.lines, share).astype(np.float64)


def _figures(rows: _Rows, weight: Floats, curve: tuple[float, float]) -> tuple[float, ...]:
    """Loss, days, first day's loss, variation of plateaus, daily deviation."""
    plateau = _plateaus(rows, curve)
    mean = np.average(plateau, weights=weight)
    between = np.average((plateau - mean) ** 2, weights=weight)
    unbiased = weight.sum() / max(weight.sum() - 1, 1)
    apart = np.log(rows.productivity / (plateau[rows.line] * _shape(rows.age, curve)))
    daily = np.sqrt(np.average(apart**2, weights=weight[rows.line]))
    return (*curve, _day_one(*curve), float(np.sqrt(between * unbiased) / mean), float(daily))


def _intervals(found: Floats, spread: Floats, lines: int) -> list[Interval]:
    """Percentiles of the bootstrap, stretched for few lines.

    A sample of few clusters is less spread than the population, and its spread is itself
    uncertain: the usual sqrt(n / (n - 1)) and t over normal quantile make up for both.
    """
    stretch = np.sqrt(lines / (lines - 1)) * t.ppf(0.975, lines - 1) / norm.ppf(0.975)
    ends = np.nanquantile(spread, (0.025, 0.975), axis=0)
    low, high = found + stretch * (ends - found)
    triples = zip(found, np.maximum(low, 0), high, strict=True)
    return [Interval(*map(float, triple)) for triple in triples]


def _plateaus(rows: _Rows, curve: tuple[float, float]) -> Floats:
    """(lines,) the plateau of each line that fits best, in the table's own unit."""
    shape = _shape(rows.age, curve)
    above = np.bincount(rows.line, rows.productivity * shape, rows.lines)
    return np.asarray(above / np.bincount(rows.line, shape**2, rows.lines))


def _by_day(rows: _Rows, curve: tuple[float, float]) -> tuple[DayLevel, ...]:
    """Means of the first days over each line's settled level; lines never settled do not count."""
    settled = rows.age >= SETTLED_DAY
    count = np.bincount(rows.line, settled, rows.lines)
    total = np.bincount(rows.line, rows.productivity * settled, rows.lines)
    level = np.divide(total, count, out=np.full(rows.lines, np.nan), where=count > 0)
    share = rows.productivity / level[rows.line]
    days = []
    for day in range(1, SHOWN_DAYS + 1):
        there = (rows.age == day) & ~np.isnan(share)
        mean = float(share[there].mean()) if there.any() else float("nan")
        fitted = float(_shape(np.array([day]), curve)[0])
        days.append(DayLevel(day, int(there.sum()), mean, fitted))
    return tuple(days)
