"""Control variates: what the draw of a world's demand explains of an effect is taken out of it.

By luck some worlds have more orders, or smaller firms, than the scenario expects, and there the
brain does more or less. How much demand a world has above the scenario's load is known from the
world alone and is 0 on average, so its part in an effect is luck: regression takes it out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.columns import Cluster, Floats
from kidswear_brain.cluster.dates import LOAD_YEAR_DAYS
from kidswear_brain.experiment.comparison import CONFIDENCE, Estimate, estimate
from kidswear_brain.scenario import Scenario

LEAST = 4
"""Replications below which a slope would rest on nothing."""


@dataclass(frozen=True, slots=True)
class Controlled:
    """An effect before and after what demand explains is taken out."""

    plain: Estimate
    controlled: Estimate
    variance_reduction: float
    """1 - variance of the controlled mean / variance of the plain one; negative where demand
    explains nothing and the slope only costs."""


def excess_demand(scenario: Scenario, seeds: Sequence[int]) -> Floats | None:
    """Compute the control of each world: (D - load x C) / mean C, expected to be 0.

    D are the standard minutes of all orders of the measured window and C its sustainable capacity:
    ``demand.load`` is by definition the ratio of what both are expected to be in a year.

    Returns
    -------
    (n,) array or None
        None where that expectation is not known: the window is no year, own tables replace draws,
        or shocks change demand.
    """
    demand_shocked = any(shock.demand_factor != 1 for shock in scenario.shocks)
    if scenario.calendar.days != LOAD_YEAR_DAYS or scenario.own_tables or demand_shocked:
        return None
    worlds = np.array([_demand_and_capacity(build_cluster(scenario, seed)) for seed in seeds])
    demand, capacity = worlds.T
    excess: Floats = (demand - scenario.demand.load * capacity) / capacity.mean()
    return excess


def control(effect: Floats, excess: Floats) -> Controlled:
    """Estimate a mean effect, and again without what a control of mean 0 explains of it.

    Ordinary least squares: the mean effect where the control is 0, with Student's interval on n - 2
    degrees of freedom, which allows for the estimated slope.

    Parameters
    ----------
    effect, excess : (n,) arrays
        By replication; n at least `LEAST`.
    """
    plain = estimate(effect)
    n = len(effect)
    centred = excess - excess.mean()
    spread = float(centred @ centred)
    if spread == 0 or not np.isfinite(effect).all():
        return Controlled(plain, plain, 0.0)
    slope = float(centred @ effect) / spread
    mean = float(effect.mean() - slope * excess.mean())
    left = effect - effect.mean() - slope * centred
    variance = float(left @ left) / (n - 2) * (1 / n + float(excess.mean()) ** 2 / spread)
    before = float(effect.var(ddof=1)) / n
    half = float(stdtrit(n - 2, 0.5 + CONFIDENCE / 2)) * math.sqrt(variance)
    reduction = 1 - variance / before if before > 0 else 0.0
    return Controlled(plain, Estimate(mean, mean - half, mean + half, n), reduction)


def _demand_and_capacity(cluster: Cluster) -> tuple[float, float]:
    """Standard minutes ordered in the measured window, and its sustainable capacity."""
    orders, days = cluster.orders, cluster.days
    measured = days.measured[orders.day - days.first]
    demand = float((orders.pieces * orders.smv)[measured].sum())
    open_days = int((days.measured & ~days.rest & ~days.shut_down).sum())
    return demand, float(cluster.lines.capacity_per_day.sum()) * open_days
