"""The command `kidswear frontier`: what it costs to guarantee some firms their share of work."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import AsJson, Debug, Overrides, ScenarioPath, Seed, Workers
from kidswear_brain.cli_running import cores, load_set, stem_of
from kidswear_brain.cli_tables import sheet

if TYPE_CHECKING:
    import polars as pl


def frontier(  # noqa: PLR0913 - one parameter an option
    scenario: ScenarioPath,
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUP",
            help="Whom to guarantee a share: a size class ('under 20', the default, '20 to 49', "
            "'50 and more'), a region, or 'outside REGION'; may be given repeatedly.",
        ),
    ] = None,
    days: Annotated[
        str | None,
        typer.Option(metavar="DAYS", help="Days after the start, as in 100,260; default: six."),
    ] = None,
    shares: Annotated[
        str | None,
        typer.Option(metavar="SHARES", help="Guaranteed shares; default: 0,0.1, ... 1."),
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/frontier-NAME-HASH8.")
    ] = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Price fairness: what a guaranteed share of the work for some firms costs, day by day."""
    from kidswear_brain.experiment.frontier import FrontierRequest, over_days
    from kidswear_brain.experiment.frontier import frontier as priced
    from kidswear_brain.experiment.seeds import replication_seed
    from kidswear_brain.report.curves import share_curves
    from kidswear_brain.results.outcome import check_free, outcome_path, write_outcome
    from kidswear_brain.scenario import scenario_hash

    loaded = load_set(scenario, overrides)
    first = replication_seed(loaded.experiment.seed if seed is None else seed, 1)
    asked = FrontierRequest(
        loaded,
        first,
        tuple(int(day) for day in _numbers(days, "--days")) or _spread(loaded.calendar.days),
        tuple(group or ("under 20",)),
        tuple(_numbers(shares, "--shares")) or tuple(k / 10 for k in range(11)),
        workers or cores(),
    )
    question = (scenario_hash(loaded), first, asked.days, asked.groups, asked.shares)
    stem = stem_of(scenario)
    folder = outcome_path(out, f"frontier-{stem}", question)
    check_free(folder, "frontier")
    table = priced(asked)
    summed = over_days(table)
    document = {
        "title": loaded.title,
        "hash": question[0],
        "seed": first,
        "days": table["day"].unique().sort().to_list(),
        "directory": str(folder),
        "frontier": summed.to_dicts(),
    }
    curves = {
        str(name): list(zip(one["guaranteed_share"], one["extra_share"], strict=True))
        for (name,), one in summed.group_by("group", maintain_order=True)
    }
    figure = share_curves(
        "What a guaranteed share of the work costs",
        ("guaranteed share of what is sewn", "rise of the plan's cost"),
        curves,
    )
    write_outcome(folder, "frontier", {"frontier": table}, document, {"frontier.svg": figure})
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(summed, document)


def _numbers(text: str | None, option: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")] if text else []
    except ValueError as error:
        raise typer.BadParameter(
            f"{option}: found {text!r}, allowed numbers as in 1,2,3"
        ) from error


def _spread(days: int) -> tuple[int, ...]:
    """Six days, one from the middle of each sixth of the window."""
    return tuple(dict.fromkeys(int((k + 0.5) * days / 6) for k in range(6)))


def _show(summed: "pl.DataFrame", document: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    days = ", ".join(map(str, document["days"]))
    console.print(f"{document['title']}, what the brain planned on day {days}", markup=False)
    heads = ("guaranteed", "they sew", "of capacity", "cost", "served", "CNY/min")
    table = sheet("firms", *heads, no_wrap=True)
    for row in summed.iter_rows(named=True):
        table.add_row(
            escape(row["group"]),
            f"{row['guaranteed_share']:.0%}",
            f"{row['share']:.1%}",
            f"{row['capacity_share']:.1%}",
            f"{row['extra_share']:+.2%}",
            f"{row['served_share']:.1%}",
            f"{row['share_price_cny']:.3f}",
        )
    console.print(table)
    console.print(
        "cost: rise of the plans' cost, unmet work priced in; served: share of the work asked;\n"
        "CNY/min: what one more standard minute for these firms costs, mean over days.\n"
        f"Written to {document['directory']}",
        markup=False,
        soft_wrap=True,
    )
