"""The command `kidswear sensitivity`: what moves the figures, and what of that is assumed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import (
    STORE,
    AsJson,
    Debug,
    Overrides,
    ScenarioPath,
    Seed,
    Store,
    Workers,
)
from kidswear_brain.cli_running import (
    cores,
    load_set,
    read_settings,
    stem_of,
    watched_worlds,
)
from kidswear_brain.cli_tables import screen, sheet

if TYPE_CHECKING:
    from kidswear_brain.economics.study import Effort, FigureSensitivity, Study

FIGURES = (
    "utilization_gain",
    "procurement_change",
    "utilization_baseline",
    "utilization_brain",
    "fill_rate_baseline",
    "fill_rate_brain",
)
"""The figures studied unless others are asked for."""
MOST_SHOWN = 8


def sensitivity(  # noqa: PLR0913 - one parameter an option
    scenario: ScenarioPath,
    figure: Annotated[
        list[str] | None,
        typer.Option("--moment", metavar="NAME", help="Figure to study; repeatable. Default: 6."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Parameter to vary; repeatable. Default: all priors."),
    ] = None,
    size: Annotated[float, typer.Option(help="Share of firms and brands to simulate.")] = 0.1,
    trajectories: Annotated[
        int, typer.Option(min=2, help="Walks of the screening, a point a parameter each.")
    ] = 4,
    draws: Annotated[
        int, typer.Option(min=20, help="Points from the priors the surrogate learns from.")
    ] = 256,
    replications: Annotated[
        int, typer.Option("-n", "--replications", min=2, help="Worlds of the elasticities.")
    ] = 4,
    elasticities: Annotated[
        int, typer.Option(min=0, help="How many parameters get an elasticity.")
    ] = 8,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/sensitivity-NAME-HASH8.")
    ] = None,
    store: Store = STORE,
    overrides: Overrides = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Say which parameters move the figures, and which share of their spread is assumed.

    What is simulated is kept: the same command goes on where it was stopped.
    """
    from kidswear_brain.economics.moments import moments
    from kidswear_brain.economics.priors import axes
    from kidswear_brain.economics.study import Effort, study
    from kidswear_brain.economics.study_findings import study_findings
    from kidswear_brain.economics.worlds import Worlds
    from kidswear_brain.results.outcome import outcome_of, write_outcome
    from kidswear_brain.scenario import scenario_hash

    loaded = load_set(scenario, overrides)
    cube, studied = axes(key), moments(figure or FIGURES)
    effort = Effort(size, trajectories, draws, replications, elasticities)
    first = loaded.experiment.seed if seed is None else seed
    given = read_settings(overrides)[0]
    worlds = Worlds(scenario, given, cube, studied, store, first, workers or cores())
    names = ([axis.name for axis in cube], [moment.name for moment in studied])
    stem = stem_of(scenario)
    question = (scenario_hash(loaded), first, effort, names)
    outcome = outcome_of(out, f"sensitivity-{stem}", "sensitivity", question)
    with watched_worlds(worlds) as watched:
        found = study(watched, effort)
    document = study_findings(worlds, effort, found, question[0])
    tables = {"draws": found.draws_table(), "screening": found.screening_table()}
    texts = {f"{name}.csv": table.write_csv() for name, table in tables.items()}
    write_outcome(outcome, {}, document, texts)
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(loaded.title, effort, found, outcome.folder)


def owed_to_assumptions(folder: Path, digest: str, language: str) -> str:
    """Say which share of each figure's spread is assumed; nothing without a study beside a run."""
    from kidswear_brain.economics.stored_study import stored_study

    study = stored_study(folder, digest)
    if study is None:
        return ""
    shares = ", ".join(
        f"{one['name'].replace('_', ' ')} {_share(one['assumed_share'])}"
        for one in study["figures"]
    )
    english = "Of the variance over the priors, owed to assumed parameters"
    lead = "先验范围内的方差中来自假设参数的份额" if language == "zh" else english
    effort = f"{study['parameters']} parameters, {study['draws']} draws, size {study['size']:g}"
    return f"{lead}: {shares} ({effort})"


def _show(title: str, effort: "Effort", found: "Study", folder: Path) -> None:
    console = screen()
    console.print(title, style="bold", markup=False)
    console.print(
        f"{len(found.cube)} parameters over their priors at {effort.size:g} of the size: "
        f"{len(found.screened)} points of screening, {len(found.drawn)} draws",
        soft_wrap=True,
    )
    if found.failed:
        console.print(f"{found.failed} runs failed and are left out: {found.errors[0]}")
    console.print(_figure_table(found))
    for figure in found.figures:
        console.print(_parameter_table(found, figure))
    console.print(
        "effect: mean absolute change for crossing the whole prior, ± half its 95 % interval,\n"
        "with the sign of its mean. alone, in all: Sobol shares of the variance the surrogate\n"
        "explains. elasticity: % of the figure for 1 % of the parameter at the scenario's values,\n"
        f"± its standard error over {effort.replications} paired worlds.\n"
        f"Written to {folder}: sensitivity.json, draws.csv, screening.csv",
        soft_wrap=True,
        markup=False,
    )


def _figure_table(found: "Study") -> Any:
    table = sheet(
        "figure over the priors", "5 %", "50 %", "95 %", "R2", "error", "assumed", no_wrap=True
    )
    for figure in found.figures:
        row = [f"{value:.3f}" for value in figure.quantiles]
        shares = (f"{figure.r2:.2f}", f"{figure.error:.3f}", _share(figure.assumed_share))
        table.add_row(figure.moment.name, *row, *shares)
    return table


def _parameter_table(found: "Study", figure: "FigureSensitivity") -> Any:
    order = sorted(range(len(found.cube)), key=lambda k: -figure.shares.total[k])
    elastic = {one.name: one for one in found.elasticities if one.moment == figure.moment.name}
    table = sheet(
        figure.moment.name, "tag", "effect", "alone", "in all", "elasticity", no_wrap=True
    )
    for place in order[:MOST_SHOWN]:
        axis, screening = found.cube[place], figure.screening
        sign = "-" if screening.mean[place] < 0 else "+"
        effect = f"{sign}{screening.mean_absolute[place]:.3f} ±{screening.half_width[place]:.3f}"
        one = elastic.get(axis.name)
        shown = f"{one.value:+.2f} ±{one.standard_error:.2f}" if one else ""
        shares = (_share(figure.shares.first[place]), _share(figure.shares.total[place]))
        table.add_row(axis.name, axis.tag, effect, *shares, shown)
    return table


def _share(value: float) -> str:
    return f"{max(value, 0):.0%}"
