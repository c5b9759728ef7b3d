"""Every parameter has a provenance, every provenance a parameter, and the two agree."""

import pytest

from kidswear_brain.scenario import Prior, Scenario, leaves, outside_prior, read_provenance
from kidswear_brain.scenario.resolved import written

PARAMETERS = {key: value for key, value in leaves(Scenario()).items() if key != "title"}


def test_none_is_missing_and_none_is_left_over() -> None:
    assert set(read_provenance()) == set(PARAMETERS)


def test_values_are_the_defaults_of_the_model() -> None:
    known = {key: entry.value for key, entry in read_provenance().items()}
    assert {key: written(value) for key, value in known.items()} == {
        key: written(value) for key, value in PARAMETERS.items()
    }


def test_every_default_lies_inside_its_prior() -> None:
    assert outside_prior(Scenario()) == ()


def test_a_value_outside_its_prior_is_named() -> None:
    scenario = Scenario(demand={"load": 2}, market={"patience_days": (1, 99)})  # type: ignore[arg-type]
    assert outside_prior(scenario) == (
        "demand.load = 2: prior uniform from 0.7 to 0.95",
        "market.patience_days = [1, 99]: prior uniform from 0 to 15",
    )


def test_every_entry_is_filled_in() -> None:
    for entry in read_provenance().values():
        assert entry.tag in ("S", "D", "A"), entry.key
        assert entry.confidence in ("high", "medium", "low"), entry.key
        assert entry.unit, entry.key
        assert entry.meaning, entry.key
        assert entry.source, entry.key
        if entry.prior.kind == "fixed":
            assert entry.prior.reason, entry.key
        else:
            assert entry.prior.low < entry.prior.high, entry.key


@pytest.mark.parametrize(
    ("prior", "value", "inside"),
    [
        (Prior("uniform", 0, 1), 1, True),
        (Prior("uniform", 0, 1), 1.01, False),
        (Prior("uniform", 0, 1), (0.5, 1.5), False),
        (Prior("uniform", 0, 1), None, False),
        (Prior("whole", 1, 4), 2, True),
        (Prior("whole", 1, 4), 2.5, False),
        (Prior("fixed", reason="so"), "anything", True),
    ],
)
def test_what_a_prior_holds(prior: Prior, value: object, inside: bool) -> None:
    assert prior.holds(value) is inside
