"""Who takes part in a service, and since when.

One keyed uniform an entity decides both: it takes part in a service if it lies below the share that
takes part, and has joined the brain once it lies below the share that has joined by the day. So the
sets of services are nested, those of days too, and every firm and brand has one joining date.
"""

import numpy as np

from kidswear_brain.cluster.columns import Bools, Cluster
from kidswear_brain.cluster.streams import uniform_of_each
from kidswear_brain.scenario.model import Scenario, Service

_TENTH_TO_NINE = 2 * np.log(9.0)
"""A logistic path goes from a tenth to nine tenths while its exponent rises by this."""


def active(service: Service, scenario: Scenario, day: int) -> bool:
    """Whether a service is switched on, on that day."""
    first, last = service.dates
    start = scenario.calendar.start.toordinal()
    return (
        service.enabled
        and (first is None or start + day >= first.toordinal())
        and (last is None or start + day <= last.toordinal())
    )


def firms_on(service: Service, scenario: Scenario, cluster: Cluster, day: int) -> Bools:
    """(f,): firms that have joined by a day and take part in a service when it is switched on."""
    count = cluster.firms.region.size
    joins = uniform_of_each(cluster.seed, "firm joins", count) < _share(service, scenario, day)
    if service.regions is None:
        return np.asarray(joins)
    named = np.array([key in service.regions for key in scenario.regions], dtype=np.bool_)
    return np.asarray(joins & named[cluster.firms.region])


def brands_on(service: Service, scenario: Scenario, cluster: Cluster, day: int) -> Bools:
    """(b,): the same of brands; they sit at the hub, in the first region of the scenario."""
    count = cluster.brands.weight.size
    joins = uniform_of_each(cluster.seed, "brand joins", count) < _share(service, scenario, day)
    at_hub = service.regions is None or next(iter(scenario.regions)) in service.regions
    return np.asarray(joins & at_hub)


def members(scenario: Scenario, cluster: Cluster, day: int) -> tuple[int, int]:
    """How many firms and how many brands at least one service serves on a day."""
    firms = np.zeros(cluster.firms.region.size, dtype=np.bool_)
    brands = np.zeros(cluster.brands.weight.size, dtype=np.bool_)
    for name in type(scenario.services).model_fields:
        service = getattr(scenario.services, name)
        if active(service, scenario, day):
            firms |= firms_on(service, scenario, cluster, day)
            brands |= brands_on(service, scenario, cluster, day)
    return int(firms.sum()), int(brands.sum())


def joined_share(scenario: Scenario, day: int) -> float:
    """Share of firms and brands that have joined the brain by a day: logistic in time.

    Half have joined on `adoption.midpoint`; it takes `adoption.span_days` from a tenth to nine
    tenths. Without a midpoint all have joined before the first day.
    """
    adoption = scenario.adoption
    if adoption.midpoint is None:
        return 1.0
    since = day - (adoption.midpoint - scenario.calendar.start).days
    exponent = np.clip(_TENTH_TO_NINE * since / adoption.span_days, -500.0, 500.0)
    return float(1 / (1 + np.exp(-exponent)))


def _share(service: Service, scenario: Scenario, day: int) -> float:
    return min(service.participation_share, joined_share(scenario, day))
