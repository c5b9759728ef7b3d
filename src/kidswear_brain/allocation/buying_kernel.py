"""Compiled kernel of buying one by one: each purchase whole, at the cheapest who can deliver it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.compiled import compiled

Array = NDArray[Any]

SPOT = -1
"""Stands for the spot market among the suppliers."""


@compiled
def buy_in_turn(
    time: Array, metres: Array, sku: Array, ranked: Array, unit_price: Array, spot_price: float,
    least: Array, breaks: Array, factors: Array, room: Array, filled_day: Array, per_day: Array,
    stock: Array, first: int, end: int, supplier: Array,
) -> None:  # fmt: skip
    """Buy purchases first to end (not included), which stand in order of time.

    A supplier makes `per_day` metres a day and holds at most `stock` ready.

    Parameters
    ----------
    time : (n,) days.
    metres, sku : (n,)
    ranked : (k, s) suppliers of each SKU, the cheapest first, then SPOT.
    unit_price : (s,) factor on list price before the break.
    spot_price : the spot market's factor.
    least : (s,) smallest purchase.
    breaks, factors : quantities from which the next of the factors holds.
    room, filled_day : (s,) metres ready, and when that was; both are carried on.
    per_day, stock : (s,)
    supplier : (n,) the answer: a supplier or SPOT.
    """
    for i in range(first, end):
        break_factor = factors[np.searchsorted(breaks, metres[i], side="right")]
        supplier[i] = SPOT
        for s in ranked[sku[i]]:
            if s == SPOT or unit_price[s] * break_factor > spot_price:
                break
            if metres[i] < least[s]:
                continue
            room[s] = min(stock[s], room[s] + per_day[s] * (time[i] - filled_day[s]))
            filled_day[s] = time[i]
            if metres[i] <= room[s]:
                room[s] -= metres[i]
                supplier[i] = s
                break
