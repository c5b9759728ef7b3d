"""A cheap twin of the district whose moments are known in closed form.

Firms are servers and orders calls: a brand that knows k firms loses the Erlang share B(k, load k),
a platform makes the pool larger. A world shakes the load a little, the same at every point.
"""

import dataclasses

import numpy as np
from scipy.special import gammaincc, gammaln

from kidswear_brain.economics.moments import MOMENTS as KNOWN
from kidswear_brain.economics.priors import axes
from kidswear_brain.economics.smm import MomentProblem

MOMENT = KNOWN[0]

WORLDS = 6
LOAD = (0.7, 1.1)
KNOWN = (1.0, 6.0)
POOL = (1.5, 6.0)
NAMES = ("load", "known", "pool")
MOMENTS = ("baseline", "gain", "loss")


def erlang_loss(servers, offered):
    """Erlang's B for any real number of servers."""
    log = servers * np.log(offered) - offered - gammaln(servers + 1)
    return np.exp(log) / gammaincc(servers + 1, offered)


def natural(point):
    ends = (LOAD, KNOWN, POOL)
    return [low + u * (high - low) for u, (low, high) in zip(point, ends, strict=True)]


def moments_at(load, known, pool):
    baseline = load * (1 - erlang_loss(known, load * known))
    brain = load * (1 - erlang_loss(known * pool, load * known * pool))
    return np.stack([baseline, brain / baseline - 1, 1 - brain / load], axis=-1)


def simulator(seed):
    """Moments (n, 3) at a point of the cube, in worlds of one seed."""
    shake = 1 + 0.02 * np.random.default_rng(seed).normal(size=WORLDS)

    def simulate(point):
        load, known, pool = natural(point)
        return moments_at(load * shake, known, pool)

    return simulate


def truth(point):
    """What is observed of the twin on average over worlds, nearly: (3,)."""
    return moments_at(*natural(point))


ERROR = np.array([0.01, 0.015, 0.008])
"""Standard errors of the observed figures."""


def problem(point, seed, which=(0, 1, 2), names=NAMES, simulate=None):
    """Figures observed with error at a true point, to be explained in other worlds."""
    rng = np.random.default_rng([seed, 7])
    which = list(which)
    seen = moments_at(*natural(point)) + ERROR * rng.normal(size=3)
    run = simulate or simulator(seed)
    return MomentProblem(
        names,
        tuple(MOMENTS[i] for i in which),
        seen[which],
        np.diag(ERROR[which] ** 2),
        lambda p: run(p)[:, which],
    )


class TwinWorlds:
    """Stands in for `Worlds`: the twin at any size, a smaller one with a bias of its own."""

    def __init__(self, target, bias):
        self.cube = axes(["demand.load", "market.known_firms", "demand.sampling_days"])
        self.moments = tuple(
            dataclasses.replace(MOMENT, name=name, low=t - 1.96 * se, high=t + 1.96 * se)
            for name, t, se in zip(MOMENTS, target, ERROR, strict=True)
        )
        self.seed = 1
        self.path, self.given = "kidswear:wuxing", {}
        self.bias = np.asarray(bias)
        self.asked = []

    def values(self, points, worlds, size):
        return [self._at(p, list(n), size) for p, n in zip(points, worlds, strict=True)]

    def _at(self, point, numbers, size):
        self.asked.append((size, tuple(point)))
        load, known, pool = natural(point)
        rows = [
            moments_at(load * (1 + 0.02 * np.random.default_rng(r).normal()), known, pool)
            for r in numbers
        ]
        return np.array(rows) - (self.bias if size < 1 else 0)

    def errors(self):
        return ["RuntimeError: by design"]
