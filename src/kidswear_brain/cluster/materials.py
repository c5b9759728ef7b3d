"""Materials: which SKUs there are, who sells them, and what each order needs (MODEL section 5.2).

A SKU is class x colour; a class is a garment category. Everything is keyed, so that both arms of a
replication need and find the same materials.
"""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Bools, Cluster, Floats, Ints
from kidswear_brain.cluster.firms import numbered
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.streams import normal, uniform
from kidswear_brain.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Skus:
    """Material SKUs (k,), class by class, the most used colour of each class first."""

    category: Ints
    first: Ints
    """(categories + 1,): the SKUs of category c are first[c] to first[c + 1]."""
    popularity: Floats
    """How likely a class's first colour of an order falls on it; sums to 1 within a class."""
    list_cny_per_m: Floats
    """List price of a metre, trims in its value."""
    pooled: Bools
    """Whether the platform pools it; the sets of two pooled shares are nested."""


@dataclass(frozen=True, slots=True)
class Suppliers:
    """Suppliers (s,)."""

    supplier_id: tuple[str, ...]
    sells: Bools
    """(s, categories)"""
    price_factor: Floats
    """Factor on list price, before the break for quantity."""
    capacity_m_per_day: Floats
    stock_m: Floats
    """Metres it can hold ready."""
    min_order_m: Floats


@dataclass(frozen=True, slots=True)
class Needs:
    """What orders need (m,), one row an order and colour, in the order of the orders."""

    order: Ints
    sku: Ints
    metres: Floats


def skus_of(scenario: Scenario, seed: int) -> Skus:
    """Share the SKUs out over the categories in proportion to their share of orders.

    Each category has at least as many colours as one order may use, so that the total may exceed
    ``materials.skus``. Popularity within a class is Zipf's law over its colours.
    """
    materials, categories = scenario.materials, list(scenario.categories.values())
    share = np.array([c.share for c in categories])
    count = np.maximum(half_up(materials.skus * share / share.sum()), scenario.demand.colours_max)
    first = np.concatenate([[0], np.cumsum(count)])
    category = np.repeat(np.arange(count.size), count)
    colour = np.arange(category.size) - first[category]
    weight = (colour + 1.0) ** -materials.zipf_exponent
    value = np.array([materials.cost_share * c.price_cny for c in categories])
    metres = _metres_per_piece(scenario)
    return Skus(
        category=category,
        first=first,
        popularity=weight / np.bincount(category, weight)[category],
        list_cny_per_m=np.divide(value, metres, out=np.zeros(value.size), where=metres > 0)[
            category
        ],
        pooled=uniform(seed, "sku pooled", category, colour)
        < scenario.services.procurement.pooled_share,
    )


def suppliers_of(scenario: Scenario, cluster: Cluster) -> Suppliers:
    """Draw the suppliers: classes by the metres they weigh, prices lognormal around the list.

    All have the same capacity; together `supplier_capacity_factor` times the metres that the
    orders of the simulated days need on a mean day, lost orders included.
    """
    materials, seed, count = scenario.materials, cluster.seed, scenario.cluster.suppliers
    supplier = np.arange(count)
    orders, per_piece = cluster.orders, _metres_per_piece(scenario)
    per_day = float(orders.pieces @ per_piece[orders.category]) / cluster.days.rest.size
    capacity = np.full(count, materials.supplier_capacity_factor * per_day / count)
    low, high = materials.min_order_m
    sd = materials.supplier_price_sd
    return Suppliers(
        supplier_id=numbered("s", count),
        sells=_sells(scenario, seed, per_piece),
        price_factor=np.exp(sd * normal(seed, "supplier price", supplier)),
        capacity_m_per_day=capacity,
        stock_m=capacity * materials.supplier_stock_days,
        min_order_m=low + (high - low) * uniform(seed, "supplier minimum", supplier),
    )


def needs_of(scenario: Scenario, skus: Skus, cluster: Cluster, which: Ints) -> Needs:
    """Draw the distinct colours of some orders and share each one's metres equally over them.

    Successive draws by popularity without replacement, keyed by order and number of the colour.
    """
    orders = cluster.orders
    category, colours = orders.category[which], orders.colours[which]
    chosen = _colours(skus, cluster.seed, orders.key[which], category, colours)
    wanted = np.arange(chosen.shape[1]) < colours[:, None]
    metres = orders.pieces[which] * _metres_per_piece(scenario)[category] / colours
    return Needs(
        order=np.repeat(which, colours),
        sku=chosen[wanted],
        metres=np.repeat(metres, colours),
    )


def any_pooled(skus: Skus, needs: Needs, which: Ints) -> Bools:
    """As `which`: whether one of the order's SKUs is pooled."""
    place = np.searchsorted(which, needs.order)
    return np.bincount(place, skus.pooled[needs.sku], minlength=which.size) > 0


def _colours(skus: Skus, seed: int, key: np.typing.NDArray[np.uint64], *of: Ints) -> Ints:
    """(n, most colours): SKUs in order of drawing; those past an order's colours are of no use."""
    category, colours = of
    upper = np.cumsum(skus.popularity)  # class c covers c to c + 1
    lower = upper - skus.popularity
    chosen = np.empty((key.size, int(colours.max(initial=0))), dtype=np.int64)
    for k in range(chosen.shape[1]):
        before = np.sort(chosen[:, :k], axis=1)
        left = 1 - skus.popularity[before].sum(axis=1)
        point = category + left * uniform(seed, "order colour", key, k)
        for taken in before.T:  # step over what is taken, from the left
            point += np.where(point >= lower[taken], skus.popularity[taken], 0.0)
        sku = np.searchsorted(upper, point, side="right")
        chosen[:, k] = np.clip(sku, skus.first[category], skus.first[category + 1] - 1)
    return chosen


def _sells(scenario: Scenario, seed: int, per_piece: Floats) -> Bools:
    """(s, categories): successive draws by each class's share of all metres."""
    share = np.array([c.share for c in scenario.categories.values()])
    weight = share * per_piece
    supplier = np.arange(scenario.cluster.suppliers)
    with np.errstate(divide="ignore"):
        clock = (
            -np.log(uniform(seed, "supplier class", supplier[:, None], np.arange(share.size)))
            / weight
        )
    low, high = scenario.materials.supplier_classes
    count = low + np.floor((high - low + 1) * uniform(seed, "supplier classes", supplier))
    rank = clock.argsort(axis=1).argsort(axis=1)
    return np.asarray((rank < count[:, None]) & np.isfinite(clock))


def _metres_per_piece(scenario: Scenario) -> Floats:
    return np.array([c.fabric_m_per_piece for c in scenario.categories.values()])
