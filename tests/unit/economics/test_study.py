"""A sensitivity study of a known function in place of the simulator, failed runs included."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from kidswear_brain.economics import study as room
from kidswear_brain.economics.moments import moments
from kidswear_brain.economics.priors import axes, place_of
from kidswear_brain.economics.worlds import Worlds
from kidswear_brain.errors import SolverError
from kidswear_brain.scenario import load_scenario

KEYS = ("demand.load", "line.learning_days", "market.known_firms", "finance.own_capital_days")
TAGS = {"A": (0, 2, 3), "D": (1,)}
WEIGHTS = np.array([4.0, 2.0, 1.0, 0.0])


def worlds(**changes):
    given = {"path": "kidswear:tiny", "given": {}, "cube": axes(KEYS), "store": Path("nowhere")}
    return Worlds(**{**given, "moments": moments(("utilization_gain",)), **changes})


@pytest.fixture
def simulator(monkeypatch):
    """Figure = 10 + weights x point + what the world adds; runs above a load of .93 fail."""

    def values(self, points, numbers, size):
        def row(point, number):
            failed = point[0] > 0.92
            return [np.nan if failed else 10 + WEIGHTS @ point + number]

        pairs = zip(points, numbers, strict=True)
        return [np.array([row(point, n) for n in each]) for point, each in pairs]

    monkeypatch.setattr(Worlds, "values", values)
    linear = partial(room.fit_surrogate, learners=("linear",))
    monkeypatch.setattr(room, "fit_surrogate", linear)
    monkeypatch.setattr(Worlds, "errors", lambda self: ["SolverError: no plan"])


EFFORT = room.Effort(size=1, trajectories=8, draws=64, replications=3, elasticities=3)


def test_shares_screening_and_tags_of_a_known_function(simulator):
    found = room.study(worlds(), EFFORT)
    (figure,) = found.figures
    # within what is left where the load's top is cut off, the shares are those of the squares
    np.testing.assert_allclose(figure.shares.first, WEIGHTS**2 / 21, atol=0.03)
    np.testing.assert_allclose(figure.screening.mean[1:], WEIGHTS[1:], atol=1e-9)
    assert figure.assumed_share == pytest.approx(17 / 21, abs=0.03)
    assert figure.r2 > 0.99


def test_failed_runs_are_counted_told_and_empty_in_the_tables(simulator):
    found = room.study(worlds(), EFFORT)
    screening, draws = found.screening_table(), found.draws_table()
    empty = screening["utilization_gain"].null_count() + draws["utilization_gain"].null_count()
    assert 0 < found.failed == empty
    assert found.errors == ("SolverError: no plan",)
    assert screening.columns == ["trajectory", *KEYS, "utilization_gain"]
    assert screening["trajectory"].to_list() == [1 + k // 5 for k in range(40)]
    assert draws["demand.load"].is_between(0.7, 0.95).all()


def test_elasticities_are_exact_and_paired(simulator):
    """Every world adds its number to the figure at all points, so no error is left."""
    elasticities = room.study(worlds(), EFFORT).elasticities
    assert [one.name for one in elasticities] == list(KEYS[:3]), "the strongest, in order"
    here = place_of(axes(KEYS), load_scenario("kidswear:tiny"))
    base = 10 + WEIGHTS @ here + 2  # mean over worlds 1, 2, 3
    for place, one in enumerate(elasticities):
        middle = (one.low + one.high) / 2
        expected = WEIGHTS[place] * 0.2 / base / ((one.high - one.low) / middle)
        assert one.value == pytest.approx(expected, rel=1e-6)
        assert one.standard_error == pytest.approx(0, abs=1e-9)


def test_nothing_is_said_where_nothing_ran(simulator, monkeypatch):
    def values(self, points, numbers, size):
        return [np.full((len(each), 1), np.nan) for each in numbers]

    monkeypatch.setattr(Worlds, "values", values)
    with pytest.raises(SolverError, match=r"utilization_gain: fewer than 20 of 64 .* no plan"):
        room.study(worlds(), EFFORT)
