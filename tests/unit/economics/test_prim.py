"""A box that is there is found; none is made up where there is none."""

import numpy as np
import pytest

from kidswear_brain.economics.prim import find_box


def test_a_box_is_found_and_nothing_else_is_bounded():
    points = np.random.default_rng(1).random((4000, 12))
    holds = (points[:, 2] > 0.6) & (points[:, 7] < 0.5)
    box = find_box(points, holds)
    assert box.bounded == (2, 7)
    assert box.low[2] == pytest.approx(0.6, abs=0.05)
    assert box.high[7] == pytest.approx(0.5, abs=0.05)
    assert box.density > 0.9
    assert box.coverage > 0.9


def test_noise_leaves_the_density_it_has():
    rng = np.random.default_rng(2)
    points = rng.random((4000, 6))
    chance = np.where(points[:, 0] > 0.5, 0.8, 0.1)
    box = find_box(points, rng.random(4000) < chance)
    assert box.bounded == (0,)
    assert box.density == pytest.approx(0.8, abs=0.05)


def test_what_holds_nowhere_or_everywhere_has_no_bounds():
    points = np.random.default_rng(3).random((200, 4))
    nowhere = find_box(points, np.zeros(200, bool))
    everywhere = find_box(points, np.ones(200, bool))
    assert nowhere.bounded == everywhere.bounded == ()
    assert (nowhere.density, everywhere.density) == (0, 1)
