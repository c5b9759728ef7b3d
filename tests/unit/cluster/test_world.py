"""The random world: keyed by entity, and distributed as the scenario says."""

import dataclasses
import functools

import numpy as np
import pytest
from scipy.stats import chi2, kstest, norm, poisson, spearmanr, t

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.dates import annual_mix, category_shares, working
from kidswear_brain.cluster.draws import poisson_quantile
from kidswear_brain.scenario import Scenario

QUARTER = {"days": 90, "warmup_days": 0, "followup_days": 0, "start": "2021-03-01"}


@functools.cache
def _small():
    return _world()


def _world(seed=1, calendar=QUARTER, **parts):
    parts.setdefault("cluster", {"firms": 20, "brands": 40})
    return build_cluster(Scenario(calendar=calendar, **parts), seed)


def _orders(world):
    """Return every order by its key, with all that is drawn for it."""
    names = [f.name for f in dataclasses.fields(world.orders) if f.name != "key"]
    rows = zip(*(getattr(world.orders, name).tolist() for name in names), strict=True)
    return dict(zip(world.orders.key.tolist(), rows, strict=True))


LARGER = {
    "load": {"demand": {"load": 1.1}},
    "firms": {"cluster": {"firms": 31, "brands": 40}},
    "firms and brands": {"cluster": {"firms": 40, "brands": 80}},
}


@pytest.mark.parametrize("larger", LARGER)
def test_more_load_firms_and_brands_only_add_orders(larger):
    small, large = _orders(_small()), _orders(_world(**LARGER[larger]))
    assert len(large) > 1.1 * len(small)
    assert small.items() <= large.items()


def test_a_longer_calendar_adds_days_and_changes_none():
    small = _orders(_small())
    large = _orders(_world(calendar=QUARTER | {"days": 120, "warmup_days": 30}))
    assert small.items() <= large.items()
    assert {row for key, row in large.items() if key not in small}
    assert all(not 0 <= row[1] < 90 for key, row in large.items() if key not in small)


def test_more_firms_and_brands_change_none_that_were_there():
    small, large = _small(), _world(cluster={"firms": 40, "brands": 80})
    for field in dataclasses.fields(small.firms):
        one, other = getattr(small.firms, field.name), getattr(large.firms, field.name)
        assert np.array_equal(one, other[: len(one)]), field.name
    for name in ("weight", "makes"):
        one, other = getattr(small.brands, name), getattr(large.brands, name)
        assert np.array_equal(one, other[:40]), name


def test_new_firms_do_not_change_a_brands_taste_for_the_old_ones():
    small, large = _small(), _world(cluster={"firms": 40, "brands": 40})
    displaced = 0
    for brand in range(40):
        few, many = (
            w.brands.known[w.brands.first_known[brand] : w.brands.first_known[brand + 1]].tolist()
            for w in (small, large)
        )
        kept = [firm for firm in many if firm < 20]
        assert kept == few[: len(kept)]
        displaced += len(few) - len(kept)
    assert displaced > 0


def test_a_brand_knows_able_firms_only_and_as_many_as_its_weight_gives():
    world = _world(cluster={"firms": 60, "brands": 300})
    for brand in range(300):
        first, end = world.brands.first_known[brand : brand + 2]
        known = world.brands.known[first:end]
        able = (world.firms.skill[:, world.brands.makes[brand]] > 0).any(axis=1)
        assert able[known].all()
        assert len(set(known.tolist())) == known.size
        wanted = max(1, int(np.floor(4 * world.brands.weight[brand] ** 0.5 + 0.5)))
        assert known.size == min(wanted, able.sum())


def test_the_nearest_large_firm_is_known_first_as_often_as_its_pull_says():
    """The first draw is in proportion to workers x exp(-lead), among able firms."""
    world = _world(cluster={"firms": 12, "brands": 4000})
    brands = world.brands
    pull = world.firms.workers * np.exp(-world.regions.lead_min[world.firms.region] / 1440)
    able = brands.makes.astype(float) @ (world.firms.skill.T > 0) > 0
    chance = able * pull
    has = chance.sum(axis=1) > 0
    chance = chance[has] / chance[has].sum(axis=1, keepdims=True)
    first = brands.known[brands.first_known[:-1][has]]
    observed = np.bincount(first, minlength=12)
    deviation = (observed - chance.sum(axis=0)) / np.sqrt((chance * (1 - chance)).sum(axis=0))
    assert np.abs(deviation).max() < 4


@pytest.fixture(scope="module")
def steady():
    """A year of many brands without bursts, for the distributions of what is ordered."""
    scenario = Scenario(
        calendar={"days": 365, "warmup_days": 0, "followup_days": 0},
        cluster={"firms": 150, "brands": 3000},
        demand={"burstiness_cv": 0, "order_pieces_median": 350},
    )
    return scenario, build_cluster(scenario, 3)


def test_order_mix_is_the_scenarios(steady):
    """Shares of the year's orders by category; the interval is taken over brands."""
    scenario, world = steady
    count = np.zeros((3000, 9))
    np.add.at(count, (world.orders.brand, world.orders.category), 1)
    share = count.sum(axis=0) / count.sum()
    residual = count - share * count.sum(axis=1, keepdims=True)
    error = np.sqrt((residual**2).sum(axis=0)) / count.sum()
    assert error.max() < 0.012
    assert np.abs((share - annual_mix(scenario)) / error).max() < 4


def test_each_month_has_its_own_mix_and_its_share_of_the_orders(steady):
    scenario, world = steady
    month = world.days.month[world.orders.day - world.days.first] % 12
    for number in (3, 8, 11):
        some = month == number
        padded = np.mean(world.orders.category[some] == 7)
        assert padded == pytest.approx(category_shares(scenario)[number, 7], abs=0.02)
    index = np.array(scenario.demand.month_index) / sum(scenario.demand.month_index)
    expected = index * month.size
    observed = np.bincount(month, minlength=12)
    assert chi2.sf(((observed - expected) ** 2 / expected).sum(), 11) > 1e-4


def test_nothing_is_ordered_on_closed_days(steady):
    _, world = steady
    assert working(world.days)[world.orders.day - world.days.first].all()
    assert np.array_equal(world.orders.ordered_min // 1440, world.orders.day)


def test_sizes_and_styles_are_lognormal(steady):
    scenario, world = steady
    size = np.log(world.orders.pieces / 350) / 0.9
    inside = (world.orders.pieces > 100) & (world.orders.pieces < 20_000)
    low = norm.cdf(np.log(100.5 / 350) / 0.9)
    assert kstest((norm.cdf(size[inside]) - low) / (1 - low), "uniform").statistic < 0.02
    smv = np.array([c.smv_min for c in scenario.categories.values()])[world.orders.category]
    style = (np.log(world.orders.smv / smv) + 0.02) / 0.2
    assert kstest(style, "norm").pvalue > 1e-4


def test_size_and_due_slack_have_rank_correlation_point_six(steady):
    _, world = steady
    orders = world.orders
    slack = (orders.due_min - orders.ordered_min) / 1440 - 4
    found = spearmanr(orders.pieces, slack).statistic
    # clipping ties a few sizes, which costs a little correlation
    assert found == pytest.approx(0.6, abs=4 / np.sqrt(slack.size) + 0.01)
    assert np.mean(slack < 20) == pytest.approx(0.6, abs=4 * 0.5 / np.sqrt(slack.size))
    assert slack[slack < 20].min() >= 7 - 1e-3
    assert slack[slack < 20].max() <= 14 + 1e-3
    assert slack[slack > 20].min() >= 25 - 1e-3
    assert slack.max() <= 45 + 1e-3


def test_patience_and_matchability(steady):
    _, world = steady
    patience = world.orders.patience_min / 1440
    assert kstest((patience - 1) / 6, "uniform").pvalue > 1e-4
    share = world.orders.matchable.mean()
    assert abs(share - 0.7) < 4 * np.sqrt(0.21 / patience.size)


@pytest.mark.slow
def test_load_is_met_in_expectation():
    """Ordered work of a year over its sustainable capacity, t interval over seeds."""
    scenario = Scenario(
        calendar={"days": 365, "warmup_days": 0, "followup_days": 0},
        cluster={"firms": 60, "brands": 600, "workers_sigma": 0, "brand_weight_sigma": 0.3},
        demand={"burstiness_cv": 0, "order_pieces_median": 350},
    )
    loads = []
    for seed in range(10):
        world = build_cluster(scenario, seed)
        capacity = world.firms.capacity_per_day.sum() * working(world.days).sum()
        loads.append(world.orders.pieces @ world.orders.smv / capacity)
    half = t.ppf(0.995, 9) * np.std(loads, ddof=1) / np.sqrt(10)
    assert half < 0.06
    assert abs(np.mean(loads) - 0.8) < half


@pytest.mark.slow
def test_bursts_have_the_given_coefficient_of_variation_and_persistence():
    """Weekly orders of one weightless brand: variance = mean + (cv mean)^2."""
    world = _world(
        calendar={
            "start": "2021-01-01", "days": 350, "warmup_days": 0, "followup_days": 0,
            "festival_days": 0, "festival_lead_days": 0, "rest_weekday": None,
        },
        cluster={"firms": 600, "brands": 800, "brand_weight_sigma": 0, "brand_categories": 9},
        demand={
            "month_index": [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], "burstiness_cv": 0.6,
            "order_pieces_median": 300,
        },
    )  # fmt: skip
    week = np.zeros((800, 50))
    np.add.at(week, (world.orders.brand, world.orders.day // 7), 1)
    mean = week.mean()
    cv_squared = (week.var() - mean) / mean**2
    assert cv_squared == pytest.approx(0.36, rel=0.1)
    both = np.mean((week[:, 1:] - mean) * (week[:, :-1] - mean)) / mean**2
    # lognormal of an AR(1): E[x y] = exp(sigma^2 rho), sigma^2 = log(1 + cv^2)
    assert both == pytest.approx(np.exp(np.log(1.36) * 0.8) - 1, rel=0.1)


def test_poisson_quantile_is_the_quantile():
    rng = np.random.default_rng(1)
    u, mean = rng.uniform(size=5000), rng.exponential(3, size=5000)
    assert np.array_equal(poisson_quantile(u, mean), poisson.ppf(u, mean).astype(int))
    assert poisson_quantile(np.array([0.5]), np.array([0.0]))[0] == 0


def test_firms_are_drawn_as_the_model_says():
    world = _world(cluster={"firms": 4000, "brands": 1})
    firms = world.firms
    share = np.bincount(firms.region, minlength=8) / 4000
    named = np.array([r.share for r in Scenario().regions.values()])
    assert np.abs(share - named).max() < 4 * np.sqrt(0.25 / 4000)
    assert np.median(firms.workers) == pytest.approx(17, abs=1)
    lines = np.diff(firms.first_line)
    assert np.array_equal(lines, np.maximum(1, np.floor(firms.workers / 20 + 0.5)))
    assert np.array_equal(np.add.reduceat(world.lines.posts, firms.first_line[:-1]), firms.workers)
    workshop = firms.plateau[firms.tier == 0]
    assert workshop.mean() == pytest.approx(0.50, abs=0.005)
    assert workshop.std() == pytest.approx(0.08, abs=0.004)
    assert 0.35 <= workshop.min() < workshop.max() <= 0.65
    skilled = (firms.skill == 1).sum(axis=1)
    assert np.bincount(skilled)[1:] / 4000 == pytest.approx(np.full(3, 1 / 3), abs=0.03)
    off = (firms.skill == 0.75).sum() / (firms.skill < 1).sum()
    assert off == pytest.approx(0.25, abs=0.02)
    days = firms.own_capital_days
    assert kstest(np.log(days / 120) / 0.5, "norm").pvalue > 1e-4
