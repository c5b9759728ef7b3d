"""The baseline market: brands ask the firms they know, one order after the other."""

from dataclasses import dataclass, field

import numpy as np
import simpy

from kidswear_brain.cluster.dates import days_between, working
from kidswear_brain.cluster.streams import normal, uniform
from twin.line import DAY, Almanac, Line, Lot

FURTHEST = ("", "skill", "declined", "capacity", "material", "cash", "late", "unasked")


def rounded(value):
    return float(np.floor(value + 0.5))


@dataclass
class Firm:
    number: int
    lines: list
    lead: float
    limit: float
    receivable: float
    unpaid: float = 0.0
    bills: list = field(default_factory=list)  # (midnight of payment, standard minutes)


@dataclass
class Order:
    number: int
    release: float
    material: float
    patience: float
    due: float
    known: list
    placed: bool = False
    lost: str = ""
    lost_min: float = 0.0
    refusals: dict = field(default_factory=dict)


class Twin:
    """The baseline arm of one world."""

    def __init__(self, scenario, cluster):
        self.scenario, self.cluster = scenario, cluster
        self.env = simpy.Environment(initial_time=cluster.days.first * DAY)
        self.lots = []
        self.open = []
        self.lost = []
        self._build()

    def _build(self):
        scenario, cluster = self.scenario, self.cluster
        first, count = cluster.days.first, cluster.days.rest.size
        self.end = (first + count) * DAY
        calendar = days_between(scenario.calendar, first, first + count + 400)
        self.almanacs = [Almanac(scenario, key, calendar) for key in scenario.regions]
        year = days_between(scenario.calendar, 0, 365)
        open_share = working(year).sum() / 365
        firms = cluster.firms
        credit = uniform(cluster.seed, "firm credit", np.arange(len(firms.firm_id)))
        self.firms = []
        for f in range(len(firms.firm_id)):
            region = firms.region[f]
            lines = [
                Line(
                    k,
                    float(cluster.lines.posts[k]),
                    firms.plateau[f],
                    self.almanacs[region],
                    changeover_factor=self._changeover_factor(f),
                )
                for k in range(firms.first_line[f], firms.first_line[f + 1])
            ]
            days = firms.own_capital_days[f]
            if credit[f] < scenario.finance.credit_access_share:
                days += scenario.finance.credit_days
            limit = days * firms.capacity_per_day[f] * open_share
            lead = rounded(list(scenario.regions.values())[region].lead_days * DAY)
            unlimited = scenario.finance.unlimited_credit
            self.firms.append(
                Firm(
                    f, lines, lead, np.inf if unlimited else limit,
                    rounded(scenario.finance.receivable_days * DAY),
                )
            )  # fmt: skip

    def _changeover_factor(self, firm):
        """Return what the firm's digital tier makes of a change-over."""
        digital, tier = self.scenario.digital, int(self.cluster.firms.tier[firm])
        above = (digital.digital_workshop, digital.smart_factory, digital.future_factory)
        return above[tier - 1].changeover_factor if tier > 0 else 1.0

    def run(self):
        """Let the arm pass; returns all lots in order of acceptance."""
        env = self.env
        for shock in self.scenario.shocks:
            env.process(self._shock(shock))
        for number in range(self.cluster.orders.brand.size):
            env.process(self._order(self._order_of(number)))
        env.process(self._clerk())
        for firm in self.firms:
            for line in firm.lines:
                env.process(line.run(env, lambda lot, now, firm=firm: self._bill(firm, lot, now)))
        env.run(until=self.end)
        return self.lots

    # -- processes -----------------------------------------------------------------------------

    def _shock(self, shock):
        begins = (shock.first_day - self.scenario.calendar.start).days * DAY
        yield self.env.timeout(max(begins - self.env.now, 0))
        for almanac in self.almanacs:
            almanac.hit(shock)

    def _order_of(self, number):
        scenario, orders, brands = self.scenario, self.cluster.orders, self.cluster.brands
        brand = orders.brand[number]
        release = orders.ordered_min[number] + rounded(scenario.demand.sampling_days * DAY)
        return Order(
            number=number,
            release=release,
            material=release + rounded(scenario.materials.lead_days * DAY),
            patience=release + orders.patience_min[number],
            due=orders.due_min[number] + rounded(scenario.market.slip_days * DAY),
            known=brands.known[brands.first_known[brand] : brands.first_known[brand + 1]].tolist(),
        )

    def _order(self, order):
        yield self.env.timeout(order.release - self.env.now)
        self.open.append(order)

    def _clerk(self):
        """Hold the epochs: payments, market, patience; then each line's morning."""
        step = max(rounded(self.scenario.services.manufacturing.epoch_days * DAY), 1)
        while True:
            # what else is due at this minute comes before the epoch
            yield self.env.timeout(0)
            yield self.env.timeout(0)
            now = self.env.now
            for firm in self.firms:
                for line in firm.lines:
                    line.settle(now)
                firm.unpaid -= sum(work for when, work in firm.bills if when <= now)
                firm.bills = [bill for bill in firm.bills if bill[0] > now]
            arrived = self.cluster.orders.ordered_min
            waiting = [order for order in self.open if arrived[order.number] < now]
            for order in sorted(waiting, key=lambda order: (order.release, order.number)):
                self._ask_around(order, now)
                if order.placed:
                    self.open.remove(order)
                elif min(order.patience, order.due) < now + step:
                    self.open.remove(order)
                    order.lost, order.lost_min = self._last_reason(order), now
                    self.lost.append(order)
            if now % DAY == 0:
                for firm in self.firms:
                    for line in firm.lines:
                        line.morning(now)
            yield self.env.timeout(now + step - self.env.now)

    def _bill(self, firm, lot, now):
        paid = rounded(now) + firm.lead + firm.receivable
        firm.bills.append((np.ceil(paid / DAY) * DAY, lot.work))

    # -- rules ---------------------------------------------------------------------------------

    def _ask_around(self, order, now):
        """Ask the known firms for the whole, else for 2, then 3 equal parts."""
        pieces = int(self.cluster.orders.pieces[order.number])
        for parts in range(1, self.scenario.market.split_max + 1):
            if pieces < parts:
                return
            sizes = equal_parts(pieces, parts)
            found = []
            for rank, number in enumerate(order.known):
                if len(found) + len(order.known) - rank < parts:
                    break
                answer = self._answer(self.firms[number], order, sizes[len(found)], now)
                if isinstance(answer, str):
                    order.refusals[number] = answer
                    continue
                found.append(answer)
                if len(found) == parts:
                    break
            if len(found) == parts:
                for lots in found:
                    self._accept(lots, now)
                order.placed = True
                return

    def _answer(self, firm, order, pieces, now):
        """Return the lots a firm would make of some pieces, or why it refuses."""
        orders = self.cluster.orders
        number = order.number
        speed = self.cluster.firms.skill[firm.number, orders.category[number]]
        if speed == 0:
            return "skill"
        error = np.exp(
            self.scenario.market.quote_error_sd
            * normal(self.cluster.seed, "quote error", orders.key[number], firm.number)[0]
        )
        due = order.due - firm.lead

        def lot(share, line, parts_min):
            return Lot(
                order=number, line=line.number, pieces=share,
                work=share * float(orders.smv[number]), speed=speed,
                family=int(orders.family_alone[number]), parts_min=parts_min, due_min=due,
                accepted_min=now,
            )  # fmt: skip

        def plan(parts_min):
            """Return lots on the fewest lines that finish in time, or None."""
            ends = [line.expected_with(lot(pieces, line, parts_min), now) for line in firm.lines]
            best = [firm.lines[k] for k in np.argsort(ends, kind="stable")]
            least = self.scenario.line.min_lot_days * firm.lines[0].plateau_per_day
            for count in range(1, len(best) + 1):
                if count > 1 and pieces * float(orders.smv[number]) / count < least:
                    return None
                lots = [
                    lot(share, line, parts_min)
                    for share, line in zip(equal_parts(pieces, count), best, strict=False)
                ]
                end = max(
                    line.expected_with(one, now) for one, line in zip(lots, best, strict=False)
                )
                if now + (end - now) * error <= due:
                    return lots
            return None

        lots = plan(max(now, order.material) + firm.lead)
        if lots is None:
            return "material" if plan(now + firm.lead) is not None else "capacity"
        if firm.unpaid + sum(one.work for one in lots) > firm.limit:
            return "cash"
        return firm, lots

    def _accept(self, answer, now):
        firm, lots = answer
        lines = {line.number: line for line in firm.lines}
        for lot in lots:
            line = lines[lot.line]
            line.queue.append(lot)
            firm.unpaid += lot.work
            self.lots.append(lot)
            if line.news is not None and not line.news.triggered:
                line.news.succeed()

    def _last_reason(self, order):
        reasons = list(order.refusals.values())
        return max(reasons, key=FURTHEST.index) if reasons else "unasked"


def equal_parts(pieces, count):
    """Return whole parts of some pieces, the first ones larger by one where they do not divide."""
    return [pieces // count + (k < pieces % count) for k in range(count)]
