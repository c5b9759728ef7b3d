"""The cycle of a large T-shirt order, by hand."""

import dataclasses

import numpy as np
import pytest

from kidswear_brain.results.cycle import t_shirt_cycles
from kidswear_brain.results.measures import measure
from kidswear_brain.simulation.rows import NEVER

DAY = 1440
LEAD = 600


@pytest.fixture
def large(rows):
    """Order 1 is 3,000 T-shirts in three lots, all at F1; F1 stands in the region that counts."""
    cluster = rows.cluster
    regions = dataclasses.replace(
        cluster.regions, key=("anhui_southwest", "henan"), lead_min=np.array([LEAD, DAY])
    )
    orders = dataclasses.replace(cluster.orders, pieces=np.array([100, 3000, 50, 50]))
    lots = dataclasses.replace(
        rows.lots,
        order=np.array([0, 1, 1, 1]),
        line=np.array([0, 0, 1, 1]),
        start_min=np.array([0, DAY, 2 * DAY, 3 * DAY]),
        completion_min=np.array([-60, 3 * DAY, 4 * DAY, 5 * DAY]),
    )
    done = dataclasses.replace(
        rows.orders, completion_min=np.array([4 * DAY, 5 * DAY + LEAD, 4 * DAY, NEVER])
    )
    cluster = dataclasses.replace(cluster, regions=regions, orders=orders)
    return dataclasses.replace(rows, cluster=cluster, lots=lots, orders=done)


def test_from_parts_out_to_garments_back(large):
    assert measure(large)["t_shirt_cycle_days"] == pytest.approx(4 + 2 * LEAD / DAY)


def test_what_does_not_count(large):
    def with_lots(**change):
        return dataclasses.replace(large, lots=dataclasses.replace(large.lots, **change))

    elsewhere = with_lots(line=np.array([0, 0, 1, 2]))
    two_lots = with_lots(order=np.array([0, 0, 1, 1]))
    small = dataclasses.replace(large.cluster.orders, pieces=np.array([100, 1999, 50, 50]))
    small = dataclasses.replace(large, cluster=dataclasses.replace(large.cluster, orders=small))
    for other in (elsewhere, two_lots, small):
        assert len(t_shirt_cycles(other)) == 0
    assert np.isnan(measure(small)["t_shirt_cycle_days"])


def test_a_district_without_the_region_has_no_such_cycle(rows):
    assert len(t_shirt_cycles(rows)) == 0
