"""Bad arrays are refused by name, index and value; good ones are stored in one form."""

import numpy as np
import pytest

from kidswear_brain.allocation import AllocationProblem
from kidswear_brain.errors import AllocationError, KidswearError

GOOD = {
    "demand": [10, 20],
    "unmet_cost": [2, 2],
    "unit_cost": [[1, np.inf, 1], [1, 1, 1]],
    "lateness_cost": [[0, 1], [0, np.inf]],
    "minutes": [[2, np.nan, 2], [2, 2, 2]],
    "capacity": [[5, 5], [5, 5], [0, 5]],
}


def test_arrays_are_stored_as_contiguous_floats_with_lateness_by_group() -> None:
    problem = AllocationProblem(**GOOD)
    assert problem.shape == (2, 3, 1, 2)
    assert problem.lateness_cost.shape == (2, 1, 2)
    assert problem.group.tolist() == [0, 0, 0]
    for name in GOOD:
        array = getattr(problem, name)
        assert array.dtype == np.float64
        assert array.flags.c_contiguous


def test_lateness_without_groups_holds_for_every_group() -> None:
    problem = AllocationProblem(**GOOD, group=[0, 2, 1])
    assert problem.lateness_cost.shape == (2, 3, 2)
    assert (problem.lateness_cost == np.array(GOOD["lateness_cost"])[:, None, :]).all()


def test_lateness_by_group_is_kept() -> None:
    late = np.arange(8.0).reshape(2, 2, 2)
    problem = AllocationProblem(**(GOOD | {"lateness_cost": late}), group=[0, 1, 1])
    assert (problem.lateness_cost == late).all()
    cost = problem.arc_cost(np.array([1]), np.array([2]), np.array([1]))
    assert cost.tolist() == [1 + late[1, 1, 1]]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("demand", [10, -1], r"demand\[1\] = -1.0"),
        ("demand", [10, np.nan], r"demand\[1\] = nan"),
        ("demand", [10, np.inf], r"demand\[1\] = inf"),
        ("demand", ["10", "20"], "demand: not numeric"),
        ("demand", [10, None], "demand: not numeric"),
        ("demand", [10j, 20], "demand: not numeric"),
        ("demand", [[10, 20]], r"demand: has shape \(1, 2\)"),
        ("demand", [10, 20, 30], r"\(2,\) and demand has shape \(3,\)"),
        ("unmet_cost", [2, np.inf], r"unmet_cost\[1\] = inf"),
        ("unit_cost", [[1, 1, 1], [1, np.nan, 1]], r"unit_cost\[1, 1\] = nan"),
        ("unit_cost", [[1, 1, 1], [1, -np.inf, 1]], r"unit_cost\[1, 1\] = -inf"),
        ("unit_cost", [[1, 1, 1], [1, 1]], "unit_cost: rows of unequal length"),
        ("unit_cost", [[1, 1, 1, 1], [1, 1, 1, 1]], r"minutes .* unit_cost has shape \(2, 4\)"),
        ("lateness_cost", [[0, 1], [np.nan, 0]], r"lateness_cost\[1, 0\] = nan"),
        ("lateness_cost", [[0], [0]], r"lateness_cost .* capacity has shape \(3, 2\)"),
        ("lateness_cost", np.zeros((2, 3, 2)), "group is not given"),
        ("minutes", [[2, 0, 2], [2, 0, 2]], r"minutes\[1, 1\] = 0.0"),
        ("minutes", [[2, 0, 2], [2, np.inf, 2]], r"minutes\[1, 1\] = inf"),
        ("minutes", [[2, 2, 2]], r"minutes has shape \(1, 3\) and demand has shape \(2,\)"),
        ("capacity", [[5, 5], [5, -5], [5, 5]], r"capacity\[1, 1\] = -5.0"),
        ("capacity", [[5, 5], [5, np.inf], [5, 5]], r"capacity\[1, 1\] = inf"),
        ("capacity", [[5, 5], [5, 5]], r"capacity has shape \(2, 2\) and unit_cost"),
        ("group", [0, 0], r"group has shape \(2,\)"),
        ("group", [0, -1, 0], r"group\[1\] = -1"),
        ("group", [0, 0.5, 0], r"group\[1\] = 0.5"),
        ("group", ["a", "b", "a"], "group: not numeric"),
    ],
)
def test_a_bad_array_is_refused_by_name(name: str, value: object, message: str) -> None:
    with pytest.raises(AllocationError, match=message) as error:
        AllocationProblem(**(GOOD | {name: value}))
    assert isinstance(error.value, KidswearError)
    assert isinstance(error.value, ValueError)


def test_a_group_without_lateness_costs_is_refused() -> None:
    late = np.zeros((2, 2, 2))
    with pytest.raises(AllocationError, match=r"group\[2\] = 2 but lateness_cost has shape"):
        AllocationProblem(**(GOOD | {"lateness_cost": late}), group=[0, 1, 2])


def test_the_fields_cannot_be_replaced() -> None:
    problem = AllocationProblem(**GOOD)
    with pytest.raises(AttributeError):
        problem.demand = np.zeros(2)
