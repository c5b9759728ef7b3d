"""The five services of the brain, each a mechanism that acts by an Effect."""

from kidswear_brain.services import design, finance, manufacturing, procurement, recruitment
from kidswear_brain.services.effect import Act, Effect, State, baseline

ALL: tuple[Act, ...] = (
    manufacturing.act,
    procurement.act,
    design.act,
    recruitment.act,
    finance.act,
)
"""No two of them set the same field of an Effect."""


def effect_of(state: State, services: tuple[Act, ...]) -> Effect:
    """Return what some services do together at an epoch, baseline values where none acts."""
    total = baseline(state)
    for act in services:
        total = act(state).over(total)
    return total
