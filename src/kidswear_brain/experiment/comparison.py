"""Both arms over replications: means, paired gains, and their 95 % intervals."""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.errors import RunError

CONFIDENCE = 0.95
LEAST_BASE = 0.01
"""A mean baseline below this is too near zero to take a relative change of."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` replications and its 95 % t interval; low and high are None when n = 1."""

    mean: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every measure of both arms on the same random worlds."""

    scenario_hash: str
    seed: int
    measures: Mapping[str, Mapping[str, Floats]]
    """Arm -> measure -> (n,) values, in the order of the replications."""

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(next(iter(self.measures["brain"].values())))

    def estimate(self, measure: str, arm: str) -> Estimate:
        """Estimate a measure of one arm: its mean over replications.

        Raises
        ------
        RunError
            If there is no such measure or arm.
        """
        return estimate(self._values(measure, arm))

    def gain(self, measure: str, points: bool = False) -> Estimate:
        """Estimate what the brain changes, paired by replication.

        Parameters
        ----------
        measure : str
            Name of the measure.
        points : bool
            False: relative, brain / baseline - 1, the mean and interval of the ratios of each
            replication; nan where a baseline is zero. True: the difference brain - baseline.

        Raises
        ------
        RunError
            If there is no such measure.
        """
        return estimate(self.effects(measure, points))

    def effects(self, measure: str, points: bool = False) -> Floats:
        """Compute what the brain changes in each replication, as `gain` reads it: (n,).

        Raises
        ------
        RunError
            If there is no such measure.
        """
        baseline, brain = (self._values(measure, arm) for arm in ("baseline", "brain"))
        change: Floats = brain - baseline
        if points:
            return change
        relative: Floats = brain / np.where(baseline == 0, math.nan, baseline) - 1
        return relative

    def shown_gain(self, measure: str) -> Estimate:
        """Estimate the relative change for a reader: nan where a ratio would mislead.

        That is where either mean is negative, so that the sign of a ratio says nothing, or the
        baseline's is below `LEAST_BASE`, so that a trifle becomes thousands of per cent.

        Raises
        ------
        RunError
            If there is no such measure.
        """
        baseline, brain = (self.estimate(measure, arm).mean for arm in ("baseline", "brain"))
        if baseline < LEAST_BASE or brain < 0:
            return estimate(np.full(self.replications, math.nan))
        return self.gain(measure)

    def _values(self, measure: str, arm: str) -> Floats:
        if arm not in self.measures:
            raise RunError(f"arm: found {arm!r}, allowed {' or '.join(self.measures)}")
        values = self.measures[arm]
        if measure not in values:
            near = difflib.get_close_matches(measure, values, n=1)
            hint = f", did you mean {near[0]}?" if near else ""
            raise RunError(f"measure: found {measure!r}, which does not exist{hint}")
        return values[measure]


def simultaneous(intervals: int) -> float:
    """Say how confident each of several intervals must be for all to hold together with 95 %.

    Bonferroni's rule: their chances of error add up to at most 5 %, however they depend.
    """
    return 1 - (1 - CONFIDENCE) / intervals


def estimate(values: Sequence[float] | Floats, confidence: float = CONFIDENCE) -> Estimate:
    """Estimate a mean: Student's t interval over independent replications.

    A nan among the values makes the estimate nan: what could not be measured in one world is not
    averaged away.
    """
    data = np.asarray(values, dtype=np.float64)
    n = len(data)
    mean = float(data.mean())
    if n == 1:
        return Estimate(mean, None, None, 1)
    quantile = float(stdtrit(n - 1, 0.5 + confidence / 2))
    half = quantile * float(data.std(ddof=1)) / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n)


def unpaired(
    first: Sequence[float] | Floats,
    second: Sequence[float] | Floats,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Estimate mean(second) - mean(first) of independent samples: Welch's t interval.

    Without spread in either sample the interval is the difference alone; low and high are None
    when either has one value only. `n` is the size of the smaller sample.
    """
    one, two = (np.asarray(values, dtype=np.float64) for values in (first, second))
    n = min(len(one), len(two))
    mean = float(two.mean() - one.mean())
    if n == 1:
        return Estimate(mean, None, None, 1)
    parts = [float(values.var(ddof=1)) / len(values) for values in (one, two)]
    total = sum(parts)
    if total == 0:
        return Estimate(mean, mean, mean, n)
    spread = zip(parts, (one, two), strict=True)
    freedom = total**2 / sum(part**2 / (len(values) - 1) for part, values in spread)
    half = float(stdtrit(freedom, 0.5 + confidence / 2)) * math.sqrt(total)
    return Estimate(mean, mean - half, mean + half, n)
