"""Two builds of one text leave the same lots and lose the same orders."""

import numpy as np
import pytest

import kidswear_brain as kb
from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.simulation.rows import NEVER, REASONS
from kidswear_brain.simulation.run import simulate_arm
from twin.market import Twin, rounded
from twin.worlds import small_world


def _whole(minute):
    return NEVER if minute is None else int(rounded(minute))


def _assert_equal(scenario, seed):
    cluster = build_cluster(scenario, seed)
    rows = simulate_arm(scenario, seed, "baseline", cluster)
    twin = Twin(scenario, cluster)
    lots = twin.run()
    found = np.array(
        [(lot.order, lot.line, lot.pieces, lot.accepted_min) for lot in lots], dtype=np.int64
    ).reshape(-1, 4)
    names = ("order", "line", "pieces", "accepted_min")
    expected = np.column_stack([getattr(rows.lots, name) for name in names])
    np.testing.assert_array_equal(found, expected)
    for name in ("start_min", "completion_min"):
        mine = np.array([_whole(getattr(lot, name)) for lot in lots], dtype=np.int64)
        theirs = getattr(rows.lots, name)
        np.testing.assert_array_equal(mine == NEVER, theirs == NEVER)
        # a minute for a half that two ways of adding up round apart
        assert np.abs(mine - theirs).max(initial=0) <= 1, name
    lost = {number: REASONS[rows.orders.lost_cause[number]] for number in _lost(rows)}
    assert {order.number: order.lost for order in twin.lost} == lost
    return len(lots), len(lost)


def _lost(rows):
    return np.flatnonzero(rows.orders.lost_pieces > 0).tolist()


@pytest.mark.parametrize("number", [3, 10, 22, 27, 119, 130])
def test_small_worlds(number):
    lots, lost = _assert_equal(small_world(number), number)
    assert lots + lost > 0


def test_tiny():
    lots, lost = _assert_equal(kb.load_scenario("kidswear:tiny"), 1)
    assert lots > 30
    assert lost > 0


@pytest.mark.slow
@pytest.mark.parametrize("number", range(100, 140))
def test_more_small_worlds(number):
    _assert_equal(small_world(number), number)
