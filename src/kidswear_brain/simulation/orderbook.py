"""The order book of an arm: what is known of each order, and what became of it."""

import numpy as np

from kidswear_brain.cluster.columns import Cluster
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.cluster.streams import normal
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.simulation.state import ORDER, Array, OrderBook


def open_book(scenario: Scenario, cluster: Cluster) -> OrderBook:
    """Open the book: release, family, material and patience are filled in as orders come."""
    orders, brands = cluster.orders, cluster.brands
    count = orders.brand.size
    known = np.diff(brands.first_known)[orders.brand]
    first_quote = np.concatenate([[0], np.cumsum(known)])
    rank = np.arange(first_quote[-1]) - np.repeat(first_quote[:-1], known)
    firm = brands.known[np.repeat(brands.first_known[orders.brand], known) + rank]
    book = np.zeros(count, dtype=ORDER)
    book["brand"], book["category"] = orders.brand, orders.category
    book["pieces"], book["smv"] = orders.pieces, orders.smv
    book["due_min"] = orders.due_min + half_up(1440 * scenario.market.slip_days)
    book["first_quote"], book["known"] = first_quote[:-1], known
    return OrderBook(
        orders=book,
        quote_firm=firm,
        quote_error=quote_error(scenario, cluster, np.repeat(orders.key, known), firm),
        last_reason=np.zeros(firm.size, dtype=np.int64),
    )


def quote_error(scenario: Scenario, cluster: Cluster, order_key: Array, firm: Array) -> Array:
    """Return the lognormal factor on each quote, keyed by order and firm, the same in both arms."""
    sd = scenario.market.quote_error_sd
    return np.asarray(np.exp(sd * normal(cluster.seed, "quote error", order_key, firm)))
