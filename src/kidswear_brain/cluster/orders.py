"""Orders: keyed by brand, day and number, so that a larger load only adds some (MODEL 2d)."""

import numpy as np

from kidswear_brain.cluster.brands import inclusion_probability
from kidswear_brain.cluster.columns import Brands, Days, Floats, Ints, Orders
from kidswear_brain.cluster.dates import (
    LOAD_YEAR_DAYS,
    category_shares,
    days_between,
    order_shares,
    shock_factor,
    working,
)
from kidswear_brain.cluster.draws import (
    correlated,
    due_slack_days,
    order_pieces,
    poisson_quantile,
    smv_factor,
)
from kidswear_brain.cluster.firms import MINUTES_PER_DAY
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.streams import normal, uniform, word
from kidswear_brain.cluster.sustainable import mean_pieces
from kidswear_brain.scenario.model import Scenario

_BURST_WEEKS = 60
"""Weeks of past shocks that a burst remembers; .8 ** 60 is below 2e-6."""


def expected_orders_per_year(scenario: Scenario, firm_capacity_per_day: float) -> float:
    """Expected orders of a nominal year, from the load and the expected capacity.

    The load is the expected standard minutes of all orders of the 365 days from calendar.start
    over the sustainable capacity of those days (MODEL 2d).
    """
    year = days_between(scenario.calendar, 0, LOAD_YEAR_DAYS)
    share = order_shares(scenario, year)
    smv = np.array([category.smv_min for category in scenario.categories.values()])
    mean_smv = category_shares(scenario) @ smv
    per_order = float(share @ mean_smv[year.month % 12]) * mean_pieces(scenario)
    capacity = scenario.cluster.firms * firm_capacity_per_day * int(working(year).sum())
    return scenario.demand.load * capacity / per_order


def draw_orders(
    scenario: Scenario, seed: int, brands: Brands, days: Days, orders_per_year: float
) -> Orders:
    """Draw every order of the simulated days."""
    mean, by_category = _intensity(scenario, seed, brands, days)
    day_number = days.first + np.arange(days.rest.size)
    brand_number = np.arange(brands.weight.size)[:, None]
    u = uniform(seed, "orders of a brand-day", brand_number, day_number)
    count = poisson_quantile(u.ravel(), (orders_per_year * mean).ravel()).reshape(mean.shape)
    brand, place = np.nonzero(count)
    many = count[brand, place]
    brand, place = np.repeat(brand, many), np.repeat(place, many)
    number = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    key = word(0, "order", brand, day_number[place], number)
    made = by_category[days.month[place] % 12] * brands.makes[brand]
    category = _choose(made, uniform(seed, "order category", key))
    orders = _attributes(scenario, seed, key, (brand, day_number[place], number, category))
    return _sorted(orders)


def _intensity(scenario: Scenario, seed: int, brands: Brands, days: Days) -> tuple[Floats, Floats]:
    """Return (b, d) a brand-day's expected orders per expected order of the year, and (12, c)."""
    by_category = category_shares(scenario) / np.maximum(inclusion_probability(scenario), 1e-300)
    mix = brands.makes @ by_category.T
    daily = order_shares(scenario, days) * shock_factor(scenario, days, "demand_factor")
    mean = mix[:, days.month % 12] * daily / brands.weight.size * brands.weight[:, None]
    return mean * _bursts(scenario, seed, brands.weight.size, days), by_category


def _bursts(scenario: Scenario, seed: int, brands: int, days: Days) -> Floats:
    """(b, d): AR(1) lognormal intensity with mean 1, a new value each week of seven days."""
    cv, keep = scenario.demand.burstiness_cv, scenario.demand.burst_persistence_per_week
    if cv == 0:
        return np.ones((1, days.rest.size))
    week = (days.first + np.arange(days.rest.size)) // 7
    numbers = np.arange(week[0] - _BURST_WEEKS, week[-1] + 1)
    state = normal(seed, "brand burst", np.arange(brands)[:, None], numbers)
    scale = np.sqrt(1 - keep * keep)
    for k in range(1, numbers.size):
        state[:, k] = keep * state[:, k - 1] + scale * state[:, k]
    sigma = np.sqrt(np.log1p(cv * cv))
    level = np.exp(sigma * state - sigma * sigma / 2)
    return np.asarray(level[:, week - numbers[0]])


def _choose(weight: Floats, u: Floats) -> Ints:
    edge = np.cumsum(weight, axis=1)
    return np.asarray((edge <= u[:, None] * edge[:, -1:]).sum(axis=1), dtype=np.int64)


def _attributes(
    scenario: Scenario,
    seed: int,
    key: np.typing.NDArray[np.uint64],
    identity: tuple[Ints, Ints, Ints, Ints],
) -> Orders:
    demand, market = scenario.demand, scenario.market
    brand, day, number, category = identity
    size = uniform(seed, "order size", key)
    pieces = order_pieces(demand, size)
    slack = due_slack_days(
        demand, correlated(size, normal(seed, "order due", key), demand.size_due_correlation)
    )
    smv = np.array([c.smv_min for c in scenario.categories.values()])[category]
    ordered = day * MINUTES_PER_DAY + np.floor(
        MINUTES_PER_DAY * uniform(seed, "order minute", key)
    ).astype(np.int64)
    family = np.floor(demand.style_families * uniform(seed, "order family", key))
    shared = scenario.services.design.style_families
    shared_family = np.floor(shared * uniform(seed, "order shared family", key))
    categories = len(scenario.categories)
    low, high = market.patience_days
    patience = low + (high - low) * uniform(seed, "order patience", key)
    alone = (brand * categories + category) * demand.style_families + family.astype(np.int64)
    return Orders(
        brand=brand,
        day=day,
        number=number,
        key=key,
        category=category,
        family_alone=alone,
        family_shared=-1 - (category * shared + shared_family.astype(np.int64)),
        pieces=pieces,
        smv=smv * smv_factor(demand, uniform(seed, "order smv", key)),
        colours=np.clip(half_up(pieces / demand.pieces_per_colour), 1, demand.colours_max),
        ordered_min=ordered,
        due_min=ordered + half_up(MINUTES_PER_DAY * (demand.sampling_days + slack)),
        patience_min=half_up(MINUTES_PER_DAY * patience),
        matchable=uniform(seed, "order matchable", key)
        < scenario.services.manufacturing.matchable_share,
    )


def _sorted(orders: Orders) -> Orders:
    turn = np.lexsort((orders.number, orders.brand, orders.ordered_min))
    return Orders(*(getattr(orders, name)[turn] for name in Orders.__slots__))
