"""Planners' files to typed columns, with every problem and its place."""

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
from kidswear_brain.tables.own import Names, OwnTables, TableFile, read_own_tables
from kidswear_brain.tables.planner import TablePaths, read_planner_tables

__all__ = [
    "Committed",
    "Firms",
    "Kept",
    "Lanes",
    "Names",
    "Orders",
    "OwnTables",
    "PlannerTables",
    "Relations",
    "Skills",
    "TableFile",
    "TablePaths",
    "read_own_tables",
    "read_planner_tables",
]
