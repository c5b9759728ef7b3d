"""The compiled part of whole lots: passes over orders that book, fill up, move and make room."""

from typing import NamedTuple

import numpy as np

from kidswear_brain.allocation.lots_ask_kernel import (
    WORD,
    Ask,
    Sheet,
    ask_firms,
    look,
    mark,
    new_sheet,
)
from kidswear_brain.allocation.lots_book_kernel import (
    CLOSE,
    NEARLY,
    Book,
    Market,
    add_up,
    copy_slots,
    cost_of,
    empty_slot,
    extend,
    least_lot,
    offer,
    release,
    restore,
    sewn_of,
    sews,
    take,
    whole_cost,
)
from kidswear_brain.allocation.problem import Floats, Ints
from kidswear_brain.allocation.rows import spot
from kidswear_brain.compiled import compiled, compiled_lent


class Queue(NamedTuple):
    """Orders to be placed, the first one first."""

    order: Ints
    amount: Floats
    """Standard minutes the plan gives each."""
    bound: Floats
    """Money below which no placing can cost at the prices of the plan."""


class Flows(NamedTuple):
    """A plan's flows, by order."""

    first: Ints
    """(n + 1,) first flow of each order."""
    firm: Ints
    period: Ints
    amount: Floats
    """Standard minutes."""
    run: Floats
    """Standard minutes of the order at the flow's firm, all periods."""
    rank: Ints
    """Rank of that firm among the order's, the largest run first."""


@compiled_lent
def keep_all(market: Market, book: Book, flows: Flows, queue: Ints) -> None:
    """Book what the plan says of each order, without runs too short or of too many firms.

    An order whose flows do not fit beside what is booked is left out.
    """
    for i in queue:
        fits = True
        for e in range(flows.first[i], flows.first[i + 1]):
            j, k = flows.firm[e], flows.period[e]
            need = flows.amount[e] * market.minutes[spot(market.rows, i, j)]
            small = need <= (1 + NEARLY) * book.room[j, k]
            fits = fits and (small or not _keeps(market, book, flows, i, e))
        for e in range(flows.first[i], flows.first[i + 1]):
            if fits and _keeps(market, book, flows, i, e):
                j, k, slot = flows.firm[e], flows.period[e], flows.rank[e]
                minutes = market.minutes[spot(market.rows, i, j)]
                part = min(flows.amount[e], book.room[j, k] / minutes)
                book.firm[i, slot] = j
                book.amount[i, slot, k] += part
                book.room[j, k] = max(book.room[j, k] - part * minutes, 0.0)
                add_up(market, book, j)


@compiled_lent
def _keeps(market: Market, book: Book, flows: Flows, i: int, e: int) -> bool:
    least = least_lot(market, i, flows.firm[e]) * (1 - CLOSE)
    return bool(flows.rank[e] < book.firm.shape[1] and flows.run[e] >= least)


@compiled
def put_all(market: Market, book: Book, price: Floats, queue: Ints) -> None:
    """Place each order of the queue whole where that goes, else as much of it as saves money."""
    sheet = new_sheet(market, book)
    for i in queue:
        _put(market, book, price, i, book.firm[i], sheet)


@compiled
def place_all(market: Market, book: Book, price: Floats, queue: Queue) -> None:
    """Place each order, in turn, on as few firms as is worth it, or not at all.

    What is booked of it (the plan's largest run may be too short for its firm, another not) is
    taken back first: it would count as sewn, and its own room as full.
    """
    sheet = new_sheet(market, book)
    for k in range(queue.order.size):
        i = queue.order[k]
        release(market, book, i)
        limits = queue.bound[k], np.inf
        _ask_and_place(market, book, price, (i, queue.amount[k]), limits, book.firm[i], sheet)


@compiled
def fill_all(market: Market, book: Book, price: Floats, queue: Ints) -> None:
    """Give room that is left to orders not yet served, wherever that is cheaper than unmet.

    Firms that already sew a part of the order come first, others by what they save.
    """
    sheet = new_sheet(market, book)
    for i in queue:
        _fill(market, book, price, i, sheet)


@compiled
def move_all(market: Market, book: Book, price: Floats) -> None:
    """Move each order to where it has become cheaper, further starts counted at the run value."""
    slots, periods = book.firm.shape[1], book.room.shape[1]
    firm, amount = np.empty(slots, np.int64), np.empty((slots, periods))
    sheet = new_sheet(market, book)
    for i in range(market.demand.size):
        served = sewn_of(book, i)
        if served <= 0.0:
            continue
        cost = cost_of(market, book, i)
        floor = served * market.least_cost[i]
        copy_slots(book.firm[i], book.amount[i], firm, amount)
        release(market, book, i)
        limits = floor, cost * (1 - CLOSE)
        if _ask_and_place(market, book, price, (i, served), limits, firm, sheet) == np.inf:
            restore(market, book, i, firm, amount)


@compiled
def evict_all(market: Market, book: Book, price: Floats, queue: Queue, tries: int) -> None:
    """Place orders less served than the plan has it anew; another order may make room for each.

    Those others are tried, one by one and so many, whose room is worth most above what it is worth
    at the prices; each is placed anew after it has made room. What does not save money is undone.
    """
    slots, periods = book.firm.shape[1], book.room.shape[1]
    firm, amount = np.empty((2, slots), np.int64), np.empty((2, slots, periods))
    sheet, worth = new_sheet(market, book), np.zeros(market.demand.size)
    for q in range(queue.order.size):
        i, enough = queue.order[q], queue.amount[q] - NEARLY * market.demand[queue.order[q]]
        if sewn_of(book, i) >= enough:
            continue
        before = whole_cost(market, book, i)
        copy_slots(book.firm[i], book.amount[i], firm[0], amount[0])
        release(market, book, i)
        if not _put(market, book, price, i, firm[0], sheet) < before:
            release(market, book, i)
            restore(market, book, i, firm[0], amount[0])
        if tries > 0:
            _weigh_others(market, book, price, i, worth)
        for _ in range(tries):
            k = int(np.argmax(worth))
            if worth[k] <= 0.0 or sewn_of(book, i) >= enough:
                break
            worth[k] = 0.0
            before = (whole_cost(market, book, i) + whole_cost(market, book, k)) * (1 - CLOSE)
            copy_slots(book.firm[i], book.amount[i], firm[0], amount[0])
            copy_slots(book.firm[k], book.amount[k], firm[1], amount[1])
            release(market, book, i)
            release(market, book, k)
            after = _put(market, book, price, i, firm[0], sheet)
            # Where not even the least that the other could cost would do, it is not placed.
            least = market.demand[k] * min(market.least_cost[k], market.unmet_cost[k])
            after += (
                _put(market, book, price, k, firm[1], sheet) if after + least < before else least
            )
            if not after < before:
                release(market, book, i)
                release(market, book, k)
                restore(market, book, i, firm[0], amount[0])
                restore(market, book, k, firm[1], amount[1])


@compiled_lent
def _weigh_others(market: Market, book: Book, price: Floats, i: int, worth: Floats) -> None:
    """Fill in what the room of each other order would save order i, less what it is worth."""
    orders, slots = book.firm.shape
    missing = market.demand[i] - sewn_of(book, i)
    worth[:] = 0.0
    for k in range(orders):
        left = missing
        for slot in range(slots):
            j = book.firm[k, slot]
            if j < 0 or k == i:
                continue
            at, mine = spot(market.rows, k, j), spot(market.rows, i, j)
            for t in range(book.room.shape[1]):
                if book.amount[k, slot, t] <= 0.0:
                    continue
                taken = book.amount[k, slot, t] * market.minutes[at]
                worth[k] -= taken * price[j, t]
                unit = market.unit_cost[mine] if mine >= 0 else np.inf
                unit += market.lateness_cost[i, market.group[j], t]
                if unit < np.inf:
                    part = min(taken / market.minutes[mine], left)
                    worth[k] += part * (market.unmet_cost[i] - unit)
                    left -= part


@compiled_lent
def _put(market: Market, book: Book, price: Floats, i: int, guess: Ints, sheet: Sheet) -> float:
    """Place an order whole where that goes, else what of it saves money; returns all its cost."""
    ask = ask_firms(market, book, i, market.demand[i], guess, sheet)
    floor = market.demand[i] * market.least_cost[i]
    if _place(market, book, price, ask, floor, market.unmet_cost[i] * ask.wanted) == np.inf:
        _fill(market, book, price, i, sheet)
    return whole_cost(market, book, i)


@compiled_lent
def _ask_and_place(
    market: Market,
    book: Book,
    price: Floats,
    part: tuple[int, float],
    limits: tuple[float, float],
    guess: Ints,
    sheet: Sheet,
) -> float:
    """Place so many minutes of an order; returns the money, within the limits of `_place`.

    Arrays that a lent kernel hands out must not reach one that counts references: so no pass asks.
    """
    ask = ask_firms(market, book, part[0], part[1], guess, sheet)
    return _place(market, book, price, ask, limits[0], limits[1])


@compiled_lent
def _place(
    market: Market, book: Book, price: Floats, ask: Ask, floor: float, ceiling: float
) -> float:
    """Sew what is asked on as few firms as is worth it; returns the money, further starts included.

    Every number of firms up to K is tried; a further firm must save the order's run value. No way
    can cost less than `floor`. If none costs less than `ceiling`, the money is infinite and
    nothing is booked.
    """
    best, best_firms = ceiling, 0
    floor = max(floor, ask.wanted * ask.cheapest)
    for firms in range(1, book.firm.shape[1] + 1):
        further = market.run_value[ask.order] * (firms - 1)
        if best <= floor + further:
            break
        cost = _spread(market, book, price, ask, firms, best - further) + further
        release(market, book, ask.order)
        if cost < best:
            best, best_firms = cost, firms
    if best_firms == 0:
        return np.inf
    _spread(market, book, price, ask, best_firms, np.inf)
    return best


@compiled_lent
def _fill(market: Market, book: Book, price: Floats, i: int, sheet: Sheet) -> None:
    """Sew what is missing of an order wherever that is cheaper than leaving it."""
    least = max(min(market.minimum_run[i], market.demand[i]), CLOSE * market.demand[i])
    least *= 1 - CLOSE
    missing = market.demand[i] - sewn_of(book, i)
    if missing > CLOSE * market.demand[i]:
        extend(market, book, price, i, missing)
        missing = market.demand[i] - sewn_of(book, i)
    if missing <= CLOSE * market.demand[i] or missing < least or empty_slot(book, i) < 0:
        return
    ask = ask_firms(market, book, i, missing, book.firm[i], sheet)
    while missing > CLOSE * market.demand[i] and missing >= least:
        slot = empty_slot(book, i)
        j = _most_saving_firm(market, book, price, ask, missing, least) if slot >= 0 else -1
        if j < 0:
            break
        book.firm[i, slot] = j
        take(market, book, price, i, slot, missing)
        missing = market.demand[i] - sewn_of(book, i)


@compiled_lent
def _spread(
    market: Market, book: Book, price: Floats, ask: Ask, firms: int, ceiling: float
) -> float:
    """Sew what is asked on at most so many firms; returns the money, infinite if it does not work.

    Nobody asks for more than `ceiling` money: a single firm that takes more is not looked for.

    Each step takes the cheapest firm that can take its share of what is left, so that the rest
    always stands a chance on the firms still to be chosen.
    """
    i, wanted = ask.order, ask.wanted
    smallest = min(market.minimum_run[i], market.demand[i])
    if firms > 1 and wanted < firms * smallest * (1 - CLOSE):
        return np.inf
    rest, total = wanted, 0.0
    for slot in range(firms):
        share = max(rest / (firms - slot), min(smallest, rest))
        most = ceiling if firms == 1 else np.inf
        best = min(most / rest, _guessed(market, book, price, ask, slot, rest, share))
        j, amount = _cheapest_firm(market, book, price, ask, rest, share, best)
        if j < 0:
            return np.inf
        ask.guess[slot] = j
        if CLOSE * rest < rest - amount < smallest:
            amount = rest - smallest
            if amount < least_lot(market, i, j) * (1 - CLOSE):
                return np.inf
        book.firm[i, slot] = j
        total += take(market, book, price, i, slot, amount)
        rest = wanted - sewn_of(book, i)
        if rest <= CLOSE * wanted:
            return total
    return np.inf


@compiled_lent
def _guessed(
    market: Market, book: Book, price: Floats, ask: Ask, slot: int, wanted: float, least: float
) -> float:
    """Price a minute that the firm guessed for a slot would take; infinite if it has no room.

    A little more, so that the guess does not decide between equals; the first of them wins.
    """
    i, j = ask.order, ask.guess[slot]
    if j < 0 or sews(book, i, j) or market.unit_cost[spot(market.rows, i, j)] == np.inf:
        return np.inf
    amount, cost = offer(market, book, price, i, j, wanted)
    needed = max(least, market.firm_least[j] * market.piece[i]) * (1 - CLOSE)
    return (1 + CLOSE) * cost / amount if amount >= needed else np.inf


@compiled_lent
def _cheapest_firm(
    market: Market, book: Book, price: Floats, ask: Ask, wanted: float, least: float, best: float
) -> tuple[int, float]:
    """Find the firm that sews up to `wanted`, at least `least`, at the lowest price a minute.

    Returns the firm and the amount; -1 if nobody's price a minute lies below `best`.
    """
    i, best_firm, best_amount = ask.order, -1, 0.0
    least *= 1 - CLOSE
    for w in range(mark(ask, best, least)):
        if ask.word[w] == 0:
            continue
        for c in range(w * WORD, min((w + 1) * WORD, ask.price.size)):
            if not (ask.flag[c] and ask.price[c] < best):
                continue
            if ask.room[c] == np.inf:
                look(market, book, price, ask, c)
            j = ask.firm[c]
            needed = max(least, market.firm_least[j] * market.piece[i] * (1 - CLOSE))
            if ask.room[c] < needed * ask.minutes[c] or not ask.price[c] < best:
                continue
            amount, cost = offer(market, book, price, i, j, wanted)
            if cost < best * amount and amount >= needed and not sews(book, i, j):
                best, best_firm, best_amount = cost / amount, j, amount
    return best_firm, best_amount


@compiled_lent
def _most_saving_firm(
    market: Market, book: Book, price: Floats, ask: Ask, wanted: float, least: float
) -> int:
    """Find the firm that saves most against leaving the order unmet; -1 if none saves."""
    i, best, best_firm = ask.order, 0.0, -1
    for w in range(mark(ask, market.unmet_cost[i], least)):
        if ask.word[w] == 0:
            continue
        for c in range(w * WORD, min((w + 1) * WORD, ask.price.size)):
            gain = market.unmet_cost[i] - ask.cost[c]
            if not (ask.flag[c] and gain * wanted > best):
                continue
            if ask.room[c] == np.inf:
                look(market, book, price, ask, c)
            j = ask.firm[c]
            needed = max(least, market.firm_least[j] * market.piece[i] * (1 - CLOSE))
            most = min(ask.room[c] / ask.minutes[c], wanted)
            if ask.price[c] == np.inf or most < needed or not gain * most > best:
                continue
            amount, cost = offer(market, book, price, i, j, wanted)
            saving = market.unmet_cost[i] * amount - cost
            if amount >= needed and saving > best and not sews(book, i, j):
                best, best_firm = saving, j
    return best_firm
