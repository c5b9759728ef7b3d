"""The cheapest way to sew each order, the rent of capacity included.

The certificate rests on this. It calls nothing of the simplex, which prices rows much alike in
`simplex_rows`: a fault there must not be able to hide here.
"""

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.problem import AllocationProblem, Floats, Ints
from kidswear_brain.allocation.rows import Rows
from kidswear_brain.compiled import compiled, compiled_lent

Flags = NDArray[np.bool_]

_WORD = 8
"""Flags looked at in one go."""


def least_cost(problem: AllocationProblem, capacity_price: Floats, ceiling: Floats) -> Floats:
    """Price every eligible arc and keep the cheapest of each order, if below a ceiling.

    Parameters
    ----------
    problem : AllocationProblem
        The problem.
    capacity_price : (f, t) array
        Money per operator-minute, v.
    ceiling : (n,) array
        Money per standard minute. Lower ones cost less time: what cannot be below it is not
        looked at closely.

    Returns
    -------
    (n,) array
        The least c + l + a v over the order's arcs, money per standard minute, or the ceiling
        where that is less. Temporaries are of the size of the result.
    """
    least = ceiling.copy()
    if problem.capacity.size:
        lateness = problem.lateness_cost, problem.lateness_cost.min(axis=1)
        rows = problem.rows
        typed = problem.group[rows.firm], np.ascontiguousarray(capacity_price.T[:, rows.firm])
        _lower_to_least(rows, problem.cost_rows, lateness, typed, least)
    return least


@compiled
def _lower_to_least(
    rows: Rows,
    costs: tuple[Floats, Floats],
    lateness: tuple[Floats, Floats],
    typed: tuple[Ints, Floats],
    least: Floats,
) -> None:
    """Lower each row's value to the least c + l + a v of its arcs.

    `typed` is the group (w,) and price (t, w) of the firms as each type lists them.

    An infinite cost or a meaningless ``minutes`` beside it gives ``inf`` or NaN, and neither is
    ever below a number: no test for eligibility is needed. What a firm costs at the least lateness
    of all groups is soon known for all firms of a row; few then need a look at their own.
    """
    firms = rows.place.shape[1]
    bound = np.empty(firms)
    flag = np.zeros((firms + _WORD - 1) // _WORD * _WORD, np.bool_)
    for i in range(least.size):
        first, last, kind = rows.first[i], rows.first[i + 1], rows.order_type[i]
        here = slice(rows.begin[kind], rows.begin[kind + 1])
        flag[last - first :] = False
        places = bound[: last - first], flag, flag.view(np.int64)
        late = lateness[0][i], lateness[1][i], typed[0][here]
        row = costs[0][first:last], costs[1][first:last]
        least[i] = _least(row, late, typed[1], here.start, places, least[i])


@compiled_lent
def _least(
    row: tuple[Floats, Floats],
    lateness: tuple[Floats, Floats, Ints],
    price: Floats,
    begin: int,
    places: tuple[Floats, Flags, Ints],
    least: float,
) -> float:
    """Least of one row, at the most `least`; `price` (t, w) is its own from `begin` on."""
    cost, minutes = row
    late, low, group = lateness
    bound, flag, word = places
    bound[:] = np.inf
    last = price.shape[0] - 1
    for k in range(0, last + 1, 4):
        # Four periods in one go; the last one stands in for any missing.
        a, b, c, d = k, min(k + 1, last), min(k + 2, last), min(k + 3, last)
        prices = price[a, begin:], price[b, begin:], price[c, begin:], price[d, begin:]
        _lower(cost, minutes, prices, (low[a], low[b], low[c], low[d]), bound)
    _flag_below(bound, least, flag)
    for w in range((cost.size + _WORD - 1) // _WORD):
        if word[w] != 0:
            for firm in range(w * _WORD, min((w + 1) * _WORD, cost.size)):
                # Rounding keeps order: a bound never lies above what it bounds.
                if bound[firm] < least:
                    for period in range(price.shape[0]):
                        value = late[group[firm], period]
                        value += minutes[firm] * price[period, begin + firm]
                        least = min(least, cost[firm] + value)
    return least


@compiled_lent
def _lower(
    cost: Floats,
    minutes: Floats,
    price: tuple[Floats, Floats, Floats, Floats],
    late: tuple[float, float, float, float],
    bound: Floats,
) -> None:
    price0, price1, price2, price3 = price
    late0, late1, late2, late3 = late
    for firm in range(bound.size):
        taken = minutes[firm]
        least = late0 + taken * price0[firm]
        value = late1 + taken * price1[firm]
        least = value if value < least else least
        value = late2 + taken * price2[firm]
        least = value if value < least else least
        value = late3 + taken * price3[firm]
        least = cost[firm] + (value if value < least else least)
        bound[firm] = least if least < bound[firm] else bound[firm]


@compiled_lent
def _flag_below(bound: Floats, most: float, flag: Flags) -> None:
    for firm in range(bound.size):
        flag[firm] = bound[firm] < most
