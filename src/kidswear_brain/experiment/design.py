"""Which cells a sweep has: every one gives each varied key a value, written as YAML writes it."""

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from scipy.stats import qmc

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.errors import RunError
from kidswear_brain.scenario import Scenario, leaves, nearest, written

MOST_CELLS = 1_000_000
BETWEEN_VALUES = re.compile(r",(?![^\[]*\])")
"""Commas, but for those inside a list."""


@dataclass(frozen=True, slots=True)
class Design:
    """Cells by varied keys."""

    keys: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    """One value a key, as text."""

    def overrides(self, cell: int) -> dict[str, str]:
        """Give what a cell, from 0, lays over the scenario."""
        return dict(zip(self.keys, self.cells[cell], strict=True))

    def csv(self) -> bytes:
        """Write the cells as the table that `read_cells` reads."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([self.keys, *self.cells])
        return text.getvalue().encode()


@dataclass(frozen=True, slots=True)
class Range:
    """A key between two numbers, at so many points."""

    key: str
    low: float
    high: float
    points: int
    whole: bool
    """Whether the key takes whole numbers only."""

    def grid(self) -> list[str]:
        """Give evenly spaced values, both ends included."""
        if self.whole and self.points > self.high - self.low + 1:
            raise RunError(
                f"--vary: {self.key}: found {self.points} points, allowed no more than there are "
                f"whole numbers from {self.low:g} to {self.high:g}"
            )
        return [self._written(value) for value in np.linspace(self.low, self.high, self.points)]

    def at(self, share: Floats) -> list[str]:
        """Give the values at shares of the range in [0, 1); whole numbers are equally likely."""
        if self.whole:
            return [written(int(v)) for v in self.low + share * (self.high - self.low + 1)]
        return [self._written(value) for value in self.low + share * (self.high - self.low)]

    def _written(self, value: float) -> str:
        # 12 digits: 0.7 and not 0.7000000000000001
        return written(math.floor(value + 0.5) if self.whole else float(f"{value:.12g}"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A key with the values it takes."""

    key: str
    values: tuple[str, ...]

    @property
    def points(self) -> int:
        """How many values there are."""
        return len(self.values)

    def grid(self) -> list[str]:
        """Give the values as they were named."""
        return list(self.values)

    def at(self, share: Floats) -> list[str]:
        """Give the values at shares in [0, 1): each is equally likely."""
        return [self.values[int(place)] for place in share * len(self.values)]


Axis = Range | Choice


def read_axes(texts: Sequence[str], scenario: Scenario) -> tuple[Axis, ...]:
    """Read ``key=low:high:points`` and ``key=a,b,c``.

    Raises
    ------
    RunError
        Lists every one that cannot be read or names no key of the scenario.
    """
    known = leaves(scenario)
    axes, problems = [], []
    for text in texts:
        axis = _axis(text, known)
        if isinstance(axis, str):
            problems.append(f"--vary: found {text!r}, allowed {axis}")
        else:
            axes.append(axis)
    keys = [axis.key for axis in axes]
    problems += [
        f"--vary: {key} is varied twice" for key in dict.fromkeys(keys) if _twice(key, keys)
    ]
    if problems:
        raise RunError("\n".join(problems))
    return tuple(axes)


def build_design(axes: Sequence[Axis], kind: str, seed: int) -> Design:
    """Make the cells of a design.

    Parameters
    ----------
    axes : sequence of Range or Choice
        What varies; at least one.
    kind : {"factorial", "lhs", "sobol"}
        ``factorial``: all combinations, the last key fastest. ``lhs``: a Latin hypercube,
        ``sobol``: a scrambled Sobol sequence, both of as many cells as every range has points.
    seed : int
        For the two that are random.

    Raises
    ------
    RunError
        If no such design can be made of these axes.
    """
    if not axes:
        raise RunError(
            "sweep: found nothing to vary, allowed --vary key=low:high:points or --cells"
        )
    keys = tuple(axis.key for axis in axes)
    if kind == "factorial":
        _check_number(math.prod(axis.points for axis in axes))
        return Design(keys, tuple(product(*(axis.grid() for axis in axes))))
    number = _number(axes, kind)
    generator = np.random.default_rng(seed)
    if kind == "lhs":
        shares = qmc.LatinHypercube(len(axes), rng=generator).random(number)
    elif number & (number - 1) == 0:
        shares = qmc.Sobol(len(axes), rng=generator).random(number)
    else:
        below = 1 << (number.bit_length() - 1)
        raise RunError(
            f"--design sobol: found {number} points, allowed a power of two, "
            f"take {below} or {2 * below}"
        )
    columns = [axis.at(shares[:, place]) for place, axis in enumerate(axes)]
    return Design(keys, tuple(zip(*columns, strict=True)))


def read_cells(path: Path, scenario: Scenario) -> Design:
    """Read a CSV file of cells: keys of the scenario in the first line, a cell in every other.

    Raises
    ------
    RunError
        If the file cannot be read, has no cells, or names what is no key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"{path}: found no UTF-8 text file, allowed a CSV file of cells") from error
    rows = [(n, row) for n, row in enumerate(csv.reader(io.StringIO(text)), 1) if any(row)]
    if len(rows) < 2:
        raise RunError(f"{path}: found no cells, allowed a line of keys and a line for every cell")
    (_, header), *cells = rows
    keys = tuple(key.strip() for key in header)
    known = leaves(scenario)
    problems = [f"{path}:1: {_unknown(key, known)}" for key in keys if key not in known]
    problems += [
        f"{path}:1: {key} stands twice" for key in dict.fromkeys(keys) if _twice(key, keys)
    ]
    problems += [
        f"{path}:{n}: found {len(row)} values, allowed {len(keys)}, one for every key"
        for n, row in cells
        if len(row) != len(keys)
    ]
    if problems:
        raise RunError("\n".join(problems))
    _check_number(len(cells))
    return Design(keys, tuple(tuple(value.strip() for value in row) for _, row in cells))


def _axis(text: str, known: Mapping[str, object]) -> Axis | str:
    """Read one axis, or say what would be allowed in its place."""
    key, equals, values = (part.strip() for part in text.partition("="))
    if not equals or not values:
        return "key=low:high:points or key=a,b,c"
    if key not in known:
        return _unknown(key, known)
    if ":" not in values:
        return Choice(key, tuple(value.strip() for value in BETWEEN_VALUES.split(values)))
    whole = isinstance(known[key], int) and not isinstance(known[key], bool)
    try:
        low, high = (float(part) for part in values.split(":")[:2])
        (points,) = (int(part) for part in values.split(":")[2:])
    except ValueError:
        return "low:high:points with two numbers and a whole number after the ="
    if not (math.isfinite(low) and math.isfinite(high) and low < high and points >= 2):
        return "low below high, and 2 points or more"
    if whole and not (low.is_integer() and high.is_integer()):
        return f"whole numbers for {key}"
    return Range(key, low, high, points, whole)


def _unknown(key: str, known: Mapping[str, object]) -> str:
    return f"a key of the resolved scenario, not {key!r}; {nearest(key, list(known))}"


def _twice(key: str, keys: Sequence[str]) -> bool:
    return list(keys).count(key) > 1


def _number(axes: Sequence[Axis], kind: str) -> int:
    numbers = {axis.points for axis in axes if isinstance(axis, Range)}
    if len(numbers) != 1:
        found = "no range" if not numbers else f"ranges of {sorted(numbers)} points"
        raise RunError(
            f"--design {kind}: found {found}, allowed one number of points in every "
            "key=low:high:points: it is the number of cells"
        )
    (number,) = numbers
    _check_number(number)
    return number


def _check_number(cells: int) -> None:
    if cells > MOST_CELLS:
        raise RunError(f"sweep: found {cells:,} cells, allowed {MOST_CELLS:,}; take fewer points")
