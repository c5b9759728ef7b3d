"""What a cluster is made of, as columns: row i of every column speaks of entity i.

Times are minutes from the start of the measured window (negative in the warm-up), money is CNY,
work is standard minutes. Nothing here changes while time passes.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Regions:
    """Regions (g,): the lane between each and the hub."""

    key: tuple[str, ...]
    lead_min: Ints
    freight: Floats
    freight_ad_hoc: Floats


@dataclass(frozen=True, slots=True)
class Firms:
    """Processing firms (f,)."""

    firm_id: tuple[str, ...]
    region: Ints
    workers: Ints
    tier: Ints
    """Digital tier, a place in `tiers.TIERS`."""
    plateau: Floats
    """Line efficiency on a style long in work, the tier's factor included."""
    skill: Floats
    """(f, categories): 1 skilled, .75 off skill, 0 cannot make it."""
    piece_rate: Floats
    """CNY per standard minute, what a brand pays."""
    wage: Floats
    """CNY per attended operator-minute."""
    own_capital_days: Floats
    shift_min: Ints
    """Scheduled minutes of a working day."""
    first_line: Ints
    """(f + 1,): lines of firm i are first_line[i] to first_line[i + 1]."""
    capacity_per_day: Floats
    """Sustainable standard minutes of a scheduled day, the sum over its lines."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Sewing lines (l,), in the order of their firms."""

    firm: Ints
    posts: Ints
    plateau_per_day: Floats
    """Standard minutes of a scheduled day at the plateau, all posts attended: R."""
    capacity_per_day: Floats
    """Sustainable standard minutes of a scheduled day: R x kappa (MODEL section 1.3)."""


@dataclass(frozen=True, slots=True)
class Brands:
    """Brands (b,) and the firms each knows, in order of preference."""

    brand_id: tuple[str, ...]
    weight: Floats
    makes: Bools
    """(b, categories)"""
    first_known: Ints
    """(b + 1,): the firms known to brand i are known[first_known[i]:first_known[i + 1]]."""
    known: Ints


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders (n,), sorted by ordered_min, then brand, then number."""

    brand: Ints
    day: Ints
    number: Ints
    """Number of the order on its brand's day; brand, day and number identify it."""
    key: Keys
    """The same three as one word: what its random streams are keyed by."""
    category: Ints
    family_alone: Ints
    """Style family when the brand designs alone; no two brands share one."""
    family_shared: Ints
    """Style family of its category on the design platform."""
    pieces: Ints
    smv: Floats
    colours: Ints
    ordered_min: Ints
    due_min: Ints
    patience_min: Ints
    matchable: Bools


@dataclass(frozen=True, slots=True)
class Committed:
    """Work that firms are busy with already (k,), of no interest but for the time it takes."""

    firm: Ints
    first_day: Ints
    """Days count from the first measured one."""
    end_day: Ints
    """The first day after it."""
    share: Floats
    """Share of the firm's scheduled minutes taken on each of its working days meanwhile."""


def nothing_committed() -> Committed:
    """No firm is busy with anything."""
    none = np.empty(0, dtype=np.int64)
    return Committed(none, none, none, np.empty(0))


@dataclass(frozen=True, slots=True)
class Days:
    """Simulated days (d,), from -warmup_days on; day 0 is the first measured one."""

    first: int
    """Number of the first simulated day: -warmup_days."""
    rest: Bools
    shut_down: Bools
    month: Ints
    """Months from year 0: 12 x year + month - 1."""
    since_festival: Floats
    """Days since the last Spring Festival shut-down ended; inf before the first known one."""
    harvest: Bools
    measured: Bools


@dataclass(frozen=True, slots=True)
class Cluster:
    """One random world: the same for both arms of a replication."""

    seed: int
    regions: Regions
    categories: tuple[str, ...]
    firms: Firms
    lines: Lines
    brands: Brands
    orders: Orders
    days: Days
    committed: Committed = field(default_factory=nothing_committed)
    order_id: tuple[str, ...] = ()
    """(n,): a planner's own names of the orders; empty where orders are drawn."""
