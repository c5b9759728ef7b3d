"""Whether the warm-up is long enough: MSER-5 on what a twice as long one would change.

A district's days are not alike: seasons move its output more than an empty start does, so MSER-5
on output itself would find seasons. Both arms are therefore lived through twice, on the same
orders, once begun at the scenario's warm-up and once at twice as much. The difference of their
daily output has no season; it fades as the empty start is forgotten.
"""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.scenario import Scenario
from kidswear_brain.simulation.run import ARMS, simulate_arm

BATCH = 5


@dataclass(frozen=True, slots=True)
class WarmupCheck:
    """What MSER-5 says of one arm in one world."""

    arm: str
    warmup_days: int
    dropped_days: int
    """Days MSER-5 drops from the begin of the simulation."""
    bias: float
    """Utilization of the measured window less that after twice the warm-up."""

    @property
    def long_enough(self) -> bool:
        """Whether all days to be dropped lie in the warm-up."""
        return self.dropped_days <= self.warmup_days


def check_warmup(scenario: Scenario, seed: int) -> tuple[WarmupCheck, ...]:
    """Check the warm-up of both arms in one world; costs some two and a half replications.

    Utilization here is good standard minutes of the measured days over sustainable capacity.
    """
    calendar = scenario.calendar
    twice = calendar.model_copy(update={"warmup_days": 2 * calendar.warmup_days})
    longer = scenario.model_copy(update={"calendar": twice})
    return tuple(_check(arm, scenario, longer, seed) for arm in ARMS)


def mser5(series: Floats) -> int:
    """Say how many values to drop from the begin of a series so that its mean is steadiest.

    MSER-5 (White, Cobb and Spratt 2000): batches of 5, and the d in the first half of the n batches
    for which the squared standard error of the mean of the rest, sum (y - mean)^2 / (n - d)^2, is
    least; the first such d.

    Parameters
    ----------
    series : (n,) array
        In the order of time.

    Returns
    -------
    int
        A multiple of 5; half the series means that it has not become steady.
    """
    n = len(series) // BATCH
    batches = np.asarray(series, dtype=np.float64)[: n * BATCH].reshape(n, BATCH).mean(axis=1)
    if n < 2:
        return 0
    tests = [float(batches[d:].var()) / (n - d) for d in range(n // 2 + 1)]
    return BATCH * int(np.argmin(tests))


def _check(arm: str, scenario: Scenario, longer: Scenario, seed: int) -> WarmupCheck:
    warmup = scenario.calendar.warmup_days
    short, long = (_daily_output(each, seed, arm) for each in (scenario, longer))
    difference = short - long[warmup:]
    measured = difference[warmup : warmup + scenario.calendar.days]
    return WarmupCheck(arm, warmup, mser5(difference), float(measured.sum()))


def _daily_output(scenario: Scenario, seed: int, arm: str) -> Floats:
    """(d,) good standard minutes a simulated day, as a share of the window's capacity."""
    rows = simulate_arm(scenario, seed, arm)
    days, lines = rows.cluster.days, rows.cluster.lines
    open_days = (days.measured & ~days.rest & ~days.shut_down).sum()
    output: Floats = rows.good_min.sum(axis=0) / (lines.capacity_per_day.sum() * open_days)
    return output
