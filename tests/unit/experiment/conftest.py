"""A simulation that takes no time: the hand-made arm, a little different by seed and arm."""

import dataclasses

import pytest

from kidswear_brain.experiment import replicate as module
from kidswear_brain.scenario import Scenario


@pytest.fixture
def scenario():
    return Scenario()


@pytest.fixture
def handmade(monkeypatch, rows_factory):
    """Let replications live through the hand-made world; returns the list of calls."""
    calls = []

    def simulate_arm(scenario, seed, arm, cluster):
        calls.append((seed, arm))
        rows = rows_factory()
        rows.good_min[:] *= (2 if arm == "brain" else 1) * (1 + seed % 1000 / 1e5)
        return dataclasses.replace(rows, arm=arm, cluster=cluster)

    monkeypatch.setattr(module, "simulate_arm", simulate_arm)
    monkeypatch.setattr(module, "build_cluster", lambda scenario, seed: rows_factory().cluster)
    return calls
