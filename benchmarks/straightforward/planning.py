"""The brain's plan of an epoch: prices, a PuLP model over 24 firms an order, whole pieces."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from benchmarks.straightforward.line import DAY, carried_over, days_worth
from benchmarks.straightforward.shop import Firm, Order
from kidswear_brain.cluster.columns import Bools, Cluster, Floats
from kidswear_brain.cluster.streams import normal
from kidswear_brain.cluster.tiers import report_error_factors
from kidswear_brain.errors import SolverError
from kidswear_brain.scenario.model import Scenario

CANDIDATES = 24
LEAST_SERVED = 0.5
Flows = dict[tuple[int, int], float]
"""Standard minutes by firm and period."""


@dataclass
class Report:
    """What firms say of their lines at the end of an epoch: when each queue ends, and in what."""

    time: float
    ends: dict[int, float]
    families: dict[int, list[tuple[int, float]]]
    """By style family, the firms with a line that ends in it, and its days of learning."""


@dataclass
class Offer:
    """Whole pieces of an order for firms, and whether they must be offered at this epoch."""

    order: Order
    parts: list[tuple[Firm, int]]
    now: bool


@dataclass
class Arc:
    """A firm that may sew an order: what a standard minute costs and takes there, and when."""

    firm: int
    cost: float
    minutes: float
    waiting: dict[int, float]
    """By open period, what waiting for it costs."""


class Platform:
    """Manufacturing collaboration, planned anew at every epoch."""

    def __init__(self, scenario: Scenario, cluster: Cluster, firms: list[Firm]) -> None:
        self.scenario, self.cluster, self.firms = scenario, cluster, firms
        self.service = scenario.services.manufacturing
        self.reports: list[Report] = []
        self.solver_name, self.solver = engine()
        self.ends = [DAY * days for days in self.service.periods_days]
        self.posts = np.array([firm.lines[0].posts for firm in firms])
        self.shift = np.array([firm.lines[0].almanac.shift for firm in firms])
        self.change = np.array([firm.lines[0].changeover_factor for firm in firms])
        per_day = [line.plateau_per_day for firm in firms for line in firm.lines]
        self.smallest = scenario.line.min_lot_days * float(np.median(per_day))

    def listen(self, now: float) -> None:
        """Let firms report; forget what is older than the lag."""
        ends, families = {}, defaultdict(list)
        for firm in self.firms:
            for line in firm.lines:
                end, family, learned, _ = line.expect(now)
                ends[line.number] = end
                if family is not None:
                    start = carried_over(self.scenario.line, learned)
                    families[family].append((firm.number, start))
        self.reports.append(Report(now, ends, families))
        lag = DAY * self.service.report_lag_days
        while len(self.reports) > 1 and self.reports[1].time <= now - lag:
            self.reports.pop(0)

    def plan(self, orders: list[Order], asked: Bools, met: set[tuple[int, int]], when: tuple[float, float]) -> list[Offer]:  # noqa: E501 # fmt: skip
        """Plan some open orders; `when` is this epoch and the next."""
        if self.service.report_lag_days == 0:
            self.reports.clear()
            self.listen(when[0])
        arcs, unmet = {}, {}
        for order in orders:
            arcs[order.number], unmet[order.number] = self._arcs(order, asked, met, when[0])
        flows = self._solve(orders, arcs, unmet, self._free(when[0]))
        offers = (self._offer(order, flows[order.number], when) for order in orders)
        return [offer for offer in offers if offer is not None]

    def _arcs(
        self, order: Order, asked: Bools, met: set[tuple[int, int]], now: float
    ) -> tuple[list[Arc], float]:
        """Return the cheapest firms that can make the order in time, and what unmet work costs."""
        orders, columns, rules = self.cluster.orders, self.cluster.firms, self.scenario.line
        brand, smv = int(orders.brand[order.number]), float(orders.smv[order.number])
        skill = columns.skill[:, orders.category[order.number]]
        able = asked & (skill > 0)
        able[list(order.declined)] = False
        some = np.flatnonzero(able)
        if some.size == 0:
            return [], 0.0
        new = np.array([(brand, int(f)) not in met for f in some])
        again = rules.rework_share + rules.new_brand_rework_share * new
        efficiency = columns.plateau[some] * skill[some] * (1 - again)
        day = self.posts[some] * self.shift[some]
        change = rules.changeover_days * self.change[some]
        days = order.work / (day * efficiency)
        minutes = (change + days_worth(rules, 0.0, days)) * day / order.work
        place = {int(f): k for k, f in enumerate(some)}
        for firm, learned in self.reports[0].families.get(order.family, ()):
            if firm in place:
                k = place[firm]
                short = change[k] * rules.same_family_changeover_share
                taken = (short + days_worth(rules, learned, days[k])) * day[k] / order.work
                minutes[k] = min(minutes[k], taken)
        freight = 2 * self.cluster.regions.freight[columns.region[some]]
        cost = columns.piece_rate[some] * (1 + again) + freight / smv
        cost += self.service.run_length_cny_per_min * (minutes - 1 / efficiency)
        waiting = {region: self._waiting(order, region, now) for region in set(columns.region)}
        latest = max((cny for periods in waiting.values() for cny in periods.values()), default=0.0)
        open_to = [k for k, f in enumerate(some) if waiting[columns.region[f]]]
        cheapest = sorted(open_to, key=lambda k: cost[k])[:CANDIDATES]
        found = [
            Arc(int(some[k]), float(cost[k]), float(minutes[k]), waiting[columns.region[some[k]]])
            for k in cheapest
        ]
        return found, self.service.unmet_cost_factor * (float(cost.max()) + latest)

    def _waiting(self, order: Order, region: int, now: float) -> dict[int, float]:
        """Return the periods in which a region can sew the order, and what each costs."""
        lead = float(self.cluster.regions.lead_min[region])
        here = max(order.material, now) + lead
        return {
            t: self.service.waiting_cny_per_min_day * end / DAY
            for t, end in enumerate(self.ends)
            if here < now + end and now + end + lead <= order.due
        }

    def _free(self, now: float) -> Floats:
        """(f, t): operator-minutes that firms have free in each period, as they reported."""
        report = self.reports[0]
        edges = [now, *(now + end for end in self.ends)]
        free = np.zeros((len(self.firms), len(self.ends)))
        for firm in self.firms:
            for line in firm.lines:
                start = max(report.ends[line.number], now)
                by = line.almanac.attended_by([max(start, edge) for edge in edges])
                free[firm.number] += line.posts * np.diff(by)
        noise = normal(self.cluster.seed, "report error", np.arange(len(self.firms)), report.time)
        factor = report_error_factors(self.scenario.digital)[self.cluster.firms.tier]
        error = np.maximum(1 + self.service.report_error_sd * factor * noise, 0.0)
        return np.asarray(free * error[:, None])

    def _solve(
        self,
        orders: list[Order],
        arcs: dict[int, list[Arc]],
        unmet: dict[int, float],
        free: Floats,
    ) -> dict[int, Flows]:
        """Solve the linear program of MODEL section 6 over the arcs."""
        program = pulp.LpProblem("allocation", pulp.LpMinimize)
        sewn, costs, used = {}, [], defaultdict(list)
        for order in orders:
            left = program.add_variable(f"unmet_{order.number}", 0)
            costs.append(unmet[order.number] * left)
            served = [left]
            for arc in arcs[order.number]:
                for t, waiting in arc.waiting.items():
                    x = program.add_variable(f"sewn_{order.number}_{arc.firm}_{t}", 0)
                    sewn[order.number, arc.firm, t] = x
                    costs.append((arc.cost + waiting) * x)
                    served.append(x)
                    used[arc.firm, t].append(arc.minutes * x)
            program += pulp.lpSum(served) == order.work
        for (firm, t), minutes in used.items():
            program += pulp.lpSum(minutes) <= free[firm, t]
        program += pulp.lpSum(costs)
        program.solve(self.solver)
        if program.sol_status != pulp.LpSolutionOptimal:
            raise SolverError(f"{self.solver_name} answers: {pulp.LpSolution[program.sol_status]}")
        flows: dict[int, Flows] = {order.number: {} for order in orders}
        for (number, firm, t), x in sewn.items():
            if x.value() > 1e-6:
                flows[number][firm, t] = x.value()
        return flows

    def _offer(self, order: Order, flows: Flows, when: tuple[float, float]) -> Offer | None:
        """Make lots of whole pieces of an order's flows; None if the plan hardly serves it."""
        if sum(flows.values()) < LEAST_SERVED * order.work:
            return None
        by_firm: dict[int, float] = defaultdict(float)
        begins: dict[int, float] = {}
        for (firm, t), amount in sorted(flows.items()):
            by_firm[firm] += amount
            begins.setdefault(firm, when[0] + (self.ends[t - 1] if t else 0.0))
        largest = sorted(by_firm, key=lambda firm: -by_firm[firm])[: self.service.lots_per_order]
        kept = [f for f in largest if f == largest[0] or by_firm[f] >= self.smallest]
        starts = min(begins[f] - self.firms[f].lead for f in kept)
        last_chance = 2 * when[1] - when[0] > min(order.patience, order.due)
        pieces = shared(order.pieces, [by_firm[f] for f in kept])
        parts = [(self.firms[f], n) for f, n in zip(kept, pieces, strict=True) if n > 0]
        return Offer(order, parts, starts < when[1] or last_chance)


def shared(pieces: int, amounts: Iterable[float]) -> list[int]:
    """Share pieces in proportion, rounded down; the first gets the rest."""
    amounts = list(amounts)
    found = [int(pieces * amount / sum(amounts)) for amount in amounts]
    found[0] += pieces - sum(found)
    return found


def engine() -> tuple[str, Any]:
    """Return what solves, and PuLP's hold of it: CBC where PuLP brings it along, else HiGHS."""
    cbc = getattr(pulp, "PULP_CBC_CMD", None)
    if cbc is not None and cbc().available():
        return "CBC", cbc(msg=0)
    return "HiGHS, as PuLP brings no CBC", pulp.HiGHS(msg=False)
