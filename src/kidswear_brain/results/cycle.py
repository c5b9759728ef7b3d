"""How long a large T-shirt order is under way: the one cycle a source tells the length of."""

import numpy as np

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.results.window import DAY_MIN, measured_orders
from kidswear_brain.simulation.rows import NEVER, Rows

CATEGORY = "t_shirt"
REGION = "anhui_southwest"
PIECES = (2000, 4500)
"""Around the 3,000 of the source, wide enough that small clusters have such orders."""
LEAST_LINES = 3
"""What `several lines` is taken to mean."""


def t_shirt_cycles(rows: Rows) -> Floats:
    """List the cycles of such orders of the measured window, in days.

    From the cut parts leaving the hub, one lead time before the first lot's change-over begins, to
    the arrival of the last garments at the hub. Only orders that are complete and were sewn in the
    one region count; none where the scenario has no such category or region.
    """
    cluster, lots = rows.cluster, rows.lots
    orders, regions = cluster.orders, cluster.regions
    if CATEGORY not in cluster.categories or REGION not in regions.key:
        return np.empty(0)
    region = regions.key.index(REGION)
    count = len(orders.pieces)
    lines = np.bincount(lots.order, minlength=count)
    here = cluster.firms.region[cluster.lines.firm[lots.line]] == region
    which = (
        measured_orders(rows)
        & (orders.category == cluster.categories.index(CATEGORY))
        & (orders.pieces >= PIECES[0])
        & (orders.pieces <= PIECES[1])
        & (rows.orders.completion_min != NEVER)
        & (rows.orders.lost_pieces == 0)
        & (lines >= LEAST_LINES)
        & (np.bincount(lots.order, here, count) == lines)
    )
    begun = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(begun, lots.order, lots.start_min)
    parts_left = begun[which] - regions.lead_min[region]
    return np.asarray((rows.orders.completion_min[which] - parts_left) / DAY_MIN)
