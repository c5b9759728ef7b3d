"""Compiled kernels of the brain's epoch: what every order would cost at every firm."""

from typing import NamedTuple

import numpy as np

from kidswear_brain.compiled import compiled, compiled_lent
from kidswear_brain.simulation.sewing_kernel import days_for, effective_days, start_of
from kidswear_brain.simulation.state import NONE, Array, OrderBook, Physics, Works

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


class Rates(NamedTuple):
    """What is the same for all orders of a category: [0] for brands the firm has worked for."""

    able: Array
    """(categories, f) whether the firm may be asked and can make it."""
    log_per_day: Array
    """(2, categories, f) log of the standard minutes of a line's scheduled day at the plateau."""
    pay: Array
    """(2, categories, f) CNY per standard minute, rework included; inf where it cannot be asked."""
    plateau_minutes: Array
    """(2, categories, f) operator-minutes per standard minute at the plateau."""
    freight: Array
    """(f,) both ways, CNY per piece."""
    operator_day: Array
    """(f,) operator-minutes of a line's scheduled day."""
    changeover: Array
    """(f,) scheduled days of the change-over to a new style."""


class Tails(NamedTuple):
    """In which families the lines' queues end (l,), family by family."""

    family: Array
    firm: Array
    learned: Array
    """Scheduled days of learning that an order of the family starts with."""
    ahead: Array
    """Plateau-days that these are worth."""


@compiled
def order_costs(works: Works, book: OrderBook, orders: Array, lines: Array, asked: Array,
                refused: tuple[Array, Array], terms: Array, run_value: float, table: Array,
                cost: Array, minutes: Array, dearest: Array) -> None:  # fmt: skip
    """Fill in what a standard minute of each order costs and takes at each firm.

    A row is filled as if no firm knew the brand and no line its style, in loops without a branch;
    the few firms that do are then done again, one by one.

    Parameters
    ----------
    orders : (n,) orders.
    lines : (l,) LINE as the firms reported them.
    asked : (f,) whether the platform may ask the firm.
    refused : rows of orders, rising, and the firms that refused them before.
    terms : (f, 2) piece rate, CNY per standard minute, and freight both ways, CNY per piece.
    run_value : CNY that an operator-minute lost to change-over and learning costs.
    table : of `fresh_days`.
    cost, minutes : (n, f) to be filled: CNY, and operator-minutes, per standard minute; cost is
        inf where the firm may not be asked, cannot make the order or has refused it.
    dearest : (n,) to be filled: the highest finite cost of each order, 0 where there is none.
    """
    rates = _rates(works, asked, terms)
    tails = _tails(works.physics, lines)
    known = np.empty(works.firms.size, dtype=np.int64)
    knows = np.zeros(works.firms.size, dtype=np.bool_)
    row, refusing = refused
    done = 0
    for i in range(orders.size):
        one = book.orders[orders[i]]
        category, work = one.category, one.pieces * one.smv
        log_work = np.log(work)
        able, freight, day = rates.able[category], rates.freight, rates.operator_day
        _fresh_minutes(
            table, (log_work, work), rates, rates.log_per_day[1, category], able, minutes[i]
        )
        met = 0
        tie = works.first_tie[one.brand]
        while tie != NONE:
            firm = works.ties[tie].firm
            tie = works.ties[tie].next
            if able[firm]:
                known[met] = firm
                met += 1
                knows[firm] = True
                days = rates.changeover[firm]
                days += _table_days(table, log_work - rates.log_per_day[0, category, firm])
                minutes[i, firm] = days * day[firm] / work
        k = _first_of(tails.family, one.family)
        while k < tails.family.size and tails.family[k] == one.family:
            firm = tails.firm[k]
            if able[firm]:
                again = works.physics.rework
                if not knows[firm]:
                    again += works.physics.new_brand_rework
                head = tails.learned[k], tails.ahead[k]
                _use_family(works, table, (category, work, again), firm, head, minutes[i])
            k += 1
        pay, plateau = rates.pay[1, category], rates.plateau_minutes[1, category]
        _money(pay, freight, plateau, minutes[i], (one.smv, run_value), cost[i])
        pay, plateau = rates.pay[0, category], rates.plateau_minutes[0, category]
        for firm in known[:met]:
            knows[firm] = False
            lost = minutes[i, firm] - plateau[firm]
            cost[i, firm] = pay[firm] + freight[firm] / one.smv + run_value * lost
        while done < row.size and row[done] == i:
            cost[i, refusing[done]] = np.inf
            done += 1
        dearest[i] = _highest(cost[i])


@compiled
def _tails(physics: Physics, lines: Array) -> Tails:
    turn = np.argsort(lines["end_family"], kind="mergesort")
    family, firm = lines["end_family"][turn], lines["firm"][turn]
    learned, ahead = np.empty(turn.size), np.empty(turn.size)
    for k in range(turn.size):
        _, learned[k] = start_of(physics, family[k], lines[turn[k]].end_learned, family[k])
        ahead[k] = effective_days(physics, 0.0, learned[k])
    return Tails(family, firm, learned, ahead)


@compiled_lent
def _first_of(families: Array, family: int) -> int:
    low, high = 0, families.size
    while low < high:
        middle = (low + high) // 2
        if families[middle] < family:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _rates(works: Works, asked: Array, terms: Array) -> Rates:
    physics, firms = works.physics, works.firms
    posts = works.lines["posts"][firms["first_line"]]
    operator_day = posts * firms["shift_min"]
    shape = (2, works.skill.shape[1], firms.size)
    able = np.empty(shape[1:], dtype=np.bool_)
    log_per_day, pay, plateau_minutes = np.empty(shape), np.empty(shape), np.empty(shape)
    for new in range(2):
        again = physics.rework + (physics.new_brand_rework if new else 0.0)
        for category in range(shape[1]):
            for firm in range(firms.size):
                plateau, skill = firms[firm].plateau, works.skill[firm, category]
                able[category, firm] = asked[firm] and skill > 0
                log_rate = np.log(operator_day[firm] * plateau) + np.log(skill)
                log_per_day[new, category, firm] = log_rate + np.log(1 - again)
                pay[new, category, firm] = np.inf
                plateau_minutes[new, category, firm] = 1.0
                if able[category, firm]:
                    pay[new, category, firm] = terms[firm, 0] * (1 + again)
                    plateau_minutes[new, category, firm] = 1 / (plateau * skill * (1 - again))
    freight = terms[:, 1].copy()
    changeover = physics.changeover_days * firms["changeover_min"] / firms["shift_min"]
    return Rates(able, log_per_day, pay, plateau_minutes, freight, operator_day, changeover)


@compiled_lent
def _fresh_minutes(table: Array, work: tuple[float, float], rates: Rates, log_per_day: Array,
                   able: Array, minutes: Array) -> None:  # fmt: skip
    """Fill in operator-minutes per standard minute of `work` (its log, and itself)."""
    changeover, operator_day = rates.changeover, rates.operator_day
    for firm in range(minutes.size):
        days = changeover[firm] + _table_days(table, work[0] - log_per_day[firm])
        minutes[firm] = days * operator_day[firm] / work[1] if able[firm] else 1.0


@compiled_lent
def _money(pay: Array, freight: Array, plateau_minutes: Array, minutes: Array,
           order: tuple[float, float], cost: Array) -> None:  # fmt: skip
    """Fill in CNY per standard minute; `order`: its minutes a piece, what a lost minute costs."""
    smv, run_value = order
    for firm in range(cost.size):
        lost = minutes[firm] - plateau_minutes[firm]
        cost[firm] = pay[firm] + freight[firm] / smv + run_value * lost


@compiled_lent
def _highest(cost: Array) -> float:
    """Return the highest finite value; 0 where there is none.

    Four maxima side by side: none waits for the one before.
    """
    a = b = c = d = 0.0
    whole = cost.size // 4 * 4
    for k in range(0, whole, 4):
        a = cost[k] if a < cost[k] < np.inf else a
        b = cost[k + 1] if b < cost[k + 1] < np.inf else b
        c = cost[k + 2] if c < cost[k + 2] < np.inf else c
        d = cost[k + 3] if d < cost[k + 3] < np.inf else d
    for value in cost[whole:]:
        a = value if a < value < np.inf else a
    return max(max(a, b), max(c, d))


@compiled_lent
def _table_days(table: Array, log_work_days: float) -> float:
    """Days from a fresh start, change-over not included, by the table of `fresh_days`."""
    at = (log_work_days - _LOW) * ((_NODES - 1) / (_HIGH - _LOW))
    at = min(max(at, 0.0), _NODES - 1.001)
    # unsigned: no index counts from the end, so that rows become vector code
    k = np.uint32(at)
    low = table[k]
    return float(low + (at - k) * (table[k + np.uint32(1)] - low))


@compiled_lent
def _use_family(works: Works, table: Array, order: tuple[int, float, float], firm: int,
                head: tuple[float, float], minutes: Array) -> None:  # fmt: skip
    """Lower what an order takes at a firm one of whose lines ends its queue in its family.

    Parameters
    ----------
    order : category, standard minutes, and the share of rework at this firm.
    head : scheduled days of learning that the order starts with there, and what they are worth.
    """
    physics, place = works.physics, works.firms[firm]
    category, work, again = order
    learned, ahead = head
    posts = works.lines[place.first_line].posts
    per_day = posts * place.plateau * works.skill[firm, category] * (1 - again) * place.shift_min
    changeover = physics.changeover_days * physics.same_family_changeover * place.changeover_min
    # further along the curve of a fresh start
    days = _table_days(table, np.log(ahead + work / per_day)) - learned
    minutes[firm] = min(minutes[firm], (changeover + days * place.shift_min) * posts / work)


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
