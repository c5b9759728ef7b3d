"""Recruitment: workers are matched to posts within reach, so that both hiring times shrink."""

import numpy as np

from kidswear_brain.services.effect import Effect, State
from kidswear_brain.services.joining import active, firms_on


def act(state: State) -> Effect:
    """Shorten the time to fill a post and the gap after Spring Festival."""
    service = state.scenario.services.recruitment
    if not active(service, state.scenario, state.day):
        return Effect()
    joins = firms_on(service, state.scenario, state.cluster, state.day)
    factor = np.where(joins, service.time_factor, 1.0)
    labor = state.scenario.labor
    return Effect(
        fill_days=labor.fill_days * factor, gap_decay_days=labor.festival_gap_decay_days * factor
    )
