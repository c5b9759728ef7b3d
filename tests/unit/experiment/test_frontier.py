"""The price of guarantees on days of the tiny district."""

from itertools import pairwise

import pytest

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.errors import RunError
from kidswear_brain.experiment.frontier import SCHEMA, FrontierRequest, frontier, over_days
from kidswear_brain.scenario import load_scenario
from kidswear_brain.simulation.run import asked_problems

DAYS = (5, 24, 25)
SHARES = (0.0, 0.4, 0.7, 1.0)
GROUPS = ("under 20", "outside zhili", "anhui_southwest")


@pytest.fixture(scope="module")
def tiny():
    return load_scenario("kidswear:tiny")


@pytest.fixture(scope="module")
def table(tiny):
    return frontier(FrontierRequest(tiny, 7, DAYS, GROUPS, SHARES))


def test_a_higher_guarantee_never_costs_less_and_is_kept(table):
    assert dict(table.schema) == SCHEMA
    assert table.height == len(GROUPS) * len(SHARES) * table["day"].n_unique()
    for _, one in table.group_by("group", "day"):
        costs = one.sort("guaranteed_share")["extra_cny"].to_list()
        assert all(b >= a - 1e-6 * max(costs) for a, b in pairwise(costs))
    assert table["extra_cny"].max() > 0
    kept = table.filter(table["served_min"] > 1e-6)
    assert (kept["share"] - kept["guaranteed_share"]).min() > -1e-7
    free = table.filter(guaranteed_share=0.0)
    assert (free["extra_cny"].max(), free["share_price_cny"].max()) == (0, 0)


def test_the_price_is_the_slope_of_the_cost(tiny):
    """Between two guarantees the cost rises by no less than the price at the lower one says."""
    pair = frontier(FrontierRequest(tiny, 7, (24,), ("under 20",), (0.7, 0.9))).to_dicts()
    more = pair[1]["extra_cny"] - pair[0]["extra_cny"]
    assert more >= pair[0]["share_price_cny"] * 0.2 * pair[1]["served_min"] * (1 - 1e-6)


def test_a_region_by_its_own_name_is_the_others_by_the_other(table):
    one, other = (table.filter(group=g) for g in ("outside zhili", "anhui_southwest"))
    assert one.drop("group").equals(other.drop("group"))


def test_over_days_adds_up(table):
    some = over_days(table).filter(group="under 20", guaranteed_share=0.7).row(0, named=True)
    days = table.filter(group="under 20", guaranteed_share=0.7)
    free = (days["cost_cny"] - days["extra_cny"]).sum()
    assert some["extra_share"] == pytest.approx(days["extra_cny"].sum() / free)
    assert some["served_share"] == pytest.approx(
        days["served_min"].sum() / days["demand_min"].sum()
    )


def test_what_is_asked_does_not_depend_on_the_other_days(tiny):
    cluster = build_cluster(tiny, 7)
    both = asked_problems(tiny, cluster, (5, 24))
    for day in (5, 24):
        one = asked_problems(tiny, cluster, (day,))[day]
        assert (both[day].unit_cost == one.unit_cost).all()
        assert (both[day].capacity == one.capacity).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"groups": ("micro",)}, "found 'micro', allowed under 20, .* zhili"),
        ({"days": (60,)}, "days: found 60, allowed 0 to 59"),
        ({"shares": (0.5, 1.5)}, "shares: found 1.5, allowed 0 to 1"),
    ],
)
def test_what_there_is_not_is_named(tiny, wrong, message):
    asked = {"scenario": tiny, "seed": 7, "days": (5,), **wrong}
    with pytest.raises(RunError, match=message):
        frontier(FrontierRequest(**asked))


def test_days_without_a_plan_are_named():
    alone = load_scenario("kidswear:tiny", {"services.manufacturing.planning": "first_come"})
    with pytest.raises(RunError, match="none of which the platform optimized"):
        frontier(FrontierRequest(alone, 7, (24,)))
