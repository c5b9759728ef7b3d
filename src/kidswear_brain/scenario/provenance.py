"""Where every parameter comes from: value, unit, tag, source, prior, confidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import yaml

from kidswear_brain.scenario.checks import shown
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.scenario.resolved import leaves
from kidswear_brain.scenario.shipped import shipped_file

Kind = Literal["uniform", "whole", "fixed"]
TAGS = {"S": "sourced", "D": "derived from sourced figures", "A": "assumed, no source found"}


@dataclass(frozen=True, slots=True)
class Prior:
    """What is held possible before looking at the claim, or why it is held fixed."""

    kind: Kind
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def __str__(self) -> str:
        if self.kind == "fixed":
            return f"fixed ({self.reason})"
        lead = "uniform" if self.kind == "uniform" else "whole number"
        return f"{lead} from {shown(self.low)} to {shown(self.high)}"

    def holds(self, value: object) -> bool:
        """Say whether a value lies inside, both ends included; of a list, every element must."""
        if self.low is None or self.high is None:
            return True
        values = value if isinstance(value, list | tuple) else (value,)
        return all(
            isinstance(each, int | float)
            and self.low <= each <= self.high
            and (self.kind != "whole" or each == int(each))
            for each in values
        )


@dataclass(frozen=True, slots=True)
class Provenance:
    """One parameter: its default and where it comes from."""

    key: str
    value: Any
    unit: str
    tag: Literal["S", "D", "A"]
    meaning: str
    source: str
    prior: Prior
    confidence: Literal["high", "medium", "low"]


@cache
def read_provenance() -> Mapping[str, Provenance]:
    """Read the provenance of every parameter of a scenario, by dotted key."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    table = yaml.load(shipped_file("provenance.yaml"), Loader=loader)
    return MappingProxyType({key: _provenance(key, **entry) for key, entry in table.items()})


def outside_prior(scenario: Scenario) -> tuple[str, ...]:
    """Name every parameter whose value lies outside its prior, with both, one a string."""
    known = read_provenance()
    return tuple(
        f"{key} = {shown(value)}: prior {known[key].prior}"
        for key, value in leaves(scenario).items()
        if key in known and not known[key].prior.holds(value)
    )


def _provenance(key: str, prior: dict[Kind, Any], **entry: Any) -> Provenance:
    ((kind, range_or_reason),) = prior.items()
    if kind == "fixed":
        return Provenance(key=key, prior=Prior("fixed", reason=range_or_reason), **entry)
    low, high = range_or_reason
    return Provenance(key=key, prior=Prior(kind, low, high), **entry)
