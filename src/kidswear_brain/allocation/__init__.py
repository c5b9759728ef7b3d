"""From a problem in arrays to a certified allocation and its whole lots."""

from kidswear_brain.allocation.certificate import certify
from kidswear_brain.allocation.lots import Lots, whole_lots
from kidswear_brain.allocation.problem import (
    Allocation,
    AllocationProblem,
    Certificate,
    RawSolution,
)
from kidswear_brain.allocation.solve import allocate

__all__ = [
    "Allocation",
    "AllocationProblem",
    "Certificate",
    "Lots",
    "RawSolution",
    "allocate",
    "certify",
    "whole_lots",
]
