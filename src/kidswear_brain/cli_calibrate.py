"""The command `kidswear calibrate`: which parameters explain the figures, and how surely."""

import io
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
    from rich.console import Console
    from rich.table import Table

    from kidswear_brain.economics.calibrate import Calibration, Effort
    from kidswear_brain.economics.worlds import Worlds

FREE = (
    "demand.load",
    "market.known_firms",
    "services.procurement.pooled_share",
)
"""What is free unless something else is asked for: what the three targets tell apart best."""

REJECTED = 0.01
"""Below this p-value of the J-test it is said that the targets are not met."""


def calibrate(  # noqa: PLR0913 - one parameter an option
    scenario: ScenarioPath,
    free: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help=f"To estimate; repeatable. Default: {', '.join(FREE)}."),
    ] = None,
    moment: Targets = None,
    replications: Annotated[
        int, typer.Option("-n", "--replications", help="Worlds at each point.")
    ] = 4,
    size: Annotated[float, typer.Option(help="Share of the cluster that is searched on.")] = 0.25,
    explore: Annotated[int, typer.Option(help="Points simulated before any descent.")] = 24,
    starts: Annotated[int, typer.Option(help="Descents, from the best of them.")] = 3,
    confirm: Annotated[int, typer.Option(help="Worlds at full size; 0: none.")] = 4,
    rounds: Annotated[int, typer.Option(help="Estimates, with the bias of size taken off.")] = 2,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/calibrate-NAME-HASH8.")
    ] = None,
    store: Store = STORE,
    overrides: Overrides = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Estimate parameters so that the simulated figures are those observed.

    What is simulated is kept: the same command goes on where it was stopped.
    """
    from rich.console import Console

    from kidswear_brain.economics.calibrate import Effort
    from kidswear_brain.economics.calibrate import calibrate as calibrated
    from kidswear_brain.economics.findings import calibrated_yaml, findings, simulated_points
    from kidswear_brain.economics.moments import TARGETS, moments
    from kidswear_brain.economics.priors import axes
    from kidswear_brain.economics.worlds import Worlds
    from kidswear_brain.results.outcome import outcome_of, write_outcome
    from kidswear_brain.scenario import scenario_hash

    given, _ = read_settings(overrides)
    loaded = load_set(scenario, overrides)
    effort = Effort(size, replications, explore, starts, confirm, rounds)
    cube, targets = axes(free or FREE), moments(moment or TARGETS)
    first = loaded.experiment.seed if seed is None else seed
    stem = stem_of(scenario)
    names = ([axis.name for axis in cube], [target.name for target in targets])
    question = (scenario_hash(loaded), first, effort, names)
    outcome = outcome_of(out, f"calibrate-{stem}", "calibration", question)
    worlds = Worlds(scenario, given, cube, targets, store, first, workers=workers or cores())
    with watched_worlds(worlds) as watched:
        found = calibrated(watched, effort)
    document = findings(worlds, effort, found)
    text = io.StringIO()
    _show(Console(file=text, width=100), worlds, effort, found, loaded.title)
    texts = {
        "calibrated.yaml": calibrated_yaml(worlds, found, loaded.title, outcome.folder),
        "calibration.txt": text.getvalue(),
    }
    write_outcome(outcome, {"points": simulated_points(worlds, found)}, document, texts)
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(screen(), worlds, effort, found, loaded.title)
        written = "calibrated.yaml, calibration.json, calibration.txt, points.parquet"
        typer.echo(f"Written to {outcome.folder}: {written}")


def _show(
    console: "Console", worlds: "Worlds", effort: "Effort", found: "Calibration", title: str
) -> None:
    fit = found.estimate
    console.print(title, style="bold", markup=False)
    console.print(
        f"{len(fit.point)} parameters, {len(fit.fitted)} moments; {len(found.points)} points of "
        f"{effort.replications} worlds at {effort.size:g} of the size, seed {worlds.seed}\n"
    )
    console.print(_parameters(worlds, found))
    console.print(_moments(worlds, found))
    console.print(_sensitivity(worlds, found))
    console.print(_identification(found), markup=False, soft_wrap=True)


def _parameters(worlds: "Worlds", found: "Calibration") -> "Table":
    from kidswear_brain.economics.findings import known_from, natural, spread

    fit = found.estimate
    table = sheet("parameter", "prior", "estimate", "std. error", "95 %", "profile", "known from")
    for j, axis in enumerate(worlds.cube):
        low, high = (natural(axis, float(end[j])) for end in fit.interval())
        ends = [natural(axis, end) for end in found.profiles[j].interval]
        bound = " *" if fit.at_bound[j] else ""
        table.add_row(
            axis.name,
            f"{axis.low:g}-{axis.high:g}",
            f"{axis.value(float(fit.point[j])):.4g}{bound}",
            f"{fit.standard_error[j] * spread(axis):.2g}",
            f"{low:.3g}-{high:.3g}",
            f"{ends[0]:.3g}-{ends[1]:.3g}",
            f"{known_from(float(fit.learned[j]))} {fit.learned[j]:.0%}",
        )
    return table


def _moments(worlds: "Worlds", found: "Calibration") -> "Table":
    from kidswear_brain.economics.findings import bias, confirmed

    table = sheet("moment", "target", "small", "full - small", "full size", "met")
    for k, moment in enumerate(worlds.moments):
        row = [
            moment.name,
            f"{moment.target:.4g} ±{moment.tolerance:.2g}",
            f"{found.estimate.fitted[k]:.4f}",
        ]
        if found.confirmations:
            last = found.confirmations[-1]
            full = confirmed(last, k)
            held = "yes" if moment.holds(full.mean) else "NO"
            row += [_spread(bias(last, k)), _spread(full), held]
        else:
            row += ["-", "-", "-"]
        table.add_row(*row)
    return table


def _sensitivity(worlds: "Worlds", found: "Calibration") -> "Table":
    from kidswear_brain.economics.findings import spread

    fit = found.estimate
    table = sheet("estimate moves, if observed +1 std. error of", *(m.name for m in worlds.moments))
    for j, axis in enumerate(worlds.cube):
        moves = [
            f"{fit.sensitivity[j, k] * spread(axis) * moment.standard_error:+.3g}"
            for k, moment in enumerate(worlds.moments)
        ]
        table.add_row(axis.name, *moves)
    return table


def _identification(found: "Calibration") -> str:
    fit = found.estimate
    rejected = fit.j_freedom and fit.j_p_value < REJECTED
    lines = [
        f"The data narrow {fit.rank} of {len(fit.point)} directions below their priors"
        + ("; the priors count as extra moments." if fit.with_priors else "; no prior is used."),
        f"J = {fit.j_statistic:.2f}, {fit.j_freedom} degrees of freedom, p = {fit.j_p_value:.2f}"
        if fit.j_freedom
        else f"Exactly identified: nothing left to test (distance {fit.j_statistic:.2g}).",
        *(
            ["THE TARGETS ARE NOT MET: the values are the best found, not a fit."]
            if rejected
            else []
        ),
        "Descents ended at distance "
        + ", ".join(f"{one.distance:.3g} ({one.evaluations} points)" for one in fit.descents)
        + ".",
        "Profiles stand on a surrogate; its cross-validated error: "
        + ", ".join(
            f"{name} {error:.2g} ({learner})"
            for name, error, learner in zip(
                found.surrogate.moments,
                found.surrogate.error,
                found.surrogate.learners,
                strict=True,
            )
        )
        + ".",
    ]
    if fit.at_bound.any():
        lines.append("* at an end of its prior: standard error and interval are too narrow there.")
    return "\n".join(lines)


def _spread(estimate: Any) -> str:
    half = "" if estimate.high is None else f" ±{estimate.high - estimate.mean:.4f}"
    return f"{estimate.mean:.4f}{half}"
