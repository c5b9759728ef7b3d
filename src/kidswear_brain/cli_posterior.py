"""The command `kidswear posterior`: what the targets leave of the priors."""

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
    Targets,
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
    from rich.table import Table

    from kidswear_brain.economics.posterior import Posterior
    from kidswear_brain.economics.worlds import Worlds

PLOTTED = 6
"""Axes in the pair plot."""


def posterior(  # noqa: PLR0913 - one parameter an option
    scenario: ScenarioPath,
    draws: Annotated[int, typer.Option(min=40, help="Draws from the priors, simulated.")] = 256,
    size: Annotated[float, typer.Option(help="Share of the cluster they are simulated on.")] = 0.1,
    full: Annotated[
        int, typer.Option(min=0, help="Draws simulated at full size too: the bias of size.")
    ] = 8,
    sets: Annotated[int, typer.Option(min=1, help="Parameter sets to name.")] = 3,
    free: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="What is drawn; repeatable. Default: every prior."),
    ] = None,
    moment: Targets = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/posterior-NAME-HASH8.")
    ] = None,
    store: Store = STORE,
    overrides: Overrides = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Draw from all priors, and show which draws the targets leave, and along which ridges.

    What is simulated is kept: the same command goes on where it was stopped.
    """
    from kidswear_brain.economics.moments import TARGETS, moments
    from kidswear_brain.economics.posterior import posterior as left
    from kidswear_brain.economics.posterior import prior_draws
    from kidswear_brain.economics.posterior_files import draw_table, findings, set_yaml
    from kidswear_brain.economics.priors import axes, place_of
    from kidswear_brain.economics.worlds import Worlds
    from kidswear_brain.report.ridges import ridge_plot
    from kidswear_brain.results.outcome import outcome_of, write_outcome
    from kidswear_brain.scenario import scenario_hash

    given, _ = read_settings(overrides)
    loaded = load_set(scenario, overrides)
    cube, targets = axes(free), moments(moment or TARGETS)
    first = loaded.experiment.seed if seed is None else seed
    stem = stem_of(scenario)
    names = ([axis.name for axis in cube], [target.name for target in targets])
    # more draws prolong the same study, so their number is no part of its name
    question = (scenario_hash(loaded), first, size, names)
    outcome = outcome_of(out, f"posterior-{stem}", "posterior", question)
    worlds = Worlds(scenario, given, cube, targets, store, first, workers=workers or cores())
    with watched_worlds(worlds) as watched:
        simulated = prior_draws(watched, draws, size, full)
    found = left(simulated, targets, place_of(cube, loaded), first, sets)
    document = findings(worlds, found, size)
    shown = list(found.leading[:PLOTTED])
    texts = {
        "draws.csv": draw_table(worlds, simulated.points, simulated.values).write_csv(),
        "posterior.csv": draw_table(worlds, found.points, found.predicted).write_csv(),
    } | {
        f"set_{k}.yaml": set_yaml(
            worlds, one, f"{loaded.title}, set {k}", found.leading, outcome.folder
        )
        for k, one in enumerate(found.sets, 1)
    }
    if len(found.points) > 1:
        title = f"What the targets leave of the priors: {len(found.points):,} draws"
        texts["ridges.svg"] = ridge_plot(
            title, [cube[j].name for j in shown], found.points[:, shown]
        )
    write_outcome(outcome, {}, document, texts)
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(worlds, found, document, loaded.title)
        typer.echo(f"Written to {outcome.folder}: {', '.join(['posterior.json', *texts])}")


def _show(worlds: "Worlds", found: "Posterior", document: dict[str, Any], title: str) -> None:
    console = screen()
    console.print(title, style="bold", markup=False)
    told = document["draws"]
    console.print(
        f"{told['simulated']} draws from {len(worlds.cube)} priors, {told['failed']} failed; "
        f"{told['meet_all_targets']} meet all targets "
        f"({told['share_low']:.1%} to {told['share_high']:.1%} of the priors, 95 %); by the "
        f"surrogate {found.share_met:.1%}\n"
    )
    console.print(_moments(document))
    console.print(_axes(worlds, found))
    console.print(_sets(worlds, found))
    ridges = found.ridges()[:6]
    lines = [
        f"{worlds.cube[i].name} and {worlds.cube[j].name}: {r:+.2f}" for i, j, r in ridges
    ] or ["none above .15"]
    console.print("Ridges (correlation after rejection): " + "; ".join(lines), soft_wrap=True)


def _moments(document: dict[str, Any]) -> "Table":
    table = sheet("moment", "target", "prior 5 %", "50 %", "95 %", "surrogate error", "R2")
    for name, told in document["moments"].items():
        table.add_row(
            name,
            f"{told['low']:.3g} to {told['high']:.3g}",
            *(f"{value:.3f}" for value in told["prior_predictive"]),
            f"{told['surrogate_error']:.3f} ({told['learner']})",
            f"{told['surrogate_r2']:.2f}",
        )
    return table


def _axes(worlds: "Worlds", found: "Posterior") -> "Table":
    from kidswear_brain.economics.findings import natural

    table = sheet("leading parameter", "prior", "posterior median", "5-95 %", "spread / prior")
    for j in found.leading:
        axis = worlds.cube[j]
        row = ["-", "-", "-"]
        if len(found.points) > 1:
            low, middle, high = _percentiles(found, j)
            row = [
                f"{natural(axis, middle):.3g}",
                f"{natural(axis, low):.3g}-{natural(axis, high):.3g}",
                f"{found.spread[j]:.2f}",
            ]
        table.add_row(axis.name, f"{axis.low:g}-{axis.high:g}", *row)
    return table


def _percentiles(found: "Posterior", j: int) -> tuple[float, float, float]:
    values = sorted(found.points[:, j].tolist())
    last = len(values) - 1
    return values[round(0.05 * last)], values[round(0.5 * last)], values[round(0.95 * last)]


def _sets(worlds: "Worlds", found: "Posterior") -> "Table":
    table = sheet("parameter set", *(str(k) for k in range(1, len(found.sets) + 1)))
    for j in found.leading:
        axis = worlds.cube[j]
        table.add_row(axis.name, *(f"{axis.value(float(one.point[j])):.3g}" for one in found.sets))
    for k, moment in enumerate(worlds.moments):
        table.add_row(f"expected {moment.name}", *(f"{one.predicted[k]:.3f}" for one in found.sets))
    return table
