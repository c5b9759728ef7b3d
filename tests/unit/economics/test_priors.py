"""Points of the unit cube and the scenarios they stand for."""

import numpy as np
import pytest

from kidswear_brain.economics.priors import (
    axes,
    draw,
    overrides,
    place_of,
    sized,
)
from kidswear_brain.errors import RunError
from kidswear_brain.scenario import load_scenario, outside_prior, read_provenance

WUXING = "kidswear:wuxing"


def test_every_parameter_with_a_range_is_an_axis():
    cube = axes()
    free = {key for key, entry in read_provenance().items() if entry.prior.kind != "fixed"}
    assert {axis.key for axis in cube} == free
    assert [a.name for a in cube if a.place is not None] == [
        "market.patience_days.0",
        "market.patience_days.1",
    ]


@pytest.mark.parametrize("corner", [0.0, 1.0, 0.37])
def test_every_point_is_a_scenario_inside_its_priors(corner):
    cube = axes()
    scenario = load_scenario(WUXING, overrides(cube, np.full(len(cube), corner)))
    assert outside_prior(scenario) == ()


def test_random_points_are_scenarios_inside_their_priors():
    cube = axes()
    for point in draw(cube, 8, seed=3):
        assert outside_prior(load_scenario(WUXING, overrides(cube, point))) == ()


def test_a_point_and_its_scenario_find_each_other():
    cube = axes(["demand.load", "materials.skus", "cluster.brand_categories"])
    point = np.array([0.25, 0.5, 0.9])
    values = overrides(cube, point)
    assert values == {"demand.load": 0.7625, "materials.skus": 425, "cluster.brand_categories": 4}
    back = place_of(cube, load_scenario(WUXING, values))
    assert overrides(cube, back) == values
    np.testing.assert_allclose(back[0], 0.25)


def test_whole_numbers_get_equal_shares():
    (axis,) = axes(["cluster.brand_categories"])
    units = (np.arange(400) + 0.5) / 400
    counts = np.bincount([axis.value(u) for u in units])
    assert counts.tolist() == [0, 100, 100, 100, 100]
    assert axis.value(1.0) == 4


def test_the_ends_of_a_range_are_put_in_order():
    cube = axes(["market.patience_days"])
    assert overrides(cube, [0.8, 0.2]) == {"market.patience_days": [3.0, 12.0]}


def test_a_longer_study_begins_with_the_shorter_one():
    cube = axes()
    np.testing.assert_array_equal(draw(cube, 5), draw(cube, 20)[:5])
    assert draw(cube, 7, design="lhs").shape == (7, len(cube))


def test_all_keys_that_cannot_be_free_are_named_at_once():
    keys = ["demand.laod", "cluster.firms", "demand.load", "demand.load"]
    with pytest.raises(RunError) as refused:
        axes(keys)
    text = str(refused.value)
    assert "demand.laod: found no such key" in text
    assert "did you mean demand.load?" in text
    assert "cluster.firms: found fixed" in text
    assert "demand.load: found twice" in text


def test_a_cluster_shrinks_with_its_brands():
    scenario = load_scenario(WUXING)
    assert sized(scenario, 0.1) == {"cluster.firms": 120, "cluster.brands": 240}
    assert sized(scenario, 1) == {}
    with pytest.raises(RunError, match="--size: found 0"):
        sized(scenario, 0)
