"""Firms and orders as objects, and the firms of a cluster with the conditions that hold."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.straightforward.line import DAY, Almanac, Line
from kidswear_brain.cluster.columns import Cluster
from kidswear_brain.cluster.dates import days_between, working
from kidswear_brain.scenario.model import Scenario, Shock
from kidswear_brain.services import Conditions


def rounded(value: Any) -> float:
    return float(np.floor(value + 0.5))


@dataclass
class Firm:
    number: int
    lines: list[Line]
    lead: float
    limit: float = np.inf
    receivable: float = 0.0
    unpaid: float = 0.0
    bills: list[tuple[float, float]] = field(default_factory=list)
    """Midnight of payment, standard minutes."""


@dataclass
class Order:
    number: int
    brand: int
    pieces: int
    work: float
    family: int
    release: float
    material: float
    patience: float
    due: float
    known: list[int]
    placed: bool = False
    tried: bool = False
    """The platform has neither placed it nor planned it for later: its brand asks again itself."""
    lost: str = ""
    lost_min: float = 0.0
    refusals: dict[int, str] = field(default_factory=dict)
    declined: set[int] = field(default_factory=set)
    """Firms that refused it from the platform."""


class Shop:
    """All firms; almanacs are shared by those that hire alike in one region."""

    def __init__(self, scenario: Scenario, cluster: Cluster) -> None:
        self.scenario, self.cluster = scenario, cluster
        first, count = cluster.days.first, cluster.days.rest.size
        self.calendar = days_between(scenario.calendar, first, first + count + 400)
        year = days_between(scenario.calendar, 0, 365)
        self.open_share = working(year).sum() / 365
        self.almanacs: dict[tuple[int, float, float], Almanac] = {}
        self.begun: list[Shock] = []
        self.firms: list[Firm] = []

    def open(self, conditions: Conditions) -> None:
        """Build the firms, idle."""
        columns, lines = self.cluster.firms, self.cluster.lines
        for f in range(len(columns.firm_id)):
            almanac = self._almanac(f, conditions)
            some = [
                Line(
                    k,
                    float(lines.posts[k]),
                    float(columns.plateau[f]),
                    almanac,
                    changeover_factor=self._changeover_factor(f),
                )
                for k in range(columns.first_line[f], columns.first_line[f + 1])
            ]
            self.firms.append(
                Firm(f, some, float(self.cluster.regions.lead_min[columns.region[f]]))
            )
        self.change(conditions)

    def change(self, conditions: Conditions) -> None:
        """Let firms hire and be paid as services now have it."""
        columns, finance = self.cluster.firms, self.scenario.finance
        for firm in self.firms:
            f = firm.number
            for line in firm.lines:
                line.almanac, line.expected = self._almanac(f, conditions), (None, None)
            days = columns.own_capital_days[f]
            if conditions.credit[f]:
                days += finance.credit_days
            limit = days * columns.capacity_per_day[f] * self.open_share
            firm.limit = np.inf if finance.unlimited_credit else limit
            firm.receivable = float(conditions.receivable_min[f])

    def hit(self, shock: Shock) -> None:
        """Let a shock begin."""
        self.begun.append(shock)
        for almanac in self.almanacs.values():
            almanac.hit(shock)

    def _almanac(self, firm: int, conditions: Conditions) -> Almanac:
        region = int(self.cluster.firms.region[firm])
        hiring = float(conditions.fill_days[firm]), float(conditions.gap_decay_days[firm])
        if (region, *hiring) not in self.almanacs:
            key = list(self.scenario.regions)[region]
            almanac = Almanac(self.scenario, key, self.calendar, hiring)
            for shock in self.begun:
                almanac.hit(shock)
            self.almanacs[region, *hiring] = almanac
        return self.almanacs[region, *hiring]

    def _changeover_factor(self, firm: int) -> float:
        """Return what the firm's digital tier makes of a change-over."""
        digital, tier = self.scenario.digital, int(self.cluster.firms.tier[firm])
        above = (digital.digital_workshop, digital.smart_factory, digital.future_factory)
        return above[tier - 1].changeover_factor if tier > 0 else 1.0


def paid_on(now: float, firm: Firm) -> float:
    """Return the midnight at which what is sewn by now is paid for."""
    return float(np.ceil((rounded(now) + firm.lead + firm.receivable) / DAY) * DAY)
