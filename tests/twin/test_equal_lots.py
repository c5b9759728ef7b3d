"""Two builds of one text leave the same lots and lose the same orders."""

import pytest

import kidswear_brain as kb
from twin.comparison import lots_and_losses
from twin.worlds import FEW, MANY, small_world


@pytest.mark.parametrize("number", FEW)
def test_small_worlds(number):
    lots, lost = lots_and_losses(small_world(number), number)
    assert lots + lost > 0


def test_tiny():
    lots, lost = lots_and_losses(kb.load_scenario("kidswear:tiny"), 1)
    assert lots > 30
    assert lost > 0


@pytest.mark.slow
@pytest.mark.parametrize("number", MANY)
def test_more_small_worlds(number):
    lots_and_losses(small_world(number), number)
