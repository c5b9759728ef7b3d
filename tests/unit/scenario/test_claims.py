"""Claim files: what they mean, and every mistake named with its place."""

import pytest

from kidswear_brain.errors import ScenarioError
from kidswear_brain.results.measures import MEASURES
from kidswear_brain.scenario.claims import DEFINITIONS, read_claim

GOOD = """\
title: A claim
statements:
  use:
    numerator: good_standard_min
    denominator: sustainable_capacity
    population: all_firms
    window: 2021-11
    reading: points
    at_least: 0.1
    at_most: 0.3
"""


def claim(tmp_path, text):
    path = tmp_path / "claim.yaml"
    path.write_text(text)
    return read_claim(path)


def test_the_shipped_claim_reads_as_the_model_does():
    utilization, procurement = read_claim().statements
    assert (utilization.measure, utilization.reading) == ("utilization", "relative")
    assert utilization.holds(0.58, 0.58 * 1.33)
    assert not utilization.holds(0.58, 0.58 * 1.31)
    assert procurement.holds(1.0, 0.94)
    assert not procurement.holds(1.0, 0.95)


def test_every_definition_is_a_measure():
    assert set(DEFINITIONS.values()) <= {measure.name for measure in MEASURES}


def test_a_month_and_points(tmp_path):
    (statement,) = claim(tmp_path, GOOD).statements
    assert statement.measure == "utilization_month_2021-11"
    assert statement.change(0.5, 0.7) == pytest.approx(0.2)
    assert statement.holds(0.5, 0.7)
    assert not statement.holds(float("nan"), 0.7)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("all_firms", "every_firm", "6:17: statements.use.population: found every_firm"),
        ("2021-11", "november", "7:13: statements.use.window: found november"),
        ("points", "percent", "8:14: statements.use.reading: found percent"),
        ("0.1", "a tenth", "9:15: statements.use.at_least: found a tenth"),
        ("at_most", "at_mots", "did you mean at_most?"),
        ("sustainable_capacity", "plateau_capacity", "statements.use.window: found 2021-11"),
        ("  use:", "  use: 3\n  other:", "statements.use.numerator: found no such key"),
        ("statements", "statement", "statements: found none"),
    ],
)
def test_mistakes_are_named(tmp_path, old, new, told):
    text = GOOD.replace(old, new, 1)
    with pytest.raises(ScenarioError) as refusal:
        claim(tmp_path, text)
    assert told in str(refusal.value)


def test_all_mistakes_at_once(tmp_path):
    text = GOOD.replace("all_firms", "x").replace("points", "y").replace("0.1", "z")
    with pytest.raises(ScenarioError) as refusal:
        claim(tmp_path, text)
    assert len(refusal.value.problems) == 3


def test_definitions_that_do_not_go_together_are_refused(tmp_path):
    text = GOOD.replace("all_firms", "orders_of_both_arms").replace("2021-11", "year")
    with pytest.raises(ScenarioError, match="take one of these together"):
        claim(tmp_path, text)


def test_no_file(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_claim(tmp_path / "nothing.yaml")
