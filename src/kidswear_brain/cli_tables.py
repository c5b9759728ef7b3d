"""Tables and figures on the screen as the commands beside `run` show them."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from kidswear_brain.experiment.comparison import Estimate

NAMES = 10
"""Columns of the screen that names keep beside many figures."""
LEAST = 80
"""What every table fits into: on a narrower screen the terminal wraps lines, and nothing is cut."""


def screen() -> "Console":
    """Give the console that tables are shown on."""
    from rich.console import Console

    console = Console(highlight=False)
    console.width = max(console.width, LEAST)
    return console


def sheet(first: str, *others: str, no_wrap: bool = False) -> "Table":
    """Begin a table: a first column of names that folds, figures to the right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, overflow="fold", min_width=NAMES)
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=no_wrap)
    return table


def spread(estimate: "Estimate", digits: int, factor: float = 1, sign: str = "") -> str:
    """Write a mean and the half-width of its interval, both times a factor: ``12.7 ±0.7``."""
    if math.isnan(estimate.mean):
        return "-"
    mean = f"{estimate.mean * factor:{sign}.{digits}f}"
    if estimate.high is None:
        return mean
    return f"{mean} ±{(estimate.high - estimate.mean) * factor:.{digits}f}"
