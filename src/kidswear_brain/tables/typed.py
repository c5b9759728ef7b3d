"""Raw cells to typed columns: which cells are wrong, and what may stand there instead."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kidswear_brain.errors import Problem
from kidswear_brain.tables.problems import Problems, file_problem, quoted
from kidswear_brain.tables.reading import RawTable
from kidswear_brain.tables.schema import LONGEST_TEXT, Column, Table, header_key

Columns = dict[str, Any]
"""Arrays by column name: text as objects, numbers as float64."""


@dataclass(frozen=True, slots=True, eq=False)
class TypedTable:
    """The interpreted cells of one file, and where each came from.

    Parameters
    ----------
    file : str
        The file as the user named it.
    line : (rows,) int64 array
        Where each row stands.
    places : dict of str to int
        Which column, from 0, holds what; absent optional columns are not in it.
    values : Columns
        Every column of the schema, (rows,); what is missing is an empty text or NaN, and so is a
        wrong text.
    warnings : tuple of str
        One a column that nobody knows.
    """

    file: str
    line: NDArray[np.int64]
    places: dict[str, int]
    values: Columns
    warnings: tuple[str, ...]

    def ids(self, key: str) -> frozenset[str]:
        """The names in a column; none where it is missing or has an empty or wrong cell.

        That is a problem told already: references to it would only repeat it.
        """
        names = frozenset(self.values[key].tolist())
        return frozenset() if "" in names else names

    def problem(self, row: int, key: str, found: str, advice: str, allowed: str) -> Problem:
        """A problem of one cell of this table."""
        return Problem(
            file=self.file,
            line=int(self.line[row]),
            column=self.places.get(key, 0) + 1,
            key=key,
            found=found,
            allowed=allowed,
            advice=advice,
        )


def typed_table(raw: RawTable, table: Table, problems: Problems) -> TypedTable:
    """Interpret the cells of one file.

    Parameters
    ----------
    raw : RawTable
        The cells.
    table : Table
        What they ought to be.
    problems : Problems
        Takes every wrong header and cell.
    """
    places, warnings = _places(raw, table, problems)
    columns: Columns = {}
    for column in table.columns:
        place = places.get(column.name)
        if place is None:
            columns[column.name] = _blank(column, len(raw.line))
            if column.required:
                problems.add(_missing(raw, column, problems))
        else:
            columns[column.name] = _typed(raw, column, place, problems)
    if not len(raw.line):
        empty = file_problem(raw.file, "no rows", "at least one row", "export the table again")
        problems.add(replace(empty, line=raw.header_line))
    typed = TypedTable(raw.file, raw.line, places, columns, tuple(warnings))
    _check_repeated(typed, table, problems)
    return typed


def _places(raw: RawTable, table: Table, problems: Problems) -> tuple[dict[str, int], list[str]]:
    """Where each known column stands, and a warning for each unknown one."""
    names = {header_key(h): c.name for c in table.columns for h in (c.name, *c.chinese)}
    places: dict[str, int] = {}
    warnings = []
    for place, header in enumerate(raw.headers):
        name = names.get(header_key(header))
        if name is None:
            close = get_close_matches(header_key(header), names, n=1, cutoff=0.75)
            hint = f"; did you mean {close[0]}?" if close else ""
            column = problems.named(header, str(place + 1))
            warnings.append(f"{raw.file}: column {column} is not known and not read{hint}")
        elif name in places:
            both = f" ({quoted(raw.headers[places[name]])} and {quoted(header)})"
            problems.add(
                Problem(
                    file=raw.file,
                    line=raw.header_line,
                    column=place + 1,
                    key=name,
                    found=f"the column twice{both if problems.quotes else ''}",
                    allowed="one",
                    advice="remove one of them",
                )
            )
        else:
            places[name] = place
    return places, warnings


def _missing(raw: RawTable, column: Column, problems: Problems) -> Problem:
    headers = " among " + ", ".join(quoted(header) for header in raw.headers[:12])
    return Problem(
        file=raw.file,
        line=raw.header_line,
        column=1,
        key=column.name,
        found=f"no such column{headers if problems.quotes else ''}",
        allowed=f"{column.name} or {column.chinese[0]}",
        advice="add the column",
    )


def _blank(column: Column, rows: int) -> NDArray[np.object_] | NDArray[np.float64]:
    return np.full(rows, "", dtype=object) if column.kind == "text" else np.full(rows, np.nan)


def _typed(
    raw: RawTable, column: Column, place: int, problems: Problems
) -> NDArray[np.object_] | NDArray[np.float64]:
    cells = raw.columns[place]
    text = _as_text(cells).str.strip_chars()
    empty = (text.is_null() | (text == "")).fill_null(True).to_numpy()
    if column.kind == "text":
        values: NDArray[np.object_] | NDArray[np.float64] = text.fill_null("").to_numpy()
        bad = (text.str.len_chars() > LONGEST_TEXT).fill_null(False).to_numpy()
        values = np.where(bad, "", values)
    else:
        values = _as_numbers(cells, text)
        bad = ~_allowed(column, values) & ~empty
    if column.required:
        bad = bad | empty
    rows = np.flatnonzero(bad)
    problems.add_all(_cell_problems(raw, place, (column, text, rows), problems), len(rows))
    return values


def _as_text(cells: pl.Series) -> pl.Series:
    """Cells as text; typed files may name things by whole numbers stored as floats."""
    if cells.dtype.is_nested() or cells.dtype == pl.Binary:
        return pl.Series(["(nested or binary)"], dtype=pl.String).new_from_index(0, len(cells))
    if cells.dtype.is_float() and bool((cells.drop_nulls() % 1 == 0).all()):
        return cells.cast(pl.Int64, strict=False).cast(pl.String)
    return cells.cast(pl.String, strict=False)


def _as_numbers(cells: pl.Series, text: pl.Series) -> NDArray[np.float64]:
    source = cells if cells.dtype.is_numeric() else text
    return source.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()


def _allowed(column: Column, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers may stand in a column; NaN compares false and so may not."""
    above = values > column.low if column.above else values >= column.low
    fits = above & (values <= column.high)
    return fits & (values == np.floor(values)) if column.kind == "whole" else fits


def _cell_problems(
    raw: RawTable,
    place: int,
    bad: tuple[Column, pl.Series, NDArray[np.int64]],
    problems: Problems,
) -> Iterator[Problem]:
    column, text, rows = bad
    for row in rows:
        cell = text[int(row)]
        yield Problem(
            file=raw.file,
            line=int(raw.line[row]),
            column=place + 1,
            key=column.name,
            found=problems.named(cell, _sort_of(cell, column)) if cell else "an empty cell",
            allowed=column.allowed,
            advice=column.advice if cell else "fill the cell",
        )


def _sort_of(cell: str, column: Column) -> str:
    """What is wrong with a cell, where it may not be quoted."""
    if column.kind == "text":
        return f"{len(cell)} characters"
    try:
        value = float(cell)
    except ValueError:
        return "no number"
    inside = column.low <= value <= column.high and not (column.above and value == column.low)
    return "a fraction" if inside else "a number out of range"


def _check_repeated(typed: TypedTable, table: Table, problems: Problems) -> None:
    """Name every row whose key stood in an earlier one."""
    if table.key[0] not in typed.places:
        return
    parts = [typed.values[name].tolist() for name in table.key]
    # Where two columns make the key, naming one would send the planner after the wrong cell.
    named = " and ".join(name for name in table.key if name in typed.places)
    first: dict[tuple[object, ...], int] = {}
    for row, cells in enumerate(zip(*parts, strict=True)):
        # NaN is unlike itself, so a missing period would never repeat.
        key = tuple("" if cell != cell else cell for cell in cells)
        if first.setdefault(key, row) == row or not key[0]:
            continue
        shown = problems.named(", ".join(str(part) for part in key if part != ""), "the same")
        found = f"{shown} again (first in line {typed.line[first[key]]})"
        advice = "remove or rename one of the two"
        problem = typed.problem(row, table.key[0], found, advice, "each once")
        problems.add(replace(problem, key=named))
