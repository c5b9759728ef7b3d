"""Which firms the rows of a problem list: all, or only those that make orders of a type."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kidswear_brain.compiled import compiled_lent
from kidswear_brain.errors import AllocationError

Ints = NDArray[np.int64]


class Rows(NamedTuple):
    """Where the costs of an order stand: one row after the other, each over the firms of its type.

    A place is a position in a row of the type.
    """

    order_type: Ints
    """(n,) type of each order."""
    first: Ints
    """(n + 1,) where the row of each order begins."""
    firm: Ints
    """(w,) firms of each type, rising, one type after the other."""
    begin: Ints
    """(types + 1,) where the firms of each type begin."""
    place: Ints
    """(types, f) place of each firm among those of the type; -1 where it is not."""


def whole_rows(orders: int, firms: int) -> Rows:
    """Rows over all firms."""
    return Rows(
        np.zeros(orders, np.int64),
        np.arange(orders + 1) * firms,
        np.arange(firms),
        np.array([0, firms]),
        np.arange(firms)[None, :],
    )


def rows_by_type(order_type: ArrayLike, type_firms: Sequence[ArrayLike], firms: int) -> Rows:
    """List in each order's row only the firms of its type.

    Parameters
    ----------
    order_type : (n,) array of int
        Type of each order, counted from 0.
    type_firms : sequence of arrays of int
        Firms of each type, rising.
    firms : int
        Number of all firms.

    Raises
    ------
    AllocationError
        If a type has no list, or a list is not rising or names a firm that there is not.
    """
    kind = np.asarray(order_type, dtype=np.int64)
    lists = [np.asarray(some, dtype=np.int64) for some in type_firms]
    if kind.ndim != 1 or (kind.size and not 0 <= kind.min() <= kind.max() < len(lists)):
        raise AllocationError(f"order_type: give types from 0 to {len(lists) - 1}, one an order")
    place = np.full((len(lists), firms), -1)
    for k, some in enumerate(lists):
        inside = some.size == 0 or 0 <= some[0] <= some[-1] < firms
        if some.ndim != 1 or not inside or not (np.diff(some) > 0).all():
            raise AllocationError(
                f"type_firms[{k}]: give firms from 0 to {firms - 1}, rising, none twice"
            )
        place[k, some] = np.arange(some.size)
    width = np.array([some.size for some in lists], dtype=np.int64)
    return Rows(
        kind,
        np.concatenate([[0], np.cumsum(width[kind])]),
        np.concatenate([np.empty(0, np.int64), *lists]),
        np.concatenate([[0], np.cumsum(width)]),
        place,
    )


@compiled_lent
def spot(rows: Rows, i: int, firm: int) -> int:
    """Where the cost of order i at a firm stands; -1 where its row does not list the firm."""
    place = rows.place[rows.order_type[i], firm]
    return int(rows.first[i] + place if place >= 0 else -1)
