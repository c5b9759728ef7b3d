"""A feasible basis near the optimum: cells filled greedily under estimated prices."""

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.allocation.simplex_forest import Forest
from kidswear_brain.allocation.simplex_lists import Lists, fill_lists
from kidswear_brain.allocation.simplex_rows import Network
from kidswear_brain.compiled import compiled, compiled_lent

Floats = NDArray[np.float64]

OFFERS = 3
"""How often orders that found their listed cells full are offered the cells with room."""
WORTHWHILE = 0.7
"""Share of the unmet demand that an offer must not leave if another is to follow."""


def greedy_forest(network: Network, lists: Lists, price: Floats, slack_minutes: float) -> Forest:
    """Fill the cells from the lists, then from all cells with room for orders left over.

    Parameters
    ----------
    network, lists : Network, Lists
        `lists` is filled under `price`, and is so again afterwards.
    price : (t * f,) array
        Estimated capacity prices; ``inf`` closes a cell.
    slack_minutes : float
        Coefficient of a cell's slack.
    """
    orders = network.demand.size
    forest = _slack_forest(network, slack_minutes)
    fill_forest(lists, price, forest)
    offered = np.zeros(orders, np.bool_)
    before = np.inf
    for _ in range(OFFERS):
        left = (forest.parent[:orders] < 0) & (forest.flow[:orders] > 0.0)
        unmet = float(forest.flow[:orders][left].sum())
        if unmet == 0.0 or unmet > WORTHWHILE * before:
            break
        before = unmet
        room = (forest.parent[orders:] < 0) & (forest.flow[orders:] > 0.0)
        _refill(network, lists, np.where(room, price, np.inf), left)
        fill_forest(lists, price, forest)
        offered |= left
    if offered.any():
        _refill(network, lists, price, offered)
    return forest


def _slack_forest(network: Network, slack_minutes: float) -> Forest:
    """All orders unmet, all cells idle."""
    orders, cells = network.demand.size, network.capacity.size
    one, slack = np.ones(orders), np.full(cells, slack_minutes)
    return Forest(
        np.full(orders + cells, -1, np.int32),
        np.concatenate((network.unmet_cost, np.zeros(cells))),
        np.concatenate((one, slack)),
        np.concatenate((one, 1.0 / slack)),
        np.concatenate((network.demand, network.capacity / slack_minutes)),
    )


def _refill(network: Network, lists: Lists, price: Floats, some: NDArray[np.bool_]) -> None:
    lists.floor[some] = -np.inf
    fill_lists(network, lists, price, np.where(some, np.inf, -np.inf), 0.0, 0.0)


@compiled
def fill_forest(lists: Lists, price: Floats, forest: Forest) -> None:
    """Let orders that are unmet fill their cheapest listed cells that are not full.

    They come by regret, the loss if their best cell were gone. A flow exhausts its order or its
    cell, and that node owns the arc from then on: the forest stays a basis.
    """
    orders = lists.cell.shape[0]
    regret = np.zeros(orders)
    for i in range(orders):
        best, second = lists.unmet_cost[i], lists.unmet_cost[i]
        for k in range(lists.filled[i]):
            value = lists.cost[i, k] + lists.minutes[i, k] * price[lists.cell[i, k]]
            if value < best:
                best, second = value, best
            elif value < second:
                second = value
        regret[i] = best - second
    value_of = np.empty(lists.cell.shape[1])
    for i in np.argsort(regret):
        for k in range(lists.filled[i]):
            value_of[k] = lists.cost[i, k] + lists.minutes[i, k] * price[lists.cell[i, k]]
        while forest.parent[i] < 0 and forest.flow[i] > 0.0:
            best, arc = lists.unmet_cost[i], -1
            for k in range(lists.filled[i]):
                node = orders + lists.cell[i, k]
                if value_of[k] < best and forest.parent[node] < 0 and forest.flow[node] > 0.0:
                    best, arc = value_of[k], k
            if arc < 0:
                break
            _flow(forest, lists, i, arc)


@compiled_lent
def _flow(forest: Forest, lists: Lists, i: int, arc: int) -> None:
    """Send along one arc as much as order and cell allow."""
    cell = lists.cell.shape[0] + lists.cell[i, arc]
    minutes = lists.minutes[i, arc]
    room = forest.flow[cell] * forest.minutes[cell] / minutes
    if room < forest.flow[i]:
        owner, parent, flow = cell, i, room
        forest.flow[i] -= room
    else:
        owner, parent, flow = i, cell, forest.flow[i]
        left = forest.flow[cell] - flow * minutes * forest.inverse[cell]
        forest.flow[cell] = max(0.0, left)
    forest.parent[owner] = parent
    forest.cost[owner] = lists.cost[i, arc]
    forest.minutes[owner] = minutes
    forest.inverse[owner] = 1.0 / minutes
    forest.flow[owner] = flow
