"""Supply-chain finance: more firms have credit, and receivables are paid sooner by factoring."""

import numpy as np

from kidswear_brain.services.effect import Effect, State, credit_draw, minutes
from kidswear_brain.services.joining import active, firms_on


def act(state: State) -> Effect:
    """Give participants the platform's credit access, receivable days and loan rate."""
    service, alone = state.scenario.services.finance, state.scenario.finance
    if not active(service, state.scenario, state.day):
        return Effect()
    joins = firms_on(service, state.scenario, state.cluster, state.day)
    share = np.where(joins, service.credit_access_share, alone.credit_access_share)
    return Effect(
        credit=credit_draw(state.cluster) < share,
        receivable_min=np.where(
            joins, minutes(service.receivable_days), minutes(alone.receivable_days)
        ),
        loan_rate=np.where(joins, service.loan_rate_per_year, alone.loan_rate_per_year),
    )
