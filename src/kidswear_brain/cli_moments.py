"""The command `kidswear moments`: runs beside the figures they are held against."""

import json
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import AsJson, Debug
from kidswear_brain.cli_runs import find_run
from kidswear_brain.cli_tables import screen

if TYPE_CHECKING:
    from kidswear_brain.economics.held import Row
    from kidswear_brain.economics.moments import Moment

LEAST_ABOVE_0 = 1e-6


def moments(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run directories.")],
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Hold runs against the targets of calibration and the figures held out from it."""
    from kidswear_brain.economics.held import held_against

    found = [held_against(find_run(name)) for name in runs]
    if as_json:
        document = {
            "runs": [
                {
                    "title": run.scenario.title,
                    "path": str(run.path),
                    "moments": {row.moment.name: _plain(row) for row in rows},
                }
                for run, rows in found
            ]
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    _show([run.scenario.title for run, _ in found], [rows for _, rows in found])


def _plain(row: "Row") -> dict[str, Any]:
    from kidswear_brain.experiment.summary import plain_estimate

    moment = row.moment
    return {
        "low": moment.low,
        "high": None if math.isinf(moment.high) else moment.high,
        "use": moment.use,
        "found": plain_estimate(row.found),
        "holds": row.holds,
    }


def _show(titles: list[str], columns: list[tuple["Row", ...]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("moment", "use", "range"):
        table.add_column(heading, overflow="fold")
    for title in titles:
        table.add_column(title, justify="right", max_width=24)
    for rows in zip(*columns, strict=True):
        moment = rows[0].moment
        table.add_row(moment.name, moment.use, _range(moment), *map(_cell, rows))
    console = screen()
    console.print(table)
    console.print(
        "mean ± half the 95 % interval over worlds; MISS: the mean lies outside the range"
    )


def _range(moment: "Moment") -> str:
    if not math.isinf(moment.high):
        return f"{moment.low:g} to {moment.high:g}"
    return "above 0" if moment.low < LEAST_ABOVE_0 else f"{moment.low:g} and more"


def _cell(row: "Row") -> str:
    if math.isnan(row.found.mean):
        return "not measurable"
    half = "" if row.found.high is None else f" ±{row.found.high - row.found.mean:.3f}"
    return f"{row.found.mean:.3f}{half}{'' if row.holds else ' MISS'}"
