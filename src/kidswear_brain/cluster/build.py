"""From a scenario and a seed to the random world that both arms share."""

from kidswear_brain.cluster.brands import draw_brands
from kidswear_brain.cluster.columns import Cluster
from kidswear_brain.cluster.dates import simulated_days
from kidswear_brain.cluster.firms import draw_firms, draw_regions
from kidswear_brain.cluster.orders import draw_orders, expected_orders_per_year
from kidswear_brain.cluster.sustainable import expected_firm_capacity, sustainable_curve
from kidswear_brain.scenario.model import Scenario


def build_cluster(scenario: Scenario, seed: int) -> Cluster:
    """Draw regions, firms, lines, brands and every order of the simulated days."""
    kappa = sustainable_curve(scenario)
    regions = draw_regions(scenario)
    firms, lines = draw_firms(scenario, seed, kappa)
    brands = draw_brands(scenario, seed, regions, firms)
    days = simulated_days(scenario.calendar)
    per_year = expected_orders_per_year(scenario, expected_firm_capacity(scenario, kappa))
    return Cluster(
        seed=seed,
        regions=regions,
        categories=tuple(scenario.categories),
        firms=firms,
        lines=lines,
        brands=brands,
        orders=draw_orders(scenario, seed, brands, days, per_year),
        days=days,
    )
