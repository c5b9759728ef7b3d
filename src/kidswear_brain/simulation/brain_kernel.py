"""Compiled kernels of the brain's epoch: what every order would cost at every firm."""

import numpy as np

from kidswear_brain.compiled import compiled
from kidswear_brain.simulation.line_kernel import days_for, start_of
from kidswear_brain.simulation.state import Array, OrderBook, Physics, Works

_NODES = 1024
_LOW, _HIGH = -7.0, 9.0
"""Bounds of log(work days) in the table of sewing days; interpolation errs by less than 1e-4."""


def fresh_days(physics: Physics) -> Array:
    """Table of the days that work of exp(-7) to exp(9) plateau-days takes from a fresh start."""
    table = np.exp(np.linspace(_LOW, _HIGH, _NODES))
    return _fresh_days(physics, table)


@compiled
def _fresh_days(physics: Physics, work: Array) -> Array:
    days = np.empty(work.size)
    for k in range(work.size):
        days[k] = days_for(physics, 0.0, work[k])
    return days


@compiled
def order_costs(works: Works, book: OrderBook, orders: Array, lines: Array, asked: Array,
                terms: Array, run_value: float, table: Array, cost: Array,
                minutes: Array) -> None:  # fmt: skip
    """Fill in what a standard minute of each order costs and takes at each firm.

    Parameters
    ----------
    orders : (n,) orders.
    lines : (l,) LINE as the firms reported them.
    asked : (f,) whether the platform may ask the firm.
    terms : (f, 2) piece rate, CNY per standard minute, and freight both ways, CNY per piece.
    run_value : CNY that an operator-minute lost to change-over and learning costs.
    table : of `fresh_days`.
    cost, minutes : (n, f) to be filled: CNY, and operator-minutes, per standard minute; cost is
        inf where the firm may not be asked or cannot make the order.
    """
    physics, firms = works.physics, works.firms
    rework = np.array([physics.rework, physics.rework + physics.new_brand_rework])
    kept = np.log(1 - rework)
    plateau = firms["plateau"].copy()
    per_day = works.lines["posts"][firms["first_line"]] * firms["shift_min"]
    log_plateau = np.log(per_day * plateau)
    changeover = physics.changeover_days * firms["changeover_min"] / firms["shift_min"]
    skill = works.skill.T.copy()
    log_skill = np.log(skill)
    families = lines["end_family"].copy()
    for i in range(orders.size):
        one = book.orders[orders[i]]
        work = one.pieces * one.smv
        log_work = np.log(work)
        for firm in range(firms.size):
            cost[i, firm], minutes[i, firm] = np.inf, 1.0
            if asked[firm] and skill[one.category, firm] > 0:
                new = 0 if works.worked_for[one.brand, firm] else 1
                log_per_day = log_plateau[firm] + log_skill[one.category, firm] + kept[new]
                days = changeover[firm] + _table_days(table, log_work - log_per_day)
                minutes[i, firm] = days * per_day[firm] / work
        for line in np.flatnonzero(families == one.family):
            _use_family(works, book, orders[i], lines, int(line), minutes[i])
        for firm in range(firms.size):
            if asked[firm] and skill[one.category, firm] > 0:
                again = rework[0 if works.worked_for[one.brand, firm] else 1]
                rate = plateau[firm] * skill[one.category, firm] * (1 - again)
                cost[i, firm] = (
                    terms[firm, 0] * (1 + again)
                    + terms[firm, 1] / one.smv
                    + run_value * (minutes[i, firm] - 1 / rate)
                )


@compiled
def _table_days(table: Array, log_work_days: float) -> float:
    """Days from a fresh start, change-over not included, by the table of `fresh_days`."""
    at = (log_work_days - _LOW) * ((_NODES - 1) / (_HIGH - _LOW))
    at = min(max(at, 0.0), _NODES - 1.001)
    k = int(at)
    return float(table[k] + (at - k) * (table[k + 1] - table[k]))


@compiled
def _use_family(works: Works, book: OrderBook, order: int, lines: Array, line: int,
                minutes: Array) -> None:  # fmt: skip
    """Lower what an order takes at a firm one of whose lines ends its queue in its family."""
    physics, one, state = works.physics, book.orders[order], lines[line]
    place, skill = works.firms[state.firm], works.skill[state.firm, one.category]
    if skill > 0:
        rework = physics.rework
        if not works.worked_for[one.brand, state.firm]:
            rework += physics.new_brand_rework
        posts = works.lines[place.first_line].posts
        work = one.pieces * one.smv
        per_day = posts * place.plateau * skill * (1 - rework) * place.shift_min
        changeover, learned = start_of(physics, state.end_family, state.end_learned, one.family)
        days = days_for(physics, learned, work / per_day)
        sewing = changeover * place.changeover_min + days * place.shift_min
        taken = sewing * posts / work
        minutes[state.firm] = min(minutes[state.firm], taken)


@compiled
def first_to_finish(works: Works, book: OrderBook, orders: Array, lines: Array, cost: Array,
                    minutes: Array, now: float) -> Array:  # fmt: skip
    """Let each order in turn take the firm that finishes it first; -1 where none is in time.

    A firm's line is busy until its reported end and then until the work it got here; nights and
    rest days stretch a working minute by what the shift leaves of six days in seven.
    """
    free = lines["end_min"].copy()
    chosen = np.full(orders.size, -1, dtype=np.int64)
    for i in range(orders.size):
        one = book.orders[orders[i]]
        work = one.pieces * one.smv
        soonest, best = np.inf, -1
        for firm in range(works.firms.size):
            if not np.isfinite(cost[i, firm]):
                continue
            place = works.firms[firm]
            parts = max(now, float(one.material_min)) + place.lead_min
            line = place.first_line + np.argmin(free[place.first_line : place.end_line])
            stretch = 7.0 / 6.0 * 1440.0 / place.shift_min
            end = max(free[line], parts) + stretch * work * minutes[i, firm] / lines[line].posts
            if end + place.lead_min < min(soonest, float(one.due_min)):
                soonest, best, chosen[i] = end + place.lead_min, line, firm
        if best >= 0:
            free[best] = soonest - works.firms[chosen[i]].lead_min
    return chosen
