"""Compiled kernels of sewing: how long a lot takes on a line.

On a new style, k scheduled days after the change-over, a line works at P s (1 - a exp(-k / tau))
standard minutes per attended operator-minute (MODEL section 3). Within a day attendance is
constant, so that the integral is closed; over days it is summed.
"""

from typing import NamedTuple

import numpy as np

from kidswear_brain.compiled import compiled_lent
from kidswear_brain.simulation.state import Physics, Works

DAY = 1440
NOT_KNOWN = 1e18
"""A time beyond every calendar."""


class Begin(NamedTuple):
    """What a lot begins with on a line."""

    rate: float
    """Standard minutes a minute at the plateau, every post attended, rework deducted."""
    start: float
    """Minute from which the line can work on it."""
    changeover: float
    """Scheduled minutes of change-over left."""
    learned: float
    """Scheduled days of learning behind it."""


@compiled_lent
def start_of(
    physics: Physics, last_family: int, last_learned: float, family: int
) -> tuple[float, float]:
    """Change-over in days, and learned days, with which a lot starts after the one before."""
    if family != last_family:
        return physics.changeover_days, 0.0
    kept = physics.carryover * (1 - np.exp(-last_learned / physics.tau))
    return physics.changeover_days * physics.same_family_changeover, -physics.tau * np.log(1 - kept)


@compiled_lent
def effective_days(physics: Physics, learned: float, days: float) -> float:
    """Days at the plateau that some days of work are worth, from a state of learning."""
    if physics.loss == 0:
        return days
    decay = physics.loss * physics.tau * np.exp(-learned / physics.tau)
    return float(days - decay * (1 - np.exp(-days / physics.tau)))


@compiled_lent
def days_for(physics: Physics, learned: float, effective: float) -> float:
    """Days of work that are worth so many days at the plateau: the inverse of `effective_days`."""
    share = physics.loss * np.exp(-learned / physics.tau)
    days = effective + share * physics.tau
    for _ in range(60):
        gone = np.exp(-days / physics.tau)
        step = (days - share * physics.tau * (1 - gone) - effective) / (1 - share * gone)
        days -= step
        if step <= 1e-12 * (1 + days):
            break
    return float(max(days, 0.0))


@compiled_lent
def finish(works: Works, firm: int, begin: Begin, work: float) -> tuple[float, float]:
    """When a lot ends, and how much its line has learned by then, in scheduled days.

    Parameters
    ----------
    work : standard minutes left.
    """
    now, _, learned, worth = _last_day(works, firm, begin, work, NOT_KNOWN)
    if worth < 0:
        return NOT_KNOWN, learned
    days = days_for(works.physics, learned, worth)
    return now + days * works.firms[firm].shift_min, learned + days


@compiled_lent
def ends_by(works: Works, firm: int, begin: Begin, work: float, latest: float) -> bool:
    """Whether a lot ends by a time: what `finish` says, mostly without its last integral."""
    now, close, learned, worth = _last_day(works, firm, begin, work, latest)
    if worth < 0 or now > latest:
        return False
    if close + 1 < latest:
        return True
    days = days_for(works.physics, learned, worth)
    return bool(now + days * works.firms[firm].shift_min <= latest)


@compiled_lent
def _last_day(
    works: Works, firm: int, begin: Begin, work: float, latest: float
) -> tuple[float, float, float, float]:
    """Go to the day on which a lot ends, or past `latest`.

    Returns
    -------
    When its sewing goes on that day, when the day closes, scheduled days learned before, and what
    is left in plateau-days: negative where it ends after `latest` or after the calendar.
    """
    rate, start, changeover, learned = begin
    calendar, tau, place = works.calendar, works.physics.tau, works.firms[firm]
    row, shift, opening = place.row, place.shift_min, place.open_min
    lost = works.physics.loss * tau * np.exp(-learned / tau)
    whole = 1 - np.exp(-1 / tau)
    day = int(np.floor(start / DAY))
    now = start
    for column in range(day - works.first_day, calendar.shape[1]):
        if now > latest:
            break
        today = calendar[row, column]
        if today.available > 0:
            now = max(now, float(day * DAY + opening + today.shocked))
            left = day * DAY + opening + today.shocked + today.available - now
            used = max(min(changeover, left), 0.0)
            changeover -= used
            now += used
            left -= used
            if left > 0:
                per_day = rate * (1 - today.vacancy - today.absence) * shift
                gone = lost * (whole if left == shift else 1 - np.exp(-left / shift / tau))
                done = per_day * (left / shift - gone)
                if done >= work:
                    return now, now + left, learned, work / per_day
                work -= done
                lost -= gone
                learned += left / shift
        day += 1
        now = float(day * DAY)
    return NOT_KNOWN, NOT_KNOWN, learned, -1.0
