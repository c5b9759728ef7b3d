"""The straightforward build: the product's tables without the brain, near it with the brain."""

import pytest
from benchmarks.straightforward.build import Build

import kidswear_brain as kb
from twin.comparison import lots_and_losses
from twin.worlds import FEW, MANY, small_world


def baseline(scenario, cluster):
    return Build(scenario, cluster, "baseline")


@pytest.mark.parametrize("number", FEW)
def test_without_the_brain_it_leaves_the_lots_times_and_losses_of_the_product(number):
    lots, lost = lots_and_losses(small_world(number), number, baseline)
    assert lots + lost > 0


@pytest.mark.slow
@pytest.mark.parametrize("number", MANY)
def test_more_small_worlds(number):
    lots_and_losses(small_world(number), number, baseline)


def test_tiny_without_the_brain():
    lots, lost = lots_and_losses(kb.load_scenario("kidswear:tiny"), 1, baseline)
    assert lots > 30
    assert lost > 0
