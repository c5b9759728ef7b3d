"""Where the simplex starts: capacity prices near the optimal ones, and lists filled under them.

Prices move until the loads of smoothed choices (`simplex_prices`) fit the capacities, while the
temperature falls: first with all arcs of a sample of orders, then with the short lists of all.
All temperatures are tied to the spread of the costs at hand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation import simplex_prices as kernel
from kidswear_brain.allocation.simplex_lists import Lists, fill_lists
from kidswear_brain.allocation.simplex_rows import Network

Floats = NDArray[np.float64]

SAMPLE = 150
"""Orders that stand for all while prices are estimated at high temperatures."""
HOT = 0.2
"""First temperature, in spreads of an order's costs."""
MIDDLE = 0.06
"""Temperature at which the lists of all orders replace the sample, in spreads of an order's costs;
lower, the sample's noise would outweigh what it tells."""
WARM = 0.2
"""Share of that temperature to begin with where prices are known."""
COLD = 0.003
"""Last temperature, in spreads of an order's costs."""
COVER = 0.9
"""Share of the capacity that lists must reach between them, where orders outnumber cells."""
TIE = 0.3
"""Values nearer to an order's best than this many spreads are alike, where lists reach less: each
order then lists others of them."""


@dataclass(frozen=True, slots=True)
class Scales:
    """What is large and what is small in a problem.

    Parameters
    ----------
    rows : (k,) array
        Orders that stand for all.
    cost : float
        Mean size of a cost, money per standard minute.
    minutes : float
        Mean operator-minutes per standard minute.
    spread : float
        Mean standard deviation of one order's costs, money per standard minute.
    """

    rows: NDArray[np.int64]
    cost: float
    minutes: float
    spread: float


def measure(network: Network) -> Scales:
    """Take the scales of a problem from a sample of its orders."""
    rows = kernel.sample_rows(network, SAMPLE)
    size, minutes, spread = kernel.sample_scales(network, rows)
    return Scales(rows, size, minutes, spread)


def estimate(network: Network, lists: Lists, scales: Scales, price: Floats | None = None) -> Floats:
    """Estimate capacity prices, and fill the lists under them.

    Parameters
    ----------
    network, lists : Network, Lists
        `lists` is written.
    scales : Scales
        Those of the problem.
    price : (t * f,) array, optional
        Known prices of a similar problem, taken in place of the sample's.

    Returns
    -------
    (t * f,) array
        Money per operator-minute; meaningless for cells without capacity.
    """
    middle, cold = MIDDLE * scales.spread, COLD * scales.spread
    known = price
    if price is None:
        price = _from_sample(network, lists, scales, HOT * scales.spread, middle)
    tie = 0.0
    _fill(network, lists, price, tie)
    if network.demand.size > network.capacity.size and _listed(network, lists) < COVER:
        tie = TIE * scales.spread
        _fill(network, lists, price, tie)

    market = kernel.Market(
        kernel.no_sample(), lists, network.demand, network.capacity, scales.minutes
    )
    listed = price
    price = kernel.cool(market, price, middle if known is None else WARM * middle, cold)
    # No arc left out fell by more than this.
    lists.floor[:] -= lists.steepest * (listed - price)[network.capacity > 0.0].max(initial=0.0)
    return price


def _listed(network: Network, lists: Lists) -> float:
    """Share of the capacity in cells that some order lists."""
    listed = np.zeros(network.capacity.size, np.bool_)
    for cells, filled in zip(lists.cell.T, range(lists.cell.shape[1]), strict=True):
        listed[cells[lists.filled > filled]] = True
    return float(network.capacity[listed].sum() / max(network.capacity.sum(), 1e-300))


def _fill(network: Network, lists: Lists, price: Floats, tie: float) -> None:
    lists.floor[:] = -np.inf
    usable = np.where(network.capacity > 0.0, price, np.inf)
    fill_lists(network, lists, usable, np.full(network.demand.size, np.inf), 0.0, tie)


def _from_sample(network: Network, lists: Lists, scales: Scales, hot: float, cold: float) -> Floats:
    """Estimate prices from all arcs of the sample, in single precision and hence scaled."""
    portion = network.demand.sum() / scales.rows.size * scales.minutes
    sample = kernel.sample_of(network, scales.rows, (scales.cost, scales.minutes), portion)
    market = kernel.Market(sample, lists, network.demand, network.capacity, 1.0)
    price = np.zeros(network.capacity.size)
    price = kernel.cool(market, price, hot / scales.cost, cold / scales.cost)
    return price * (scales.cost / scales.minutes)
