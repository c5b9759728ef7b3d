"""What an entry of the registry of measures is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kidswear_brain.results.formulas import Sums


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of the registry: a measure, or a family whose name ends in capitals."""

    name: str
    unit: str
    definition: str
    source: str
    compute: Callable[[Sums], float | Mapping[str, float]]
    """The value; for a family the values by what replaces the capitals."""
