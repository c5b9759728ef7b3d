"""A sewing line as a process: change-over, learning, overtime, to the minute."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import lambertw

from kidswear_brain.cluster.columns import Days, Floats
from kidswear_brain.scenario.model import Line as Rules
from kidswear_brain.scenario.model import Scenario, Shock

DAY = 1440.0
Events = Generator[Any, Any, None]


@dataclass
class Lot:
    order: int
    line: int
    pieces: int
    work: float  # standard minutes
    speed: float  # 1 skilled, .75 off skill
    rework: float
    family: int
    parts_min: float  # parts at the firm
    due_min: float  # sewing must have ended
    accepted_min: float
    start_min: float | None = None
    completion_min: float | None = None


class Almanac:
    """Working days and attendance where a region's firms hire alike, with the shocks begun."""

    def __init__(
        self, scenario: Scenario, region: str, days: Days, hiring: tuple[float, float]
    ) -> None:
        self.scenario, self.region, self.days = scenario, region, days
        self.fill_days, self.gap_decay_days = hiring
        self.shocks: list[Shock] = []
        self.shift = float(np.floor(60 * scenario.calendar.hours_per_day + 0.5))
        longest = self.shift + np.floor(60 * scenario.line.overtime_hours_per_day + 0.5)
        self.opens = max(0.0, min(480.0, 1440 - longest))
        self.known: dict[int, tuple[tuple[float, float] | None, float]] = {}
        self.attended: Floats | None = None  # minutes a post attends up to each midnight

    def hit(self, shock: Shock) -> None:
        """Let a shock begin."""
        self.shocks.append(shock)
        self.known = {}
        self.attended = None

    def window(self, day: int) -> tuple[float, float] | None:
        """Return begin and end of the scheduled minutes of a day that shocks leave, or None."""
        if day not in self.known:
            self.known[day] = self._window(day), self._present(day)
        return self.known[day][0]

    def present(self, day: int) -> float:
        """Return the share of posts at which somebody sits."""
        self.window(day)
        return self.known[day][1]

    def _window(self, day: int) -> tuple[float, float] | None:
        k = day - self.days.first
        if self.days.rest[k] or self.days.shut_down[k]:
            return None
        kept = 1.0
        for shock in self.shocks:
            first, last = (
                (date - self.scenario.calendar.start).days
                for date in (shock.first_day, shock.last_day)
            )
            hit = shock.regions is None or self.region in shock.regions
            if hit and first <= day <= last:
                kept *= 1 - shock.capacity_lost_share
        shocked = np.floor((1 - kept) * self.shift + 0.5)
        if shocked >= self.shift:
            return None
        midnight = day * DAY
        return midnight + self.opens + shocked, midnight + self.opens + self.shift

    def attended_by(self, times: list[float]) -> Floats:
        """Return minutes that a post attends up to some times, a day's spread over its hours."""
        if self.attended is None:
            minutes = [0.0]
            for day in range(self.days.first, self.end):
                window = self.window(day)
                minutes.append((window[1] - window[0]) * self.present(day) if window else 0.0)
            self.attended = np.cumsum(minutes)
        midnights = DAY * np.arange(self.days.first, self.end + 1)
        return np.asarray(np.interp(times, midnights, self.attended))

    def _present(self, day: int) -> float:
        labor, k = self.scenario.labor, day - self.days.first
        steady = labor.turnover_share_per_month / 30 * self.fill_days
        since = self.days.since_festival[k]
        gap = labor.festival_gap_share * np.exp(-since / self.gap_decay_days)
        vacant = min(steady + gap, 0.95)
        absent = labor.harvest_absence_share if self.days.harvest[k] else labor.absence_share
        return float(1 - vacant - (1 - vacant) * absent)

    @property
    def end(self) -> int:
        return self.days.first + self.days.rest.size


@dataclass
class Progress:
    """How far the head lot is."""

    changeover: float  # scheduled minutes left
    learned: float  # scheduled days behind it
    left: float  # standard minutes left


@dataclass
class Line:
    number: int
    posts: float
    plateau: float
    almanac: Almanac
    queue: list[Lot] = field(default_factory=list)
    done: int = 0
    head: Progress | None = None  # None until the head lot's change-over begins
    since: float = 0.0  # when `head` was true
    at_work: bool = False
    changeover_factor: float = 1.0  # of the firm's digital tier
    last_family: int | None = None
    last_learned: float = 0.0
    overtime_left: float = 0.0  # of this month
    overtime_today: float = 0.0
    month: int = -1
    news: Any = None  # event: something was accepted
    expected: Any = (None, None)  # what the last expectation was made of, and the expectation

    # -- formulas ------------------------------------------------------------------------------

    @property
    def physics(self) -> Rules:
        return self.almanac.scenario.line

    @property
    def plateau_per_day(self) -> float:
        return self.posts * self.plateau * self.almanac.shift

    def rate(self, lot: Lot, day: int) -> float:
        """Return standard minutes a minute without learning loss."""
        base = self.posts * self.almanac.present(day) * self.plateau * lot.speed
        return base * (1 - lot.rework)

    def fresh(self, lot: Lot, last_family: int | None, last_learned: float) -> Progress:
        """Return the progress with which a lot starts after another one."""
        line = self.physics
        change = line.changeover_days * self.changeover_factor * self.almanac.shift
        if last_family is None or lot.family != last_family:
            return Progress(change, 0.0, lot.work)
        known = carried_over(line, last_learned)
        return Progress(change * line.same_family_changeover_share, known, lot.work)

    def worth(self, learned: float, days: float) -> float:
        """Return the integral of 1 - a exp(-k / tau) over some days."""
        a, tau = self.physics.learning_loss_share, self.physics.learning_days
        return float(days - a * tau * np.exp(-learned / tau) * (1 - np.exp(-days / tau)))

    def step(self, lot: Lot, progress: Progress, day: int, minutes: float) -> float | None:
        """Work some minutes of a day; return the minutes until the lot is done, else None."""
        used = min(progress.changeover, minutes)
        progress.changeover -= used
        left, shift = minutes - used, self.almanac.shift
        if left <= 0:
            return None
        rate = self.rate(lot, day) * shift  # a day
        made = rate * self.worth(progress.learned, left / shift)
        if made < progress.left:
            progress.left -= made
            progress.learned += left / shift
            return None
        days = float(days_worth(self.physics, progress.learned, progress.left / rate))
        progress.learned += days
        progress.left = 0.0
        return used + days * shift

    # -- expectations --------------------------------------------------------------------------

    def expected_end(self, lot: Lot, progress: Progress, start: float) -> tuple[float, float]:
        """Return the end of a lot in scheduled hours, and its learning by then."""
        now, progress = start, Progress(progress.changeover, progress.learned, progress.left)
        for day in range(int(start // DAY), self.almanac.end):
            window = self.almanac.window(day)
            if window is None:
                continue
            now = max(start, window[0])
            if now >= window[1]:
                continue
            after = self.step(lot, progress, day, window[1] - now)
            if after is not None:
                return now + after, progress.learned
        return np.inf, progress.learned

    def expect(self, now: float) -> tuple[float, int | None, float, bool]:
        """Return when the queue ends, family and learning by then, and whether a lot is late."""
        key = now, len(self.queue), self.done, len(self.almanac.shocks)
        if self.expected[0] == key:
            return self.expected[1]  # type: ignore[no-any-return]
        end, family, learned, late = now, self.last_family, self.last_learned, False
        for place, lot in enumerate(self.queue):
            if place == 0 and self.head is not None:
                end, learned = self.expected_end(lot, self.head, now)
            else:
                start = self.fresh(lot, family, learned)
                end, learned = self.expected_end(lot, start, max(end, lot.parts_min, now))
            family = lot.family
            late = late or end > lot.due_min
        self.expected = key, (end, family, learned, late)
        return end, family, learned, late

    def expected_with(self, lot: Lot, now: float) -> float:
        """Return when a lot would end behind the queue."""
        end, family, learned, _ = self.expect(now)
        start = self.fresh(lot, family, learned)
        return self.expected_end(lot, start, max(end, lot.parts_min, now))[0]

    # -- time passes ---------------------------------------------------------------------------

    def settle(self, now: float) -> None:
        """Bring the head lot's progress up to now."""
        if self.at_work and self.head is not None and now > self.since:
            self.step(self.queue[0], self.head, int(self.since // DAY), now - self.since)
        self.since = now

    def morning(self, now: float) -> None:
        """Decide the day's overtime."""
        day = int(now // DAY)
        month = int(self.almanac.days.month[day - self.almanac.days.first])
        if month != self.month:
            self.month = month
            self.overtime_left = 60.0 * self.physics.overtime_hours_per_month
        self.overtime_today = 0.0
        if not self.queue or self.almanac.window(day) is None:
            return
        waiting = sum(lot.work for lot in self.queue)
        if self.head is not None:
            waiting -= self.queue[0].work - self.head.left
        much = waiting > self.physics.overtime_backlog_days * self.plateau_per_day
        if much or self.expect(now)[3]:
            daily = 60.0 * self.physics.overtime_hours_per_day
            room = DAY - self.almanac.opens - self.almanac.shift
            self.overtime_today = min(daily, self.overtime_left, room)

    def run(self, env: Any, ended: Callable[[Lot, float], None]) -> Events:
        """Sew one lot after the other; call `ended` with each that is done."""
        while True:
            day = int(env.now // DAY)
            if day >= self.almanac.end:
                return
            window = self.almanac.window(day)
            closing = -np.inf if window is None else window[1] + self.overtime_today
            if window is None or env.now >= closing:
                yield env.timeout((day + 1) * DAY + MORNING - env.now)
                continue
            begin = max(window[0], day * DAY + MORNING)
            if env.now < begin:
                yield env.timeout(begin - env.now)
                continue
            if not self.queue or (self.head is None and self.queue[0].parts_min >= closing):
                self.news = env.event()
                yield self.news | env.timeout(closing - env.now)
                continue
            if self.head is None and self.queue[0].parts_min > env.now:
                yield env.timeout(self.queue[0].parts_min - env.now)
                continue
            yield from self._work(env, window[1], closing, ended)

    def _work(
        self, env: Any, scheduled: float, closing: float, ended: Callable[[Lot, float], None]
    ) -> Events:
        lot, day = self.queue[0], int(env.now // DAY)
        if self.head is None:
            self.head = self.fresh(lot, self.last_family, self.last_learned)
            lot.start_min = env.now
        begin = env.now
        copy = Progress(self.head.changeover, self.head.learned, self.head.left)
        after = self.step(lot, copy, day, closing - begin)
        self.since, self.at_work = begin, True
        yield env.timeout(closing - begin if after is None else after)
        self.at_work = False
        self.overtime_left -= max(0.0, env.now - max(begin, scheduled))
        if after is None:
            self._settle_from(begin, env.now, lot, day)
            return
        self.last_family, self.last_learned = lot.family, copy.learned
        lot.completion_min = env.now
        self.queue.pop(0)
        self.head = None
        self.done += 1
        ended(lot, env.now)

    def _settle_from(self, begin: float, now: float, lot: Lot, day: int) -> None:
        """Bring progress up to the end of the window, from where it was last settled."""
        start = max(begin, self.since)
        if now > start and self.head is not None:
            self.step(lot, self.head, day, now - start)
        self.since = now


def carried_over(line: Rules, last_learned: float) -> float:
    """Return the days of learning with which a lot of the same family starts."""
    gained = 1 - np.exp(-last_learned / line.learning_days)
    return float(-line.learning_days * np.log(1 - line.carryover_share * gained))


def days_worth(line: Rules, learned: Any, worth: Any) -> Any:
    """Return the days of work that are worth so many at the plateau, by Lambert's W."""
    a, tau = line.learning_loss_share, line.learning_days
    c = a * tau * np.exp(-learned / tau)
    most = worth + c
    return most + tau * lambertw(-(c / tau) * np.exp(-most / tau)).real


MORNING = 1e-6
"""Just after the midnight epoch: a shift that begins at 0:00 must not begin before it."""
