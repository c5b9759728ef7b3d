"""The compiled part of whole lots: where an order can go, at what price, and what is left then.

An order has up to K slots, one for each firm that sews a part of it. A slot's work may run over
several periods of its firm, which costs no new start. `price` is (f, t), money per operator-minute.
"""

from typing import NamedTuple

import numpy as np

from kidswear_brain.allocation.problem import Floats, Ints
from kidswear_brain.compiled import compiled

CLOSE = 1e-9
"""Shares below this are rounding errors."""


class Market(NamedTuple):
    """The problem as the kernels read it, with the rules of lots."""

    demand: Floats
    """(n,) standard minutes."""
    unmet_cost: Floats
    """(n,) money per standard minute."""
    unit_cost: Floats
    """(n, f) money per standard minute."""
    lateness_cost: Floats
    """(n, g, t) money per standard minute."""
    minutes: Floats
    """(n, f) operator-minutes per standard minute."""
    group: Ints
    """(f,) lateness group of each firm."""
    minimum_run: Floats
    """(n,) standard minutes of the smallest lot of each order."""
    run_value: Floats
    """(n,) money a further firm of the order must save."""


class Book(NamedTuple):
    """Who has promised what so far; the kernels write to it."""

    room: Floats
    """(f, t) operator-minutes not yet promised."""
    firm: Ints
    """(n, K) firm of each slot, -1 if empty."""
    amount: Floats
    """(n, K, t) standard minutes of each slot by period."""


class Queue(NamedTuple):
    """Orders to be placed, the first one first."""

    order: Ints
    amount: Floats
    """Standard minutes the plan gives each."""
    bound: Floats
    """Money below which no placing can cost at the prices of the plan."""


@compiled
def place_all(market: Market, book: Book, price: Floats, queue: Queue) -> None:
    """Place each order of the queue, in its order, on as few firms as is worth it.

    Every number of firms up to K is tried; a further firm must save the order's run value.
    """
    for k in range(queue.order.size):
        i, wanted = queue.order[k], queue.amount[k]
        best, best_firms = np.inf, 0
        for firms in range(1, book.firm.shape[1] + 1):
            further = market.run_value[i] * (firms - 1)
            if best <= queue.bound[k] + further:
                break
            cost = _spread(market, book, price, i, wanted, firms, best - further) + further
            _release(market, book, i)
            if cost < best:
                best, best_firms = cost, firms
        if best_firms > 0:
            _spread(market, book, price, i, wanted, best_firms, np.inf)


@compiled
def fill_all(market: Market, book: Book, price: Floats, queue: Ints) -> None:
    """Give room that is left to orders not yet served, wherever that is cheaper than unmet.

    Firms that already sew a part of the order come first, others by what they save.
    """
    for i in queue:
        least = max(min(market.minimum_run[i], market.demand[i]), CLOSE * market.demand[i])
        least *= 1 - CLOSE
        missing = market.demand[i] - _served(book, i)
        if missing > CLOSE * market.demand[i]:
            _extend(market, book, price, i, missing)
            missing = market.demand[i] - _served(book, i)
        while missing > CLOSE * market.demand[i] and missing >= least:
            slot = _empty_slot(book, i)
            j = _most_saving_firm(market, book, price, i, missing, least) if slot >= 0 else -1
            if j < 0:
                break
            book.firm[i, slot] = j
            _take(market, book, price, i, slot, missing)
            missing = market.demand[i] - _served(book, i)


@compiled
def move_all(market: Market, book: Book, price: Floats, queue: Ints) -> None:
    """Move each order to where it has become cheaper, further starts counted at the run value."""
    slots, periods = book.firm.shape[1], book.room.shape[1]
    firm = np.empty(slots, np.int64)
    amount = np.empty((slots, periods))
    for i in queue:
        served = _served(book, i)
        if served <= 0.0:
            continue
        best = _cost_of(market, book, i) + market.run_value[i] * _further_starts(market, book, i)
        best *= 1 - CLOSE
        best_firms = 0
        floor = served * _least_cost(market, i)
        _copy(book.firm[i], book.amount[i], firm, amount)
        _release(market, book, i)
        for firms in range(1, slots + 1):
            further = market.run_value[i] * (firms - 1)
            if best <= floor + further:
                break
            cost = _spread(market, book, price, i, served, firms, best - further) + further
            _release(market, book, i)
            if cost < best:
                best, best_firms = cost, firms
        if best_firms > 0:
            _spread(market, book, price, i, served, best_firms, np.inf)
        else:
            _copy(firm, amount, book.firm[i], book.amount[i])
            _charge(market, book, i)


@compiled
def _spread(
    market: Market, book: Book, price: Floats, i: int, wanted: float, firms: int, ceiling: float
) -> float:
    """Sew `wanted` on at most so many firms; returns the money, infinite if that does not work.

    Nobody asks for more than `ceiling` money: a single firm that takes more is not looked for.

    Each step takes the cheapest firm that can take its share of what is left, so that the rest
    always stands a chance on the firms still to be chosen.
    """
    smallest = min(market.minimum_run[i], market.demand[i])
    if firms > 1 and wanted < firms * smallest * (1 - CLOSE):
        return np.inf
    rest, total = wanted, 0.0
    for slot in range(firms):
        share = max(rest / (firms - slot), min(smallest, rest))
        most = ceiling if firms == 1 else np.inf
        j, _, amount = _cheapest_firm(market, book, price, i, rest, share, most)
        if j < 0:
            return np.inf
        if CLOSE * rest < rest - amount < smallest:
            amount = rest - smallest
            if amount < smallest:
                return np.inf
        book.firm[i, slot] = j
        total += _take(market, book, price, i, slot, amount)
        rest = wanted - _served(book, i)
        if rest <= CLOSE * wanted:
            return total
    return np.inf


@compiled
def _cheapest_firm(
    market: Market, book: Book, price: Floats, i: int, wanted: float, least: float, ceiling: float
) -> tuple[int, float, float]:
    """Find the firm that sews up to `wanted`, at least `least`, at the lowest price a minute.

    Returns the firm (-1 if none), the money and the amount. The price a minute must lie below
    that of `ceiling` money for all that is wanted.
    """
    firms, periods = book.room.shape
    best, best_firm, best_amount = ceiling / wanted, -1, 0.0
    least *= 1 - CLOSE
    for j in range(firms):
        base = market.unit_cost[i, j]
        if not base < best:
            continue
        minutes = market.minutes[i, j]
        room, cheapest = 0.0, np.inf
        for k in range(periods):
            late = market.lateness_cost[i, market.group[j], k]
            if late < np.inf and book.room[j, k] > 0.0:
                room += book.room[j, k]
                cheapest = min(cheapest, late + minutes * price[j, k])
        if room < least * minutes or not base + cheapest < best:
            continue
        amount, cost = _offer(market, book, price, i, j, wanted)
        if cost < best * amount and amount >= least and not _sews(book, i, j):
            best, best_firm, best_amount = cost / amount, j, amount
    return best_firm, best * best_amount, best_amount


@compiled
def _most_saving_firm(
    market: Market, book: Book, price: Floats, i: int, wanted: float, least: float
) -> int:
    """Find the firm that saves most against leaving the order unmet; -1 if none saves."""
    best, best_firm = 0.0, -1
    for j in range(book.room.shape[0]):
        if not (market.unmet_cost[i] - market.unit_cost[i, j]) * wanted > best:
            continue
        amount, cost = _offer(market, book, price, i, j, wanted)
        saving = market.unmet_cost[i] * amount - cost
        if amount >= least and saving > best and not _sews(book, i, j):
            best, best_firm = saving, j
    return best_firm


@compiled
def _offer(
    market: Market, book: Book, price: Floats, i: int, j: int, wanted: float
) -> tuple[float, float]:
    """Say how much of `wanted` firm j can sew, cheapest periods first, and for what money."""
    minutes = market.minutes[i, j]
    amount, cost = 0.0, 0.0
    k, unit = _next_period(market, book, price, i, j, -1, -np.inf)
    while k >= 0 and amount < wanted:
        part = min(wanted - amount, book.room[j, k] / minutes)
        amount += part
        cost += part * (market.unit_cost[i, j] + unit)
        k, unit = _next_period(market, book, price, i, j, k, unit)
    return amount, cost


@compiled
def _take(market: Market, book: Book, price: Floats, i: int, slot: int, wanted: float) -> float:
    """Book up to `wanted` with the slot's firm, as `_offer` says it; returns the money."""
    j = book.firm[i, slot]
    minutes = market.minutes[i, j]
    amount, cost = 0.0, 0.0
    k, unit = _next_period(market, book, price, i, j, -1, -np.inf)
    while k >= 0 and amount < wanted:
        following = _next_period(market, book, price, i, j, k, unit)
        part = min(wanted - amount, book.room[j, k] / minutes)
        book.room[j, k] = max(book.room[j, k] - part * minutes, 0.0)
        book.amount[i, slot, k] += part
        amount += part
        cost += part * (market.unit_cost[i, j] + unit)
        k, unit = following
    return cost


@compiled
def _next_period(
    market: Market, book: Book, price: Floats, i: int, j: int, last: int, last_unit: float
) -> tuple[int, float]:
    """Find the cheapest open period with room after the last one; ties go to the earlier."""
    best, best_period = np.inf, -1
    for k in range(book.room.shape[1]):
        late = market.lateness_cost[i, market.group[j], k]
        if late < np.inf and book.room[j, k] > 0.0:
            unit = late + market.minutes[i, j] * price[j, k]
            after = unit > last_unit or (unit == last_unit and k > last)
            if after and unit < best:
                best, best_period = unit, k
    return best_period, best


@compiled
def _extend(market: Market, book: Book, price: Floats, i: int, missing: float) -> None:
    """Let firms that already sew a part of the order sew more of it, where that saves money."""
    for slot in range(book.firm.shape[1]):
        j = book.firm[i, slot]
        if j >= 0 and missing > 0.0:
            amount, cost = _offer(market, book, price, i, j, missing)
            if cost < market.unmet_cost[i] * amount:
                _take(market, book, price, i, slot, missing)
                missing -= amount


@compiled
def _served(book: Book, i: int) -> float:
    """Add up the standard minutes of the order that are booked."""
    total = 0.0
    for slot in range(book.firm.shape[1]):
        for k in range(book.room.shape[1]):
            total += book.amount[i, slot, k]
    return total


@compiled
def _least_cost(market: Market, i: int) -> float:
    least = np.inf
    for j in range(market.unit_cost.shape[1]):
        least = min(least, market.unit_cost[i, j])
    return least


@compiled
def _copy(firm: Ints, amount: Floats, to_firm: Ints, to_amount: Floats) -> None:
    """Copy slots one by one: slice assignment takes seconds to compile."""
    for slot in range(amount.shape[0]):
        to_firm[slot] = firm[slot]
        for k in range(amount.shape[1]):
            to_amount[slot, k] = amount[slot, k]


@compiled
def _sews(book: Book, i: int, j: int) -> bool:
    """Say whether firm j sews a part of order i already."""
    found = False
    for slot in range(book.firm.shape[1]):
        found = found or book.firm[i, slot] == j
    return found


@compiled
def _empty_slot(book: Book, i: int) -> int:
    for slot in range(book.firm.shape[1]):
        if book.firm[i, slot] < 0:
            return slot
    return -1


@compiled
def _release(market: Market, book: Book, i: int) -> None:
    """Take the order back from all its firms."""
    for slot in range(book.firm.shape[1]):
        j = book.firm[i, slot]
        if j >= 0:
            for k in range(book.room.shape[1]):
                book.room[j, k] += book.amount[i, slot, k] * market.minutes[i, j]
                book.amount[i, slot, k] = 0.0
            book.firm[i, slot] = -1


@compiled
def _charge(market: Market, book: Book, i: int) -> None:
    """Take the room of an order that was put back into its slots."""
    for slot in range(book.firm.shape[1]):
        j = book.firm[i, slot]
        if j >= 0:
            for k in range(book.room.shape[1]):
                book.room[j, k] -= book.amount[i, slot, k] * market.minutes[i, j]


@compiled
def _further_starts(market: Market, book: Book, i: int) -> int:
    """Count the firms of the order beyond the first one, those with too short a run twice."""
    least = min(market.minimum_run[i], market.demand[i]) * (1 - CLOSE)
    starts = -1
    for slot in range(book.firm.shape[1]):
        if book.firm[i, slot] >= 0:
            run = 0.0
            for k in range(book.room.shape[1]):
                run += book.amount[i, slot, k]
            starts += 1 if run >= least else 2
    return starts


@compiled
def _cost_of(market: Market, book: Book, i: int) -> float:
    """Money the order costs where it lies, without what is unmet."""
    cost = 0.0
    for slot in range(book.firm.shape[1]):
        j = book.firm[i, slot]
        if j >= 0:
            for k in range(book.room.shape[1]):
                if book.amount[i, slot, k] > 0.0:
                    unit = market.unit_cost[i, j] + market.lateness_cost[i, market.group[j], k]
                    cost += book.amount[i, slot, k] * unit
    return cost
