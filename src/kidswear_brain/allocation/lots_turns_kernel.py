"""In which turn orders become whole lots: the passes of `lots_kernel`, one after the other."""

from typing import NamedTuple

import numpy as np

from kidswear_brain.allocation.lots_book_kernel import (
    Book,
    Market,
    add_up,
    further_starts,
    whole_cost,
)
from kidswear_brain.allocation.lots_kernel import (
    Flows,
    Queue,
    evict_all,
    fill_all,
    keep_all,
    move_all,
    place_all,
    put_all,
)
from kidswear_brain.allocation.lots_reach_kernel import tightness
from kidswear_brain.allocation.problem import Floats, Ints
from kidswear_brain.compiled import compiled

SERVED_SHARE = 0.995
"""Rounding may not shed work: share of the plan's minutes the lots must sew (MODEL section 6)."""
TIGHT_SHARE = 0.5
"""An order that needs more than this share of its roomiest firms is placed before all others."""
SMALL_PAIRS = 50_000
"""Up to so many pairs of order and firm both are tried: those orders first, and not."""
EVICTION_SHARE = 0.3
"""Share of its price at which room counts that one order makes for another."""
TRIES = 8
"""So many others are asked to make room for an order that is not fully served: 20 of them make
whole lots .02 % cheaper, and take a third more time."""
CONTEST_SHARE = 0.01
"""Share of its price at which room left over is offered: of two equal periods the less wanted."""


class Work(NamedTuple):
    """A plan as the kernels read it: capacities, prices, flows, and in which turn orders come."""

    capacity: Floats
    """(f, t) operator-minutes."""
    price: Floats
    """(f, t) money per operator-minute."""
    flows: Flows
    served: Floats
    """(n,) standard minutes the plan sews of each order."""
    bound: Floats
    """(n,) what these cost at the prices."""
    claim: Ints
    """(n,) orders, those first that lose most where a minute of them is left unmet."""
    stake: Ints
    """(k,) orders of which the plan sews something, those first that have most at stake."""


@compiled
def place_lots(work: Work, market: Market, max_firms: int) -> Book:
    """Place all orders; where there are few, in two ways, of which the cheaper stands."""
    book = _placed(work, market, max_firms, TIGHT_SHARE)
    if market.unit_cost.size <= SMALL_PAIRS:
        other = _placed(work, market, max_firms, np.inf)
        sheds = _sheds(work, book), _sheds(work, other)
        cheaper = _money(market, other) < _money(market, book)
        if sheds[1] < sheds[0] or (sheds[1] == sheds[0] and cheaper):
            return other
    return book


@compiled
def _sheds(work: Work, book: Book) -> bool:
    return bool(book.amount.sum() < SERVED_SHARE * work.served.sum())


@compiled
def _money(market: Market, book: Book) -> float:
    """Money of all orders where they lie and of their unmet minutes."""
    total = 0.0
    for i in range(market.demand.size):
        total += whole_cost(market, book, i)
        total -= market.run_value[i] * further_starts(market, book, i)
    return total


@compiled
def _placed(work: Work, market: Market, max_firms: int, tight_share: float) -> Book:
    """Place all orders in runs that are long enough; in runs of any length if that sheds work."""
    book = _first_book(work, market, max_firms, tight_share)
    rules = market
    if _sheds(work, book):
        rules = _of_any_length(market)
        book = _first_book(work, rules, max_firms, tight_share)
    evict_all(rules, book, EVICTION_SHARE * work.price, _queue(work, work.claim), TRIES)
    move_all(market, book, CONTEST_SHARE * work.price)
    fill_all(market, book, CONTEST_SHARE * work.price, work.claim)
    return book


@compiled
def _of_any_length(market: Market) -> Market:
    return Market(
        market.demand,
        market.unmet_cost,
        market.rows,
        market.unit_cost,
        market.lateness_cost,
        market.minutes,
        market.group,
        market.least_cost,
        np.zeros(market.demand.size),
        market.run_value,
        market.piece,
        market.firm_least,
    )


@compiled
def _first_book(work: Work, rules: Market, max_firms: int, tight_share: float) -> Book:
    """Book orders that few firms can sew at all, then what the plan says, then what is left."""
    orders, periods = rules.demand.size, work.capacity.shape[1]
    book = Book(
        work.capacity.copy(),
        np.empty((periods, rules.rows.firm.size)),
        np.full((orders, max_firms), -1, np.int64),
        np.zeros((orders, max_firms, periods)),
    )
    for firm in range(work.capacity.shape[0]):
        add_up(rules, book, firm)
    tight = tightness(rules, book.room, max_firms, tight_share)
    first = np.argsort(-tight, kind="mergesort")[: np.count_nonzero(tight)]
    put_all(rules, book, work.price, first[work.served[first] > 0])
    keep_all(rules, book, work.flows, work.stake[tight[work.stake] == 0.0])
    place_all(rules, book, work.price, _queue(work, work.stake[book.firm[:, 0][work.stake] < 0]))
    fill_all(rules, book, CONTEST_SHARE * work.price, work.claim)
    evict_all(rules, book, EVICTION_SHARE * work.price, _queue(work, work.claim), 0)
    return book


@compiled
def _queue(work: Work, orders: Ints) -> Queue:
    return Queue(orders, work.served[orders], work.bound[orders])
