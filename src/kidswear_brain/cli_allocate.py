"""The command `kidswear allocate`: parse, call one function, show."""

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import Debug, Lang, Language
from kidswear_brain.cli_tables import screen

if TYPE_CHECKING:
    from rich.console import Console

    from kidswear_brain.results.allocation_run import AllocateRequest, AllocationRun

INTERRUPTED = 130
_SHOWN_REASONS = 5
_SHOWN_BOTTLENECKS = 3

Say = Callable[..., str]
"""Says something by key, in the language of the screen."""


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
    lang: Lang = Language.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    debug: Debug = False,
) -> None:
    """Allocate your own orders to your own firms once: plan, prices, why what is unmet or late."""
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
        lang.value,
    )
    run = _allocate(request)
    for warning in run.summary["warnings"]:
        typer.echo(f"warning: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps(run.summary, indent=2, ensure_ascii=False))
    else:
        _show(run, lang.value)


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


def _show(run: "AllocationRun", language: str) -> None:
    """Show what came out in 80 columns: figures, prices by region, what is waited for, and why."""
    from rich.cells import set_cell_size

    from kidswear_brain.results.labels import label

    def say(key: str, **values: object) -> str:
        return label(f"a_{key}", language).format(**values)

    console = screen()
    for name, value in _figures(run.summary, say):
        console.print(f"{set_cell_size(say(name), 15)}{value}", markup=False)
    console.print(say("prices"))
    console.print(_price_table(run.summary, say))
    ends = run.summary["periods_days"]
    for one in run.summary["bottlenecks"][:_SHOWN_BOTTLENECKS]:
        wait = say(
            "wait", orders=one["orders"], minutes=one["operator_min"], firm=one["firm_id"],
            region=one["region"], day=ends[one["period"]], price=one["shadow_price"],
        )  # fmt: skip
        console.print(wait, markup=False)
    _show_reasons(run, say, console)
    again = say("again") if run.shown_again else ""
    console.print(say("written", path=run.path) + again, markup=False, soft_wrap=True)


def _show_reasons(run: "AllocationRun", say: Say, console: "Console") -> None:
    """Show the first unmet and late orders, and where the others are."""
    for name, columns in (("unmet", {}), ("late", {"days": "late_days"})):
        table = run.tables[name]
        for row in table.head(_SHOWN_REASONS).iter_rows(named=True):
            more = {key: row[column] for key, column in columns.items()}
            text = say(
                f"one_{name}", order=row["order_id"], pieces=row["pieces"],
                reason=row["reason"], **more,
            )  # fmt: skip
            console.print(text, markup=False)
        if len(table) > _SHOWN_REASONS:
            console.print(say("more", more=len(table) - _SHOWN_REASONS, file=f"{name}.csv"))


def _figures(summary: dict[str, Any], say: Say) -> list[tuple[str, str]]:
    cost = summary["unmet_cost_per_piece"]
    pieces = max(summary["pieces"], 1)
    sewn, left = summary["planned_pieces"], summary["unmet_pieces"]
    certified = max(summary["certificate"].values())
    seconds, share = summary["seconds"], summary["whole_lot_cost_share"]
    orders, rule = cost["orders_with_default"], cost["default"]
    figures = [
        ("orders", say("orders_is", orders=summary["orders"], pieces=summary["pieces"])),
        ("planned", say("planned_is", planned=sewn, share=sewn / pieces)),
        ("firms", f"{summary['firms_per_order']:.2f}"),
        ("unmet", say("unmet_is", unmet=left, orders=summary["unmet_orders"])),
        ("late", say("late_is", late=summary["late_pieces"])),
        ("cost", f"{summary['whole_lot_cost']:,.2f}"),
        ("bound", say("bound_is", bound=summary["bound"], share=share)),
        ("unmet_cost", say("unmet_cost_is", low=cost["lowest"], high=cost["highest"])),
        ("default", say("default_is", orders=orders, rule=rule)),
        ("solver", say("solver_is", solver=summary["solver"], seconds=seconds, gap=certified)),
    ]
    if summary["solver_note"]:
        figures.append(("note", summary["solver_note"]))
    if "promises" in summary:
        held = summary["promises"]
        promised = held["promised_pieces"]
        kept = promised - held["unmet_promised_pieces"]
        figures.append(("held", say("held_is", kept=kept, promised=promised)))
        figures.append(("free", say("free_is", saved=held["saved_if_free"])))
    return figures


def _price_table(summary: dict[str, Any], say: Say) -> Any:
    """What one more operator-minute would save, mean by region and period."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(say("region"))
    for day in summary["periods_days"]:
        table.add_column(say("day", day=day), justify="right")
    for row in summary["prices_by_region"]:
        table.add_row(row["region"], *(f"{price:.3f}" for price in row["shadow_price"]))
    return table
