"""A shop floor by hand: firms whose lines make exactly 10 standard minutes a minute at the plateau.

Twenty posts at an efficiency of one half, a shift of ten hours from 8:00 to 18:00, no learning, no
change-over, everybody there: a full day makes 6,000 standard minutes. Day 0 is Monday 1 March 2021.
"""

import numpy as np
import pytest

from kidswear_brain import services
from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.scenario import Scenario
from kidswear_brain.simulation import line_kernel
from kidswear_brain.simulation.floor import build_works, refitted
from kidswear_brain.simulation.rows import CAUSES
from kidswear_brain.simulation.state import NEVER_MIN, grown_lots

DAY = 1440
NEVER_DUE = 10**9
PLAIN = {
    "line": {
        "learning_loss_share": 0, "changeover_days": 0, "rework_share": 0, "reject_share": 0,
        "overtime_hours_per_day": 0,
    },
    "labor": {
        "absence_share": 0, "harvest_absence_share": 0, "turnover_share_per_month": 0,
        "festival_gap_share": 0,
    },
    "cluster": {
        "firms": 1, "brands": 1, "workers_median": 20, "workers_sigma": 0, "efficiency_sd": 0,
    },
    "digital": {
        tier: {"share": 0} for tier in ("digital_workshop", "smart_factory", "future_factory")
    },
    "calendar": {"start": "2021-03-01", "days": 60, "warmup_days": 0, "followup_days": 0},
}  # fmt: skip


class Floor:
    """The lines of a scenario, lots put on them by hand."""

    def __init__(self, **parts):
        merged = parts | {key: plain | parts.get(key, {}) for key, plain in PLAIN.items()}
        self.scenario = Scenario(**merged)
        self.cluster = build_cluster(self.scenario, 1)
        none = np.empty(0, dtype=np.int64)
        state = services.State(self.scenario, self.cluster, self.cluster.days.first, none)
        self.conditions = services.conditions(state, ())
        self.works = build_works(self.scenario, self.cluster, self.conditions)
        self.now = self.cluster.days.first * DAY

    def accept(self, work, *, parts=0, due=NEVER_DUE, family=1, speed=1.0, rework=0.0, line=0):
        """Put a lot at the end of a line's queue; returns its number."""
        count = int(self.works.lot_count[0])
        self.works = self.works._replace(lots=grown_lots(self.works.lots, count, 1))
        lot = self.works.lots[count : count + 1]
        named = {
            "order": 0, "line": line, "pieces": 1, "work": work, "speed": speed, "rework": rework,
            "family": family, "parts_min": parts, "due_min": due, "next": -1,
            "accepted_min": self.now, "start_min": NEVER_MIN, "completion_min": NEVER_MIN,
        }  # fmt: skip
        for name, value in named.items():
            lot[name] = value
        self.works.lot_count[0] += 1
        line_kernel.append(self.works, line, count, float(self.now))
        return count

    def shock(self):
        """Let the scenario's shocks begin."""
        self.works = refitted(
            self.works, self.scenario, self.cluster, self.conditions, self.scenario.shocks
        )

    def run(self, until):
        """Work up to a minute, an epoch at each midnight."""
        while self.now < until:
            stop = min(until, (self.now // DAY + 1) * DAY)
            line_kernel.advance(self.works, self.now, stop)
            self.now = stop
        return self

    def start(self, lot):
        return int(self.works.lots["start_min"][lot])

    def end(self, lot):
        return int(self.works.lots["completion_min"][lot])

    def day(self, day, line=0):
        """Return the ledger of one line and day, zeros left out."""
        row = self.works.clock_min[line, day - self.works.first_day]
        return {cause: int(row[k]) for k, cause in enumerate(CAUSES) if row[k]}


@pytest.fixture(scope="session")
def floor():
    return Floor
