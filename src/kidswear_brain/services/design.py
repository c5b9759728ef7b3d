"""Design collaboration: sampling is shorter, and style families are shared by all brands."""

import numpy as np

from kidswear_brain.services.effect import Effect, State, minutes
from kidswear_brain.services.joining import active, brands_on


def act(state: State) -> Effect:
    """Save sampling days, never more than there are, and give the shared style family."""
    service = state.scenario.services.design
    if not active(service, state.scenario, state.day):
        return Effect()
    orders = state.cluster.orders
    joins = brands_on(service, state.scenario, state.cluster, state.day)[
        orders.brand[state.ordered]
    ]
    alone = minutes(state.scenario.demand.sampling_days)
    saved = min(minutes(service.saved_days), alone)
    return Effect(
        sampling_min=np.where(joins, alone - saved, alone),
        style_family=np.where(
            joins, orders.family_shared[state.ordered], orders.family_alone[state.ordered]
        ),
    )
