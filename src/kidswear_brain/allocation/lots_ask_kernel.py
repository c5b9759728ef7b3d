"""Which firms may sew an order: listed once an order, looked at closely only where they matter."""

from typing import NamedTuple

import numpy as np

from kidswear_brain.allocation.lots_book_kernel import NEARLY, Book, Market
from kidswear_brain.allocation.problem import Floats, Ints
from kidswear_brain.compiled import compiled, compiled_lent


class Ask(NamedTuple):
    """What is to be sewn of an order that lies with nobody, and who may have room for it."""

    order: int
    wanted: float
    """Standard minutes."""
    firms: Ints
    """(m,) firms that can sew the order, without those too full for the smallest lot of it."""
    least: float
    """Standard minutes that no lot of the order is below."""
    price: Floats
    """(m,) money per standard minute below which the firm does not sew it; the unit cost, until
    somebody has looked closely."""
    room: Floats
    """(m,) operator-minutes in the periods open to it; infinite until somebody has looked."""
    guess: Ints
    """(K,) firm to look at first for each slot, -1 if none; then the last one found for it."""


@compiled
def ask_firms(market: Market, book: Book, i: int, wanted: float, guess: Ints) -> Ask:
    """List the firms for an order; without branches, which a processor would guess wrongly."""
    least = min(market.minimum_run[i], market.demand[i], wanted) * (1 - NEARLY)
    firms, count = np.empty(book.total.size, np.int64), np.uint64(0)
    for j in range(firms.size):
        firms[count] = j
        roomy = book.total[j] > least * market.minutes[i, j]
        count += np.uint64((market.unit_cost[i, j] < np.inf) & roomy)
    firms = firms[:count]
    price = market.unit_cost[i][firms]
    return Ask(i, wanted, firms, least, price, np.full(firms.size, np.inf), guess.copy())


@compiled_lent
def look(market: Market, book: Book, price: Floats, ask: Ask, c: int) -> None:
    """Look closely at a firm of the list: its room in open periods, its cheapest price in them."""
    i, j = ask.order, ask.firms[c]
    room, cheapest = 0.0, np.inf
    for k in range(book.room.shape[1]):
        late = market.lateness_cost[i, market.group[j], k]
        if late < np.inf and book.room[j, k] > 0.0:
            room += book.room[j, k]
            cheapest = min(cheapest, late + market.minutes[i, j] * price[j, k])
    ask.room[c] = room
    ask.price[c] += cheapest if room >= ask.least * market.minutes[i, j] else np.inf
