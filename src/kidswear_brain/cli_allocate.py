"""The command `kidswear allocate`: parse, call one function, show."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kidswear_brain.results.allocation_run import AllocateRequest, AllocationRun

INTERRUPTED = 130
_SHOWN_UNMET = 5


class SolverChoice(StrEnum):
    """Solvers of an allocation."""

    auto = "auto"
    simplex = "simplex"
    highs = "highs"
    pulp = "pulp"


def _table(help_text: str) -> Any:
    return typer.Option(metavar="FILE", help=f"{help_text} CSV, Parquet or XLSX.")


def allocate(  # noqa: PLR0913 - one parameter an option
    orders: Annotated[Path, _table("What is to be sewn.")],
    firms: Annotated[Path, _table("Who can sew.")],
    skills: Annotated[Path, _table("Who can make what, and at what cost.")],
    lanes: Annotated[Path | None, _table("Ways between regions; none: own region only.")] = None,
    keep: Annotated[Path | None, _table("Promises to hold, e.g. the last plan.")] = None,
    periods: Annotated[
        str, typer.Option(metavar="DAYS", help="Ends of the periods, days from today.")
    ] = "3,7,14,28",
    fractional: Annotated[
        bool, typer.Option("--fractional", help="Leave flows as the linear program has them.")
    ] = False,
    min_run: Annotated[
        float, typer.Option(min=0, metavar="PIECES", help="Least pieces of a lot.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/ORDERS-HASH8.")
    ] = None,
    method: Annotated[SolverChoice, typer.Option(help="The solver.")] = SolverChoice.auto,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an allocation in the way.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Allocate your own orders to your own firms once: plan, prices, and why what is unmet."""
    from kidswear_brain.results.allocation_run import AllocateRequest
    from kidswear_brain.tables import TablePaths

    request = AllocateRequest(
        TablePaths(orders, firms, skills, lanes, keep),
        _days(periods),
        method.value,
        fractional,
        min_run,
        out,
        force,
    )
    run = _allocate(request)
    for warning in run.summary["warnings"]:
        typer.echo(f"warning: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps(run.summary, indent=2, ensure_ascii=False))
    else:
        _show(run)


def _days(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(day) for day in text.split(","))
    except ValueError as error:
        raise typer.BadParameter(f"--periods: found {text!r}, allowed days as in 3,7,14") from error


def _allocate(request: "AllocateRequest") -> "AllocationRun":
    """Allocate, with a sign of life where somebody looks."""
    from rich.console import Console

    from kidswear_brain.results.allocation_run import allocate_tables

    try:
        with Console(stderr=True).status("reading, allocating, writing ..."):
            return allocate_tables(request)
    except KeyboardInterrupt as error:
        typer.echo("interrupted; nothing is written", err=True)
        raise typer.Exit(INTERRUPTED) from error


def _show(run: "AllocationRun") -> None:
    """Show what came out in 80 columns: the plan's figures, prices by region, the unmet."""
    from rich.console import Console

    console = Console(highlight=False)
    for name, value in _figures(run.summary):
        console.print(f"{name:<15}{value}", markup=False)
    console.print("one more operator-minute would save, by region and end of period:")
    console.print(_price_table(run.summary))
    unmet = run.tables["unmet"].head(_SHOWN_UNMET)
    for order, pieces, reason in unmet.iter_rows():
        console.print(f"unmet {order}, pieces {pieces:,.10g}: {reason}", markup=False)
    if len(run.tables["unmet"]) > _SHOWN_UNMET:
        console.print(f"... and {len(run.tables['unmet']) - _SHOWN_UNMET:,} more in unmet.csv")
    again = " (shown again)" if run.shown_again else ""
    console.print(f"written to {run.path}{again}", markup=False, soft_wrap=True)


def _figures(summary: dict[str, Any]) -> list[tuple[str, str]]:
    cost = summary["unmet_cost_per_piece"]
    pieces = max(summary["pieces"], 1)
    sewn, left = summary["planned_pieces"], summary["unmet_pieces"]
    certified = max(summary["certificate"].values())
    figures = [
        ("orders", f"{summary['orders']:,} of {summary['pieces']:,} pieces"),
        ("planned", f"{sewn:,.10g} pieces ({sewn / pieces:.1%})"),
        ("firms an order", f"{summary['firms_per_order']:.2f}"),
        ("unmet", f"{left:,.10g} pieces of {summary['unmet_orders']:,} orders"),
        ("late", f"{summary['late_pieces']:,.10g} pieces at a late cost"),
        ("cost", f"{summary['whole_lot_cost']:,.2f}"),
        ("bound", f"{summary['bound']:,.2f}, {summary['whole_lot_cost_share']:.2%} below the cost"),
        ("unmet cost", f"{cost['lowest']:,.2f} to {cost['highest']:,.2f} a piece"),
        ("by default", f"{cost['orders_with_default']:,} orders: {cost['default']}"),
        ("solver", f"{summary['solver']}, {summary['seconds']:.2f} s, to {certified:.0e}"),
    ]
    if summary["solver_note"]:
        figures.append(("note", summary["solver_note"]))
    if "promises" in summary:
        held = summary["promises"]
        kept = held["promised_pieces"] - held["unmet_promised_pieces"]
        promised = f"{held['promised_pieces']:,.10g} pieces"
        figures.append(("promises held", f"{kept:,.10g} of {promised}"))
        figures.append(("all free", f"would save {held['saved_if_free']:,.2f}; see moves.csv"))
    return figures


def _price_table(summary: dict[str, Any]) -> Any:
    """What one more operator-minute would save, mean by region and period."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("region")
    for day in summary["periods_days"]:
        table.add_column(f"day {day:g}", justify="right")
    for row in summary["prices_by_region"]:
        table.add_row(row["region"], *(f"{price:.3f}" for price in row["shadow_price"]))
    return table
