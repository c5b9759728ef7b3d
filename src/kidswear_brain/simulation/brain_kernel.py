"""Compiled kernels of the brain's epoch: what every order would cost at every firm."""

from typing import NamedTuple

import numpy as np

from kidswear_brain.allocation.rows import Rows
from kidswear_brain.compiled import compiled, compiled_lent
from kidswear_brain.simulation.sewing_kernel import days_for, effective_days, start_of
from kidswear_brain.simulation.state import (
    KNOT_FILLED,
    KNOT_NEXT,
    NONE,
    Array,
    OrderBook,
    Physics,
    Works,
)

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
    """What is the same for all orders of a category, firm by firm as each category lists them.

    [1] for brands the firm has never worked for.
    """

    log_per_day: Array
    """(2, w) log of the standard minutes of a line's scheduled day at the plateau."""
    pay: Array
    """(2, w) CNY per standard minute, rework included."""
    plateau_minutes: Array
    """(2, w) operator-minutes per standard minute at the plateau."""
    freight: Array
    """(w,) both ways, CNY per piece."""
    operator_day: Array
    """(w,) operator-minutes of a line's scheduled day."""
    changeover: Array
    """(w,) scheduled days of the change-over to a new style."""


class Tails(NamedTuple):
    """In which families the lines' queues end (l,), family by family."""

    family: Array
    firm: Array
    learned: Array
    """Scheduled days of learning that an order of the family starts with."""
    ahead: Array
    """Plateau-days that these are worth."""


@compiled
def order_costs(works: Works, book: OrderBook, orders: Array, lines: Array, rows: Rows,
                refused: tuple[Array, Array], terms: Array, run_value: float, table: Array,
                cost: Array, minutes: Array, dearest: Array) -> None:  # fmt: skip
    """Fill in what a standard minute of each order costs and takes at each firm of its row.

    A row is filled in loops without a branch, as if no line knew the style; the few that do are
    then done again, one by one.

    Parameters
    ----------
    orders : (n,) orders.
    lines : (l,) LINE as the firms reported them.
    rows : the type of an order is its category; listed are the firms that may be asked and can
        make it.
    refused : rows of orders, rising, and the firms that refused them before.
    terms : (f, 2) piece rate, CNY per standard minute, and freight both ways, CNY per piece.
    run_value : CNY that an operator-minute lost to change-over and learning costs.
    table : of `fresh_days`.
    cost, minutes : (m,) to be filled, row by row: CNY, and operator-minutes, per standard minute;
        cost is inf where the firm has refused the order.
    dearest : (n,) to be filled: the highest finite cost of each order, 0 where there is none.
    """
    rates = _rates(works, rows, terms)
    tails = _tails(works.physics, lines)
    known, new = np.empty(works.firms.size, dtype=np.int64), np.ones(works.firms.size, np.bool_)
    row, refusing = refused
    done = 0
    for i in range(orders.size):
        one = book.orders[orders[i]]
        category, work = one.category, one.pieces * one.smv
        first, last, begin = rows.first[i], rows.first[i + 1], rows.begin[category]
        own_cost, own_minutes = cost[first:last], minutes[first:last]
        met = 0
        knot = works.first_knot[one.brand]
        while knot != NONE:
            for firm in works.knots[knot, : works.knots[knot, KNOT_FILLED]]:
                place = rows.place[category, firm]
                if place >= 0:
                    known[met], new[place] = place, False
                    met += 1
            knot = works.knots[knot, KNOT_NEXT]
        _fresh_minutes(table, (np.log(work), work), rates, begin, new, own_minutes)
        k = _first_of(tails.family, one.family)
        while k < tails.family.size and tails.family[k] == one.family:
            place = rows.place[category, tails.firm[k]]
            if place >= 0:
                again = works.physics.rework
                if new[place]:
                    again += works.physics.new_brand_rework
                head = tails.learned[k], tails.ahead[k]
                _use_family(
                    works, table, (category, work, again), (tails.firm[k], place), head, own_minutes
                )
            k += 1
        _money(rates, begin, new, own_minutes, (one.smv, run_value), own_cost)
        for place in known[:met]:
            new[place] = True
        while done < row.size and row[done] == i:
            place = rows.place[category, refusing[done]]
            if place >= 0:
                own_cost[place] = np.inf
            done += 1
        dearest[i] = _highest(own_cost)


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
def _rates(works: Works, rows: Rows, terms: Array) -> Rates:
    physics, firm = works.physics, rows.firm
    place = works.firms[firm]
    operator_day = works.lines["posts"][place["first_line"]] * place["shift_min"]
    log_per_day, pay = np.empty((2, firm.size)), np.empty((2, firm.size))
    plateau_minutes = np.empty((2, firm.size))
    for category in range(rows.begin.size - 1):
        for k in range(rows.begin[category], rows.begin[category + 1]):
            plateau, skill = place[k].plateau, works.skill[firm[k], category]
            log_rate = np.log(operator_day[k] * plateau) + np.log(skill)
            for new in range(2):
                again = physics.rework + (physics.new_brand_rework if new else 0.0)
                log_per_day[new, k] = log_rate + np.log(1 - again)
                pay[new, k] = terms[firm[k], 0] * (1 + again)
                plateau_minutes[new, k] = 1 / (plateau * skill * (1 - again))
    freight = terms[:, 1][firm]
    changeover = physics.changeover_days * place["changeover_min"] / place["shift_min"]
    return Rates(log_per_day, pay, plateau_minutes, freight, operator_day, changeover)


@compiled_lent
def _fresh_minutes(table: Array, work: tuple[float, float], rates: Rates, begin: int, new: Array,
                   minutes: Array) -> None:  # fmt: skip
    """Fill in operator-minutes per standard minute of `work` (its log, and itself).

    In three loops, each of which becomes vector code.
    """
    known_rate, new_rate = rates.log_per_day[0, begin:], rates.log_per_day[1, begin:]
    for place in range(minutes.size):
        # Both are read, so that there is no branch.
        to_known, to_new = known_rate[place], new_rate[place]
        minutes[place] = to_new if new[place] else to_known
    _look_up(table, work[0], minutes)
    _days_to_minutes(rates.changeover[begin:], rates.operator_day[begin:], work[1], minutes)


@compiled_lent
def _look_up(table: Array, log_work: float, days: Array) -> None:
    """Put days from a fresh start in the place of logs of a day's standard minutes."""
    for place in range(days.size):
        days[place] = _table_days(table, log_work - days[place])


@compiled_lent
def _days_to_minutes(changeover: Array, operator_day: Array, work: float, days: Array) -> None:
    for place in range(days.size):
        days[place] = (changeover[place] + days[place]) * operator_day[place] / work


@compiled_lent
def _money(rates: Rates, begin: int, new: Array, minutes: Array, order: tuple[float, float],
           cost: Array) -> None:  # fmt: skip
    """Fill in CNY per standard minute; `order`: its minutes a piece, what a lost minute costs."""
    smv, run_value = order
    freight = rates.freight[begin:]
    known_pay, new_pay = rates.pay[0, begin:], rates.pay[1, begin:]
    known_plateau, new_plateau = rates.plateau_minutes[0, begin:], rates.plateau_minutes[1, begin:]
    for place in range(cost.size):
        # Both are read, so that there is no branch.
        pay, other_pay = new_pay[place], known_pay[place]
        plateau, other_plateau = new_plateau[place], known_plateau[place]
        pay = pay if new[place] else other_pay
        plateau = plateau if new[place] else other_plateau
        cost[place] = pay + freight[place] / smv + run_value * (minutes[place] - plateau)


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
def _use_family(works: Works, table: Array, order: tuple[int, float, float],
                whom: tuple[int, int], head: tuple[float, float],
                minutes: Array) -> None:  # fmt: skip
    """Lower what an order takes at a firm one of whose lines ends its queue in its family.

    Parameters
    ----------
    order : category, standard minutes, and the share of rework at this firm.
    whom : the firm, and its place in the row.
    head : scheduled days of learning that the order starts with there, and what they are worth.
    """
    physics, one = works.physics, works.firms[whom[0]]
    category, work, again = order
    learned, ahead = head
    posts = works.lines[one.first_line].posts
    per_day = posts * one.plateau * works.skill[whom[0], category] * (1 - again) * one.shift_min
    changeover = physics.changeover_days * physics.same_family_changeover * one.changeover_min
    # further along the curve of a fresh start
    days = _table_days(table, np.log(ahead + work / per_day)) - learned
    taken = (changeover + days * one.shift_min) * posts / work
    minutes[whom[1]] = min(minutes[whom[1]], taken)


@compiled
def first_to_finish(works: Works, book: OrderBook, orders: Array, lines: Array, rows: Rows,
                    cost: Array, minutes: Array, now: float) -> Array:  # fmt: skip
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
        for at in range(rows.first[i], rows.first[i + 1]):
            if not np.isfinite(cost[at]):
                continue
            firm = rows.firm[rows.begin[one.category] + at - rows.first[i]]
            place = works.firms[firm]
            parts = max(now, float(one.material_min)) + place.lead_min
            line = place.first_line + np.argmin(free[place.first_line : place.end_line])
            stretch = 7.0 / 6.0 * 1440.0 / place.shift_min
            end = max(free[line], parts) + stretch * work * minutes[at] / lines[line].posts
            if end + place.lead_min < min(soonest, float(one.due_min)):
                soonest, best, chosen[i] = end + place.lead_min, line, firm
        if best >= 0:
            free[best] = soonest - works.firms[chosen[i]].lead_min
    return chosen
