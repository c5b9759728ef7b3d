"""The protocol of a service: state in, `Effect` out; and what each effect is without the brain.

A service may act in no other way. Replacing a field by its baseline value severs that mechanism:
the service's effect through it is then exactly zero.
"""

from dataclasses import dataclass, fields, replace
from typing import Protocol

import numpy as np

from kidswear_brain.cluster.columns import Bools, Cluster, Floats, Ints
from kidswear_brain.cluster.streams import uniform_of_each
from kidswear_brain.scenario.model import Scenario

MINUTES_PER_DAY = 1440


@dataclass(frozen=True, slots=True)
class State:
    """What a service sees at an epoch: the world, the day, and the new orders."""

    scenario: Scenario
    cluster: Cluster
    day: int
    ordered: Ints
    """Orders whose order date fell in the time since the last epoch."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one service changes at an epoch; None leaves a field as it is."""

    offering: Bools | None = None
    """(b,): brands whose matchable orders the allocator may place."""
    asked: Bools | None = None
    """(f,): firms that the allocator may ask."""
    sampling_min: Ints | None = None
    """As State.ordered: minutes from order date to release."""
    style_family: Ints | None = None
    """As State.ordered."""
    pool_min: Ints | None = None
    """As State.ordered: pooled material is bought when the running window of so many minutes ends
    (1: at once, in pools of one order); 0: all material is bought alone."""
    fill_days: Floats | None = None
    """(f,): days to fill a vacancy."""
    gap_decay_days: Floats | None = None
    """(f,): time constant of the gap after Spring Festival."""
    credit: Bools | None = None
    """(f,): access to credit."""
    receivable_min: Ints | None = None
    """(f,): minutes from delivery to payment."""
    loan_rate: Floats | None = None
    """(f,): interest of a year on loans, and on receivables paid sooner."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The fields of `Effect` as they hold at an epoch, once every service has acted."""

    offering: Bools
    asked: Bools
    sampling_min: Ints
    style_family: Ints
    pool_min: Ints
    fill_days: Floats
    gap_decay_days: Floats
    credit: Bools
    receivable_min: Ints
    loan_rate: Floats

    def changed_by(self, effect: Effect) -> "Conditions":
        """Return the conditions with what the effect says in place of their own."""
        said = {field.name: getattr(effect, field.name) for field in fields(effect)}
        return replace(self, **{name: value for name, value in said.items() if value is not None})


class Act(Protocol):
    """A service: what it does at an epoch."""

    def __call__(self, state: State) -> Effect:
        """Return what the service changes."""


def baseline(state: State) -> Conditions:
    """Return the conditions without the brain: each buys, samples, hires and borrows alone."""
    scenario, cluster = state.scenario, state.cluster
    firms, orders = cluster.firms.region.size, cluster.orders
    sampling = minutes(scenario.demand.sampling_days)
    return Conditions(
        offering=np.zeros(cluster.brands.weight.size, dtype=np.bool_),
        asked=np.zeros(firms, dtype=np.bool_),
        sampling_min=np.full(state.ordered.size, sampling, dtype=np.int64),
        style_family=orders.family_alone[state.ordered],
        pool_min=np.zeros(state.ordered.size, dtype=np.int64),
        fill_days=np.full(firms, float(scenario.labor.fill_days)),
        gap_decay_days=np.full(firms, float(scenario.labor.festival_gap_decay_days)),
        credit=credit_draw(cluster) < scenario.finance.credit_access_share,
        receivable_min=np.full(firms, minutes(scenario.finance.receivable_days), dtype=np.int64),
        loan_rate=np.full(firms, float(scenario.finance.loan_rate_per_year)),
    )


def minutes(days: float) -> int:
    """Whole minutes of some days, half up."""
    return int(np.floor(days * MINUTES_PER_DAY + 0.5))


def credit_draw(cluster: Cluster) -> Floats:
    """(f,): the keyed uniform below which a firm has access to credit."""
    return uniform_of_each(cluster.seed, "firm credit", cluster.firms.region.size)
