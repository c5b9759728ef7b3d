"""Digital tiers of firms: workshop, digital workshop, smart factory, future factory.

A workshop is what the rest of the model describes; a higher tier multiplies a firm's plateau, its
change-over and the error of its reports. Larger firms stand in higher tiers more often. The tiers
are physics: they, and upgrading, are the same in both arms.
"""

import numpy as np
from scipy.special import ndtr, ndtri

from kidswear_brain.cluster.columns import Floats, Ints
from kidswear_brain.cluster.draws import copula_correlation, correlated
from kidswear_brain.cluster.streams import normal, uniform
from kidswear_brain.scenario.digital import Digital, Tier

TIERS = ("workshop", "digital_workshop", "smart_factory", "future_factory")
"""From the lowest; a firm's tier is its place here."""
_WORKSHOP = Tier(share=0, efficiency_factor=1, changeover_factor=1, report_error_factor=1)
_NODES = 64


def draw_tiers(digital: Digital, seed: int, workers_uniform: Floats) -> Ints:
    """(f,): tier of each firm.

    Parameters
    ----------
    digital : shares of the tiers; their rank correlation with size; the share that upgrades.
    workers_uniform : (f,) the uniforms that the firms' workers are drawn by.
    """
    firm = np.arange(workers_uniform.size)
    shift = normal(seed, "firm tier", firm)
    rank = correlated(workers_uniform, shift, digital.size_correlation)
    tier = np.searchsorted(_edges(digital), rank, side="right")
    upgrades = uniform(seed, "firm upgrade", firm) < digital.upgrade_share
    return np.minimum(tier + upgrades, len(TIERS) - 1).astype(np.int64)


def tier_probabilities(digital: Digital, size_share: Floats) -> Floats:
    """(w, 4): probability of each tier given the size of a firm, upgrading included.

    Parameters
    ----------
    size_share : (w,) probability of each possible size, from the smallest; sums to 1.
    """
    above = np.cumsum(size_share)
    part = (np.arange(_NODES) + 0.5) / _NODES
    u = (above - size_share)[:, None] + size_share[:, None] * part
    size = ndtri(np.clip(u, 1e-12, 1 - 1e-12))
    rho = copula_correlation(digital.size_correlation)
    bar = (ndtri(_edges(digital))[:, None, None] - rho * size) / np.sqrt(1 - rho * rho)
    at_least = (1 - ndtr(bar)).mean(axis=2).T
    whole, none = np.ones((size_share.size, 1)), np.zeros((size_share.size, 1))
    drawn = -np.diff(np.hstack([whole, at_least, none]), axis=1)
    moved = digital.upgrade_share * drawn[:, :-1]
    return drawn + np.hstack([none, moved]) - np.hstack([moved, none])


def efficiency_factors(digital: Digital) -> Floats:
    """(4,): factor of each tier on the plateau."""
    return np.array([tier.efficiency_factor for tier in _tiers(digital)])


def changeover_factors(digital: Digital) -> Floats:
    """(4,): factor of each tier on change-over."""
    return np.array([tier.changeover_factor for tier in _tiers(digital)])


def report_error_factors(digital: Digital) -> Floats:
    """(4,): factor of each tier on the error of reported capacity."""
    return np.array([tier.report_error_factor for tier in _tiers(digital)])


def _tiers(digital: Digital) -> tuple[Tier, ...]:
    return _WORKSHOP, digital.digital_workshop, digital.smart_factory, digital.future_factory


def _edges(digital: Digital) -> Floats:
    """(3,): rank from which on a firm is at least a digital workshop, smart, future factory."""
    share = np.array([tier.share for tier in _tiers(digital)[1:]])
    return np.asarray(1 - np.cumsum(share[::-1])[::-1])
