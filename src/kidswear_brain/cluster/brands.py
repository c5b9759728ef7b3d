"""Brands: weight, categories and the firms each knows (MODEL sections 2 and 4)."""

import itertools
from functools import lru_cache

import numpy as np

from kidswear_brain.cluster.columns import Bools, Brands, Firms, Floats, Ints, Regions
from kidswear_brain.cluster.dates import annual_mix
from kidswear_brain.cluster.firms import MINUTES_PER_DAY, numbered
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.streams import normal, uniform
from kidswear_brain.scenario.model import Scenario

_CHUNK = 512


def draw_brands(scenario: Scenario, seed: int, regions: Regions, firms: Firms) -> Brands:
    """Draw all brands; weights have mean 1 in expectation."""
    cluster = scenario.cluster
    brand = np.arange(cluster.brands)
    sigma = cluster.brand_weight_sigma
    weight = np.exp(sigma * normal(seed, "brand weight", brand) - sigma * sigma / 2)
    makes = _categories(scenario, seed)
    known = known_firms(scenario, seed, (weight, makes), (regions, firms))
    return brands_of(numbered("b", cluster.brands), weight, makes, known)


def known_firms(
    scenario: Scenario, seed: int, brands: tuple[Floats, Bools], places: tuple[Regions, Firms]
) -> list[Ints]:
    """Draw the firms each brand knows, in order of preference, from its weight and categories."""
    (weight, makes), market = brands, scenario.market
    wanted = half_up(market.known_firms * weight**market.known_firms_exponent)
    return _known(scenario, seed, makes, np.maximum(wanted, 1), places)


def brands_of(brand_id: tuple[str, ...], weight: Floats, makes: Bools, known: list[Ints]) -> Brands:
    """Put brands together from their columns and a list of known firms each."""
    return Brands(
        brand_id=brand_id,
        weight=weight,
        makes=makes,
        first_known=np.concatenate([[0], np.cumsum([row.size for row in known])]),
        known=np.concatenate(known) if known else np.empty(0, dtype=np.int64),
    )


def inclusion_probability(scenario: Scenario) -> Floats:
    """(categories,): probability that a brand makes each category.

    Successive draws without replacement from the annual order mix, summed over all ordered
    choices. Orders are divided by it, so that their expected mix is exactly the scenario's.
    """
    mix = annual_mix(scenario)
    return np.array(_inclusion(tuple(mix.tolist()), _made(scenario)))


def _made(scenario: Scenario) -> int:
    return min(scenario.cluster.brand_categories, int(np.sum(annual_mix(scenario) > 0)))


@lru_cache(maxsize=8)
def _inclusion(mix: tuple[float, ...], made: int) -> tuple[float, ...]:
    total = [0.0] * len(mix)
    possible = [c for c, share in enumerate(mix) if share > 0]
    if made == len(possible):
        return tuple(float(share > 0) for share in mix)
    for chosen in itertools.permutations(possible, made):
        probability, left = 1.0, 1.0
        for category in chosen:
            probability *= mix[category] / left
            left -= mix[category]
        for category in chosen:
            total[category] += probability
    return tuple(total)


def _categories(scenario: Scenario, seed: int) -> Bools:
    mix = annual_mix(scenario)
    brand = np.arange(scenario.cluster.brands)[:, None]
    with np.errstate(divide="ignore"):
        clock = -np.log(uniform(seed, "brand category", brand, np.arange(mix.size))) / mix
    rank = clock.argsort(axis=1).argsort(axis=1)
    return np.asarray(rank < _made(scenario))


def _known(
    scenario: Scenario, seed: int, makes: Bools, wanted: Ints, places: tuple[Regions, Firms]
) -> list[Ints]:
    """Firms each brand knows: successive draws by workers x exp(-lead), able ones only."""
    regions, firms = places
    lead_days = regions.lead_min[firms.region] / MINUTES_PER_DAY
    pull = firms.workers * np.exp(-lead_days / scenario.market.known_lead_scale_days)
    firm = np.arange(firms.workers.size)
    rows: list[Ints] = []
    for first in range(0, makes.shape[0], _CHUNK):
        some = slice(first, first + _CHUNK)
        brand = np.arange(makes.shape[0])[some, None]
        clock = -np.log(uniform(seed, "brand knows", brand, firm)) / pull
        able = makes[some].astype(np.float64) @ (firms.skill.T > 0) > 0
        clock[~able] = np.inf
        take = np.minimum(wanted[some], able.sum(axis=1))
        most = int(take.max(initial=0))
        near = np.argpartition(clock, min(most, firm.size - 1), axis=1)[:, :most]
        order = np.take_along_axis(clock, near, axis=1).argsort(axis=1)
        ranked = np.take_along_axis(near, order, axis=1)
        rows.extend(row[:count] for row, count in zip(ranked, take, strict=True))
    return rows
