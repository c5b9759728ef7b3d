"""The command `kidswear sweep`: many scenarios, resumable, one table."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import (
    STORE,
    AsJson,
    Debug,
    Replications,
    ScenarioPath,
    Seed,
    Store,
    Workers,
)
from kidswear_brain.cli_running import cores, kept_when_stopped, load_set, stem_of
from kidswear_brain.cli_tables import screen
from kidswear_brain.errors import RunError

if TYPE_CHECKING:
    import polars as pl

    from kidswear_brain.experiment.design import Design
    from kidswear_brain.experiment.sweep import FinishedSweep, SweepRequest
    from kidswear_brain.scenario import Scenario

SHOWN = {
    "utilization": "utilization",
    "fill_rate": "fill rate",
    "procurement_cost_index": "procurement",
}
"""Measures whose change is shown on the screen, and the head of their column."""
MOST_SHOWN = 40
"""Cells shown on the screen; the table has them all."""


class DesignKind(StrEnum):
    """How cells are laid out."""

    factorial = "factorial"
    lhs = "lhs"
    sobol = "sobol"


def sweep(  # noqa: PLR0913 - one parameter an option
    scenario: ScenarioPath,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="KEY=A:B:N",
            help="N values from A to B, or KEY=A,B,C; may be given repeatedly.",
        ),
    ] = None,
    design: Annotated[
        DesignKind, typer.Option(help="All combinations, a Latin hypercube, or Sobol's sequence.")
    ] = DesignKind.factorial,
    cells: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV of cells: a line of keys, then values.")
    ] = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/NAME-sweep-HASH8.")
    ] = None,
    store: Store = STORE,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler to compute on: tcp://HOST:PORT."),
    ] = None,
    tls_ca: Annotated[Path | None, typer.Option(metavar="FILE", help="For tls://: CA's.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(metavar="FILE", help="Certificate.")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key.")] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a value in every cell."),
    ] = None,
    as_json: AsJson = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an unfinished sweep.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a sweep in the way.")] = False,
    debug: Debug = False,
) -> None:
    """Simulate many scenarios, both arms of each, into one table: cells.parquet.

    Work that is in the store already, of this sweep or any other, is not done again.
    """
    from rich.console import Console

    from kidswear_brain.cli_screen import progress_bar
    from kidswear_brain.experiment import sweep as room
    from kidswear_brain.experiment import work
    from kidswear_brain.results.directory import part_of

    loaded = load_set(scenario, overrides)
    seed = loaded.experiment.seed if seed is None else seed
    request = room.SweepRequest(
        loaded,
        _design(loaded, vary or [], (cells, design.value), seed),
        replications or loaded.experiment.replications,
        seed,
        store,
        workers or cores(),
        work.Cluster(cluster, tls_ca, tls_cert, tls_key) if cluster else None,
        out,
        stem_of(scenario),
        resume,
        force,
    )
    kept = f"finished work is kept in {store}; go on with --resume"
    bar = progress_bar(Console(stderr=True), "arms")
    with kept_when_stopped(part_of(request.path), kept), bar as progress:
        finished = room.sweep(request, progress)
    if as_json:
        typer.echo(json.dumps(_plain(request, finished), indent=2, ensure_ascii=False))
    else:
        _show(request, finished)


def _design(
    scenario: "Scenario", vary: list[str], laid_out: tuple[Path | None, str], seed: int
) -> "Design":
    from kidswear_brain.experiment.design import build_design, read_axes, read_cells

    cells, kind = laid_out
    if cells is None:
        return build_design(read_axes(vary, scenario), kind, seed)
    if vary:
        raise RunError("sweep: found --vary and --cells, allowed one of them")
    return read_cells(cells, scenario)


def _plain(request: "SweepRequest", finished: "FinishedSweep") -> dict[str, Any]:
    return {
        "sweep": str(finished.path),
        "table": str(finished.table),
        "hash": request.identity.scenario_hash,
        "seed": request.seed,
        "replications": request.replications,
        "cells": len(request.design.cells),
        "rows": finished.cells(list(SHOWN)).to_dicts(),
        "failed": finished.failed().to_dicts(),
    }


def _show(request: "SweepRequest", finished: "FinishedSweep") -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    console = screen()
    design = request.design
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("cell", *design.keys, *SHOWN.values()):
        table.add_column(heading, justify="right", overflow="fold")
    changes = _changes(finished.cells(list(SHOWN)))
    for cell, values in enumerate(design.cells[:MOST_SHOWN], 1):
        cells = (changes.get((cell, measure), "failed") for measure in SHOWN)
        table.add_row(str(cell), *map(escape, values), *cells)
    console.print(table)
    if len(design.cells) > MOST_SHOWN:
        console.print(f"... and {len(design.cells) - MOST_SHOWN:,} cells more")
    failed = finished.failed()
    for cell, replication, error in failed.head(3).iter_rows():
        first = error.partition("\n")[0]
        console.print(f"cell {cell}, replication {replication} failed: {first}", markup=False)
    if failed.height > 3:
        console.print(f"... and {failed.height - 3:,} failed replications more")
    console.print(f"change by the brain over n = {request.replications}, ± half its 95 % interval")
    again = " (finished before; shown again)" if finished.shown_again else ""
    console.print(f"Table: {finished.table}{again}", markup=False, soft_wrap=True)


def _changes(rows: "pl.DataFrame") -> dict[tuple[int, str], str]:
    """Write the mean change of each cell and measure with half its interval."""
    changes = {}
    for row in rows.iter_rows(named=True):
        if row["gain"] is None:
            text = "-"
        elif row["high"] is None:
            text = f"{row['gain'] * 100:+.1f}%"
        else:
            text = f"{row['gain'] * 100:+.1f}% ±{(row['high'] - row['gain']) * 100:.1f}"
        changes[row["cell"], row["measure"]] = text
    return changes
