"""Which firms may sew an order: priced once an order, looked at closely only where they matter."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.lots_book_kernel import NEARLY, Book, Market, last_open
from kidswear_brain.allocation.problem import Floats, Ints
from kidswear_brain.compiled import compiled, compiled_lent

WORD = 8
"""Flags looked at in one go."""


class Sheet(NamedTuple):
    """Memory for what is asked, written over with each order."""

    price: Floats
    """(f,)"""
    room: Floats
    """(f,)"""
    flag: NDArray[np.bool_]
    """(f and up to a whole word,)"""
    word: Ints
    """The same memory, eight flags in one number."""
    guess: Ints
    """(K,)"""


class Ask(NamedTuple):
    """What is to be sewn of an order that lies with nobody, and the firms of its row."""

    order: int
    wanted: float
    """Standard minutes."""
    least: float
    """Standard minutes that no lot of the order is below."""
    firm: Ints
    """(m,) the firms."""
    cost: Floats
    """(m,) money per standard minute."""
    minutes: Floats
    """(m,) operator-minutes per standard minute."""
    total: Floats
    """(m,) operator-minutes not yet promised up to the last period open to the order anywhere."""
    price: Floats
    """(m,) money per standard minute below which the firm does not sew it; the unit cost, until
    somebody has looked closely; infinite if it cannot, or is too full for the smallest lot."""
    room: Floats
    """(m,) operator-minutes in the periods open to it; infinite until somebody has looked."""
    flag: NDArray[np.bool_]
    word: Ints
    """Which firms are worth a look, one by one and eight in one number."""
    cheapest: float
    """The least of the prices, before anybody has looked."""
    guess: Ints
    """(K,) firm to look at first for each slot, -1 if none; then the last one found for it."""


@compiled
def new_sheet(market: Market, book: Book) -> Sheet:
    """Memory for one order at a time."""
    firms = market.group.size
    flag = np.zeros((firms + WORD - 1) // WORD * WORD, np.bool_)
    guess = np.empty(book.firm.shape[1], np.int64)
    return Sheet(np.empty(firms), np.empty(firms), flag, flag.view(np.int64), guess)


@compiled_lent
def ask_firms(market: Market, book: Book, i: int, wanted: float, guess: Ints, sheet: Sheet) -> Ask:
    """Price the firms for an order, in loops without a branch."""
    rows, first, last = market.rows, market.rows.first[i], market.rows.first[i + 1]
    begin, width = rows.begin[rows.order_type[i]], last - first
    least = min(market.minimum_run[i], market.demand[i], wanted) * (1 - NEARLY)
    cost, minutes = market.unit_cost[first:last], market.minutes[first:last]
    price, room = sheet.price[:width], sheet.room[:width]
    total = book.total[last_open(market, i), begin : begin + width]
    _price(cost, minutes, total, least, price)
    for place in range(width):
        room[place] = np.inf
    for slot in range(guess.size):
        sheet.guess[slot] = guess[slot]
    firm, flag = rows.firm[begin : begin + width], sheet.flag
    return Ask(
        i, wanted, least, firm, cost, minutes, total, price, room, flag, sheet.word, _least(price),
        sheet.guess,
    )  # fmt: skip


@compiled_lent
def _price(cost: Floats, minutes: Floats, total: Floats, least: float, price: Floats) -> None:
    for place in range(price.size):
        price[place] = cost[place] if total[place] > least * minutes[place] else np.inf


@compiled_lent
def _least(values: Floats) -> float:
    """Least of some values; four minima side by side, so that none waits for the one before."""
    a = b = c = d = np.inf
    whole = values.size // 4 * 4
    for k in range(0, whole, 4):
        a = values[k] if values[k] < a else a
        b = values[k + 1] if values[k + 1] < b else b
        c = values[k + 2] if values[k + 2] < c else c
        d = values[k + 3] if values[k + 3] < d else d
    for value in values[whole:]:
        a = value if value < a else a
    return min(min(a, b), min(c, d))


@compiled_lent
def mark(ask: Ask, limit: float, needed: float) -> int:
    """Mark the firms with a price below a limit that may have room for so many standard minutes.

    Returns the number of words they stand in.
    """
    words = (ask.price.size + WORD - 1) // WORD
    ask.word[words - 1 : words] = 0
    _mark(ask.price, ask.total, ask.minutes, (limit, needed), ask.flag)
    return int(words)


@compiled_lent
def _mark(
    price: Floats,
    total: Floats,
    minutes: Floats,
    limits: tuple[float, float],
    flag: NDArray[np.bool_],
) -> None:
    limit, needed = limits
    for place in range(price.size):
        flag[place] = (price[place] < limit) & (total[place] >= needed * minutes[place])


@compiled_lent
def look(market: Market, book: Book, price: Floats, ask: Ask, c: int) -> None:
    """Look closely at a firm: its room in open periods, its cheapest price in them."""
    i, j, minutes = ask.order, ask.firm[c], ask.minutes[c]
    room, cheapest = 0.0, np.inf
    for k in range(book.room.shape[1]):
        late = market.lateness_cost[i, market.group[j], k]
        if late < np.inf and book.room[j, k] > 0.0:
            room += book.room[j, k]
            cheapest = min(cheapest, late + minutes * price[j, k])
    ask.room[c] = room
    ask.price[c] += cheapest if room >= ask.least * minutes else np.inf
