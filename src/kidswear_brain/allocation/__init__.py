"""From a problem in arrays to a certified allocation, its whole lots, prices and reasons."""

from kidswear_brain.allocation.certificate import certify
from kidswear_brain.allocation.fairness import FairAllocation, MinimumShare, allocate_fairly
from kidswear_brain.allocation.lots import FirmMinimum, Lots, whole_lots
from kidswear_brain.allocation.prices import (
    GroupPrices,
    PriceRange,
    Reason,
    capacity_price_ranges,
    order_price_ranges,
    prices_by_group,
    reasons,
)
from kidswear_brain.allocation.problem import (
    Allocation,
    AllocationProblem,
    Certificate,
    RawSolution,
)
from kidswear_brain.allocation.rows import rows_by_type
from kidswear_brain.allocation.solve import allocate

__all__ = [
    "Allocation",
    "AllocationProblem",
    "Certificate",
    "FairAllocation",
    "FirmMinimum",
    "GroupPrices",
    "Lots",
    "MinimumShare",
    "PriceRange",
    "RawSolution",
    "Reason",
    "allocate",
    "allocate_fairly",
    "capacity_price_ranges",
    "certify",
    "order_price_ranges",
    "prices_by_group",
    "reasons",
    "rows_by_type",
    "whole_lots",
]
