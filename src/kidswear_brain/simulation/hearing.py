"""The market's epoch with every answer heard, for a trace; a year's run has no ear for them."""

from typing import NamedTuple

import numpy as np

from kidswear_brain.simulation.market_kernel import market_epoch
from kidswear_brain.simulation.state import Array, OrderBook, Works


class Refusal(NamedTuple):
    """A firm's last refusal of an order at one epoch."""

    epoch_min: int
    order: int
    firm: int
    reason: int
    """Code in REASONS."""


def heard_epoch(
    works: Works, book: OrderBook, orders: Array, now: int, split_max: int
) -> list[Refusal]:
    """Play the market's epoch order by order, as `market_epoch` does, and hear who refused."""
    heard: list[Refusal] = []
    for k, order in enumerate(orders):
        one = book.orders[order]
        slots = slice(one["first_quote"], one["first_quote"] + one["known"])
        before = book.last_reason[slots].copy()
        book.last_reason[slots] = 0
        market_epoch(works, book, orders[k : k + 1], float(now), split_max)
        said = book.last_reason[slots]
        for firm, reason in zip(book.quote_firm[slots], said, strict=True):
            if reason != 0:
                heard.append(Refusal(now, int(order), int(firm), int(reason)))
        book.last_reason[slots] = np.where(said != 0, said, before)
    return heard
