"""The priors of the provenance ledger as a unit cube: points of it become scenario overrides.

Every method that asks "what if the parameters were others" - calibration, posterior, screening,
variance shares - draws its points here, so that all of them mean the same by a prior.
"""

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import qmc

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.cluster.rounding import half_up
from kidswear_brain.errors import RunError
from kidswear_brain.scenario import Scenario, leaves, read_provenance

DIGITS = 6
"""Significant digits of a drawn value: a table of draws then holds them exactly."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of the cube: a parameter with a prior, or one element of a list-valued one."""

    name: str
    """The key, followed by ``.0``, ``.1`` ... where the parameter is a list."""
    key: str
    place: int | None
    """Which element of a list; None: the parameter is a number."""
    low: float
    high: float
    whole: bool
    tag: str
    """S sourced, D derived, A assumed."""

    def value(self, unit: float) -> float | int:
        """Say which value stands at a place between 0 and 1; whole numbers get equal shares."""
        if self.whole:
            count = int(self.high) - int(self.low) + 1
            return int(self.low) + min(int(unit * count), count - 1)
        return float(f"{self.low + unit * (self.high - self.low):.{DIGITS}g}")

    def unit(self, value: float) -> float:
        """Say where between 0 and 1 a value stands; for a whole number, the middle of its share."""
        if self.whole:
            return (value - self.low + 0.5) / (self.high - self.low + 1)
        return (value - self.low) / (self.high - self.low)


def axes(keys: Sequence[str] | None = None) -> tuple[Axis, ...]:
    """List the axes of the cube: of all parameters with a prior, or of the keys asked for.

    Parameters
    ----------
    keys
        Dotted keys, in the order the axes shall have; None: all, in the order of the ledger.

    Raises
    ------
    RunError
        If a key is unknown, named twice, or held fixed; every such key is named.
    """
    known = read_provenance()
    if keys is None:
        keys = [key for key, entry in known.items() if entry.prior.kind != "fixed"]
    problems = [_refusal(key) for key in keys if key not in known or not _free(key)]
    problems += [
        f"{key}: found twice, allowed once" for key in {k for k in keys if keys.count(k) > 1}
    ]
    if problems:
        raise RunError("\n".join(problems))
    return tuple(axis for key in keys for axis in _axes(key))


def overrides(cube: Sequence[Axis], point: ArrayLike) -> dict[str, object]:
    """Turn one point of the cube, (d,) in 0-1, into values by dotted key for `load_scenario`.

    The elements of a range such as ``market.patience_days`` are put in order, so that the pair is
    uniform over ordered pairs.

    Raises
    ------
    ValueError
        If the point has not one coordinate an axis, or one outside 0-1.
    """
    units = np.asarray(point, dtype=np.float64)
    if units.shape != (len(cube),) or not ((units >= 0) & (units <= 1)).all():
        raise ValueError(f"point: found {units!r}, allowed {len(cube)} numbers from 0 to 1")
    return as_overrides(cube, [axis.value(float(u)) for axis, u in zip(cube, units, strict=True)])


def as_overrides(cube: Sequence[Axis], values: Sequence[float | int]) -> dict[str, object]:
    """Gather the values of the axes, in their order, by dotted key; lists are put in order."""
    gathered: dict[str, list[float | int]] = {}
    for axis, value in zip(cube, values, strict=True):
        gathered.setdefault(axis.key, []).append(value)
    single = {axis.key for axis in cube if axis.place is None}
    return {key: each[0] if key in single else sorted(each) for key, each in gathered.items()}


def place_of(cube: Sequence[Axis], scenario: Scenario) -> Floats:
    """Say where in the cube a scenario stands: (d,), outside 0-1 where outside a prior."""
    values = leaves(scenario)

    def value(axis: Axis) -> float:
        found = values[axis.key]
        return float(found if axis.place is None else found[axis.place])

    return np.array([axis.unit(value(axis)) for axis in cube])


def draw(cube: Sequence[Axis], count: int, seed: int = 1, design: str = "sobol") -> Floats:
    """Draw points of the cube: (count, d).

    Parameters
    ----------
    cube
        The axes.
    count
        How many. The first points of a longer Sobol sequence are those of a shorter one, so a
        study can be prolonged.
    seed
        Seed of the scrambling.
    design
        ``sobol`` (scrambled) or ``lhs`` (Latin hypercube).

    Raises
    ------
    ValueError
        If there is no such design.
    """
    if design == "lhs":
        return np.asarray(qmc.LatinHypercube(len(cube), rng=seed).random(count))
    if design != "sobol":
        raise ValueError(f"design: found {design!r}, allowed sobol or lhs")
    sequence = qmc.Sobol(len(cube), rng=seed)
    return np.asarray(sequence.random_base2(max(math.ceil(math.log2(max(count, 1))), 0))[:count])


def sized(scenario: Scenario, share: float) -> dict[str, object]:
    """Shrink a cluster: overrides that leave a share of its firms and as many brands a firm.

    Suppliers and materials stay: a smaller cluster pools smaller lots of the same materials, and
    that is part of the bias between sizes.

    Raises
    ------
    RunError
        If the share is not above 0 and at most 1, or the cluster is a planner's own table.
    """
    if not 0 < share <= 1:
        raise RunError(f"--size: found {share:g}, allowed above 0 up to 1")
    if share == 1:
        return {}
    if scenario.own_tables is not None:
        raise RunError(f"--size: found {share:g}, allowed 1: own tables cannot be shrunk")
    counts = np.array([scenario.cluster.firms, scenario.cluster.brands])
    firms, brands = np.maximum(half_up(counts * share), 1).tolist()
    return {"cluster.firms": firms, "cluster.brands": brands}


def _axes(key: str) -> list[Axis]:
    entry = read_provenance()[key]
    prior = entry.prior
    places: Sequence[int | None] = (
        range(len(entry.value)) if isinstance(entry.value, list) else (None,)
    )
    low, high = float(prior.low or 0), float(prior.high or 0)
    return [
        Axis(
            key if place is None else f"{key}.{place}",
            key,
            place,
            low,
            high,
            prior.kind == "whole",
            entry.tag,
        )
        for place in places
    ]


def _free(key: str) -> bool:
    return read_provenance()[key].prior.kind != "fixed"


def _refusal(key: str) -> str:
    known = read_provenance()
    if key in known:
        return f"{key}: found {known[key].prior}, allowed a key with a range as its prior"
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "kidswear check --explain KEY shows a prior"
    return f"{key}: found no such key, allowed a key of a scenario, {hint}"
