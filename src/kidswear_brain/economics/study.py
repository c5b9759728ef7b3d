"""A sensitivity study: what moves the figures of a scenario over the priors, and what is assumed.

Three questions to the same cube of priors, in the same random world everywhere (common random
numbers): which parameters matter (screening, simulated), how much of each figure's spread is owed
to which of them and to all assumed ones (variance shares, through a surrogate with its own error),
and by how much a figure moves with a parameter at the scenario's own values (elasticities, paired).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.moments import Moment
from kidswear_brain.economics.points import points_table
from kidswear_brain.economics.priors import Axis, draw, place_of
from kidswear_brain.economics.sensitivity import (
    Screening,
    VarianceShares,
    screen,
    trajectories,
    variance_shares,
)
from kidswear_brain.economics.surrogate import LEAST_POINTS, fit_surrogate
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.errors import RunError, SolverError
from kidswear_brain.scenario import load_scenario

ASSUMED = "A"
STEP = 0.1
"""Half of the distance an elasticity is taken over, as a share of the prior's width."""
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a study may simulate."""

    size: float = 0.1
    """Share of the cluster."""
    trajectories: int = 4
    """Of the screening, one point more than there are parameters each."""
    draws: int = 256
    """Points the surrogate learns from."""
    replications: int = 4
    """Worlds of the elasticities; screening and draws are in the first of them."""
    elasticities: int = 8
    """How many parameters get an elasticity: those with the largest variance shares."""


@dataclass(frozen=True, slots=True)
class FigureSensitivity:
    """One figure (a moment) over the priors."""

    moment: Moment
    quantiles: Floats
    """(3,) 5, 50, 95 % points over the draws."""
    deviation: float
    """Standard deviation over the draws."""
    learner: str
    error: float
    """Root mean squared error of the surrogate on worlds it has not seen."""
    r2: float
    """Share of the draws' variance the surrogate explains, cross-validated."""
    shares: VarianceShares
    """By parameter, of the variance the surrogate explains."""
    by_tag: VarianceShares
    """By tag of provenance: A assumed, D derived, S sourced."""
    screening: Screening

    @property
    def assumed_share(self) -> float:
        """Share of the explained variance owed to assumed parameters alone, whatever others do.

        Its estimate may lie above one by chance; no more than all is said.
        """
        names = self.by_tag.names
        return min(float(self.by_tag.first[names.index(ASSUMED)]), 1.0) if ASSUMED in names else 0.0


@dataclass(frozen=True, slots=True)
class Elasticity:
    """Relative change of a figure over relative change of a parameter, at the scenario's values."""

    name: str
    moment: str
    low: float
    high: float
    """The two values of the parameter between which it is taken."""
    value: float
    standard_error: float
    """Over worlds, each with itself; nan in one world."""
    worlds: int


@dataclass(frozen=True, slots=True)
class Study:
    """What a sensitivity study found, with every point it simulated."""

    cube: tuple[Axis, ...]
    screened: Floats
    """(t x (d + 1), d) points of the screening, and their figures; nan where a run failed."""
    screened_values: Floats
    drawn: Floats
    """(n, d) points drawn from the priors, and their figures."""
    drawn_values: Floats
    figures: tuple[FigureSensitivity, ...]
    elasticities: tuple[Elasticity, ...]
    errors: tuple[str, ...]
    """Why runs failed, each reason once."""

    @property
    def failed(self) -> int:
        """How many of the screened and drawn points have no figure at all."""
        values = np.concatenate([self.screened_values, self.drawn_values])
        return int(np.isnan(values).all(axis=1).sum())

    def draws_table(self) -> pl.DataFrame:
        """The draws: parameters in their own units, then figures; null where a run failed."""
        return points_table(self.cube, self.drawn, self.drawn_values, self._names())

    def screening_table(self) -> pl.DataFrame:
        """The screening's points, likewise, by trajectory."""
        table = points_table(self.cube, self.screened, self.screened_values, self._names())
        walk = np.arange(len(self.screened)) // (len(self.cube) + 1) + 1
        return table.insert_column(0, pl.Series("trajectory", walk))

    def _names(self) -> list[str]:
        return [figure.moment.name for figure in self.figures]


def study(worlds: Worlds, effort: Effort) -> Study:
    """Study what moves the moments of `worlds` over its cube of priors.

    A run that fails is left out of what needs it and counted; nothing else suffers.

    Raises
    ------
    ScenarioError, RunError
        If the scenario or a number is wrong.
    SolverError
        If so many runs failed that nothing can be said.
    """
    if effort.draws < LEAST_POINTS or effort.trajectories < 2:
        raise RunError(
            f"found {effort.draws} draws and {effort.trajectories} trajectories, allowed "
            f"{LEAST_POINTS} draws or more and 2 trajectories or more"
        )
    walked = trajectories(len(worlds.cube), effort.trajectories, worlds.seed)
    drawn = draw(worlds.cube, effort.draws, worlds.seed)
    every = np.concatenate([walked, drawn])
    found = worlds.values(every, [[1]] * len(every), effort.size)
    values = np.array([rows[0] for rows in found])
    walked_values, drawn_values = values[: len(walked)], values[len(walked) :]
    _check_enough(drawn_values, worlds)
    figures = _figures(worlds, (walked, walked_values), (drawn, drawn_values))
    return Study(
        worlds.cube,
        walked,
        walked_values,
        drawn,
        drawn_values,
        figures,
        _elasticities(worlds, effort, _strongest(figures, effort.elasticities)),
        tuple(worlds.errors()) if np.isnan(values).all(axis=1).any() else (),
    )


def _check_enough(values: Floats, worlds: Worlds) -> None:
    known = np.isfinite(values).sum(axis=0)
    poor = [m.name for m, count in zip(worlds.moments, known, strict=True) if count < LEAST_POINTS]
    if poor:
        why = "; ".join(worlds.errors()[:3]) or "there is nothing to measure"
        raise SolverError(
            f"{', '.join(poor)}: fewer than {LEAST_POINTS} of {len(values)} draws have a figure: "
            f"{why}"
        )


def _figures(
    worlds: Worlds, walked: tuple[Floats, Floats], drawn: tuple[Floats, Floats]
) -> tuple[FigureSensitivity, ...]:
    names = [moment.name for moment in worlds.moments]
    surrogate = fit_surrogate(*drawn, names)
    axes = [axis.name for axis in worlds.cube]
    tags = [axis.tag for axis in worlds.cube]
    figures = []
    for k, moment in enumerate(worlds.moments):
        answer, values = surrogate.fitted[k], drawn[1][:, k]
        figures.append(
            FigureSensitivity(
                moment,
                np.nanquantile(values, QUANTILES),
                float(np.nanstd(values)),
                surrogate.learners[k],
                float(surrogate.error[k]),
                float(surrogate.r2[k]),
                variance_shares(answer, axes, seed=worlds.seed),
                variance_shares(answer, axes, tags, seed=worlds.seed),
                screen(walked[0], walked[1][:, k], worlds.seed),
            )
        )
    return tuple(figures)


def _strongest(figures: Sequence[FigureSensitivity], count: int) -> list[int]:
    """Coordinates with the largest total share in any figure, the largest first."""
    largest = np.max([figure.shares.total for figure in figures], axis=0)
    return [int(place) for place in np.argsort(-largest, kind="stable")[:count]]


def _elasticities(worlds: Worlds, effort: Effort, places: Sequence[int]) -> tuple[Elasticity, ...]:
    """Step each coordinate both ways from the scenario's own point, in the same worlds."""
    here = np.clip(place_of(worlds.cube, load_scenario(worlds.path, worlds.given)), 0, 1)
    points = [here]
    for place in places:
        for step in (-STEP, STEP):
            point = here.copy()
            point[place] = np.clip(point[place] + step, 0, 1)
            points.append(point)
    numbers = list(range(1, effort.replications + 1))
    found = worlds.values(np.array(points), [numbers] * len(points), effort.size)
    base = np.nanmean(found[0], axis=0)
    elasticities = []
    for row, place in enumerate(places):
        axis = worlds.cube[place]
        middle, low, high = (
            float(axis.value(float(points[k][place]))) for k in (0, 2 * row + 1, 2 * row + 2)
        )
        change = (found[2 * row + 2] - found[2 * row + 1]) / base
        relative = change / ((high - low) / middle) if middle and high > low else change * np.nan
        for k, moment in enumerate(worlds.moments):
            mean, error = _mean_and_error(relative[:, k])
            elasticities.append(
                Elasticity(axis.name, moment.name, low, high, mean, error, len(numbers))
            )
    return tuple(elasticities)


def _mean_and_error(values: Floats) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    mean = float(known.mean()) if len(known) else float("nan")
    error = known.std(ddof=1) / np.sqrt(len(known)) if len(known) > 1 else float("nan")
    return mean, float(error)
