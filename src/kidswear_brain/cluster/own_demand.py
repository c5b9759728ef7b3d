"""A planner's own orders, and the brands they come from, in place of drawn ones."""

import numpy as np

from kidswear_brain.cluster.brands import brands_of, known_firms
from kidswear_brain.cluster.columns import (
    Brands,
    Days,
    Firms,
    Floats,
    Ints,
    Keys,
    Orders,
    Regions,
)
from kidswear_brain.cluster.firms import MINUTES_PER_DAY
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.streams import text_words, uniform
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.tables import Orders as OrderTable
from kidswear_brain.tables import OwnTables, Relations


def own_brands(
    scenario: Scenario, own: OwnTables, seed: int, places: tuple[Regions, Firms]
) -> Brands:
    """Make a brand of every one that orders: as heavy as its work, making what it orders.

    A brand in the table of relations knows the firms named there, least rank first (then as the
    rows stand); any other draws the firms it knows as drawn brands do.
    """
    table = _orders(own)
    names, brand = own.brands
    work = np.bincount(brand, table.pieces * table.smv_min, len(names))
    weight = work / work.mean()
    makes = np.zeros((len(names), len(scenario.categories)), dtype=np.bool_)
    makes[brand, _category(scenario, table)] = True
    known = known_firms(scenario, seed, (weight, makes), places)
    if own.relations is not None:
        row = {name: number for number, name in enumerate(names)}
        for name, firms in _related(own.relations, places[1]).items():
            known[row[name]] = firms
    return brands_of(names, weight, makes, known)


def own_orders(
    scenario: Scenario, own: OwnTables, seed: int, days: Days
) -> tuple[Orders, tuple[str, ...]]:
    """Take a planner's orders as they are, draw what a table does not say, and name them.

    An order is ordered the sampling days a brand needs alone before its release, so that it is
    released on its release day where no service shortens sampling. Patience, whether strangers
    may be asked and a style family not given are drawn, keyed by order_id: a row more or less
    changes no other order. Orders before or after the simulated days are left out.
    """
    table, (_, brand) = _orders(own), own.brands
    demand, (low, high) = scenario.demand, scenario.market.patience_days
    category, key = _category(scenario, table), text_words(table.order_id)
    ordered = half_up((table.release_days - demand.sampling_days) * MINUTES_PER_DAY)
    patience = low + (high - low) * uniform(seed, "order patience", key)
    alone, shared = _families(scenario, seed, table, (brand, category, key))
    end = days.first + days.rest.size
    inside = (ordered >= days.first * MINUTES_PER_DAY) & (ordered < end * MINUTES_PER_DAY)
    turn = np.lexsort((np.arange(brand.size), brand, ordered))
    turn = turn[inside[turn]]
    day = (ordered // MINUTES_PER_DAY)[turn]
    share = scenario.services.manufacturing.matchable_share
    colours = np.clip(half_up(table.pieces / demand.pieces_per_colour), 1, demand.colours_max)
    orders = Orders(
        brand=brand[turn],
        day=day,
        number=_number(brand[turn], day),
        key=key[turn],
        category=category[turn],
        family_alone=alone[turn],
        family_shared=shared[turn],
        pieces=table.pieces[turn],
        smv=table.smv_min[turn],
        colours=colours[turn],
        ordered_min=ordered[turn],
        due_min=half_up(table.due_days * MINUTES_PER_DAY)[turn],
        patience_min=half_up(MINUTES_PER_DAY * patience)[turn],
        matchable=(uniform(seed, "order matchable", key) < share)[turn],
    )
    return orders, tuple(table.order_id[turn].tolist())


def _orders(own: OwnTables) -> OrderTable:
    if own.orders is None:
        raise ValueError("own orders: found no table of orders")
    return own.orders


def _category(scenario: Scenario, table: OrderTable) -> Ints:
    place = {key: number for number, key in enumerate(scenario.categories)}
    return np.array([place[key] for key in table.category.tolist()], dtype=np.int64)


def _families(
    scenario: Scenario, seed: int, table: OrderTable, identity: tuple[Ints, Ints, Keys]
) -> tuple[Ints, Ints]:
    """Return each order's style family when its brand designs alone, and on the platform.

    Orders of one brand, category and family name belong together in both.
    """
    brand, category, key = identity
    alone, shared = scenario.demand.style_families, scenario.services.design.style_families
    categories = len(scenario.categories)
    drawn = np.floor(alone * uniform(seed, "order family", key)).astype(np.int64)
    drawn += (brand * categories + category) * alone
    names = table.style_family.tolist()
    triples = list(zip(brand.tolist(), category.tolist(), names, strict=True))
    number: dict[tuple[int, int, str], int] = {}
    first = (int(brand.max(initial=0)) + 1) * categories * alone
    named = np.array([number.setdefault(t, len(number)) + first for t in triples], dtype=np.int64)
    has = np.array([name != "" for name in names], dtype=np.bool_)
    words = text_words(f"{b}/{c}/{name}" for b, c, name in triples)
    draw: Floats = uniform(seed, "order shared family", np.where(has, words, key))
    on_platform = -1 - (category * shared + np.floor(shared * draw).astype(np.int64))
    return np.where(has, named, drawn), on_platform


def _number(brand: Ints, day: Ints) -> Ints:
    """Number of each order on its brand's day, by its place among them."""
    turn = np.lexsort((np.arange(brand.size), day, brand))
    new = np.ones(brand.size, dtype=np.bool_)
    new[1:] = (np.diff(brand[turn]) != 0) | (np.diff(day[turn]) != 0)
    start = np.maximum.accumulate(np.where(new, np.arange(brand.size), 0))
    number = np.empty(brand.size, dtype=np.int64)
    number[turn] = np.arange(brand.size) - start
    return number


def _related(relations: Relations, firms: Firms) -> dict[str, Ints]:
    """Firms by brand, in the order they are asked."""
    place = {key: number for number, key in enumerate(firms.firm_id)}
    found: dict[str, list[int]] = {}
    for row in np.argsort(relations.rank, kind="stable"):
        found.setdefault(relations.brand_id[row], []).append(place[relations.firm_id[row]])
    return {name: np.array(rows, dtype=np.int64) for name, rows in found.items()}
