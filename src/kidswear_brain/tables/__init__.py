"""Planners' files to typed columns, with every problem and its place."""

from kidswear_brain.tables.columns import Firms, Kept, Lanes, Orders, PlannerTables, Skills
from kidswear_brain.tables.planner import TablePaths, read_planner_tables

__all__ = [
    "Firms",
    "Kept",
    "Lanes",
    "Orders",
    "PlannerTables",
    "Skills",
    "TablePaths",
    "read_planner_tables",
]
