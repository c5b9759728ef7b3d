"""Replications to a precision: how many more, until the paired interval is narrow enough."""

import math
from dataclasses import dataclass

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.comparison import Comparison
from kidswear_brain.results.measures import MEASURES, family_stem

LEAST, MOST = 5, 64
"""Replications before the first look, as few give too narrow an interval by luck; and at the end
whatever the interval."""


@dataclass(frozen=True, slots=True)
class Precision:
    """What interval is wanted: of the difference brain - baseline, in units of the measure."""

    measure: str
    half_width: float
    least: int = LEAST
    most: int = MOST

    def __str__(self) -> str:
        return f"{self.measure}:{self.half_width:g} of {self.least} to {self.most}"

    def reached(self, pair: Comparison) -> float:
        """Compute half the 95 % interval there is.

        Raises
        ------
        RunError
            If the measure has no value in some replication, or does not exist.
        """
        difference = pair.gain(self.measure, points=True)
        if difference.high is None or math.isnan(difference.high):
            raise RunError(f"--precision: {self.measure} has no value in some replication")
        return difference.high - difference.mean

    def following(self, number: int, half_width: float) -> int:
        """Say how many replications there should be after so many; the same number: enough.

        The interval narrows with the root of the number. At most twice as many are asked for at a
        time, as an interval of few replications is itself uncertain.
        """
        if half_width <= self.half_width or number >= self.most:
            return number
        wanted = math.ceil(number * (half_width / self.half_width) ** 2)
        return min(max(wanted, number + 1), 2 * number, self.most)


def read_precision(text: str, least: int = LEAST, most: int = MOST) -> Precision:
    """Read ``MEASURE:HALFWIDTH``.

    Raises
    ------
    RunError
        If it is written otherwise, or no measure has that name.
    """
    measure, _, width = text.partition(":")
    try:
        half_width = float(width)
    except ValueError:
        half_width = math.nan
    if not 0 < half_width < math.inf:
        raise RunError(
            f"--precision: found {text!r}, allowed MEASURE:HALFWIDTH, e.g. utilization:0.005"
        )
    if not any(_names(entry.name, measure) for entry in MEASURES):
        raise RunError(f"--precision: found no measure {measure!r}; docs/measures.md lists them")
    return Precision(measure, half_width, least, most)


def _names(entry: str, measure: str) -> bool:
    """Whether an entry of the registry is a measure, or the family it belongs to."""
    stem = family_stem(entry)
    return measure == entry or (stem != entry and measure.startswith(stem))
