"""One arm of one world: orders come, brands ask around, the platform plans, lines sew."""

from functools import partial
from typing import Any

import numpy as np
import simpy

from benchmarks.straightforward.line import DAY, Events, Line, Lot
from benchmarks.straightforward.planning import Platform
from benchmarks.straightforward.shop import Firm, Order, Shop, paid_on, rounded
from kidswear_brain import services
from kidswear_brain.cluster.columns import Cluster
from kidswear_brain.cluster.streams import normal, uniform
from kidswear_brain.scenario.model import Scenario, Shock
from kidswear_brain.services import Conditions, State

FURTHEST = ("", "skill", "declined", "capacity", "material", "cash", "late", "unasked")
Answer = tuple[Firm, list[Lot]]


class Build:
    """An arm, "baseline" or "brain", of the world of a scenario and a seed."""

    def __init__(self, scenario: Scenario, cluster: Cluster, arm: str) -> None:
        self.scenario, self.cluster = scenario, cluster
        self.acts = services.ALL if arm == "brain" else ()
        self.env = simpy.Environment(initial_time=cluster.days.first * DAY)
        self.end = (cluster.days.first + cluster.days.rest.size) * DAY
        self.lots: list[Lot] = []
        self.open: list[Order] = []
        self.lost: list[Order] = []
        self.arrived = 0
        self.shop = Shop(scenario, cluster)
        self.conditions = self._conditions(np.empty(0, dtype=np.int64))
        self.shop.open(self.conditions)
        self.firms = self.shop.firms
        brands = cluster.brands
        self.met = {
            (brand, int(firm))
            for brand in range(len(brands.brand_id))
            for firm in brands.known[brands.first_known[brand] : brands.first_known[brand + 1]]
        }
        self.platform = Platform(scenario, cluster, self.firms)

    def run(self) -> list[Lot]:
        """Let the arm pass; returns all lots in order of acceptance."""
        env = self.env
        for shock in self.scenario.shocks:
            env.process(self._shock(shock))
        env.process(self._clerk())
        for firm in self.firms:
            for line in firm.lines:
                env.process(line.run(env, partial(self._bill, firm)))
        env.run(until=self.end)
        return self.lots

    # -- processes -----------------------------------------------------------------------------

    def _shock(self, shock: Shock) -> Events:
        begins = (shock.first_day - self.scenario.calendar.start).days * DAY
        yield self.env.timeout(max(begins - self.env.now, 0))
        self.shop.hit(shock)

    def _order(self, order: Order) -> Events:
        yield self.env.timeout(order.release - self.env.now)
        self.open.append(order)

    def _clerk(self) -> Events:
        """Hold the epochs in their order of play; then each line's morning."""
        step = max(rounded(self.scenario.services.manufacturing.epoch_days * DAY), 1)
        if self.acts:
            self.platform.listen(self.env.now)
        while True:
            # what else is due at this minute comes before the epoch
            yield self.env.timeout(0)
            yield self.env.timeout(0)
            now = self.env.now
            self._receive_payments(now)
            self._take_orders(now)
            self.open.sort(key=lambda order: (order.release, order.number))
            for order in self.open:
                if order.tried or not self._offered(order):
                    self._ask_around(order, now)
            if self.acts:
                self._allocate(now, now + step)
            self._give_up(now, now + step)
            if self.acts:
                self.platform.listen(now)
            if now % DAY == 0:
                for firm in self.firms:
                    for line in firm.lines:
                        line.morning(now)
            yield self.env.timeout(now + step - self.env.now)

    def _receive_payments(self, now: float) -> None:
        for firm in self.firms:
            for line in firm.lines:
                line.settle(now)
            firm.unpaid -= sum(work for when, work in firm.bills if when <= now)
            firm.bills = [bill for bill in firm.bills if bill[0] > now]

    def _take_orders(self, now: float) -> None:
        """Take the orders that came since the last epoch, as services now have them."""
        arrived = int(np.searchsorted(self.cluster.orders.ordered_min, now))
        new = np.arange(self.arrived, arrived)
        self.arrived = arrived
        before, self.conditions = self.conditions, self._conditions(new)
        names = ("fill_days", "gap_decay_days", "credit", "receivable_min")
        if any((getattr(before, n) != getattr(self.conditions, n)).any() for n in names):
            self.shop.change(self.conditions)
        for k, number in enumerate(new.tolist()):
            order = self._order_of(number, k)
            if order.release <= now:
                self.open.append(order)
            else:
                self.env.process(self._order(order))

    def _conditions(self, new: Any) -> Conditions:
        day = int(self.env.now // DAY)
        return services.conditions(State(self.scenario, self.cluster, day, new), self.acts)

    def _order_of(self, number: int, k: int) -> Order:
        """Make an order of its number and its place among those that came."""
        scenario, orders, brands = self.scenario, self.cluster.orders, self.cluster.brands
        brand, pieces = int(orders.brand[number]), int(orders.pieces[number])
        release = float(orders.ordered_min[number] + self.conditions.sampling_min[k])
        pool = max(int(self.conditions.pool_min[k]), 1)
        bought = np.ceil(release / pool) * pool
        return Order(
            number=number,
            brand=brand,
            pieces=pieces,
            work=pieces * float(orders.smv[number]),
            family=int(self.conditions.style_family[k]),
            release=release,
            material=bought + rounded(scenario.materials.lead_days * DAY),
            patience=release + float(orders.patience_min[number]),
            due=float(orders.due_min[number]) + rounded(scenario.market.slip_days * DAY),
            known=brands.known[brands.first_known[brand] : brands.first_known[brand + 1]].tolist(),
        )

    def _bill(self, firm: Firm, lot: Lot, now: float) -> None:
        firm.bills.append((paid_on(now, firm), lot.work))

    def _give_up(self, now: float, following: float) -> None:
        """Close the orders that are placed, and those that cannot wait for the next epoch."""
        for order in self.open:
            if not order.placed and min(order.patience, order.due) < following:
                reasons = list(order.refusals.values())
                order.lost = max(reasons, key=FURTHEST.index) if reasons else "unasked"
                order.lost_min = now
                self.lost.append(order)
        self.open = [order for order in self.open if not (order.placed or order.lost)]

    # -- the platform --------------------------------------------------------------------------

    def _offered(self, order: Order) -> bool:
        offering = self.conditions.offering[order.brand] and self.conditions.asked.any()
        return bool(offering and self.cluster.orders.matchable[order.number])

    def _allocate(self, now: float, following: float) -> None:
        """Plan the open orders on the platform, and offer those that cannot be planned again."""
        some = [order for order in self.open if not order.placed and self._offered(order)]
        if not some:
            return
        for order in some:
            order.tried = True
        for one in self.platform.plan(some, self.conditions.asked, self.met, (now, following)):
            if one.now:
                self._offer(one.order, one.parts, now)
            else:
                one.order.tried = False

    def _offer(self, order: Order, parts: list[tuple[Firm, int]], now: float) -> None:
        """Offer an order to the firms of its plan; all must agree."""
        service, key = self.scenario.services.manufacturing, self.cluster.orders.key[order.number]
        found = []
        for firm, pieces in parts:
            trust = uniform(self.cluster.seed, "offer declined", key, firm.number)[0]
            answer: Answer | str = "declined"
            if trust >= service.decline_probability:
                answer = self._answer(firm, order, pieces, now)
            if isinstance(answer, str):
                order.refusals[firm.number] = answer
                order.declined.add(firm.number)
            else:
                found.append(answer)
        if len(found) == len(parts):
            for lots in found:
                self._accept(order, lots)

    # -- rules ---------------------------------------------------------------------------------

    def _ask_around(self, order: Order, now: float) -> None:
        """Ask the known firms for the whole, else for 2, then 3 equal parts."""
        for parts in range(1, self.scenario.market.split_max + 1):
            if order.pieces < parts:
                return
            sizes = equal_parts(order.pieces, parts)
            found: list[Answer] = []
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
                    self._accept(order, lots)
                return

    def _answer(self, firm: Firm, order: Order, pieces: int, now: float) -> Answer | str:
        """Return the lots a firm would make of some pieces, or why it refuses."""
        orders, number = self.cluster.orders, order.number
        if self.cluster.firms.skill[firm.number, orders.category[number]] == 0:
            return "skill"
        noise = normal(self.cluster.seed, "quote error", orders.key[number], firm.number)[0]
        error = np.exp(self.scenario.market.quote_error_sd * noise)
        lots = self._lots(firm, order, pieces, max(now, order.material) + firm.lead, error)
        if lots is None:
            at_once = self._lots(firm, order, pieces, now + firm.lead, error)
            return "material" if at_once is not None else "capacity"
        if firm.unpaid + sum(one.work for one in lots) > firm.limit:
            return "cash"
        return firm, lots

    def _lots(self, firm: Firm, order: Order, pieces: int, parts: float, error: float) -> list[Lot] | None:  # noqa: E501 # fmt: skip
        """Return lots on the fewest lines that finish in time, or None."""
        now, due, line_rules = self.env.now, order.due - firm.lead, self.scenario.line
        category, smv = self.cluster.orders.category[order.number], self.cluster.orders.smv
        new = (order.brand, firm.number) not in self.met

        def lot(share: int, line: Line) -> Lot:
            return Lot(
                order=order.number, line=line.number, pieces=share,
                work=share * float(smv[order.number]),
                speed=float(self.cluster.firms.skill[firm.number, category]),
                rework=line_rules.rework_share + line_rules.new_brand_rework_share * new,
                family=order.family, parts_min=parts, due_min=due, accepted_min=now,
            )  # fmt: skip

        ends = [line.expected_with(lot(pieces, line), now) for line in firm.lines]
        best = [firm.lines[k] for k in np.argsort(ends, kind="stable")]
        least = line_rules.min_lot_days * firm.lines[0].plateau_per_day
        for count in range(1, len(best) + 1):
            if count > 1 and pieces * float(smv[order.number]) / count < least:
                return None
            shares = equal_parts(pieces, count)
            lots = [lot(share, line) for share, line in zip(shares, best, strict=False)]
            end = max(line.expected_with(one, now) for one, line in zip(lots, best, strict=False))
            if now + (end - now) * error <= due:
                return lots
        return None

    def _accept(self, order: Order, answer: Answer) -> None:
        firm, lots = answer
        lines = {line.number: line for line in firm.lines}
        for lot in lots:
            line = lines[lot.line]
            line.queue.append(lot)
            firm.unpaid += lot.work
            self.lots.append(lot)
            if line.news is not None and not line.news.triggered:
                line.news.succeed()
        self.met.add((order.brand, firm.number))
        order.placed = True


def equal_parts(pieces: int, count: int) -> list[int]:
    """Return whole parts of some pieces, the first ones larger by one where they do not divide."""
    return [pieces // count + (k < pieces % count) for k in range(count)]
