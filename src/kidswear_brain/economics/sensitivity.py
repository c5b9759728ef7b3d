"""Which parameters move an outcome? Screening and variance shares over the unit cube of priors.

*Screening* (Morris 1991, Campolongo et al. 2007) asks which parameters matter at all, with few
points and no assumption. *Variance shares* (Sobol) ask how much of an outcome's spread over the
priors is owed to each parameter, or to each group of them, and need so many points that a surrogate
answers for the simulator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from SALib.analyze import sobol as sobol_analyze
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from kidswear_brain.cluster.columns import Floats

LEVELS = 4
"""Places of the grid that a screening walks on, the usual number."""
RESAMPLES = 1000
CHUNK = 8192
"""Points a surrogate is asked at once: a Gaussian process holds their covariance with its own."""


@dataclass(frozen=True, slots=True)
class Screening:
    """Elementary effects by coordinate: change of the outcome for crossing the whole prior."""

    mean_absolute: Floats
    """(d,) mu*: how much a coordinate matters; nan where every effect of it failed."""
    mean: Floats
    """(d,) mu: and in which direction."""
    spread: Floats
    """(d,) sigma: standard deviation; large beside mu* for a bent effect or one that depends."""
    half_width: Floats
    """(d,) half of the 95 % bootstrap interval of mu*."""
    effects: Floats
    """(trajectories, d) the effects themselves; nan where a run failed."""


def trajectories(dimensions: int, count: int, seed: int = 1) -> Floats:
    """Points of a screening: (count x (d + 1), d), each one step from the one before it."""
    points = morris_sample.sample(_problem(dimensions), count, num_levels=LEVELS, seed=seed)
    return np.asarray(points, dtype=np.float64)


def screen(points: Floats, outcome: Floats, seed: int = 1) -> Screening:
    """Turn outcomes along trajectories into elementary effects.

    Parameters
    ----------
    points : (t x (d + 1), d) array
        As from `trajectories`.
    outcome : (t x (d + 1),) array
        nan where a run failed: the two effects that touch it are missing, the others are kept.
    seed : int
        Of the bootstrap over trajectories.
    """
    d = points.shape[1]
    walks = points.reshape(-1, d + 1, d)
    values = outcome.reshape(-1, d + 1)
    step = np.diff(walks, axis=1)
    moved = np.abs(step).argmax(axis=2)
    effects = np.full((len(walks), d), np.nan)
    length = np.take_along_axis(step, moved[:, :, None], axis=2)[:, :, 0]
    np.put_along_axis(effects, moved, np.diff(values, axis=1) / length, axis=1)
    absolute = _mean(np.abs(effects))
    rows = np.random.default_rng(seed).integers(len(walks), size=(RESAMPLES, len(walks)))
    resampled = np.array([_mean(np.abs(effects[one])) for one in rows])
    low, high = np.quantile(np.nan_to_num(resampled), (0.025, 0.975), axis=0)
    half = np.where(np.isnan(absolute), np.nan, (high - low) / 2)
    return Screening(absolute, _mean(effects), _deviation(effects), half, effects)


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """Sobol indices by coordinate or group, with half-widths of their 95 % intervals."""

    names: tuple[str, ...]
    first: Floats
    """Share of the variance that goes when this one alone is known; for a group, all of it."""
    total: Floats
    """Share that stays when all others are known: with every interaction."""
    first_half_width: Floats
    total_half_width: Floats


def variance_shares(
    answer: Callable[[Floats], Floats],
    names: Sequence[str],
    groups: Sequence[str] | None = None,
    draws: int = 2048,
    seed: int = 1,
) -> VarianceShares:
    """Split the variance of an outcome, all coordinates uniform and independent on 0-1.

    Parameters
    ----------
    answer : callable
        From points (m, d) to the outcome (m,).
    names : sequence of str
        (d,) what the coordinates are called.
    groups : sequence of str, optional
        (d,) to which group each belongs; then shares are those of groups.
    draws : int
        Base sample, a power of two; the answer is asked draws x (shares + 2) times.
    seed : int
        Of the scrambled sequence and the bootstrap.
    """
    shown = tuple(names) if groups is None else tuple(dict.fromkeys(groups))
    if len(shown) == 1:  # SALib takes one group for none
        one, none = np.ones(1), np.zeros(1)
        return VarianceShares(shown, one, one, none, none)
    problem = _problem(len(names), groups)
    points = sobol_sample.sample(problem, draws, calc_second_order=False, seed=seed)
    chunks = [answer(points[k : k + CHUNK]) for k in range(0, len(points), CHUNK)]
    outcome = np.concatenate(chunks)
    if not outcome.std():  # no variance has no shares
        zero = np.zeros(len(shown))
        return VarianceShares(shown, zero, zero, zero, zero)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = sobol_analyze.analyze(problem, outcome, calc_second_order=False, seed=seed)
    each = (np.asarray(found[key]) for key in ("S1", "ST", "S1_conf", "ST_conf"))
    return VarianceShares(shown, *each)


def _problem(dimensions: int, groups: Sequence[str] | None = None) -> dict[str, object]:
    """Describe the unit cube as SALib wants it."""
    problem: dict[str, object] = {
        "num_vars": dimensions,
        "names": [f"x{k}" for k in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    return problem if groups is None else {**problem, "groups": list(groups)}


def _mean(effects: Floats) -> Floats:
    """Mean over trajectories of what did not fail; nan where all did."""
    known = ~np.isnan(effects)
    total = np.where(known, effects, 0).sum(axis=0)
    count = known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _deviation(effects: Floats) -> Floats:
    known = ~np.isnan(effects)
    apart = np.where(known, effects - _mean(effects), 0)
    count = known.sum(axis=0)
    variance = (apart**2).sum(axis=0)
    return np.where(count > 1, np.sqrt(variance / np.maximum(count - 1, 1)), np.nan)
