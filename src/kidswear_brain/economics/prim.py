"""Where in the space of parameters does something hold? The patient rule induction method (PRIM).

Friedman and Fisher (1999): begin with everything, and peel off a thin slice at one end of one
coordinate, again and again, each time the slice whose loss leaves the largest share of points for
which it holds. The method is short and the libraries that offer it either bring a whole workbench
or are not kept up, so it stands here.
"""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Bools, Floats

PEEL = 0.05
"""Share of the points in the box that a slice may take off."""
LEAST = 0.05
"""Share of all points a box must keep: of fewer, their share of hits is chance."""
NEEDED = 0.02
"""A bound stays only if without it the share of hits falls by more than this."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of coordinates: 0-1 where unbounded."""

    low: Floats
    """(d,)"""
    high: Floats
    density: float
    """Share of the points inside for which it holds."""
    coverage: float
    """Share of all points for which it holds that lie inside."""
    support: float
    """Share of all points inside."""

    @property
    def bounded(self) -> tuple[int, ...]:
        """Which coordinates have a bound."""
        return tuple(np.flatnonzero((self.low > 0) | (self.high < 1)).tolist())

    def inside(self, points: Floats) -> Bools:
        """(n,) which points lie inside, both ends included."""
        return np.asarray(((points >= self.low) & (points <= self.high)).all(axis=1))


def find_box(points: Floats, holds: Bools) -> Box:
    """Find the box in which something holds most purely without losing most of where it does.

    Parameters
    ----------
    points : (n, d) array
        Of the unit cube.
    holds : (n,) bool array
        Whether it holds there.

    Returns
    -------
    Box
        Of all boxes on the way of peeling the one with the largest harmonic mean of density and
        coverage, its needless bounds taken off; the whole cube where it holds nowhere.
    """
    d = points.shape[1]
    low, high = np.zeros(d), np.ones(d)
    best = _box(points, holds, low, high)
    if not holds.any():
        return best
    inside = np.arange(len(points))
    while len(inside) > LEAST * len(points):
        cut = _best_cut(points[inside], holds[inside])
        if cut is None:
            break
        place, upper, bound = cut
        (high if upper else low)[place] = bound
        box = _box(points, holds, low, high)
        inside = np.flatnonzero(box.inside(points))
        if box.support >= LEAST and _merit(box) > _merit(best):
            best = box
    return _pruned(points, holds, best)


def _best_cut(points: Floats, holds: Bools) -> tuple[int, bool, float] | None:
    """The slice whose loss leaves the purest rest: coordinate, which end, new bound."""
    best, found = holds.mean(), None
    for place in range(points.shape[1]):
        column = points[:, place]
        for upper in (False, True):
            bound = float(np.quantile(column, 1 - PEEL if upper else PEEL))
            rest = column <= bound if upper else column >= bound
            if rest.all() or not rest.any():
                continue
            density = holds[rest].mean()
            if density > best:
                best, found = density, (place, upper, bound)
    return found


def _pruned(points: Floats, holds: Bools, box: Box) -> Box:
    """Take off, the least needed first, every bound without which the box is about as pure."""
    while box.bounded:
        low_high = [(box.low.copy(), box.high.copy()) for _ in range(2 * len(box.bounded))]
        for k, place in enumerate(box.bounded):
            low_high[2 * k][0][place] = 0
            low_high[2 * k + 1][1][place] = 1
        wider = [
            _box(points, holds, low, high)
            for low, high in low_high
            if (low != box.low).any() or (high != box.high).any()
        ]
        widest = max(wider, key=lambda one: one.density)
        if widest.density < box.density - NEEDED:
            return box
        box = widest
    return box


def _box(points: Floats, holds: Bools, low: Floats, high: Floats) -> Box:
    low, high = low.copy(), high.copy()
    inside = ((points >= low) & (points <= high)).all(axis=1)
    hits = int((inside & holds).sum())
    return Box(
        low,
        high,
        hits / max(int(inside.sum()), 1),
        hits / max(int(holds.sum()), 1),
        float(inside.mean()),
    )


def _merit(box: Box) -> float:
    both = box.density + box.coverage
    return 2 * box.density * box.coverage / both if both else 0.0
