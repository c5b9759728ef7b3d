"""The brain's epoch: reports in, a problem to the allocator, whole lots out to the firms.

Between allocation and simulation pass only free capacity in and lots out.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np


from kidswear_brain.cluster.columns import Bools, Cluster, Floats, Ints
from kidswear_brain.cluster.streams import normal, uniform
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.services import Effect
from kidswear_brain.simulation.rows import EpochRows
from kidswear_brain.simulation.state import Array, OrderBook, Works


class Brain:
    def __init__(self, scenario: Scenario, cluster: Cluster) -> None:
        n = cluster.orders.brand.size
        self.matchable = cluster.orders.matchable
        self.brand = cluster.orders.brand
        self.unplaced = np.zeros(n, dtype=np.bool_)
        self.placed = np.zeros(n, dtype=np.bool_)

    def offered(self, orders: Ints, effect: Effect) -> Bools:
        return effect.offering[self.brand[orders]] & self.matchable[orders]

    def take_reports(self, works, now):
        pass

    def rows(self):
        z = np.empty(0, dtype=np.int64)
        f = np.empty(0)
        return EpochRows(z, z, z, z, f, z, z, z, f, z, z, z, z.astype(np.uint8))
