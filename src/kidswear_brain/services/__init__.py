"""The five services of the brain, each a mechanism that acts by an Effect."""

from kidswear_brain.services import design, finance, manufacturing, procurement, recruitment
from kidswear_brain.services.effect import Act, Conditions, Effect, State, baseline

ALL: tuple[Act, ...] = (
    manufacturing.act,
    procurement.act,
    design.act,
    recruitment.act,
    finance.act,
)
"""No two of them set the same field of an Effect."""


def conditions(state: State, services: tuple[Act, ...]) -> Conditions:
    """Return what holds at an epoch when some services act, the baseline where none does."""
    total = baseline(state)
    for act in services:
        total = total.changed_by(act(state))
    return total


__all__ = ["ALL", "Act", "Conditions", "Effect", "State", "baseline", "conditions"]
