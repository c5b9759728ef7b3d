"""A surrogate of the simulator: moments as a smooth function of the point in the cube of priors.

A year costs seconds to a minute, a posterior or a variance share asks for a hundred thousand of
them. So a few hundred are simulated and a regression answers for the rest; how wrong it is on
worlds it has not seen is measured by cross-validation and goes wherever its answers go.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.linear_model import LassoCV, RidgeCV
from sklearn.model_selection import KFold

from kidswear_brain.cluster.columns import Floats

FOLDS = 10
STRONGEST = 8
"""How many coordinates get curvature and interaction terms."""
PENALTIES = tuple(10.0**e for e in range(-3, 4))
BLOCK = 20_000
"""Points answered at a time, so that memory does not grow with how many are asked."""
LEAST_POINTS = 20
"""Fewer say nothing about a regression's error."""

Fitted = Callable[[Floats], Floats]
Learner = Callable[[Floats, Floats], Fitted]


@dataclass(frozen=True, slots=True)
class Surrogate:
    """One regression a moment, the best of several by cross-validated error."""

    moments: tuple[str, ...]
    learners: tuple[str, ...]
    """Which regression answers for each moment."""
    error: Floats
    """(k,): root mean squared cross-validated error; noise between worlds is part of it."""
    r2: Floats
    """(k,): 1 - error^2 / variance of the simulated moments, cross-validated; may be negative."""
    points: int
    fitted: tuple[Fitted, ...]

    def __call__(self, points: Floats) -> Floats:
        """Answer for points (m, d) of the cube: (m, k)."""
        parts = np.split(points, range(BLOCK, len(points), BLOCK))
        answers = [np.concatenate([answer(part) for part in parts]) for answer in self.fitted]
        return np.column_stack(answers)


def fit_surrogate(
    points: Floats, values: Floats, names: Sequence[str], learners: Sequence[str] | None = None
) -> Surrogate:
    """Fit one regression a moment.

    Parameters
    ----------
    points
        (n, d) of the unit cube, n at least `LEAST_POINTS`.
    values
        (n, k) simulated moments there; rows with a nan are left out, moment by moment.
    names
        (k,) what the moments are called.
    learners
        Among which to choose: ``linear``, ``quadratic``, ``gaussian process``; None: all.

    Raises
    ------
    ValueError
        If there are too few points.
    """
    chosen, fitted, error, r2 = [], [], [], []
    for place in range(len(names)):
        known = np.isfinite(values[:, place])
        if known.sum() < LEAST_POINTS:
            raise ValueError(f"{names[place]}: found {known.sum()} points, allowed {LEAST_POINTS}+")
        x, y = points[known], values[known, place]
        errors = {name: _cross_validated(LEARNERS[name], x, y) for name in learners or LEARNERS}
        best = min(errors, key=lambda name: errors[name])
        chosen.append(best)
        fitted.append(LEARNERS[best](x, y))
        error.append(errors[best])
        spread = float(y.std())
        r2.append(1 - (errors[best] / spread) ** 2 if spread else float("nan"))
    return Surrogate(
        tuple(names), tuple(chosen), np.array(error), np.array(r2), len(points), tuple(fitted)
    )


def _cross_validated(learner: Learner, x: Floats, y: Floats) -> float:
    """Root mean squared error on points left out in turn."""
    missed = np.empty(len(y))
    for learn, ask in KFold(min(FOLDS, len(y)), shuffle=True, random_state=0).split(x):
        missed[ask] = learner(x[learn], y[learn])(x[ask]) - y[ask]
    return float(np.sqrt((missed**2).mean()))


def _linear(x: Floats, y: Floats) -> Fitted:
    return _ridge(x, y, lambda points: points - 0.5)


def _quadratic(x: Floats, y: Floats) -> Fitted:
    """All coordinates linear; squares and products of the strongest."""
    strong = _strongest(x, y)
    pairs = [(i, j) for i, j in combinations(strong, 2)] + [(i, i) for i in strong]

    def terms(points: Floats) -> Floats:
        centred = points - 0.5
        curved = [centred[:, i] * centred[:, j] for i, j in pairs]
        return np.column_stack([centred, *curved])

    return _ridge(x, y, terms)


def _ridge(x: Floats, y: Floats, terms: Callable[[Floats], Floats]) -> Fitted:
    design = terms(x)
    mean, scale = design.mean(axis=0), design.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    model = RidgeCV(PENALTIES).fit((design - mean) / scale, y)
    return lambda points: np.asarray(model.predict((terms(points) - mean) / scale))


def _gaussian_process(x: Floats, y: Floats) -> Fitted:
    """A smooth function of the strongest coordinates, plus noise."""
    strong = _strongest(x, y)
    kernel = ConstantKernel(1.0, (1e-2, 1e2)) * RBF(np.ones(len(strong)), (0.1, 1e2)) + WhiteKernel(
        0.1, (1e-6, 1e1)
    )
    model = GaussianProcessRegressor(kernel, normalize_y=True, random_state=0)
    with warnings.catch_warnings():
        # an end of a range it stops at is an answer; how good it is, cross-validation says
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x[:, strong], y)
    return lambda points: np.asarray(model.predict(points[:, strong]))


def _strongest(x: Floats, y: Floats) -> list[int]:
    """Which coordinates a sparse linear regression gives most weight, at most `STRONGEST`."""
    if x.shape[1] <= STRONGEST:
        return list(range(x.shape[1]))
    weight = np.abs(LassoCV(cv=5, random_state=0, max_iter=20_000).fit(x - 0.5, y).coef_)
    if not weight.any():
        weight = np.abs(np.corrcoef(x.T, y)[-1, :-1])
    order = np.argsort(-weight, kind="stable")[:STRONGEST]
    return sorted(int(i) for i in order if weight[i] > 0)


LEARNERS: dict[str, Learner] = {
    "linear": _linear,
    "quadratic": _quadratic,
    "gaussian process": _gaussian_process,
}
"""The regressions to choose among, by name."""
