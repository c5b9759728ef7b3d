"""The shipped prior-median scenario is what it says."""

import pytest

from kidswear_brain.scenario import leaves, load_scenario, outside_prior, read_provenance


def test_every_parameter_stands_at_the_median_of_its_prior():
    scenario = load_scenario("kidswear:prior_median")
    values = leaves(scenario)
    moved = 0
    for key, known in read_provenance().items():
        if known.prior.kind == "fixed" or isinstance(known.value, list | tuple):
            continue
        middle = (known.prior.low + known.prior.high) / 2
        if known.prior.kind == "whole":
            middle = int(middle)
        assert values[key] == pytest.approx(middle), key
        moved += values[key] != known.value
    assert moved > 20
    assert outside_prior(scenario) == ()
