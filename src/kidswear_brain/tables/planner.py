"""A planner's tables: read them all, check each and all against each other."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from kidswear_brain.errors import TableError
from kidswear_brain.tables.columns import (
    Committed,
    Firms,
    Kept,
    Lanes,
    Orders,
    PlannerTables,
    Relations,
    Skills,
)
from kidswear_brain.tables.problems import Problems
from kidswear_brain.tables.reading import read_raw
from kidswear_brain.tables.references import check_references, odd_references
from kidswear_brain.tables.schema import FIRMS, KEEP, LANES, ORDERS, SKILLS, Table
from kidswear_brain.tables.typed import Columns, TypedTable, typed_table

_Row = TypeVar("_Row", Firms, Skills, Orders, Lanes, Kept, Relations, Committed)


@dataclass(frozen=True, slots=True)
class TablePaths:
    """Where a planner's tables stand; without lanes only the own region can be reached."""

    orders: Path
    firms: Path
    skills: Path
    lanes: Path | None = None
    keep: Path | None = None


def read_planner_tables(paths: TablePaths, periods: int | None = None) -> PlannerTables:
    """Read all tables and find every problem in them before any is used.

    Parameters
    ----------
    paths : TablePaths
        CSV (UTF-8), Parquet or XLSX files, in any mixture.
    periods : int, optional
        How many periods there are, so that a promise may name none beyond.

    Returns
    -------
    PlannerTables
        Typed columns in the order of the files, and warnings: unknown columns, names that no
        other table knows.

    Raises
    ------
    TableError
        With every problem found, each with file, line, column, and what to do.
    """
    problems = Problems()
    sources = (
        (paths.orders, ORDERS),
        (paths.firms, FIRMS),
        (paths.skills, SKILLS),
        (paths.lanes, LANES),
        (paths.keep, KEEP),
    )
    typed: dict[str, TypedTable] = {}
    for path, table in sources:
        if path is not None:
            try:
                typed[table.name] = typed_table(read_raw(path, table, problems), table, problems)
            except TableError as refusal:
                problems.add_all(refusal.problems, len(refusal.problems))
    check_references(typed, periods, problems)
    problems.refuse()
    return _assemble(typed)


def _assemble(typed: dict[str, TypedTable]) -> PlannerTables:
    warnings = [warning for table in typed.values() for warning in table.warnings]
    return PlannerTables(
        order_rows(typed["orders"]),
        rows_of(Firms, typed["firms"].values),
        rows_of(Skills, typed["skills"].values),
        rows_of(Lanes, _given(LANES, typed)),
        rows_of(Kept, _given(KEEP, typed)),
        (*warnings, *odd_references(typed)),
    )


def order_rows(table: TypedTable) -> Orders:
    """The columns of orders; an empty release day or late cost is 0."""
    columns = dict(table.values)
    columns["pieces"] = columns["pieces"].astype(np.int64)
    for optional in ("release_days", "late_cost_per_piece_day"):
        columns[optional] = np.nan_to_num(columns[optional], nan=0.0)
    return Orders(**columns)


def rows_of(kind: type[_Row], source: Columns) -> _Row:
    """The columns of one table by their names."""
    columns: dict[str, Any] = {field.name: source[field.name] for field in fields(kind)}
    return kind(**columns)


def _given(table: Table, typed: dict[str, TypedTable]) -> Columns:
    """The columns of a table; no rows if it was not given."""
    if table.name in typed:
        return typed[table.name].values
    return {c.name: np.empty(0, dtype=object if c.kind == "text" else float) for c in table.columns}
