"""The moments: figures that the simulated district is held against (MODEL section 8).

Targets may be fitted; a check follows from targets; held-out rows are never fitted to and say
whether a fit is more than a fit.
"""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.errors import RunError

Use = Literal["target", "check", "held out"]
Side = Literal["baseline", "brain", "gain"]
NORMAL_95 = 1.959964
"""Half-width of a 95 % interval in standard deviations."""
RESAMPLES = 2000
LIFTED = "lifted_firms_share"
"""The one moment that is no measure of either arm: it pairs firms (`economics.held`)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One figure with the range that what is known of the district allows."""

    name: str
    measure: str
    side: Side
    """Of either arm, or the relative change from baseline to brain in the same world."""
    low: float
    high: float
    """The 95 % range; infinite where only one side is known."""
    use: Use
    definition: str
    window: str
    source: str

    @property
    def target(self) -> float:
        """Middle of the range; the known end where the other is open."""
        if math.isinf(self.high):
            return self.low
        return (self.low + self.high) / 2

    @property
    def tolerance(self) -> float:
        """Half the range, read as the half-width of a 95 % interval; inf where one end is open."""
        return (self.high - self.low) / 2

    @property
    def standard_error(self) -> float:
        """How uncertain the observed figure is held to be: tolerance / 1.96."""
        return self.tolerance / NORMAL_95

    def holds(self, value: float) -> bool:
        """Whether a figure lies in the range, both ends included; nan does not."""
        return self.low <= value <= self.high

    def of(self, baseline: Mapping[str, Floats], brain: Mapping[str, Floats]) -> Floats:
        """Take it from measures by name, (n,) worlds each: (n,)."""
        if self.side != "gain":
            return (baseline if self.side == "baseline" else brain)[self.measure]
        before = baseline[self.measure]
        return brain[self.measure] / np.where(before == 0, math.nan, before) - 1


_YEAR = "the measured year"
_CLAIM = "district newspaper page of May 2022: the claim under study"
_TABLE = "MODEL 8, no source beyond it; the width of 'about' is assumed"

MOMENTS: tuple[Moment, ...] = (
    Moment(
        "utilization_gain",
        "utilization",
        "gain",
        0.28,
        0.36,
        "target",
        "relative rise of utilization, weighted by capacity",
        _YEAR,
        _CLAIM + ", read as relative; +-4 points from MODEL 8",
    ),
    Moment(
        "procurement_change",
        "procurement_cost_index",
        "gain",
        -0.07,
        -0.05,
        "target",
        "relative change of the procurement cost index",
        _YEAR,
        _CLAIM + "; +-1 point from MODEL 8",
    ),
    Moment(
        "utilization_baseline",
        "utilization",
        "baseline",
        0.55,
        0.62,
        "target",
        "utilization without the brain",
        _YEAR,
        "MODEL 1.1: what a relative +32 % leaves room for below the national textile level",
    ),
    Moment(
        "utilization_brain",
        "utilization",
        "brain",
        0.76,
        0.80,
        "check",
        "utilization with the brain; follows from baseline and gain",
        _YEAR,
        "national textile utilization, 73.1 % in 2020 and 79.5 % in 2021",
    ),
    Moment(
        "fill_rate_baseline",
        "fill_rate",
        "baseline",
        0.70,
        0.80,
        "held out",
        "pieces delivered by the due date / pieces ordered, without the brain",
        _YEAR,
        _TABLE,
    ),
    Moment(
        "fill_rate_brain",
        "fill_rate",
        "brain",
        0.92,
        0.98,
        "held out",
        "the same with the brain",
        _YEAR,
        _TABLE,
    ),
    Moment(
        "pieces_per_worker_day",
        "pieces_per_worker_day",
        "brain",
        10,
        18,
        "held out",
        "pieces sewn per attended worker-day with the brain",
        _YEAR,
        "MODEL 8",
    ),
    Moment(
        "pieces_per_worker_day_best_month",
        "pieces_per_worker_day_best_month",
        "brain",
        14,
        20,
        "held out",
        "the same in its best month",
        "the best calendar month of the measured year",
        "MODEL 8",
    ),
    Moment(
        "t_shirt_cycle_days",
        "t_shirt_cycle_days",
        "brain",
        2,
        3,
        "held out",
        "days from cut parts leaving the hub to garments back, T-shirt orders of 2,000 to 4,500 "
        "pieces on 3 and more lines of Wangjiang's region, with the brain",
        _YEAR,
        "MODEL 8: 3,000 T-shirts over several lines, Wangjiang",
    ),
    Moment(
        "best_month_over_february",
        "best_month_over_february",
        "brain",
        3,
        math.inf,
        "held out",
        "output of the best month of July to December / that of February, with the brain",
        "whole calendar months of the measured year",
        "MODEL 8",
    ),
    Moment(
        "lifted_firms",
        LIFTED,
        "brain",
        1e-9,
        math.inf,
        "held out",
        "share of firms with utilization .55 to .65 without the brain and above .90 with it",
        _YEAR,
        "MODEL 8: a firm lifted from about 60 % to above 90 % exists",
    ),
)
"""Every moment, in the order of MODEL's table."""

TARGETS = tuple(moment.name for moment in MOMENTS if moment.use == "target")


def moments(names: Sequence[str] = TARGETS) -> tuple[Moment, ...]:
    """Look moments up by name.

    Raises
    ------
    RunError
        If there is no such moment, or it is named twice; every such name is told.
    """
    known = {moment.name: moment for moment in MOMENTS}
    problems = [_unknown(name, list(known)) for name in names if name not in known]
    problems += [
        f"{name}: found twice, allowed once" for name in set(names) if names.count(name) > 1
    ]
    if problems:
        raise RunError("\n".join(problems))
    return tuple(known[name] for name in names)


def bootstrap_covariance(values: Floats, seed: int = 1, resamples: int = RESAMPLES) -> Floats:
    """Estimate the covariance of the mean moments over replications by resampling whole worlds.

    Parameters
    ----------
    values
        (n, k): k moments in n worlds.
    seed, resamples
        Of the bootstrap.

    Returns
    -------
    (k, k) array
        Zero where n is 1: nothing is known then about the spread between worlds. With n worlds
        the bootstrap's variance is (n - 1)/n of the unbiased one; that is put right.
    """
    n, k = values.shape
    if n == 1:
        return np.zeros((k, k))
    rng = np.random.default_rng(seed)
    means = values[rng.integers(n, size=(resamples, n))].mean(axis=1)
    return np.asarray(np.atleast_2d(np.cov(means, rowvar=False)) * n / (n - 1))


def _unknown(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "see docs/validation.md"
    return f"{name}: found no such moment, allowed {', '.join(known)}; {hint}"
