"""Shapley shares and interactions on random games."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kidswear_brain.experiment.shapley import shapley_interactions, shapley_shares

VALUE = st.floats(-1e6, 1e6, allow_subnormal=False)


def games(players):
    return arrays(np.float64, (2**players, 2), elements=VALUE)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5).flatmap(games))
def test_shares_sum_to_the_total_to_rounding(values):
    total = values[-1] - values[0]
    scale = max(np.abs(values).max(), 1.0)
    np.testing.assert_allclose(shapley_shares(values).sum(axis=0), total, atol=1e-9 * scale)


@settings(max_examples=30, deadline=None)
@given(games(4))
def test_shares_are_the_mean_over_all_orders_of_coming(values):
    found = np.zeros((4, 2))
    orders = list(permutations(range(4)))
    for order in orders:
        coalition = 0
        for player in order:
            found[player] += values[coalition | 1 << player] - values[coalition]
            coalition |= 1 << player
    np.testing.assert_allclose(shapley_shares(values), found / len(orders), atol=1e-3, rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(games(4), st.integers(0, 3))
def test_who_adds_nothing_gets_nothing_and_meets_nobody(values, idle):
    every = np.arange(16)
    values = values[every & ~(1 << idle)]
    assert np.abs(shapley_shares(values)[idle]).max() == 0
    scale = max(np.abs(values).max(), 1.0)
    np.testing.assert_allclose(shapley_interactions(values)[idle], 0, atol=1e-12 * scale)


@settings(max_examples=30, deadline=None)
@given(arrays(np.float64, 5, elements=VALUE))
def test_players_that_add_up_get_their_own_and_do_not_interact(alone):
    members = (np.arange(32)[:, None] >> np.arange(5)) & 1
    values = members @ alone
    scale = max(np.abs(alone).max(), 1.0)
    np.testing.assert_allclose(shapley_shares(values), alone, atol=1e-9 * scale)
    np.testing.assert_allclose(shapley_interactions(values), 0, atol=1e-9 * scale)


def test_two_players_by_hand():
    values = np.array([10.0, 13.0, 14.0, 21.0])  # nobody, first, second, both
    assert shapley_shares(values).tolist() == [5.0, 6.0]
    assert shapley_interactions(values).tolist() == [[0.0, 4.0], [4.0, 0.0]]


def test_three_who_need_all_three():
    values = np.zeros(8)
    values[7] = 6.0
    assert shapley_shares(values) == pytest.approx([2, 2, 2])
    # of the two coalitions of others only the whole one matters, and it has weight one half
    assert shapley_interactions(values)[0, 1] == pytest.approx(3)


def test_a_number_of_coalitions_that_is_none_is_refused():
    with pytest.raises(ValueError, match="power of two"):
        shapley_shares(np.zeros(6))
