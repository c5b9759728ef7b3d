"""From a scenario and a seed to the random world that both arms share."""

from kidswear_brain.cluster.brands import draw_brands
from kidswear_brain.cluster.columns import (
    Brands,
    Cluster,
    Days,
    Firms,
    Orders,
    Regions,
)
from kidswear_brain.cluster.dates import simulated_days
from kidswear_brain.cluster.firms import draw_firms, draw_regions
from kidswear_brain.cluster.orders import draw_orders, expected_orders_per_year
from kidswear_brain.cluster.own_demand import own_brands, own_orders
from kidswear_brain.cluster.own_firms import own_committed, own_firms, own_regions
from kidswear_brain.cluster.sustainable import Kappa, expected_firm_capacity, sustainable_curve
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.tables import OwnTables

_NONE = OwnTables({}, {})


def build_cluster(scenario: Scenario, seed: int) -> Cluster:
    """Draw regions, firms, lines, brands and every order of the simulated days."""
    kappa = sustainable_curve(scenario)
    own = scenario.own_tables or _NONE
    regions = draw_regions(scenario)
    if own.lanes is not None:
        regions = own_regions(regions, own.lanes)
    firms, lines = draw_firms(scenario, seed, kappa)
    if own.firms is not None:
        firms, lines = own_firms(scenario, own, firms, kappa)
    days = simulated_days(scenario.calendar)
    brands, orders, names = _demand(scenario, own, seed, (regions, firms, days), kappa)
    return Cluster(
        seed=seed,
        regions=regions,
        categories=tuple(scenario.categories),
        firms=firms,
        lines=lines,
        brands=brands,
        orders=orders,
        days=days,
        committed=own_committed(scenario, own, firms),
        order_id=names,
    )


def _demand(
    scenario: Scenario,
    own: OwnTables,
    seed: int,
    world: tuple[Regions, Firms, Days],
    kappa: Kappa,
) -> tuple[Brands, Orders, tuple[str, ...]]:
    """Take a planner's orders, their brands and names, or draw both for the load on the firms."""
    regions, firms, days = world
    if own.orders is not None:
        brands = own_brands(scenario, own, seed, (regions, firms))
        return brands, *own_orders(scenario, own, seed, days)
    brands = draw_brands(scenario, seed, regions, firms)
    if own.firms is None:
        per_firm = expected_firm_capacity(scenario, kappa)
    else:
        per_firm = float(firms.capacity_per_day.mean())
    per_year = expected_orders_per_year(scenario, per_firm)
    return brands, draw_orders(scenario, seed, brands, days, per_year), ()
