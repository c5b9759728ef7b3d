"""Manufacturing collaboration: which open orders and which firms the allocator brings together."""

from kidswear_brain.services.effect import Effect, State
from kidswear_brain.services.joining import active, brands_on, firms_on


def act(state: State) -> Effect:
    """Offer the matchable orders of participating brands to participating firms."""
    service = state.scenario.services.manufacturing
    if not active(service, state.scenario, state.day):
        return Effect()
    return Effect(
        offering=brands_on(service, state.scenario, state.cluster, state.day),
        asked=firms_on(service, state.scenario, state.cluster, state.day),
    )
