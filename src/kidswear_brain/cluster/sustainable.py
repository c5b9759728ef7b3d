"""Sustainable capacity at the normal lot mix: the denominator of every utilization.

From the scenario alone, by fixed quadrature (MODEL section 1.3). For a line of plateau R standard
minutes a scheduled day, kappa = sum of S/R over the order mix / sum of (change-over + T(S/R)),
with T the days that solve the learning integral for one whole order on one line.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.special import ndtr

from kidswear_brain.cluster.columns import Floats, Ints
from kidswear_brain.cluster.dates import annual_mix
from kidswear_brain.cluster.draws import (
    line_posts,
    order_pieces,
    plateau_efficiency,
    smv_factor,
)
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.tiers import (
    TIERS,
    changeover_factors,
    efficiency_factors,
    tier_probabilities,
)
from kidswear_brain.scenario.model import Scenario

_FINE = 4096
_PIECES_NODES = 64
_SMV_NODES = 16
_EFFICIENCY_NODES = 16
_NODES = 512
_LOG_R = np.linspace(np.log(1.0), np.log(1e7), 161)
"""Nodes of the interpolation of kappa in log R; its error is below 1e-6, held by a test."""


class Kappa(Protocol):
    """Sustainable share of a line's plateau, from the scenario alone."""

    def __call__(self, plateau_per_day: ArrayLike, changeover_factor: ArrayLike = 1.0) -> Floats:
        """Return it for plateaus R, standard minutes a day, and factors on change-over."""


def sewing_days(work_days: ArrayLike, loss: float, tau: float) -> Floats:
    """Scheduled days T that a lot of some plateau-days takes from a fresh start.

    Solves T - loss x tau x (1 - exp(-T / tau)) = work_days by Newton's method from the right, where
    the left side is convex and rising, so that it converges from above.
    """
    work = np.asarray(work_days, dtype=np.float64)
    days = work + loss * tau
    for _ in range(60):
        decay = np.exp(-days / tau)
        step = (days - loss * tau * (1 - decay) - work) / (1 - loss * decay)
        days = days - step
        if np.all(np.abs(step) <= 1e-13 * (1 + days)):
            break
    return np.asarray(days)


def sustainable_curve(scenario: Scenario) -> Kappa:
    """Return kappa as a function of a line's plateau and its factor on change-over.

    The factor adds (factor - 1) x change-over to the days of an order, whose mean work is W / R:
    1 / kappa = 1 / kappa(1) + (factor - 1) x change-over x R / W, exactly.
    """
    minutes, weight = order_work(scenario)
    line = scenario.line
    work = minutes[None, :] / np.exp(_LOG_R)[:, None]
    days = line.changeover_days + sewing_days(work, line.learning_loss_share, line.learning_days)
    spline = CubicSpline(_LOG_R, (work @ weight) / (days @ weight))
    more_days = line.changeover_days / float(minutes @ weight)

    def kappa(plateau_per_day: ArrayLike, changeover_factor: ArrayLike = 1.0) -> Floats:
        plateau = np.asarray(plateau_per_day, dtype=np.float64)
        usual = spline(np.log(plateau))
        longer = (np.asarray(changeover_factor) - 1) * more_days * plateau
        return np.asarray(usual / (1 + longer * usual))

    return kappa


def order_work(scenario: Scenario) -> tuple[Floats, Floats]:
    """Standard minutes of an order over the annual mix: nodes and weights that sum to 1.

    A planner's own orders are the mix themselves: nodes are the means of equally many orders.
    """
    if scenario.own_tables is not None and scenario.own_tables.orders is not None:
        own = scenario.own_tables.orders
        minutes = np.asarray(own.pieces * own.smv_min, dtype=np.float64)
        return _condensed(minutes, np.full(minutes.size, 1 / minutes.size))
    pieces = _means(order_pieces(scenario.demand, _midpoints(_FINE)), _PIECES_NODES)
    factor = _means(smv_factor(scenario.demand, _midpoints(_FINE)), _SMV_NODES)
    smv = np.array([c.smv_min for c in scenario.categories.values()])
    minutes = smv[:, None, None] * factor[None, :, None] * pieces[None, None, :]
    weight = np.broadcast_to(annual_mix(scenario)[:, None, None], minutes.shape) / (
        factor.size * pieces.size
    )
    return _condensed(minutes.ravel(), weight.ravel())


def _condensed(minutes: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Condense nodes to some hundreds: neighbours become their mean, which keeps the sum exact."""
    turn = np.argsort(minutes, kind="stable")
    minutes, weight = minutes[turn], weight[turn]
    part = np.floor(_NODES * (np.cumsum(weight) - weight / 2) / weight.sum()).astype(np.int64)
    first = np.flatnonzero(np.diff(part, prepend=-1))
    total = np.add.reduceat(weight, first)
    return np.add.reduceat(weight * minutes, first) / total, total


def mean_pieces(scenario: Scenario) -> float:
    """Expected pieces of an order."""
    return float(order_pieces(scenario.demand, _midpoints(_FINE)).mean())


def expected_firm_capacity(scenario: Scenario, kappa: Kappa) -> float:
    """Expected sustainable standard minutes of one firm on a scheduled day.

    Over the distributions of workers, digital tier and plateau, so that the expected number of
    orders depends on the scenario alone, and a larger cluster only adds orders.
    """
    workers, probability = workers_distribution(scenario)
    by_size = [line_posts(scenario.cluster, int(count)) for count in workers]
    posts = np.concatenate(by_size)
    size = np.repeat(np.arange(workers.size), [lines.size for lines in by_size])
    tiers = tier_probabilities(scenario.digital, probability) * probability[:, None]
    plateau = plateau_efficiency(scenario.cluster, _midpoints(_EFFICIENCY_NODES))
    minutes = np.outer(posts, plateau) * 60 * scenario.calendar.hours_per_day
    total = 0.0
    for tier in range(len(TIERS)):
        rate = minutes * efficiency_factors(scenario.digital)[tier]
        capacity = rate * kappa(rate, changeover_factors(scenario.digital)[tier])
        total += float(tiers[size, tier] @ capacity.mean(axis=1))
    return total


def workers_distribution(scenario: Scenario) -> tuple[Ints, Floats]:
    """Possible workers of a firm and their probabilities: a clipped, rounded lognormal."""
    cluster = scenario.cluster
    low, high = (int(half_up(bound)) for bound in cluster.workers_range)
    count = np.arange(low, high + 1)
    if cluster.workers_sigma == 0 or low == high:
        single = np.clip(half_up(cluster.workers_median), low, high)
        return np.array([single], dtype=np.int64), np.ones(1)
    upper = ndtr(np.log((count + 0.5) / cluster.workers_median) / cluster.workers_sigma)
    upper[-1] = 1.0
    return count.astype(np.int64), np.diff(upper, prepend=0.0)


def _means(fine: NDArray[Any], n: int) -> Floats:
    """(n,): means over equal parts; midpoints would miss the mean of a skewed law."""
    return np.asarray(fine.reshape(n, -1).mean(axis=1))


def _midpoints(n: int) -> Floats:
    return (np.arange(n) + 0.5) / n
