"""A posterior, not a point: what the targets leave of the priors, and along which ridges.

A few hundred draws from the priors are simulated; they alone give the prior-predictive figures and
the share that meets the targets. A surrogate of them, with its cross-validated error, answers for
the hundred thousands that rejection needs (approximate Bayesian computation: Beaumont 2010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from kidswear_brain.cluster.columns import Bools, Floats
from kidswear_brain.economics.moments import Moment
from kidswear_brain.economics.priors import draw
from kidswear_brain.economics.smm import PRIOR_VARIANCE, apart
from kidswear_brain.economics.surrogate import Surrogate, fit_surrogate
from kidswear_brain.economics.worlds import Worlds

CANDIDATES = 200_000
KEPT = 2000
"""Posterior draws that are handed on."""
LEADING = 8
"""How many axes parameter sets differ in: those that move the targets most."""
NEAR = 0.5
"""A parameter set's predicted moments lie within this share of each tolerance."""
APART = 0.3
"""Parameter sets lie at least so far apart, in root mean squared coordinates of leading axes."""
PERCENTILES = (5, 50, 95)


@dataclass(frozen=True, slots=True)
class PriorDraws:
    """Draws from the priors and what came of them; draw i lives in world i + 1."""

    points: Floats
    """(m, d) of the cube."""
    values: Floats
    """(m, k) moments of the small cluster; nan where the simulation failed."""
    full: Floats
    """(f, k): moments of the first f draws at full size, in the same worlds."""

    @property
    def bias(self) -> Floats:
        """(k,): mean of full less small over the draws that were simulated at both sizes."""
        if not len(self.full):
            return np.zeros(self.values.shape[1])
        return np.asarray(np.nanmean(self.full - self.values[: len(self.full)], axis=0))

    @property
    def corrected(self) -> Floats:
        """(m, k): moments with the bias between sizes added."""
        return self.values + self.bias


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """One way of meeting the targets: a point of the cube, and what is expected there."""

    point: Floats
    predicted: Floats


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the targets leave of the priors."""

    draws: PriorDraws
    surrogate: Surrogate
    met: Bools
    """(m,): whether a simulated draw meets all targets."""
    share_met: float
    """Share of the priors that does so by the surrogate, its error and the worlds' included."""
    points: Floats
    """(n, d): draws from the posterior, at most `KEPT`."""
    predicted: Floats
    """(n, k): their moments, with error."""
    leading: tuple[int, ...]
    """Axes that move the targets most, the strongest first."""
    sets: tuple[ParameterSet, ...]

    @property
    def spread(self) -> Floats:
        """(d,): posterior over prior standard deviation; 1: the targets say nothing."""
        return np.asarray(self.points.std(axis=0) / np.sqrt(PRIOR_VARIANCE))

    def ridges(self, least: float = 0.15) -> list[tuple[int, int, float]]:
        """Pairs of axes that may trade for one another: correlated after, though not before.

        Sorted by the size of the correlation, those above `least`; none where fewer than three
        draws are left.
        """
        if len(self.points) < 3:
            return []
        correlation = np.atleast_2d(np.corrcoef(self.points.T))
        pairs = [
            (i, j, float(correlation[i, j]))
            for i, j in combinations(range(len(correlation)), 2)
            if abs(correlation[i, j]) >= least
        ]
        return sorted(pairs, key=lambda pair: -abs(pair[2]))


def prior_draws(worlds: Worlds, count: int, size: float, full: int = 0) -> PriorDraws:
    """Simulate draws from the priors, each in a world of its own.

    Parameters
    ----------
    worlds
        The scenario and its cube.
    count
        How many draws (Sobol, so that more of them prolong the same sequence).
    size
        Share of the cluster.
    full
        How many of the first draws are simulated at full size too, to measure the bias of size.
    """
    points = draw(worlds.cube, count, worlds.seed)
    numbers = [[i + 1] for i in range(count)]
    small = worlds.values(points, numbers, size)
    large = worlds.values(points[:full], numbers[:full], 1.0)
    k = len(worlds.moments)
    return PriorDraws(points, np.array(small).reshape(-1, k), np.array(large).reshape(-1, k))


def posterior(
    draws: PriorDraws, targets: Sequence[Moment], here: Floats, seed: int = 1, sets: int = 3
) -> Posterior:
    """Reject from the priors what misses a target.

    Parameters
    ----------
    draws
        Simulated draws from the priors.
    targets
        The moments, in the order of the draws' columns.
    here
        (d,): where the scenario stands; parameter sets differ from it in the leading axes only.
    seed
        Of the candidates and of the surrogate's error.
    sets
        How many parameter sets at most.

    Raises
    ------
    ValueError
        If there are too few draws for a surrogate.
    """
    surrogate = fit_surrogate(draws.points, draws.corrected, [moment.name for moment in targets])
    rng = np.random.default_rng(seed)
    candidates = rng.random((CANDIDATES, draws.points.shape[1]))
    predicted = surrogate(candidates)
    predicted += surrogate.error * rng.normal(size=predicted.shape)
    accepted = _meets(predicted, targets)
    kept = np.flatnonzero(accepted)[:KEPT]
    leading = _leading(surrogate, targets, draws.points.shape[1], rng)
    return Posterior(
        draws=draws,
        surrogate=surrogate,
        met=_meets(draws.corrected, targets),
        share_met=float(accepted.mean()),
        points=candidates[kept],
        predicted=predicted[kept],
        leading=leading,
        sets=_sets(surrogate, targets, np.clip(here, 0, 1), leading, (rng, sets)),
    )


def _meets(values: Floats, targets: Sequence[Moment]) -> Bools:
    """(m,): whether every moment lies in its range; nan does not."""
    inside = [
        (values[:, k] >= moment.low) & (values[:, k] <= moment.high)
        for k, moment in enumerate(targets)
    ]
    return np.asarray(np.all(inside, axis=0))


def _leading(
    surrogate: Surrogate, targets: Sequence[Moment], d: int, rng: np.random.Generator
) -> tuple[int, ...]:
    """Rank axes by how far the targets move, in tolerances, when an axis alone is drawn anew."""
    base = rng.random((500, d))
    before = surrogate(base)
    tolerance = np.array([moment.tolerance for moment in targets])
    moved = np.empty(d)
    for j in range(d):
        other = base.copy()
        other[:, j] = rng.random(len(base))
        moved[j] = (((surrogate(other) - before) / tolerance) ** 2).mean()
    return tuple(int(j) for j in np.argsort(-moved, kind="stable")[:LEADING])


def _sets(
    surrogate: Surrogate,
    targets: Sequence[Moment],
    here: Floats,
    leading: tuple[int, ...],
    how: tuple[np.random.Generator, int],
) -> tuple[ParameterSet, ...]:
    """Find points that are expected to meet the targets well inside and lie far from each other."""
    rng, count = how
    candidates = np.tile(here, (CANDIDATES // 4, 1))
    candidates[:, leading] = rng.random((len(candidates), len(leading)))
    predicted = surrogate(candidates)
    target = np.array([moment.target for moment in targets])
    tolerance = np.array([moment.tolerance for moment in targets])
    miss = (np.abs(predicted - target) / tolerance).max(axis=1)
    near = np.flatnonzero(miss < NEAR)
    order = near[np.argsort(miss[near], kind="stable")]
    views = [candidates[i][list(leading)] for i in order]
    place = {view.tobytes(): i for view, i in zip(views, order, strict=True)}
    chosen = [place[view.tobytes()] for view in apart(views, count, APART)]
    return tuple(ParameterSet(candidates[i], predicted[i]) for i in chosen)
