"""The cheapest way to sew each order, the rent of capacity included.

The certificate rests on this. It calls nothing of the simplex, which prices rows much alike in
`simplex_rows`: a fault there must not be able to hide here.
"""

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.problem import AllocationProblem, Floats, Ints
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
        price = np.ascontiguousarray(capacity_price.T)
        _lower_to_least(problem.unit_cost, problem.minutes, lateness, problem.group, price, least)
    return least


@compiled
def _lower_to_least(
    unit_cost: Floats,
    minutes: Floats,
    lateness: tuple[Floats, Floats],
    group: Ints,
    price: Floats,
    least: Floats,
) -> None:
    """Lower each row's value to the least c + l + a v of its arcs; `price` is (t, f).

    An infinite cost or a meaningless ``minutes`` beside it gives ``inf`` or NaN, and neither is
    ever below a number: no test for eligibility is needed. What a firm costs at the least lateness
    of all groups is soon known for all firms of a row; few then need a look at their own.
    """
    firms = unit_cost.shape[1]
    bound = np.empty(firms)
    flag = np.zeros((firms + _WORD - 1) // _WORD * _WORD, np.bool_)
    places = bound, flag, flag.view(np.int64)
    for i in range(least.size):
        late = lateness[0][i], lateness[1][i]
        least[i] = _least(unit_cost[i], minutes[i], late, group, price, places, least[i])


@compiled_lent
def _least(  # noqa: PLR0913 - a row of each array
    cost: Floats,
    minutes: Floats,
    late: tuple[Floats, Floats],
    group: Ints,
    price: Floats,
    places: tuple[Floats, Flags, Ints],
    least: float,
) -> float:
    """Least of one row, at the most `least`."""
    bound, flag, word = places
    bound[:] = np.inf
    last = price.shape[0] - 1
    for k in range(0, last + 1, 4):
        # Four periods in one go; the last one stands in for any missing.
        a, b, c, d = k, min(k + 1, last), min(k + 2, last), min(k + 3, last)
        prices = price[a], price[b], price[c], price[d]
        _lower(cost, minutes, prices, (late[1][a], late[1][b], late[1][c], late[1][d]), bound)
    _flag_below(bound, least, flag)
    for w in range(word.size):
        if word[w] != 0:
            for firm in range(w * _WORD, min((w + 1) * _WORD, cost.size)):
                # Rounding keeps order: a bound never lies above what it bounds.
                if bound[firm] < least:
                    for period in range(price.shape[0]):
                        value = late[0][group[firm], period] + minutes[firm] * price[period, firm]
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
