"""Simulated method of moments in the unit cube of the priors.

The estimator knows no simulator: it asks a function for moments at points, always in the same
random worlds, so that two points differ by their parameters only. It is held to account on cheap
twins whose truth is known (docs/validation.md).

McFadden (1989), Duffie and Singleton (1993); sensitivity of estimates to moments: Andrews,
Gentzkow and Shapiro (2017).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import optimagic
from scipy.special import chdtrc

from kidswear_brain.cluster.columns import Bools, Floats
from kidswear_brain.economics.moments import NORMAL_95, bootstrap_covariance

PRIOR_VARIANCE = 1 / 12
"""Of a coordinate of the cube: every prior is uniform there."""
STEP = 0.04
"""Of the derivatives, in the cube: wide enough to see over the steps of whole orders and firms."""
APART = 0.2
"""Starts lie at least so far from each other, in root mean squared coordinates."""
RADIUS = 0.1
"""Of the first steps of a descent, in the cube."""
MAX_ITERATIONS = 15
"""Of one descent."""
FLAT = 0.01
"""Gradient of the squared distance, a unit of the cube, below which a descent ends: the least is
then within some .001, even where only the prior holds a parameter."""
MET = 1e-3
"""Squared distance at which a descent ends: all figures together miss by some hundredths of what
they may be off, and no point can be much better."""


Simulate = Callable[[Floats], Floats]
"""A point (d,) -> moments (n, k) in n worlds, the same worlds at every point."""


@dataclass(frozen=True, slots=True)
class MomentProblem:
    """What is observed, and what can be simulated."""

    parameters: tuple[str, ...]
    """(d,): what the coordinates of the cube are called."""
    moments: tuple[str, ...]
    """(k,): what the moments are called."""
    target: Floats
    """(k,): the observed figures."""
    target_covariance: Floats
    """(k, k): how uncertain they are."""
    simulate: Simulate


@dataclass(frozen=True, slots=True)
class SmmEstimate:
    """What the moments say about the parameters, in coordinates of the cube."""

    point: Floats
    """(d,)"""
    fitted: Floats
    """(k,): mean moments there."""
    with_priors: bool
    """Whether the priors were counted as extra moments: the data leave a direction open."""
    rank: int
    """How many directions the data narrow more than the priors do."""
    covariance: Floats
    """(d, d) of the estimate."""
    learned: Floats
    """(d,): 1 - variance given data and prior / variance of the prior; 0: the prior alone."""
    jacobian: Floats
    """(k, d)"""
    moment_covariance: Floats
    """(k, k): of observed minus simulated moments, worlds included."""
    sensitivity: Floats
    """(d, k): by how much the estimate moves when an observed figure rises by one."""
    j_statistic: float
    j_freedom: int
    """Moments counted less parameters; 0: exactly identified, nothing left to test."""
    descents: tuple["Descent", ...]
    """One a start, the best first."""
    at_bound: Bools
    """(d,): whether the estimate sits at an end of its prior, where its interval is one-sided."""

    @property
    def standard_error(self) -> Floats:
        """(d,) in the cube."""
        return np.asarray(np.sqrt(np.diag(self.covariance)), dtype=np.float64)

    @property
    def j_p_value(self) -> float:
        """How often a true model would miss by more; nan where exactly identified."""
        if not self.j_freedom:
            return math.nan
        return float(chdtrc(self.j_freedom, self.j_statistic))

    def interval(self) -> tuple[Floats, Floats]:
        """Give the 95 % interval of each parameter, cut at the ends of its prior."""
        half = NORMAL_95 * self.standard_error
        return np.maximum(self.point - half, 0), np.minimum(self.point + half, 1)


@dataclass(frozen=True, slots=True)
class Descent:
    """Where one start led."""

    start: Floats
    end: Floats
    distance: float
    """Weighted squared distance to the targets (and priors, where these count)."""
    evaluations: int


@dataclass(slots=True)
class History:
    """Every point that was asked for, so that none is simulated twice and all can be used again."""

    problem: MomentProblem
    known: dict[bytes, tuple[Floats, Floats]] = field(default_factory=dict)

    def values(self, point: Floats) -> Floats:
        """(n, k): moments at a point, simulated if it has not been asked for."""
        key = np.round(point, 12).tobytes()
        if key not in self.known:
            self.known[key] = (point.copy(), self.problem.simulate(point))
        return self.known[key][1]

    def mean(self, point: Floats) -> Floats:
        """(k,): mean moments over the worlds."""
        return np.asarray(self.values(point).mean(axis=0))

    def points(self) -> tuple[Floats, Floats]:
        """(m, d), (m, k): all points and mean moments, in the order they were asked for."""
        each = self.known.values()
        return np.array([p for p, _ in each]), np.array([v.mean(axis=0) for _, v in each])


def estimate(history: History, explore: Floats, starts: int = 3) -> SmmEstimate:
    """Estimate the parameters.

    The points to explore are simulated first; from the best of them that lie apart, descents
    begin. Where the data leave a direction open, as the derivatives at the best point tell, the
    priors are counted as one extra moment a parameter, mean and variance those of the uniform.

    Parameters
    ----------
    history
        The problem, and what has been simulated of it.
    explore
        (m, d) points of the cube.
    starts
        How many descents at most.
    """
    problem = history.problem
    d = len(problem.parameters)
    for point in explore:
        history.mean(point)
    plain = _inverse(problem.target_covariance)
    best = min(explore, key=lambda point: _distance(history, point, plain, True))
    weights = _inverse(_moment_covariance(history, best))
    with_priors = _rank(jacobian(history, best), weights) < d

    def distance(point: Floats) -> float:
        return _distance(history, point, weights, with_priors)

    begins = apart(sorted(explore, key=distance), starts)
    descents = [_descend(history, begin, weights, with_priors) for begin in begins]
    descents.sort(key=lambda one: one.distance)
    return _inference(history, tuple(descents), weights, with_priors)


def jacobian(history: History, point: Floats) -> Floats:
    """Differentiate the mean moments: (k, d), central differences, inside the cube."""
    columns = []
    for j in range(len(point)):
        low, high = point.copy(), point.copy()
        low[j], high[j] = max(point[j] - STEP, 0), min(point[j] + STEP, 1)
        rise = history.mean(high) - history.mean(low)
        columns.append(rise / (high[j] - low[j]))
    return np.column_stack(columns)


def apart(points: list[Floats], count: int, least: float = APART) -> list[Floats]:
    """Take the first points that lie apart from those taken before, at most `count`."""
    taken: list[Floats] = []
    for point in points:
        if all(np.sqrt(((point - other) ** 2).mean()) >= least for other in taken):
            taken.append(point)
        if len(taken) == count:
            break
    return taken


def _moment_covariance(history: History, point: Floats) -> Floats:
    """How far observed and simulated moments may differ though the model is true."""
    return history.problem.target_covariance + bootstrap_covariance(history.values(point))


def _distance(history: History, point: Floats, weights: Floats, with_priors: bool) -> float:
    residuals = _residuals(history, point, weights, with_priors)
    return float(residuals @ residuals)


def _residuals(history: History, point: Floats, weights: Floats, with_priors: bool) -> Floats:
    miss = history.mean(point) - history.problem.target
    scaled = np.linalg.cholesky(weights).T @ miss
    if not with_priors:
        return np.asarray(scaled)
    return np.concatenate([scaled, (point - 0.5) / math.sqrt(PRIOR_VARIANCE)])


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _rank(derivatives: Floats, weights: Floats) -> int:
    """Count the directions in which the data know more than the priors do.

    The singular values are those of the derivatives in units of the moments' standard errors and of
    the priors' standard deviations: above 1, the data alone narrow a direction below its prior.
    """
    scaled = np.linalg.cholesky(weights).T @ derivatives * math.sqrt(PRIOR_VARIANCE)
    return int((np.linalg.svd(scaled, compute_uv=False) > 1).sum())


def _descend(history: History, start: Floats, weights: Floats, with_priors: bool) -> Descent:
    before = len(history.known)
    met: list[Floats] = []

    @optimagic.mark.least_squares
    def residuals(point: Floats) -> Floats:
        inside = np.clip(point, 0, 1)
        miss = _residuals(history, inside, weights, with_priors)
        if miss @ miss <= MET:
            met.append(inside)
            raise StopIteration
        return miss

    try:
        end = np.clip(_least_squares(residuals, start), 0, 1)
    except Exception:
        # The optimizer hands the stop on as an error of its own.
        if not met:
            raise
        end = met[0]
    distance = _distance(history, end, weights, with_priors)
    return Descent(start, end, distance, len(history.known) - before)


def _least_squares(residuals: Callable[[Floats], Floats], start: Floats) -> Floats:
    d = len(start)
    found = optimagic.minimize(
        residuals,
        # the first steps of the optimizer must have room inside the cube
        np.clip(start, 1.01 * RADIUS, 1 - 1.01 * RADIUS),
        algorithm="pounders",
        bounds=optimagic.Bounds(np.zeros(d), np.ones(d)),
        algo_options={
            "stopping_maxiter": MAX_ITERATIONS,
            "convergence_gtol_abs": FLAT,
            "trustregion_initial_radius": RADIUS,
        },
    )
    return np.asarray(found.params, dtype=np.float64)


def _inference(
    history: History, descents: tuple[Descent, ...], weights: Floats, with_priors: bool
) -> SmmEstimate:
    point = descents[0].end
    covariance = _moment_covariance(history, point)
    derivatives = jacobian(history, point)
    k, d = derivatives.shape
    g, w, omega = derivatives, weights, covariance
    if with_priors:
        g = np.vstack([derivatives, np.eye(d)])
        prior = np.eye(d) / PRIOR_VARIANCE
        w = np.block([[weights, np.zeros((k, d))], [np.zeros((d, k)), prior]])
        omega = np.block(
            [[covariance, np.zeros((k, d))], [np.zeros((d, k)), np.eye(d) * PRIOR_VARIANCE]]
        )
    sensitivity = np.linalg.pinv(g.T @ w @ g) @ g.T @ w
    precision = _inverse(covariance)
    both = _inverse(derivatives.T @ precision @ derivatives + np.eye(d) / PRIOR_VARIANCE)
    return SmmEstimate(
        point=point,
        fitted=history.mean(point),
        with_priors=with_priors,
        rank=_rank(derivatives, precision),
        covariance=sensitivity @ omega @ sensitivity.T,
        learned=1 - np.diag(both) / PRIOR_VARIANCE,
        jacobian=derivatives,
        moment_covariance=covariance,
        sensitivity=sensitivity[:, :k],
        j_statistic=_distance(history, point, precision, with_priors),
        j_freedom=len(g) - d,
        descents=descents,
        at_bound=(point < 1e-3) | (point > 1 - 1e-3),
    )
