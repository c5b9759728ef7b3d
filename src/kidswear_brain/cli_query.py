"""The command `kidswear query`: SQL over runs, sweeps and stores."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kidswear_brain.cli_options import AsJson, Debug
from kidswear_brain.cli_runs import find_run
from kidswear_brain.cli_tables import screen
from kidswear_brain.errors import RunError

MOST_SHOWN = 200


def query(
    place: Annotated[
        str,
        typer.Argument(
            metavar="RUN_OR_STORE", help="A run, sweep or store, by path or name in runs/."
        ),
    ],
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One statement; tables are views.")],
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Ask SQL of the tables of a run, a sweep, a store or a folder of runs."""
    from kidswear_brain.experiment.query import query as ask

    path: Path = find_run(place)
    if not path.is_dir():
        raise RunError(f"{path}: no such directory; kidswear runs lists those there are")
    answer = ask(path, sql)
    if as_json:
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        typer.echo(json.dumps({"rows": rows}, ensure_ascii=False, default=str))
        return
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in answer.columns:
        table.add_column(escape(name), overflow="fold")
    for row in answer.rows[:MOST_SHOWN]:
        table.add_row(*(escape("-" if value is None else str(value)) for value in row))
    console = screen()
    console.print(table)
    if len(answer.rows) > MOST_SHOWN:
        console.print(f"... and {len(answer.rows) - MOST_SHOWN:,} rows more; --json prints all")
