"""Calibration: parameters estimated on a small cluster and confirmed at full size.

The small cluster differs from the full one by a bias, measured at the estimate; the estimate is
then taken again with that bias added to what the small cluster says (output space mapping), until
the full cluster meets its targets or the rounds are over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.moments import bootstrap_covariance
from kidswear_brain.economics.priors import as_overrides, draw
from kidswear_brain.economics.profile import Profile, profiles
from kidswear_brain.economics.smm import History, MomentProblem, SmmEstimate, estimate
from kidswear_brain.economics.surrogate import Surrogate, fit_surrogate
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.errors import RunError, SolverError

CLOSE = 0.25
"""The full cluster meets a target when it misses by less than this share of its tolerance."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a calibration may simulate."""

    size: float = 0.25
    """Share of the cluster that estimates are taken on."""
    replications: int = 4
    """Worlds at each point."""
    explore: int = 24
    """Points simulated before any descent, spread over the priors."""
    starts: int = 3
    confirm: int = 4
    """Worlds at full size; 0: the full cluster is never simulated."""
    rounds: int = 2
    """Estimates at most: the first, and those with the measured bias taken off."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the full cluster says at an estimate."""

    point: Floats
    values: Floats
    """(n, k) moments at full size."""
    small: Floats
    """(n, k) moments of the small cluster in the same worlds."""

    @property
    def bias(self) -> Floats:
        """(k,): mean of full less small."""
        return np.asarray((self.values - self.small).mean(axis=0))

    @property
    def bias_covariance(self) -> Floats:
        """(k, k) of that mean."""
        return bootstrap_covariance(self.values - self.small)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a calibration came to."""

    problem: MomentProblem
    """With the targets the last estimate was taken against: the bias between sizes is off them."""
    estimate: SmmEstimate
    values: Mapping[str, object]
    """The estimated parameters by key."""
    surrogate: Surrogate
    """Of the small cluster, over all points that were simulated: what profiles were taken on."""
    profiles: tuple[Profile, ...]
    confirmations: tuple[Confirmation, ...]
    """One a round, empty where nothing was confirmed; the last one at the estimate."""
    points: Floats
    """(m, d): every point simulated on the small cluster."""
    means: Floats
    """(m, k): mean moments there."""


def calibrate(worlds: Worlds, effort: Effort) -> Calibration:
    """Estimate the parameters of the cube from the moments of `worlds`.

    Raises
    ------
    ScenarioError, RunError
        If the scenario or a number is wrong.
    SolverError
        If the model cannot be simulated at a point, or a moment cannot be measured there.
    WorkerError
        If a worker process dies; what is finished stays in the store.
    """
    _check(worlds, effort)
    history = History(_problem(worlds, effort))
    explore = draw(worlds.cube, effort.explore, worlds.seed)
    found = estimate(history, explore, effort.starts)
    confirmations: list[Confirmation] = []
    for remaining in range(effort.rounds - 1, -1, -1):
        if not effort.confirm:
            break
        confirmations.append(_confirm(worlds, effort, found.point))
        if not remaining or _is_close(worlds, confirmations[-1]):
            break
        history = _unbiased(history, worlds, confirmations[-1])
        found = estimate(history, found.point[None], starts=1)
    points, means = history.points()
    surrogate = fit_surrogate(points, means, history.problem.moments)
    return Calibration(
        problem=history.problem,
        estimate=found,
        values=as_overrides(worlds.cube, _natural(worlds, found.point)),
        surrogate=surrogate,
        profiles=profiles(history.problem, found, surrogate),
        confirmations=tuple(confirmations),
        points=points,
        means=means,
    )


def _problem(worlds: Worlds, effort: Effort) -> MomentProblem:
    numbers = range(1, effort.replications + 1)
    return MomentProblem(
        tuple(axis.name for axis in worlds.cube),
        tuple(moment.name for moment in worlds.moments),
        np.array([moment.target for moment in worlds.moments]),
        np.diag([moment.standard_error**2 for moment in worlds.moments]),
        lambda point: _whole(worlds, worlds.values(point[None], [numbers], effort.size)[0]),
    )


def _confirm(worlds: Worlds, effort: Effort, point: Floats) -> Confirmation:
    numbers = range(1, effort.confirm + 1)
    full, small = (
        _whole(worlds, worlds.values(point[None], [numbers], size)[0])
        for size in (1.0, effort.size)
    )
    return Confirmation(point, full, small)


def _unbiased(history: History, worlds: Worlds, confirmed: Confirmation) -> History:
    """The same small worlds, held against targets from which the bias between sizes is taken."""
    old = history.problem
    target = np.array([moment.target for moment in worlds.moments])
    spread = np.diag([moment.standard_error**2 for moment in worlds.moments])
    problem = MomentProblem(
        old.parameters,
        old.moments,
        target - confirmed.bias,
        spread + confirmed.bias_covariance,
        old.simulate,
    )
    return History(problem, history.known)


def _is_close(worlds: Worlds, confirmed: Confirmation) -> bool:
    miss = [
        abs(value - moment.target) / moment.tolerance
        for value, moment in zip(confirmed.values.mean(axis=0), worlds.moments, strict=True)
    ]
    return bool(max(miss) < CLOSE)


def _whole(worlds: Worlds, values: Floats) -> Floats:
    """Hand the moments on if there are any, and all of them.

    Raises
    ------
    SolverError
        If a world failed, or a moment could not be measured in it.
    """
    if np.isfinite(values).all():
        return values
    errors = "; ".join(worlds.errors())
    missing = [
        moment.name
        for moment, column in zip(worlds.moments, values.T, strict=True)
        if not np.isfinite(column).all()
    ]
    raise SolverError(
        f"no answer at a point of the priors: {errors or 'not measurable: ' + ', '.join(missing)}"
    )


def _natural(worlds: Worlds, point: Floats) -> Sequence[float | int]:
    return [axis.value(float(u)) for axis, u in zip(worlds.cube, point, strict=True)]


def _check(worlds: Worlds, effort: Effort) -> None:
    """Refuse what could not be estimated, before anything is simulated."""
    open_ended = [m.name for m in worlds.moments if not np.isfinite(m.tolerance)]
    least = {"replications": 2, "explore": 20, "starts": 1, "confirm": 0, "rounds": 1}
    problems = [f"{name}: found a range with an open end, allowed a target" for name in open_ended]
    problems += [
        f"--{name}: found {getattr(effort, name)}, allowed {low} or more"
        for name, low in least.items()
        if getattr(effort, name) < low
    ]
    if effort.confirm == 1:
        problems.append("--confirm: found 1, allowed 0, or 2 and more: one world has no spread")
    if problems:
        raise RunError("\n".join(problems))
