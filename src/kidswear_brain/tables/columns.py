"""The typed columns of a planner's tables; a missing optional number is NaN, a text empty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """What is to be sewn; one row an order.

    Days count from today; ``due_days`` may be negative. ``release_days`` is 0 where not given,
    ``late_cost_per_piece_day`` 0 where the due date is hard, ``unmet_cost_per_piece`` NaN where
    the default applies.
    """

    order_id: Texts
    category: Texts
    pieces: Ints
    smv_min: Floats
    region: Texts
    due_days: Floats
    brand_id: Texts
    release_days: Floats
    style_family: Texts
    material: Texts
    unmet_cost_per_piece: Floats
    late_cost_per_piece_day: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Firms:
    """Who can sew; one row a firm. ``capacity_min_per_day`` is NaN where not given."""

    firm_id: Texts
    region: Texts
    workers: Floats
    hours_per_day: Floats
    capacity_min_per_day: Floats
    own_capital_cny: Floats
    quality: Floats
    min_lot_pieces: Floats

    @property
    def operator_min_per_day(self) -> Floats:
        """(f,) operator-minutes on every calendar day."""
        own = self.workers * self.hours_per_day * 60
        return np.where(np.isnan(self.capacity_min_per_day), own, self.capacity_min_per_day)


@dataclass(frozen=True, slots=True, eq=False)
class Skills:
    """Which firm can make which category, how well and for how much per standard minute."""

    firm_id: Texts
    category: Texts
    line_efficiency: Floats
    cost_per_smv: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """Which ways lead from region to region; each is directed."""

    from_region: Texts
    to_region: Texts
    lead_days: Floats
    cost_per_piece: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Promised assignments. ``period`` (from 0) and ``pieces`` are NaN where not given."""

    order_id: Texts
    firm_id: Texts
    period: Floats
    pieces: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """Which firms a brand knows; of a brand's firms the least ``rank`` is asked first."""

    brand_id: Texts
    firm_id: Texts
    rank: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Committed:
    """Operator-minutes for which a firm is busy from one day to another, both included."""

    firm_id: Texts
    from_day: Floats
    to_day: Floats
    operator_min: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PlannerTables:
    """All tables of one allocation, consistent with each other, and what was odd about them."""

    orders: Orders
    firms: Firms
    skills: Skills
    lanes: Lanes
    kept: Kept
    warnings: tuple[str, ...]
