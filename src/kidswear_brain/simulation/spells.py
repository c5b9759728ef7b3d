"""The finance that held for every firm, spell by spell: what the cash book bills by."""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.cluster.columns import Bools, Floats, Ints
from kidswear_brain.services import Conditions


@dataclass(frozen=True, slots=True)
class Spells:
    """Spells (s,) and in each the conditions of firms (f,)."""

    first_day: Ints
    """(s,): increasing; a spell lasts until the next begins."""
    credit: Bools
    """(s, f)"""
    receivable_min: Ints
    """(s, f)"""
    loan_rate: Floats
    """(s, f)"""


def spells_of(noted: list[tuple[int, Conditions]]) -> Spells:
    """Lay out the conditions noted from some days on, in order of time."""
    return Spells(
        first_day=np.array([day for day, _ in noted], dtype=np.int64),
        credit=np.array([one.credit for _, one in noted]),
        receivable_min=np.array([one.receivable_min for _, one in noted]),
        loan_rate=np.array([one.loan_rate for _, one in noted]),
    )


def spell_at(spells: Spells, day: Ints) -> Ints:
    """Return the spell that each day lies in, none before the first."""
    return np.searchsorted(spells.first_day, day, side="right") - 1
