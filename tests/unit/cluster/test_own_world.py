"""What a planner's tables mean in the world: column by column, and beside what is drawn."""

from pathlib import Path

import numpy as np
import pytest

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.columns import Cluster
from kidswear_brain.cluster.dates import days_between, working
from kidswear_brain.cluster.own_firms import busy_share
from kidswear_brain.cluster.sustainable import order_work
from kidswear_brain.scenario import Scenario, load_scenario

DAY = 1440
FIRMS = (
    "firm_id,region,workers,hours_per_day,capacity_min_per_day,own_capital_cny\n"
    "F,zhili,45,9.5,,90000\nG,anhui_southwest,10,10,5000,\n"
)
SKILLS = (
    "firm_id,category,line_efficiency,cost_per_smv\n"
    "F,set,0.4,0.55\nF,dress,0.5,0.6\nG,set,0.45,0.5\n"
)
ORDERS = (
    "order_id,brand_id,category,pieces,smv_min,region,due_days,release_days,style_family\n"
    "A,b,set,300,14,zhili,17,5,x\nB,,set,200,10.5,zhili,29,9,\nC,b,set,900,14,zhili,25.5,4.5,x\n"
    "D,b,dress,900,14,zhili,25,9,x\nE,b,set,100,14,zhili,25,9,y\nF,c,dress,100,14,zhili,8,-30,\n"
    "G,c,dress,100,14,zhili,8,100,\n"
)
TABLES = {"firms": FIRMS, "skills": SKILLS, "orders": ORDERS}
CALENDAR = {"calendar.warmup_days": 7, "calendar.days": 30, "calendar.followup_days": 10}


def scenario_of(folder: Path, tables: dict[str, str], **overrides: object) -> Scenario:
    named = {f"cluster.{name}": str(folder / f"{name}.csv") for name in tables}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return load_scenario("kidswear:tiny", CALENDAR | named | overrides)


def world_of(folder: Path, tables: dict[str, str], **overrides: object) -> Cluster:
    return build_cluster(scenario_of(folder, tables, **overrides), 3)


def test_firms_are_those_of_the_table(tmp_path: Path) -> None:
    world = world_of(tmp_path, TABLES)
    firms, lines = world.firms, world.lines
    assert firms.firm_id == ("F", "G")
    assert firms.region.tolist() == [0, 1]
    assert firms.workers.tolist() == [45, 10]
    assert firms.shift_min.tolist() == [570, 500]  # 5,000 operator-minutes of 10 workers
    assert firms.first_line.tolist() == [0, 2, 3]
    assert lines.posts.tolist() == [23, 22, 10]
    assert lines.plateau_per_day == pytest.approx([23 * 570 * 0.5, 22 * 570 * 0.5, 10 * 500 * 0.45])
    assert firms.capacity_per_day[0] == pytest.approx(lines.capacity_per_day[:2].sum())


def test_skills_are_shares_of_the_best_and_the_rate_is_its(tmp_path: Path) -> None:
    world = world_of(tmp_path, TABLES)
    place = [world.categories.index(name) for name in ("set", "dress", "shirt")]
    assert world.firms.plateau.tolist() == [0.5, 0.45]
    assert world.firms.skill[:, place] == pytest.approx(np.array([[0.8, 1, 0], [1, 0, 0]]))
    assert world.firms.piece_rate.tolist() == [0.6, 0.5]


def test_own_capital_carries_days_of_sustainable_output(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, TABLES)
    world = build_cluster(scenario, 3)
    open_days = working(days_between(scenario.calendar, 0, 365)).sum()
    yearly = world.firms.capacity_per_day[0] * open_days * 0.6
    assert world.firms.own_capital_days[0] == pytest.approx(90_000 / (yearly / 365))
    drawn = build_cluster(load_scenario("kidswear:tiny", {"cluster.firms": 2}), 3)
    assert world.firms.own_capital_days[1] == drawn.firms.own_capital_days[1]
    assert world.firms.wage.tolist() == drawn.firms.wage.tolist()


def test_orders_are_those_of_the_table_by_order_date(tmp_path: Path) -> None:
    world = world_of(tmp_path, TABLES)
    orders = world.orders
    # Sampling alone takes 4 days; F is ordered before the simulated days, G after them.
    assert world.order_id == ("C", "A", "D", "E", "B")
    assert orders.ordered_min.tolist() == [DAY // 2, DAY, 5 * DAY, 5 * DAY, 5 * DAY]
    assert orders.due_min.tolist() == [int(25.5 * DAY), 17 * DAY, 25 * DAY, 25 * DAY, 29 * DAY]
    assert orders.day.tolist() == [0, 1, 5, 5, 5]
    assert orders.number.tolist() == [0, 0, 0, 1, 0]
    assert orders.pieces.tolist() == [900, 300, 900, 100, 200]
    assert orders.smv.tolist() == [14, 14, 14, 14, 10.5]
    assert orders.colours.tolist() == [4, 1, 4, 1, 1]
    assert [world.categories[c] for c in orders.category] == ["set", "set", "dress", "set", "set"]
    assert [world.brands.brand_id[b] for b in orders.brand] == ["b", "b", "b", "b", "(B)"]


def test_a_style_family_holds_orders_of_one_brand_and_category_together(tmp_path: Path) -> None:
    orders = world_of(tmp_path, TABLES).orders
    c, a, d, e, b = orders.family_alone.tolist()
    assert c == a
    assert len({a, d, e, b}) == 4
    assert orders.family_shared[0] == orders.family_shared[1]
    assert (orders.family_shared < 0).all()
    assert (orders.family_alone >= 0).all()


def test_brands_are_as_heavy_as_their_work_and_make_what_they_order(tmp_path: Path) -> None:
    world = world_of(tmp_path, TABLES)
    brands = world.brands
    assert brands.brand_id == ("b", "(B)", "c")
    work = np.array([2200 * 14, 200 * 10.5, 200 * 14])
    assert brands.weight == pytest.approx(work / work.mean())
    made = [{world.categories[c] for c in np.flatnonzero(row)} for row in brands.makes]
    assert made == [{"set", "dress"}, {"set"}, {"dress"}]


def test_a_row_more_changes_no_other_order(tmp_path: Path) -> None:
    few = world_of(tmp_path, TABLES)
    more = world_of(tmp_path, TABLES | {"orders": ORDERS + "H,h,set,5,9,zhili,9,6,\n"})
    place = [more.order_id.index(name) for name in few.order_id]
    for name in ("key", "patience_min", "matchable", "colours", "family_shared"):
        assert getattr(more.orders, name)[place].tolist() == getattr(few.orders, name).tolist()


def test_relations_say_whom_a_brand_knows_and_others_draw(tmp_path: Path) -> None:
    drawn = world_of(tmp_path, TABLES).brands
    related = "brand_id,firm_id,rank\nb,F,2\nb,G,1\n(B),G,1\n"
    brands = world_of(tmp_path, TABLES | {"relations": related.replace("(B),G,1\n", "")}).brands
    assert brands.known[: brands.first_known[1]].tolist() == [1, 0]
    others = slice(brands.first_known[1], None)
    assert brands.known[others].tolist() == drawn.known[drawn.first_known[1] :].tolist()


def test_lanes_to_the_hub_override_lead_and_freight(tmp_path: Path) -> None:
    header = "from_region,to_region,lead_days,cost_per_piece\n"
    lanes = header + "zhili,anhui_southwest,1,0.2\nanhui_southwest,zhili,1.5,0.3\n"
    regions = world_of(tmp_path, {"lanes": lanes}).regions
    drawn = world_of(tmp_path, {}).regions
    assert regions.lead_min.tolist() == [drawn.lead_min[0], 1.25 * DAY]
    assert regions.freight.tolist() == pytest.approx([drawn.freight[0], 0.25])
    assert regions.freight_ad_hoc.tolist() == pytest.approx([drawn.freight_ad_hoc[0], 0.25])
    one_way = header + "anhui_southwest,zhili,1.5,0.3\nzhili,zhili,0,0\n"
    assert world_of(tmp_path, {"lanes": one_way}).regions.lead_min.tolist() == [0, 1.5 * DAY]


def test_committed_work_takes_its_share_of_the_working_days(tmp_path: Path) -> None:
    # 2021-03-01 is a Monday: days 0 to 6 hold six working days, day 6 is a Sunday.
    table = "firm_id,from_day,to_day,operator_min\nG,0,6,15000\nG,6,6,500\nF,7,7,999999\n"
    taken = world_of(tmp_path, TABLES | {"committed": table}).committed
    assert taken.firm.tolist() == [1, 1, 0]
    assert taken.first_day.tolist() == [0, 6, 7]
    assert taken.end_day.tolist() == [7, 7, 8]
    assert taken.share.tolist() == pytest.approx([15_000 / (6 * 10 * 500), 0, 1])
    assert world_of(tmp_path, TABLES).committed.firm.size == 0


def test_a_busy_firm_is_busy_on_the_days_named_and_never_more_than_wholly(tmp_path: Path) -> None:
    table = "firm_id,from_day,to_day,operator_min\nG,-9,-5,5000\nG,2,3,6000\nG,3,4,8000\n"
    world = world_of(tmp_path, TABLES | {"committed": table})
    share = busy_share(world.committed, np.array([-1, 1, 0]), world.days)
    assert share.shape == (3, 47)
    assert share[[0, 2]].tolist() == np.zeros((2, 47)).tolist()
    # Of days -9 to -5 two are after the Spring Festival; the world begins on day -7.
    expected = np.zeros(47)
    expected[0:3] = 0.5
    expected[9:12] = 0.6, 1.0, 0.8
    assert share[1] == pytest.approx(expected)


def test_own_orders_are_the_mix_that_capacity_is_measured_by(tmp_path: Path) -> None:
    minutes, weight = order_work(scenario_of(tmp_path, {"orders": ORDERS}))
    assert weight.sum() == pytest.approx(1)
    assert np.sort(minutes).tolist() == [1400, 1400, 1400, 2100, 4200, 12600, 12600]
    rows = "".join(f"o{k},b,set,{k + 1},1,zhili,9,5,\n" for k in range(5000))
    minutes, weight = order_work(
        scenario_of(tmp_path, {"orders": ORDERS.splitlines()[0] + "\n" + rows})
    )
    assert minutes.size == 512
    assert minutes @ weight == pytest.approx(2500.5)


def test_own_firms_meet_drawn_orders_for_their_load(tmp_path: Path) -> None:
    big = FIRMS.replace("G,anhui_southwest,10", "G,anhui_southwest,900").replace(",5000,", ",,")
    few = world_of(tmp_path, {"firms": FIRMS, "skills": SKILLS})
    many = world_of(tmp_path, {"firms": big, "skills": SKILLS})
    assert few.order_id == ()
    assert few.brands.brand_id[0] == "b0001"
    ratio = many.firms.capacity_per_day.sum() / few.firms.capacity_per_day.sum()
    assert ratio > 10
    assert many.orders.brand.size > 3 * few.orders.brand.size > 0


def test_own_firms_without_skills_draw_them(tmp_path: Path) -> None:
    own = world_of(tmp_path, {"firms": FIRMS}).firms
    drawn = build_cluster(load_scenario("kidswear:tiny", {"cluster.firms": 2}), 3).firms
    assert own.plateau.tolist() == drawn.plateau.tolist()
    assert own.skill.tolist() == drawn.skill.tolist()
    assert own.workers.tolist() == [45, 10]


def test_drawn_firms_meet_own_orders(tmp_path: Path) -> None:
    world = world_of(tmp_path, {"orders": ORDERS})
    drawn = build_cluster(load_scenario("kidswear:tiny"), 3)
    assert world.firms.workers.tolist() == drawn.firms.workers.tolist()
    assert world.order_id == ("C", "A", "D", "E", "B")
    # Capacity counts at the normal lot mix, and that is the planner's.
    assert world.firms.capacity_per_day.sum() != drawn.firms.capacity_per_day.sum()


def test_the_same_tables_and_seed_give_the_same_world(tmp_path: Path) -> None:
    one, other = world_of(tmp_path, TABLES), world_of(tmp_path, TABLES)
    for name in one.orders.__slots__:
        assert np.array_equal(getattr(one.orders, name), getattr(other.orders, name))
