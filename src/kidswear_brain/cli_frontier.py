"""The command `kidswear frontier`: what it costs to guarantee some firms their share of work."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import (
    AsJson,
    Debug,
    Lang,
    Language,
    Overrides,
    ScenarioPath,
    Seed,
    Workers,
)
from kidswear_brain.cli_running import cores, load_set, stem_of
from kidswear_brain.cli_tables import screen, sheet

if TYPE_CHECKING:
    import polars as pl

    from kidswear_brain.report.words import Words


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
    lang: Lang = Language.en,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Price fairness: what a guaranteed share of the work for some firms costs, day by day."""
    from kidswear_brain.experiment.frontier import FrontierRequest, over_days
    from kidswear_brain.experiment.frontier import frontier as priced
    from kidswear_brain.experiment.seeds import replication_seed
    from kidswear_brain.report.curves import share_curves
    from kidswear_brain.report.words import Words
    from kidswear_brain.results.outcome import outcome_of, write_outcome
    from kidswear_brain.scenario import scenario_hash

    loaded, words = load_set(scenario, overrides), Words(lang.value)
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
    outcome = outcome_of(out, f"frontier-{stem}", "frontier", question)
    table = priced(asked)
    summed = over_days(table)
    document = {
        "title": loaded.title,
        "hash": question[0],
        "seed": first,
        "days": table["day"].unique().sort().to_list(),
        "directory": str(outcome.folder),
        "frontier": summed.to_dicts(),
    }
    curves = {
        _group(name, words): list(zip(one["guaranteed_share"], one["extra_share"], strict=True))
        for (name,), one in summed.group_by("group", maintain_order=True)
    }
    axes = (words("frontier_across"), words("frontier_up"))
    figure = share_curves(words("frontier"), axes, curves)
    write_outcome(outcome, {"frontier": table}, document, {"frontier.svg": figure})
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(summed, document, words)


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


def _show(summed: "pl.DataFrame", document: dict[str, Any], words: "Words") -> None:
    from rich.markup import escape

    from kidswear_brain.results.labels import label

    console = screen()
    days = ", ".join(map(str, document["days"]))
    console.print(words("frontier_of", title=document["title"], days=days), markup=False)
    heads = ("guaranteed", "they_sew", "of_capacity", "cost", "served", "minute_price")
    table = sheet(words("firms_of"), *map(words, heads), no_wrap=True)
    for row in summed.iter_rows(named=True):
        table.add_row(
            escape(_group(row["group"], words)),
            f"{row['guaranteed_share']:.0%}",
            f"{row['share']:.1%}",
            f"{row['capacity_share']:.1%}",
            f"{row['extra_share']:+.2%}",
            f"{row['served_share']:.1%}",
            f"{row['share_price_cny']:.3f}",
        )
    console.print(table)
    console.print(words("frontier_note"), markup=False)
    written = f"{label('written_to', words.language)} {document['directory']}"
    console.print(written, markup=False, soft_wrap=True)


def _group(group: str, words: "Words") -> str:
    """Call a group as `--group` names it by its name in a language."""
    from kidswear_brain.report.whom import group_name
    from kidswear_brain.results.by_firm import SIZE_CLASSES

    if group in SIZE_CLASSES:
        return group_name("size_class", group, words)
    region = group.removeprefix("outside ")
    return words.region(group) if region == group else words("beyond", region=words.region(region))
