"""From uniform draws to firms' and orders' attributes: the distributions of MODEL sections 2c, 2d.

Each function maps uniforms in (0, 1) to values by the quantile function, so that the same code
serves keyed draws and fixed quadrature.
"""

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri

from kidswear_brain.cluster.columns import Floats, Ints
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.scenario.model import Cluster, Demand


def order_pieces(demand: Demand, u: Floats) -> Ints:
    """Pieces of an order: lognormal (median, sigma), exponential or constant, clipped."""
    if demand.pieces_distribution == "constant":
        size = np.full(u.shape, demand.order_pieces_median)
    elif demand.pieces_distribution == "exponential":
        size = -np.log1p(-u) * demand.order_pieces_median / np.log(2)
    else:
        size = demand.order_pieces_median * np.exp(demand.order_pieces_sigma * ndtri(u))
    low, high = demand.order_pieces_range
    return np.maximum(half_up(np.clip(size, low, high)), 1)


def smv_factor(demand: Demand, u: Floats) -> Floats:
    """Factor of a style on its category's SMV: lognormal with mean 1."""
    sd = demand.smv_sd
    return np.asarray(np.exp(sd * ndtri(u) - sd * sd / 2))


def due_slack_days(demand: Demand, u: Floats) -> Floats:
    """Due slack: replenishment orders first in u, pre-orders after; rising in u."""
    share = demand.replenishment_share
    near, far = demand.replenishment_due_days, demand.preorder_due_days
    within_near = near[0] + (near[1] - near[0]) * u / max(share, 1e-12)
    within_far = far[0] + (far[1] - far[0]) * (u - share) / max(1 - share, 1e-12)
    return np.where(u < share, within_near, within_far)


def correlated(u: Floats, z: Floats, rank_correlation: float) -> Floats:
    """Uniforms whose rank correlation with u is the one given (Gaussian copula).

    Parameters
    ----------
    u : uniforms to follow.
    z : independent standard normals of the same shape.
    rank_correlation : Spearman's rho; the copula's correlation is 2 sin(pi rho / 6).
    """
    rho = copula_correlation(rank_correlation)
    return np.asarray(ndtr(rho * ndtri(u) + np.sqrt(1 - rho * rho) * z))


def copula_correlation(rank_correlation: float) -> float:
    """Correlation of the normals of a Gaussian copula whose ranks correlate as given."""
    return float(2 * np.sin(np.pi * rank_correlation / 6))


def plateau_efficiency(cluster: Cluster, u: Floats) -> Floats:
    """Plateau line efficiency: Beta on its range with the given mean and standard deviation."""
    low, high = cluster.efficiency_range
    if cluster.efficiency_sd == 0 or low == high:
        return np.full(u.shape, cluster.efficiency_mean)
    mean = (cluster.efficiency_mean - low) / (high - low)
    variance = (cluster.efficiency_sd / (high - low)) ** 2
    size = mean * (1 - mean) / variance - 1
    return np.asarray(low + (high - low) * betaincinv(mean * size, (1 - mean) * size, u))


def workers_of_firm(cluster: Cluster, u: Floats) -> Ints:
    """Workers of a firm: lognormal, rounded, clipped to its range."""
    size = cluster.workers_median * np.exp(cluster.workers_sigma * ndtri(u))
    low, high = cluster.workers_range
    return np.clip(half_up(size), half_up(low), half_up(high))


def line_posts(cluster: Cluster, workers: int) -> Ints:
    """Posts of each line of a firm: workers spread evenly over floor(workers/20 + .5) lines."""
    lines = max(1, int(half_up(workers / cluster.workers_per_line)))
    return workers // lines + (np.arange(lines) < workers % lines).astype(np.int64)


def poisson_quantile(u: Floats, mean: Floats) -> Ints:
    """Smallest k with P(Poisson(mean) <= k) >= u: rises with the mean for the same u."""
    count = np.zeros(u.shape, dtype=np.int64)
    term = np.exp(-mean)
    rest = u - term
    open_ = np.flatnonzero(rest > 0)
    k = 0
    while open_.size:
        k += 1
        count[open_] = k
        term[open_] *= mean[open_] / k
        rest[open_] -= term[open_]
        # past the mean, a term below the rounding of u cannot close what is left
        done = (rest[open_] <= 0) | ((k > mean[open_]) & (term[open_] < 1e-17))
        open_ = open_[~done]
    return count
