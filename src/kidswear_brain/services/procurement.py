"""Collective procurement, so far as a lead time: the pool's window is waited for.

What pooling saves in money is not simulated yet; its cost in slack is.
"""

import numpy as np

from kidswear_brain.services.effect import Effect, State, active, brands_on, minutes


def act(state: State) -> Effect:
    """Let participants' material be bought when the window of its release ends."""
    service = state.scenario.services.procurement
    window = minutes(service.window_days)
    if window == 0 or not active(service, state.scenario, state.day):
        return Effect()
    brand = state.cluster.orders.brand[state.ordered]
    joins = brands_on(service, state.scenario, state.cluster)[brand]
    return Effect(pool_min=np.where(joins, window, 1))
