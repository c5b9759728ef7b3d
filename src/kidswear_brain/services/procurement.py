"""Collective procurement: orders whose material is pooled wait for the window of their release.

What pooling saves is money, which feeds nothing back to the shop floor: `simulation.purchasing`
works it out once an arm has run. What acts at once is the wait.
"""

import numpy as np

from kidswear_brain.cluster.materials import any_pooled, needs_of, skus_of
from kidswear_brain.services.effect import Effect, State, minutes
from kidswear_brain.services.joining import active, brands_on


def act(state: State) -> Effect:
    """Let participants' pooled material be bought when the window of its release ends.

    An order none of whose SKUs is pooled buys alone and does not wait. A window of no length pools
    nothing: pools of one order are bought through the platform at once.
    """
    service = state.scenario.services.procurement
    if not active(service, state.scenario, state.day):
        return Effect()
    brand = state.cluster.orders.brand[state.ordered]
    joins = brands_on(service, state.scenario, state.cluster, state.day)[brand]
    skus = skus_of(state.scenario, state.cluster.seed)
    needs = needs_of(state.scenario, skus, state.cluster, state.ordered)
    pooled = joins & any_pooled(skus, needs, state.ordered)
    return Effect(pool_min=np.where(pooled, max(minutes(service.window_days), 1), 0))
