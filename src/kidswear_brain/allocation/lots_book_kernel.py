"""The book of whole lots: what each firm has promised and still has room for, and at what price.

An order has up to K slots, one for each firm that sews a part of it. A slot's work may run over
several periods of its firm, which costs no new start. `price` is (f, t), money per operator-minute.
"""

from typing import NamedTuple

import numpy as np

from kidswear_brain.allocation.problem import Floats, Ints
from kidswear_brain.allocation.rows import Rows, spot
from kidswear_brain.compiled import compiled_lent

CLOSE = 1e-9
"""Shares below this are rounding errors."""
NEARLY = 1e-6
"""A plan meets its rows less closely than that: so much missing or above is no reason to act."""


class Market(NamedTuple):
    """The problem as the kernels read it, with the rules of lots."""

    demand: Floats
    """(n,) standard minutes."""
    unmet_cost: Floats
    """(n,) money per standard minute."""
    rows: Rows
    """Which firms each order's row lists."""
    unit_cost: Floats
    """(m,) money per standard minute, row by row."""
    lateness_cost: Floats
    """(n, g, t) money per standard minute."""
    minutes: Floats
    """(m,) operator-minutes per standard minute, row by row."""
    group: Ints
    """(f,) lateness group of each firm."""
    least_cost: Floats
    """(n,) money below which no standard minute of the order costs."""
    minimum_run: Floats
    """(n,) standard minutes of the smallest lot of each order."""
    run_value: Floats
    """(n,) money a further firm of the order must save."""
    piece: Floats
    """(n,) standard minutes of a piece."""
    firm_least: Floats
    """(f,) pieces of the smallest lot each firm takes, held to whatever the order allows."""


class Book(NamedTuple):
    """Who has promised what so far; the kernels write to it."""

    room: Floats
    """(f, t) operator-minutes not yet promised."""
    total: Floats
    """(t, w) the same from the first period to each, as each type lists its firms, so that firms
    too full for an order are passed over at a glance."""
    firm: Ints
    """(n, K) firm of each slot, -1 if empty."""
    amount: Floats
    """(n, K, t) standard minutes of each slot by period."""


@compiled_lent
def offer(
    market: Market, book: Book, price: Floats, i: int, j: int, wanted: float
) -> tuple[float, float]:
    """Say how much of `wanted` firm j can sew, cheapest periods first, and for what money."""
    at = spot(market.rows, i, j)
    minutes, unit_cost = market.minutes[at], market.unit_cost[at]
    amount, cost = 0.0, 0.0
    k, unit = _next_period(market, book, price, (i, j, minutes), (-1, -np.inf))
    while k >= 0 and amount < wanted:
        part = min(wanted - amount, book.room[j, k] / minutes)
        amount += part
        cost += part * (unit_cost + unit)
        k, unit = _next_period(market, book, price, (i, j, minutes), (k, unit))
    return amount, cost


@compiled_lent
def take(market: Market, book: Book, price: Floats, i: int, slot: int, wanted: float) -> float:
    """Book up to `wanted` with the slot's firm, as `offer` says it; returns the money."""
    j = book.firm[i, slot]
    at = spot(market.rows, i, j)
    minutes, unit_cost = market.minutes[at], market.unit_cost[at]
    amount, cost = 0.0, 0.0
    k, unit = _next_period(market, book, price, (i, j, minutes), (-1, -np.inf))
    while k >= 0 and amount < wanted:
        following = _next_period(market, book, price, (i, j, minutes), (k, unit))
        part = min(wanted - amount, book.room[j, k] / minutes)
        book.room[j, k] = max(book.room[j, k] - part * minutes, 0.0)
        book.amount[i, slot, k] += part
        amount += part
        cost += part * (unit_cost + unit)
        k, unit = following
    add_up(market, book, j)
    return cost


@compiled_lent
def add_up(market: Market, book: Book, j: int) -> None:
    """Add up the room of firm j, anew, lest rounding errors pile up; so after each change."""
    rows = market.rows
    for kind in range(rows.place.shape[0]):
        if rows.place[kind, j] >= 0:
            at, total = rows.begin[kind] + rows.place[kind, j], 0.0
            for k in range(book.room.shape[1]):
                total += max(book.room[j, k], 0.0)
                book.total[k, at] = total


@compiled_lent
def extend(market: Market, book: Book, price: Floats, i: int, missing: float) -> None:
    """Let firms that already sew a part of the order sew more of it, where that saves money."""
    for slot in range(book.firm.shape[1]):
        j = book.firm[i, slot]
        if j >= 0 and missing > 0.0:
            amount, cost = offer(market, book, price, i, j, missing)
            if cost < market.unmet_cost[i] * amount:
                take(market, book, price, i, slot, missing)
                missing -= amount


@compiled_lent
def _next_period(
    market: Market,
    book: Book,
    price: Floats,
    pair: tuple[int, int, float],
    after: tuple[int, float],
) -> tuple[int, float]:
    """Find the cheapest open period with room after the last one; ties go to the earlier.

    `pair` is order, firm and its operator-minutes; `after` the last period and what it cost.
    """
    i, j, minutes = pair
    last, last_unit = after
    best, best_period = np.inf, -1
    for k in range(book.room.shape[1]):
        late = market.lateness_cost[i, market.group[j], k]
        if late < np.inf and book.room[j, k] > 0.0:
            unit = late + minutes * price[j, k]
            if (unit > last_unit or (unit == last_unit and k > last)) and unit < best:
                best, best_period = unit, k
    return best_period, best


@compiled_lent
def last_open(market: Market, i: int) -> int:
    """Find the last period that is open to the order in any group; the first if none is."""
    for k in range(market.lateness_cost.shape[2] - 1, 0, -1):
        for group in range(market.lateness_cost.shape[1]):
            if market.lateness_cost[i, group, k] < np.inf:
                return k
    return 0


@compiled_lent
def sewn_of(book: Book, i: int) -> float:
    """Add up the standard minutes of the order that are booked."""
    total = 0.0
    for slot in range(book.firm.shape[1]):
        for k in range(book.room.shape[1]):
            total += book.amount[i, slot, k]
    return total


@compiled_lent
def sews(book: Book, i: int, j: int) -> bool:
    """Say whether firm j sews a part of order i already."""
    found = False
    for slot in range(book.firm.shape[1]):
        found = found or book.firm[i, slot] == j
    return found


@compiled_lent
def empty_slot(book: Book, i: int) -> int:
    """Find a slot of the order that no firm has; -1 if none."""
    for slot in range(book.firm.shape[1]):
        if book.firm[i, slot] < 0:
            return slot
    return -1


@compiled_lent
def least_lot(market: Market, i: int, j: int) -> float:
    """Standard minutes of the smallest lot of an order at a firm."""
    least = min(market.minimum_run[i], market.demand[i])
    return float(max(least, market.firm_least[j] * market.piece[i]))


@compiled_lent
def cost_of(market: Market, book: Book, i: int) -> float:
    """Money the order costs where it lies, further starts included, without what is unmet."""
    cost = market.run_value[i] * further_starts(market, book, i)
    for slot in range(book.firm.shape[1]):
        j = book.firm[i, slot]
        if j >= 0:
            unit_cost = market.unit_cost[spot(market.rows, i, j)]
            for k in range(book.room.shape[1]):
                if book.amount[i, slot, k] > 0.0:
                    unit = unit_cost + market.lateness_cost[i, market.group[j], k]
                    cost += book.amount[i, slot, k] * unit
    return float(cost)


@compiled_lent
def whole_cost(market: Market, book: Book, i: int) -> float:
    """Money of an order where it lies, further starts and unmet minutes included."""
    unmet = market.demand[i] - sewn_of(book, i)
    return float(cost_of(market, book, i) + market.unmet_cost[i] * unmet)


@compiled_lent
def further_starts(market: Market, book: Book, i: int) -> int:
    """Count the firms of the order beyond the first one, those with too short a run twice."""
    least = min(market.minimum_run[i], market.demand[i]) * (1 - CLOSE)
    starts = -1
    for slot in range(book.firm.shape[1]):
        if book.firm[i, slot] >= 0:
            run = 0.0
            for k in range(book.room.shape[1]):
                run += book.amount[i, slot, k]
            starts += 1 if run >= least else 2
    return max(starts, 0)


@compiled_lent
def copy_slots(firm: Ints, amount: Floats, to_firm: Ints, to_amount: Floats) -> None:
    """Copy slots one by one: slice assignment takes seconds to compile."""
    for slot in range(amount.shape[0]):
        to_firm[slot] = firm[slot]
        for k in range(amount.shape[1]):
            to_amount[slot, k] = amount[slot, k]


@compiled_lent
def release(market: Market, book: Book, i: int) -> None:
    """Take the order back from all its firms."""
    for slot in range(book.firm.shape[1]):
        j = book.firm[i, slot]
        if j >= 0:
            minutes = market.minutes[spot(market.rows, i, j)]
            for k in range(book.room.shape[1]):
                book.room[j, k] += book.amount[i, slot, k] * minutes
                book.amount[i, slot, k] = 0.0
            add_up(market, book, j)
            book.firm[i, slot] = -1


@compiled_lent
def restore(market: Market, book: Book, i: int, firm: Ints, amount: Floats) -> None:
    """Put a released order back into its slots, and take its room."""
    copy_slots(firm, amount, book.firm[i], book.amount[i])
    for slot in range(book.firm.shape[1]):
        j = book.firm[i, slot]
        if j >= 0:
            minutes = market.minutes[spot(market.rows, i, j)]
            for k in range(book.room.shape[1]):
                book.room[j, k] -= book.amount[i, slot, k] * minutes
            add_up(market, book, j)
