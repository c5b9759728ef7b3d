"""Whose work a total is: Shapley shares and two-way interactions of a game over a few players.

A game gives a value to every coalition, here to every set of services switched on. Coalitions are
numbered by bits: player p belongs to coalition c if bit p of c is set, so that 0 is nobody and
2^n - 1 everybody.
"""

from math import factorial

import numpy as np

from kidswear_brain.cluster.columns import Floats


def shapley_shares(values: Floats) -> Floats:
    """Share the value of all players out among them.

    A player's share is what it adds to those who came before it, averaged over all orders in which
    players can come. The shares sum to the value of everybody less that of nobody.

    Parameters
    ----------
    values : (2^n, ...) array
        The value of every coalition.

    Returns
    -------
    (n, ...) array
        The share of each player.

    Notes
    -----
    Shapley (1953), A value for n-person games.
    """
    n = _players(values)
    every = np.arange(2**n)
    weight = _weights(n, 1)
    shares = np.empty((n, *values.shape[1:]))
    for player in range(n):
        without = every[every >> player & 1 == 0]
        added = values[without | 1 << player] - values[without]
        shares[player] = np.tensordot(weight[_size(without)], added, axes=1)
    return shares


def shapley_interactions(values: Floats) -> Floats:
    """Say how much more, or less, two players add together than each by itself.

    The second difference v(S, i, j) - v(S, i) - v(S, j) + v(S), averaged over the coalitions S of
    others as in an order in which the pair comes as one. Positive: they help each other;
    negative: they do the same work, one in place of the other; zero for players that add up.

    Parameters
    ----------
    values : (2^n, ...) array
        The value of every coalition.

    Returns
    -------
    (n, n, ...) array
        Symmetric; the diagonal is zero.

    Notes
    -----
    Grabisch and Roubens (1999), An axiomatic approach to the concept of interaction among players
    in cooperative games.
    """
    n = _players(values)
    every = np.arange(2**n)
    weight = _weights(n, 2)
    found = np.zeros((n, n, *values.shape[1:]))
    for i in range(n):
        for j in range(i):
            without = every[(every >> i & 1 == 0) & (every >> j & 1 == 0)]
            one, other = values[without | 1 << i], values[without | 1 << j]
            twice = values[without | 1 << i | 1 << j] - one - other + values[without]
            found[i, j] = found[j, i] = np.tensordot(weight[_size(without)], twice, axes=1)
    return found


def _players(values: Floats) -> int:
    n = int(values.shape[0]).bit_length() - 1
    if values.shape[0] != 2**n:
        raise ValueError(f"values: found {values.shape[0]} coalitions, allowed a power of two")
    return n


def _weights(n: int, joining: int) -> Floats:
    """(n - joining + 1,): by size of the coalition before, how often it meets those who join."""
    whole = n - joining + 1
    return np.array(
        [factorial(s) * factorial(whole - 1 - s) / factorial(whole) for s in range(whole)]
    )


def _size(
    coalition: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.bitwise_count(coalition).astype(np.int64)
