"""Random small worlds that push every rule: shocks, festivals, tight cash, long shifts, splits."""

import datetime as dt
import random

from kidswear_brain.scenario import Scenario

HURRIED = 200
"""Worlds from this number on hold an epoch every half hour and need no samples: what is due at an
epoch's very minute is rare with one a day."""
FEW = (3, 10, 22, 27, 119, 130, 203)
MANY = (*range(100, 140), 202, 209, 212, 213)
"""Worlds whose lots are compared in every run of the tests, and in the slow tier."""


def small_world(number):
    """Return the scenario of a number; its seed is the number too."""
    r = random.Random(number)
    start = r.choice(["2021-01-20", "2021-03-01", "2021-05-20", "2021-09-25", "2022-01-10"])
    return Scenario(
        calendar={
            "start": start, "days": 5 if number >= HURRIED else r.randint(20, 40),
            "warmup_days": 3 if number >= HURRIED else 14, "followup_days": 10,
            "hours_per_day": r.choice([8, 10, 11.3, 21]),
        },
        cluster={
            "firms": r.randint(3, 8), "brands": r.randint(4, 14),
            "workers_median": r.choice([12, 30, 60]), "workers_range": (5, 110),
            "off_skill_probability": r.choice([0.25, 0.8]),
        },
        demand={
            "load": r.choice([0.7, 1.0, 1.6]), "order_pieces_median": r.choice([500, 1000, 2000]),
            "style_families": r.choice([1, 4]), "sampling_days": 0 if number >= HURRIED else 4,
        },
        line={
            "learning_loss_share": r.choice([0, 0.3, 0.7]),
            "changeover_days": r.choice([0, 0.5, 1.3]),
            "min_lot_days": r.choice([0, 0.1, 0.5, 2]),
            "overtime_backlog_days": r.choice([0, 1, 3]),
        },
        market={
            "known_firms": r.choice([1, 3, 6]), "split_max": r.choice([1, 3, 5]),
            "quote_error_sd": r.choice([0, 0.2, 0.5]), "slip_days": r.choice([0, 3]),
            "patience_days": r.choice([(0, 3), (1, 7)]),
        },
        finance={
            "own_capital_days": r.choice([5, 15, 120]), "receivable_days": r.choice([0, 10, 60]),
            "unlimited_credit": r.random() < 0.2,
        },
        materials={"lead_days": r.choice([0, 2, 5.5])},
        services={
            "manufacturing": {"epoch_days": 1 / 48 if number >= HURRIED else r.choice([1, 1, 0.5])}
        },
        shocks=[_shock(r, dt.date.fromisoformat(start)) for _ in range(r.randint(0, 2))],
        digital=_digital(r),
    )  # fmt: skip


def _digital(r):
    tiers = ("digital_workshop", "smart_factory", "future_factory")
    return {
        tier: {
            "share": r.choice([0, 0.2, 0.33]), "efficiency_factor": r.choice([1, 1.1, 1.4]),
            "changeover_factor": r.choice([0, 0.4, 1, 1.3]),
        }
        for tier in tiers
    } | {"upgrade_share": r.choice([0, 0.5])}  # fmt: skip


def _shock(r, start):
    first = start + dt.timedelta(days=r.randint(-10, 30))
    return {
        "name": "shock", "first_day": first, "last_day": first + dt.timedelta(days=r.randint(0, 9)),
        "regions": r.choice([None, ("zhili",), ("henan", "zhili")]),
        "capacity_lost_share": r.choice([0.3, 0.77, 1.0]),
    }  # fmt: skip
