"""Typed columns to an allocation and back, against two orders calculated by hand.

Two orders of 1,000 standard minutes; F, on the spot, has 200 operator-minutes a day, G, a day out
and two back, 100. Both turn 2 operator-minutes into 1 standard minute; periods end on days 3 and
7. G's second period ends too late. So F sews 700 standard minutes at .5, G 150 at .4 + .2.
"""

from dataclasses import replace

import numpy as np
import pytest

from kidswear_brain.allocation.planner import Planning, plan_problem
from kidswear_brain.allocation.planner_reasons import reasons as why
from kidswear_brain.allocation.planner_rows import PlanRows, plan_rows, price_moves
from kidswear_brain.allocation.planner_solve import Flows, Planned, solve_free, solve_planning
from kidswear_brain.errors import AllocationError
from kidswear_brain.tables.columns import Firms, Kept, Lanes, Orders, PlannerTables, Skills

NAN = float("nan")


def names(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


def tables(**orders: list[object]) -> PlannerTables:
    columns: dict[str, object] = {
        "order_id": ["A", "B"],
        "category": ["set", "set"],
        "pieces": [100, 100],
        "smv_min": [10, 10],
        "region": ["hub", "hub"],
        "due_days": [7, 7],
        "brand_id": ["", ""],
        "release_days": [0, 0],
        "style_family": ["", ""],
        "material": ["", ""],
        "unmet_cost_per_piece": [20, NAN],
        "late_cost_per_piece_day": [0, 0],
        **orders,
    }
    texts = {"order_id", "category", "region", "brand_id", "style_family", "material"}
    arrays = {
        name: names(*cells) if name in texts else np.array(cells, dtype=float)
        for name, cells in columns.items()
    }
    arrays["pieces"] = arrays["pieces"].astype(np.int64)
    blank = np.full(2, NAN)
    return PlannerTables(
        Orders(**arrays),
        Firms(
            names("F", "G"),
            names("hub", "far"),
            np.array([1.0, 1.0]),
            np.array([10 / 3, 5 / 3]),
            np.array([200.0, 100.0]),
            blank,
            blank,
            blank,
        ),
        Skills(names("F", "G"), names("set", "set"), np.full(2, 0.5), np.array([0.5, 0.4])),
        Lanes(names("hub", "far"), names("far", "hub"), np.array([1.0, 2.0]), np.ones(2)),
        promises(),
        (),
    )


def promises(*rows: tuple[str, str, float, float]) -> Kept:
    order, firm, period, pieces = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Kept(names(*order), names(*firm), np.array(period, float), np.array(pieces, float))


def solved(
    data: PlannerTables, ends: tuple[float, ...] = (3, 7), fractional: bool = True
) -> tuple[Planning, Planned, PlanRows]:
    planning = plan_problem(data, ends)
    planned = solve_planning(planning, "highs", fractional)
    return planning, planned, plan_rows(planning, planned.flows, fractional)


def reasons(data: PlannerTables, ends: tuple[float, ...] = (3, 7)) -> dict[str, str]:
    planning, planned, rows = solved(data, ends)
    return {one.order_id: one.text for one in why(planning, planned.plan, rows).unmet}


def test_the_arrays_are_those_of_the_tables() -> None:
    planning = plan_problem(tables(), (3, 7))
    problem = planning.problem
    assert problem.demand.tolist() == [1000, 1000]
    np.testing.assert_allclose(problem.unit_cost, [[0.5, 0.6], [0.5, 0.6]])
    np.testing.assert_allclose(problem.minutes, 2.0)
    assert problem.capacity.tolist() == [[600, 800], [300, 400]]
    assert problem.unmet_cost.tolist() == [2.0, 1.0]  # its own, and 2 x the dearest of .5 and .4
    assert problem.lateness_cost[0, problem.group].tolist() == [[0, 0], [0, np.inf]]


def test_two_orders_by_hand() -> None:
    planning, planned, rows = solved(tables())
    plan = planned.plan
    assert plan.objective == pytest.approx(700 * 0.5 + 150 * 0.6 + 150 * 2 + 1000 * 1)
    np.testing.assert_allclose(plan.capacity_price, [[0.75, 0.75], [0.7, 0.0]])
    assert planning.parts.order[rows.part].tolist() == [0, 0, 0]
    assert rows.firm.tolist() == [0, 1, 0]
    assert rows.period.tolist() == [0, 0, 1]
    np.testing.assert_allclose(rows.pieces, [30, 15, 40])
    np.testing.assert_allclose(rows.unmet_pieces, [15, 100])


@pytest.mark.parametrize(
    ("due", "late_cost", "closed"),
    [(9.0, 0.0, False), (8.99, 0.0, True), (7.0, 0.5, False)],
)
def test_a_period_closes_when_garments_come_back_after_the_due_day(
    due: float, late_cost: float, closed: bool
) -> None:
    data = tables(due_days=[due, 7], late_cost_per_piece_day=[late_cost, 0])
    lateness = plan_problem(data, (3, 7)).problem.lateness_cost[0, 1, 1]
    assert np.isinf(lateness) == closed
    if late_cost:
        assert lateness == pytest.approx(2 * 0.5 / 10)


@pytest.mark.parametrize(("release", "closed"), [(1.99, False), (2.0, True), (2.5, True)])
def test_a_period_closes_when_parts_arrive_at_its_end_or_later(
    release: float, closed: bool
) -> None:
    problem = plan_problem(tables(release_days=[release, 0]), (3, 7)).problem
    assert np.isinf(problem.lateness_cost[0, 1, 0]) == closed
    assert np.isfinite(problem.lateness_cost[1, 1, 0])


def test_the_default_unmet_cost_counts_eligible_firms_only() -> None:
    data = replace(
        tables(unmet_cost_per_piece=[NAN, NAN], due_days=[7, 4]),
        skills=Skills(names("F", "G"), names("set", "set"), np.full(2, 0.5), np.array([0.5, 0.9])),
    )
    # B is due on day 4: G cannot return it in time, so its .9 does not count.
    assert plan_problem(data, (3, 7)).problem.unmet_cost.tolist() == [1.8, 1.0]


def test_a_lane_leads_one_way_only() -> None:
    data = tables()
    one_way = replace(data, lanes=Lanes(names("hub"), names("far"), np.ones(1), np.ones(1)))
    assert np.isinf(plan_problem(one_way, (3, 7)).problem.unit_cost[:, 1]).all()


def test_whole_pieces_sum_to_the_order() -> None:
    data = tables(pieces=[100, 7], smv_min=[3, 3])
    planning = plan_problem(data, (3, 7))
    thirds = Flows(
        np.array([0, 0, 0, 1]), np.array([0, 1, 0, 0]), np.array([0, 0, 1, 0]),
        np.array([100.0, 100.0, 100.0, 10.5]),
    )  # fmt: skip
    rows = plan_rows(planning, thirds, fractional=False)
    assert rows.pieces.tolist() == [34, 33, 33, 4]
    assert rows.unmet_pieces.tolist() == [0, 3]


def test_a_promise_takes_capacity_first_and_its_move_has_a_price() -> None:
    data = replace(tables(), kept=promises(("B", "G", NAN, 15)))
    planning, planned, rows = solved(data)
    held = planning.parts.firm[rows.part] >= 0
    assert (planning.parts.order[rows.part][held], rows.firm[held], rows.pieces[held]) == (1, 1, 15)
    assert rows.unmet_pieces[planning.parts.firm < 0].tolist() == [30, 85]
    assert planned.held_cost == pytest.approx(150 * 0.6)
    assert planned.plan.objective == pytest.approx(700 * 0.5 + 300 * 2 + 850 * 1)
    assert planned.plan.capacity_price[0].tolist() == pytest.approx([0.75, 0.75])
    free = solve_free(planning, "highs")
    moves = price_moves(planning, free.capacity_price)
    # G's minute is worth .7 to order A; B's piece costs .6 + 2 x .7 a minute there, 1 if left.
    assert moves.firm.tolist() == [-1]
    assert moves.saving_per_piece == pytest.approx([10 * (0.6 + 2 * 0.7 - 1.0)])
    saved = planned.held_cost + planned.plan.objective - free.objective
    assert saved == pytest.approx(15 * moves.saving_per_piece[0])


def test_a_promise_to_the_cheapest_firm_saves_nothing_by_moving() -> None:
    data = replace(tables(), kept=promises(("A", "F", 1, NAN)))
    planning, _, rows = solved(data)
    held = planning.parts.firm[rows.part] >= 0
    assert rows.period[held].tolist() == [1]
    assert rows.pieces[held] == pytest.approx(40)
    moves = price_moves(planning, solve_free(planning, "highs").capacity_price)
    assert moves.saving_per_piece == pytest.approx([0.0])
    assert reasons(data)["A"] == (
        "promised to F: full of other promises; add operator-minutes there or drop a promise"
    )


def test_promises_of_part_pieces_become_whole_with_their_order() -> None:
    data = replace(tables(), kept=promises(("A", "F", NAN, 10.5), ("A", "G", NAN, 2.25)))
    _, _, rows = solved(data, fractional=False)
    assert (rows.pieces == np.rint(rows.pieces)).all()
    assert rows.pieces.sum() + rows.unmet_pieces.sum() == 200


def test_whole_lots_are_spread_so_that_no_period_is_overfull() -> None:
    data = tables(pieces=[55, 15], due_days=[7, 3])
    planning, planned, rows = solved(data, fractional=False)
    used = np.zeros((2, 2))
    minutes = planning.problem.minutes[rows.part, rows.firm] * 10 * rows.pieces
    np.add.at(used, (rows.firm, rows.period), minutes)
    one_piece = 20
    assert (used <= planning.problem.capacity + one_piece).all()
    # F alone can serve both: B's 300 operator-minutes before day 3, A's 1,100 around them.
    assert planned.lots is not None
    assert rows.pieces.sum() == 70
    assert planning.problem.capacity[0].sum() == 1400


def test_freed_promises_are_one_part_an_order() -> None:
    data = replace(tables(), kept=promises(("A", "F", NAN, 10)))
    assert plan_problem(data, (3, 7), keep=False).parts.order.tolist() == [0, 1]


def test_reasons_name_what_to_relax() -> None:
    assert reasons(tables())["A"] == (
        "full: 2 able firm(s) in reach and in time have better work; first add 300 "
        "operator-minutes at F (hub) between day 0 and 3, each saves 0.75, or move due_days; "
        "2 orders wait for minutes there, 2,300 in all"
    )
    assert reasons(tables(category=["dress", "set"]))["A"] == (
        'no firm can make category "dress"; add a skills row for it'
    )
    assert reasons(tables(region=["moon", "hub"]))["A"] == (
        'no way from region "moon" to a firm that can make it and back; add lanes both ways, '
        'for example to "hub"'
    )
    assert reasons(tables(due_days=[2, 7]))["A"] == (
        "too late: the earliest return is day 3, the due day 2; move due_days to 3 or give a "
        "late_cost_per_piece_day"
    )
    assert reasons(tables(release_days=[8, 0]))["A"] == (
        "its parts reach no able firm before day 7 (earliest: day 8); release it earlier or give "
        "later --periods"
    )
    assert reasons(tables(unmet_cost_per_piece=[3, NAN]))["A"] == (
        "dearer to sew (5 a piece) than to leave (3); raise unmet_cost_per_piece above 5"
    )


def test_periods_must_increase() -> None:
    for ends in ((), (3, 3), (7, 3), (0, 3), (NAN,)):
        with pytest.raises(AllocationError, match="--periods: found"):
            plan_problem(tables(), ends)


def test_a_firm_takes_no_lot_below_its_minimum_unless_it_has_promised_it() -> None:
    data = tables(pieces=[60, 40])
    firms = replace(data.firms, min_lot_pieces=np.array([50.0, NAN]))
    data = replace(data, firms=firms)
    planning, _, rows = solved(data, fractional=False)
    assert np.isinf(planning.problem.unit_cost).tolist() == [[False, False], [True, False]]
    assert set(zip(planning.parts.order[rows.part], rows.firm, strict=True)) == {(0, 0), (1, 1)}
    assert min(rows.pieces[rows.firm == 0].sum(), 50) == 50
    promised = replace(data, kept=promises(("B", "F", NAN, 40)))
    planning, _, rows = solved(promised, fractional=False)
    assert rows.pieces[(planning.parts.order[rows.part] == 1) & (rows.firm == 0)].sum() == 40


def test_reason_of_an_order_too_small_for_every_firm() -> None:
    data = tables(pieces=[60, 40])
    data = replace(data, firms=replace(data.firms, min_lot_pieces=np.array([50.0, 70.0])))
    assert reasons(data)["B"] == (
        "no firm in reach takes a lot of 40 pieces; the smallest it would take is 50, at F (hub); "
        "lower min_lot_pieces or order more"
    )


def late(data: PlannerTables, ends: tuple[float, ...] = (3, 7)) -> dict[str, tuple[float, str]]:
    planning, planned, rows = solved(data, ends)
    return {
        one.order_id: (one.late_days, one.text) for one in why(planning, planned.plan, rows).late
    }


def test_why_an_order_is_late() -> None:
    # Due on day 3, A may be late at .01 a piece and day; only F's first period is in time.
    due = {"due_days": [3, 7], "pieces": [50, 1], "unmet_cost_per_piece": [20, 20]}
    days, text = late(tables(**due, late_cost_per_piece_day=[0.01, 0]))["A"]
    assert days == 4
    assert text.startswith("full: 1 able firm(s) in reach and in time have better work; first add ")
    assert "operator-minutes at F (hub) between day 0 and 3" in text
    # Due before the first period ends: no firm can be in time.
    due["due_days"] = [2, 7]
    text = late(tables(**due, late_cost_per_piece_day=[0.01, 0]))["A"][1]
    assert text == (
        "no period brings it back in time: the earliest return is day 3, the due day 2; move "
        "due_days to 3 or release it earlier"
    )


def test_orders_that_wait_for_the_same_minutes_say_so() -> None:
    planning, planned, rows = solved(tables())
    found = why(planning, planned.plan, rows)
    shared = [one.text for one in found.unmet if "2 orders wait for minutes there" in one.text]
    assert len(shared) == 2
    assert found.bottlenecks[0].orders == 2
    assert found.bottlenecks[0].operator_min == pytest.approx(2 * (150 + 1000))


def test_reasons_in_chinese_name_the_same_things() -> None:
    planning, planned, rows = solved(tables(category=["dress", "set"]))
    texts = [one.text for one in why(planning, planned.plan, rows, "zh").unmet]
    assert texts[0] == "没有工厂能做品类“dress”；请在技能表中增加一行"
