"""Control variates: what the draw of a world explains of an effect is taken out of it.

By luck the brands of one world know firms that are further from what their orders need than in
another, and there the brain does more. How unevenly the work asked for would lie on the firms is
known from a world before anything is simulated, and its expectation from many worlds that are only
drawn: a second of work each, where a pair of arms takes half a minute.
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import stdtrit

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.columns import Cluster, Floats
from kidswear_brain.experiment.comparison import CONFIDENCE, Estimate, estimate
from kidswear_brain.experiment.pool import Progress, run_in_order
from kidswear_brain.experiment.seeds import replication_seed
from kidswear_brain.scenario import Scenario

LEAST = 4
"""Replications below which a slope would rest on nothing."""
OTHERS = 200
"""Worlds that are only drawn, for the control's expectation."""


@dataclass(frozen=True, slots=True)
class Controlled:
    """An effect before and after what its control explains is taken out."""

    plain: Estimate
    controlled: Estimate
    variance_reduction: float
    """1 - variance of the controlled mean / variance of the plain one; negative where the control
    explains nothing and the slope only costs."""


def unevenness_of_worlds(
    scenario: Scenario,
    seed: int,
    replications: int,
    workers: int = 1,
    progress: Progress = lambda finished, total: None,
) -> tuple[Floats, Floats] | None:
    """Compute the control in the worlds of an experiment, and in `OTHERS` later ones of its seed.

    Returns
    -------
    (replications,) and (OTHERS,) arrays, or None
        None where own tables replace draws, so that worlds are not alike in distribution.
    """
    if scenario.own_tables:
        return None
    seeds = [replication_seed(seed, r + 1) for r in range(replications + OTHERS)]
    every = np.array(run_in_order(partial(_unevenness_of_seed, scenario), seeds, workers, progress))
    return every[:replications], every[replications:]


def unevenness(cluster: Cluster) -> float:
    """Say how unevenly the work asked for would lie on the firms, without anybody's help.

    Every brand's orders of the measured window are spread evenly over the firms it knows. The
    standard deviation, weighted by capacity, of what a firm is asked for over what it can do.
    """
    orders, days, brands = cluster.orders, cluster.days, cluster.brands
    measured = days.measured[orders.day - days.first]
    ordered = np.bincount(orders.brand, orders.pieces * orders.smv * measured, len(brands.weight))
    knows = np.diff(brands.first_known)
    share = np.repeat(ordered / np.maximum(knows, 1), knows)
    open_days = int((days.measured & ~days.rest & ~days.shut_down).sum())
    capacity = cluster.firms.capacity_per_day * open_days
    asked = np.bincount(brands.known, share, len(capacity))
    if not capacity.sum() > 0:
        return 0.0
    ratio = asked / np.where(capacity > 0, capacity, math.inf)
    mean = np.average(ratio, weights=capacity)
    return float(np.sqrt(np.average((ratio - mean) ** 2, weights=capacity)))


def control(effect: Floats, value: Floats, others: Floats) -> Controlled:
    """Estimate a mean effect, and again without what a control explains of it.

    Ordinary least squares: the mean effect where the control has the mean of the other worlds, with
    Student's interval on n - 2 degrees of freedom, which allows for the estimated slope; the error
    of that mean is added (control variates with an estimated mean, Schmeiser and others 2001).

    Parameters
    ----------
    effect, value : (n,) arrays
        By replication; n at least `LEAST`.
    others : (m,) array
        The control in other worlds of the same distribution.
    """
    plain = estimate(effect)
    n = len(effect)
    centred = value - value.mean()
    spread = float(centred @ centred)
    if spread == 0 or not np.isfinite(effect).all():
        return Controlled(plain, plain, 0.0)
    slope = float(centred @ effect) / spread
    off = float(value.mean() - others.mean())
    left = effect - effect.mean() - slope * centred
    variance = float(left @ left) / (n - 2) * (1 / n + off**2 / spread)
    variance += slope**2 * float(others.var(ddof=1)) / len(others)
    mean = float(effect.mean() - slope * off)
    before = float(effect.var(ddof=1)) / n
    half = float(stdtrit(n - 2, 0.5 + CONFIDENCE / 2)) * math.sqrt(variance)
    reduction = 1 - variance / before if before > 0 else 0.0
    return Controlled(plain, Estimate(mean, mean - half, mean + half, n), reduction)


def _unevenness_of_seed(scenario: Scenario, seed: int) -> float:
    return unevenness(build_cluster(scenario, seed))
