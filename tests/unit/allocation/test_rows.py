"""Rows over the firms of an order's type: the same problem, the same answer, in less memory."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kidswear_brain
from kidswear_brain.allocation import AllocationProblem, allocate, reasons, whole_lots
from kidswear_brain.allocation.rows import rows_by_type
from kidswear_brain.errors import AllocationError


def both(seed: int, orders: int = 60, firms: int = 37) -> tuple[AllocationProblem, ...]:
    """A random problem whose rows list the firms of a type, and the same over all firms."""
    rng = np.random.default_rng(seed)
    # The last type has no firm at all.
    lists = [np.flatnonzero(rng.random(firms) < share) for share in (0.3, 0.6, 0.9, 0.0)]
    kind = rng.integers(0, len(lists), orders)
    cost = rng.uniform(0.4, 0.9, (orders, firms))
    cost[rng.random((orders, firms)) < 0.1] = np.inf
    minutes = rng.uniform(0.8, 1.6, (orders, firms))
    group = rng.integers(0, 3, firms)
    lateness = rng.uniform(0, 0.1, (orders, 3, 4))
    lateness[rng.random(lateness.shape) < 0.2] = np.inf
    demand = rng.lognormal(5, 1, orders) * (rng.random(orders) > 0.1)
    capacity = rng.uniform(0, 1, (firms, 4)) * (rng.random((firms, 4)) > 0.2)
    capacity *= 0.9 * demand.sum() / capacity.sum()
    typed = AllocationProblem(
        demand,
        np.full(orders, 1.8),
        np.concatenate([cost[i, lists[k]] for i, k in enumerate(kind)]),
        lateness,
        np.concatenate([minutes[i, lists[k]] for i, k in enumerate(kind)]),
        capacity,
        group,
        rows_by_type(kind, lists, firms),
    )
    for i, k in enumerate(kind):
        cost[i, np.setdiff1d(np.arange(firms), lists[k])] = np.inf
    whole = AllocationProblem(
        demand, np.full(orders, 1.8), cost, lateness, minutes, capacity, group
    )
    return typed, whole


@pytest.mark.parametrize("seed", range(8))
def test_the_same_answer(seed: int) -> None:
    typed, whole = both(seed)
    assert typed.shape == whole.shape
    assert typed.eligible[0] == whole.eligible[0]
    assert typed.eligible[1:] == pytest.approx(whole.eligible[1:], rel=1e-12)
    plans = [allocate(problem, "simplex") for problem in (typed, whole)]
    assert [plan.status for plan in plans] == ["optimal", "optimal"]
    assert plans[0].objective == pytest.approx(plans[1].objective, rel=1e-9)
    # Each plan is certified against both ways of writing the problem.
    assert allocate(typed, "highs").objective == pytest.approx(plans[1].objective, rel=1e-7)
    lots = [whole_lots(problem, plans[1], 40.0) for problem in (typed, whole)]
    assert (lots[0].order == lots[1].order).all()
    assert (lots[0].firm == lots[1].firm).all()
    assert lots[0].amount == pytest.approx(lots[1].amount)
    assert lots[0].cost == pytest.approx(lots[1].cost)
    assert reasons(typed, plans[1]) == reasons(whole, plans[1])


def test_written_out_over_all_firms() -> None:
    typed, whole = both(1)
    written = typed.over_all_firms()
    eligible = np.isfinite(whole.unit_cost)
    assert (written.unit_cost == whole.unit_cost).all()
    assert (written.minutes[eligible] == whole.minutes[eligible]).all()
    assert whole.over_all_firms() is whole
    n, f, _, _ = typed.shape
    order, firm = np.divmod(np.arange(n * f), f)
    period = np.zeros(n * f, dtype=np.int64)
    assert (typed.arc_cost(order, firm, period) == whole.arc_cost(order, firm, period)).all()


@pytest.mark.parametrize(
    ("kind", "lists", "words"),
    [
        ([0, 2], [[0], [1]], "order_type: give types from 0 to 1"),
        ([0, -1], [[0], [1]], "order_type: give types from 0 to 1"),
        ([0, 1], [[0], [1, 1]], r"type_firms\[1\]: give firms from 0 to 2, rising"),
        ([0, 1], [[2, 1], [1]], r"type_firms\[0\]"),
        ([0, 1], [[0, 3], [1]], r"type_firms\[0\]"),
    ],
)
def test_lists_that_cannot_be(kind: list[int], lists: list[list[int]], words: str) -> None:
    with pytest.raises(AllocationError, match=words):
        rows_by_type(kind, lists, 3)


def test_costs_that_do_not_fit_their_rows() -> None:
    rows = rows_by_type([0, 1], [[0, 2], [1]], 3)
    good = {
        "demand": [1, 1],
        "unmet_cost": [2, 2],
        "unit_cost": [1, 1, 1],
        "lateness_cost": [[0], [0]],
        "minutes": [1, 1, 1],
        "capacity": [[1], [1], [1]],
        "rows": rows,
    }
    assert AllocationProblem(**good).shape == (2, 3, 1, 1)
    with pytest.raises(AllocationError, match=r"3 costs in all, but .* unit_cost 4 costs"):
        AllocationProblem(**(good | {"unit_cost": [1] * 4, "minutes": [1] * 4}))
    with pytest.raises(AllocationError, match="minutes has shape"):
        AllocationProblem(**(good | {"minutes": [1] * 4}))
    with pytest.raises(AllocationError, match=r"unit_cost\[1\] = nan"):
        AllocationProblem(**(good | {"unit_cost": [1, np.nan, 1]}))
    with pytest.raises(AllocationError, match="unit_cost: has shape"):
        AllocationProblem(**(good | {"rows": None}))


def test_the_example_of_the_docs() -> None:
    text = (Path(__file__).parents[3] / "docs" / "allocate.md").read_text(encoding="utf-8")
    block = text.split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {"kb": kidswear_brain}
    exec(block, names)
    plan = kidswear_brain.allocate(names["problem"])
    assert plan.status == "optimal"
    assert plan.unmet.sum() == 0
    # Firms sew 50 each: 0 and 2 share the first and third order, 2 has room for 10 of the other.
    assert plan.objective == pytest.approx(190 + 10 + 2 * 30)
