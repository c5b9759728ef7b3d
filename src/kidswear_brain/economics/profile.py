"""Profile likelihoods: how far a parameter may go while the others still make up for it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.smm import PRIOR_VARIANCE, MomentProblem, SmmEstimate

CRITICAL_95 = 3.841459
"""Of chi-squared with one degree of freedom."""
GRID = 41
Answer = Callable[[Floats], Floats]
"""Points (m, d) of the cube -> moments (m, k)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One parameter: the least distance that any values of the others reach, over its range."""

    parameter: str
    values: Floats
    """(`GRID`,) of the cube."""
    deviance: Floats
    """(`GRID`,): least distance there less the least of all; 0 at the best."""

    @property
    def interval(self) -> tuple[float, float]:
        """Outermost values whose deviance stays below the 95 % point.

        An end of the prior where none exceeds it on that side.
        """
        inside = np.flatnonzero(self.deviance <= CRITICAL_95)
        return float(self.values[inside[0]]), float(self.values[inside[-1]])


def profiles(problem: MomentProblem, estimate: SmmEstimate, answer: Answer) -> tuple[Profile, ...]:
    """Profile every parameter over its prior.

    Parameters
    ----------
    problem, estimate
        What was estimated; the estimate's weights and its use of priors hold here too.
    answer
        The moments, cheap to ask for: a surrogate, or the model itself where it is cheap.
    """
    root = np.linalg.cholesky(np.linalg.inv(estimate.moment_covariance)).T
    d = len(problem.parameters)

    def residuals(point: Floats) -> Floats:
        scaled = root @ (answer(point[None])[0] - problem.target)
        if not estimate.with_priors:
            return np.asarray(scaled)
        return np.concatenate([scaled, (point - 0.5) / np.sqrt(PRIOR_VARIANCE)])

    def least(j: int, value: float, start: Floats) -> tuple[float, Floats]:
        """Least distance with one coordinate held, and where."""
        others = np.arange(d) != j

        def held(free: Floats) -> Floats:
            point = np.full(d, value)
            point[others] = free
            return residuals(point)

        if d == 1:
            return float((held(np.empty(0)) ** 2).sum()), np.empty(0)
        found = least_squares(held, np.clip(start, 1e-6, 1 - 1e-6), bounds=(0, 1), diff_step=1e-3)
        return 2 * float(found.cost), found.x

    return tuple(
        _profile(name, estimate.point, j, least) for j, name in enumerate(problem.parameters)
    )


def _profile(
    name: str, best: Floats, j: int, least: Callable[[int, float, Floats], tuple[float, Floats]]
) -> Profile:
    """Walk from the estimate to either end, each step starting where the last one ended."""
    values = np.linspace(0, 1, GRID)
    distance = np.empty(GRID)
    others = np.delete(best, j)
    middle = int(np.argmin(np.abs(values - best[j])))
    for steps in (range(middle, GRID), range(middle - 1, -1, -1)):
        start = others
        for place in steps:
            distance[place], start = least(j, float(values[place]), start)
    return Profile(name, values, distance - distance.min())
