"""Points of the parameter space as tables: written by one study, read by another."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.priors import Axis, axes
from kidswear_brain.errors import Problem, TableError
from kidswear_brain.scenario.checks import nearest

_EDGE = 1e-6
"""How far outside its prior a written value may lie by rounding."""


def read_points(path: Path) -> tuple[tuple[Axis, ...], Floats]:
    """Read points: one row each, columns named like parameters, in their own units.

    Parameters
    ----------
    path : Path
        A CSV such as ``draws.csv`` of `kidswear sensitivity`; columns without a dot in their
        names are passed over, parameters without a column keep the scenario's values.

    Returns
    -------
    tuple
        The axes found, and (n, d) points of their cube.

    Raises
    ------
    TableError
        With every problem found: a column that is no parameter, no column of one, half a pair, a
        cell that is no number or lies outside its prior.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found, advice = "a file that cannot be read as text", "name a CSV file in UTF-8"
        if isinstance(error, OSError):
            found, advice = f"no file that can be read ({error.strerror})", "check its name"
        raise TableError((_problem(path, 1, 1, "", found, "a CSV", advice),)) from error
    rows = list(csv.reader(io.StringIO(text, newline="")))
    heads = [head.strip() for head in rows[0]] if rows else []
    named = {axis.name: axis for axis in axes()}
    places = {name: heads.index(name) for name in named if name in heads}
    keys = list(dict.fromkeys(named[name].key for name in places))
    cube = axes(keys) if keys else ()
    unknown = [
        _problem(
            path, 1, place + 1, "header", head, "a parameter with a prior, or a figure (no dots)",
            nearest(head, named),
        )
        for place, head in enumerate(heads)
        if "." in head and head not in named
    ]  # fmt: skip
    if unknown:
        raise TableError(tuple(unknown))
    missing = [axis.name for axis in cube if axis.name not in places]
    if not cube or missing or len(rows) < 2:
        allowed = "a header that names parameters with priors, both of a pair, and rows below it"
        found = f"no column {', '.join(missing)}" if missing else "no such header, or no rows"
        advice = "take draws.csv of kidswear sensitivity as a pattern"
        raise TableError((_problem(path, 1, 1, "header", found, allowed, advice),))
    problems: list[Problem] = []
    units = [
        [_unit(path, (line, row), (axis, places[axis.name]), problems) for axis in cube]
        for line, row in enumerate(rows[1:], 2)
        if any(row)
    ]
    if problems:
        raise TableError(tuple(problems[:50]), max(0, len(problems) - 50))
    return cube, np.array(units)


def points_table(
    cube: Sequence[Axis], points: Floats, figures: Floats, names: Sequence[str]
) -> pl.DataFrame:
    """Lay out points as `read_points` reads them.

    Parameters
    ----------
    cube : sequence of Axis
        (d,) the parameters; each gets a column in its own unit.
    points : (n, d) array
        Of the cube.
    figures : (n, k) array
        What was found there; nan becomes null.
    names : sequence of str
        (k,) their columns.
    """
    own = {axis.name: [axis.value(float(u)) for u in points[:, k]] for k, axis in enumerate(cube)}
    found = {name: figures[:, k] for k, name in enumerate(names)}
    return pl.DataFrame({**own, **found}).with_columns(pl.col(*names).fill_nan(None))


def _unit(
    path: Path, row: tuple[int, list[str]], column: tuple[Axis, int], problems: list[Problem]
) -> float:
    (line, cells), (axis, place) = row, column
    cell = cells[place] if place < len(cells) else ""
    try:
        unit = axis.unit(float(cell))
    except ValueError:
        unit = float("nan")
    if -_EDGE <= unit <= 1 + _EDGE:
        return float(np.clip(unit, 0, 1))
    allowed = f"a number from {axis.low:g} to {axis.high:g}"
    advice = "correct the cell"
    problems.append(_problem(path, line, place + 1, axis.name, f'"{cell[:40]}"', allowed, advice))
    return float("nan")


def _problem(  # noqa: PLR0913 - a problem has that many parts
    path: Path, line: int, column: int, key: str, found: str, allowed: str, advice: str
) -> Problem:
    return Problem(
        file=str(path),
        line=line,
        column=column,
        key=key,
        found=found,
        allowed=allowed,
        advice=advice,
    )
