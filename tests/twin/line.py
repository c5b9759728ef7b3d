"""A sewing line as a process: change-over, learning, overtime, to the minute."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import lambertw

DAY = 1440.0


@dataclass
class Lot:
    order: int
    line: int
    pieces: int
    work: float  # standard minutes
    speed: float  # 1 skilled, .75 off skill
    family: int
    parts_min: float  # parts at the firm
    due_min: float  # sewing must have ended
    accepted_min: float
    start_min: float | None = None
    completion_min: float | None = None


class Almanac:
    """Working days and attendance of one region, with the shocks that have begun."""

    def __init__(self, scenario, region, days):
        self.scenario, self.region, self.days = scenario, region, days
        self.shocks = []
        self.shift = float(np.floor(60 * scenario.calendar.hours_per_day + 0.5))
        longest = self.shift + np.floor(60 * scenario.line.overtime_hours_per_day + 0.5)
        self.opens = max(0.0, min(480.0, 1440 - longest))
        self.known = {}  # windows by day, and attendance

    def hit(self, shock):
        """Let a shock begin."""
        self.shocks.append(shock)
        self.known = {}

    def window(self, day):
        """Return begin and end of the scheduled minutes of a day that shocks leave, or None."""
        if day not in self.known:
            self.known[day] = self._window(day), self._present(day)
        return self.known[day][0]

    def present(self, day):
        """Return the share of posts at which somebody sits."""
        self.window(day)
        return self.known[day][1]

    def _window(self, day):
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

    def _present(self, day):
        labor, k = self.scenario.labor, day - self.days.first
        steady = labor.turnover_share_per_month / 30 * labor.fill_days
        since = self.days.since_festival[k]
        gap = labor.festival_gap_share * np.exp(-since / labor.festival_gap_decay_days)
        vacant = min(steady + gap, 0.95)
        absent = labor.harvest_absence_share if self.days.harvest[k] else labor.absence_share
        return 1 - vacant - (1 - vacant) * absent

    @property
    def end(self):
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
    queue: list = field(default_factory=list)
    done: list = field(default_factory=list)
    head: Progress | None = None  # None until the head lot's change-over begins
    since: float = 0.0  # when `head` was true
    at_work: bool = False
    changeover_factor: float = 1.0  # of the firm's digital tier
    last_family: int | None = None
    last_learned: float = 0.0
    overtime_left: float = 0.0  # of this month
    overtime_today: float = 0.0
    month: int = -1
    news: object = None  # event: something was accepted
    expected: tuple = (None, None)  # the last expectation and what it was made of

    # -- formulas ------------------------------------------------------------------------------

    @property
    def physics(self):
        return self.almanac.scenario.line

    @property
    def plateau_per_day(self):
        return self.posts * self.plateau * self.almanac.shift

    def rate(self, lot, day):
        """Return standard minutes a minute without learning loss."""
        base = self.posts * self.almanac.present(day) * self.plateau * lot.speed
        return base * (1 - self.physics.rework_share)

    def fresh(self, lot, last_family, last_learned):
        """Return the progress with which a lot starts after another one."""
        line = self.physics
        change = line.changeover_days * self.changeover_factor * self.almanac.shift
        if last_family is None or lot.family != last_family:
            return Progress(change, 0.0, lot.work)
        gained = 1 - np.exp(-last_learned / line.learning_days)
        known = -line.learning_days * np.log(1 - line.carryover_share * gained)
        return Progress(change * line.same_family_changeover_share, known, lot.work)

    def worth(self, learned, days):
        """Return the integral of 1 - a exp(-k / tau) over some days."""
        a, tau = self.physics.learning_loss_share, self.physics.learning_days
        return days - a * tau * np.exp(-learned / tau) * (1 - np.exp(-days / tau))

    def days_worth(self, learned, worth):
        """Return its inverse, by Lambert's W."""
        a, tau = self.physics.learning_loss_share, self.physics.learning_days
        c = a * tau * np.exp(-learned / tau)
        most = worth + c
        return most + tau * float(lambertw(-(c / tau) * np.exp(-most / tau)).real)

    def step(self, lot, progress, day, minutes):
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
        days = self.days_worth(progress.learned, progress.left / rate)
        progress.learned += days
        progress.left = 0.0
        return used + days * shift

    # -- expectations --------------------------------------------------------------------------

    def expected_end(self, lot, progress, start):
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

    def expect(self, now):
        """Return when the queue ends, family and learning by then, and whether a lot is late."""
        key = now, len(self.queue), len(self.done), len(self.almanac.shocks)
        if self.expected[0] == key:
            return self.expected[1]
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
        return self.expected[1]

    def expected_with(self, lot, now):
        """Return when a lot would end behind the queue."""
        end, family, learned, _ = self.expect(now)
        start = self.fresh(lot, family, learned)
        return self.expected_end(lot, start, max(end, lot.parts_min, now))[0]

    # -- time passes ---------------------------------------------------------------------------

    def settle(self, now):
        """Bring the head lot's progress up to now."""
        if self.at_work and now > self.since:
            self.step(self.queue[0], self.head, int(self.since // DAY), now - self.since)
        self.since = now

    def morning(self, now):
        """Decide the day's overtime."""
        day = int(now // DAY)
        month = self.almanac.days.month[day - self.almanac.days.first]
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

    def run(self, env, ended):
        """Sew one lot after the other; call `ended` with each that is done."""
        while True:
            day = int(env.now // DAY)
            if day >= self.almanac.end:
                return
            window = self.almanac.window(day)
            closing = None if window is None else window[1] + self.overtime_today
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

    def _work(self, env, scheduled, closing, ended):
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
            self.settle_from(begin, env.now, lot, day)
            return
        self.last_family, self.last_learned = lot.family, copy.learned
        lot.completion_min = env.now
        self.queue.pop(0)
        self.head = None
        self.done.append(lot)
        ended(lot, env.now)

    def settle_from(self, begin, now, lot, day):
        """Bring progress up to the end of the window, from where it was last settled."""
        start = max(begin, self.since)
        if now > start:
            self.step(lot, self.head, day, now - start)
        self.since = now


MORNING = 1e-6
"""Just after the midnight epoch: a shift that begins at 0:00 must not begin before it."""
