"""The command `kidswear calibrate`: which parameters explain the figures, and how surely."""

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_running import cores, kept_when_stopped, load_set, read_settings
from kidswear_brain.cli_sweep import STORE

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


def calibrate(  # noqa: PLR0913 - one parameter an option
    scenario: Annotated[
        str,
        typer.Argument(metavar="SCENARIO", help="YAML file, or kidswear:NAME for a shipped one."),
    ],
    free: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help=f"To estimate; repeatable. Default: {', '.join(FREE)}."),
    ] = None,
    moment: Annotated[
        list[str] | None,
        typer.Option("--moment", metavar="NAME", help="What to meet; repeatable. Default: 3."),
    ] = None,
    replications: Annotated[
        int, typer.Option("-n", "--replications", help="Worlds at each point.")
    ] = 4,
    size: Annotated[float, typer.Option(help="Share of the cluster that is searched on.")] = 0.25,
    explore: Annotated[int, typer.Option(help="Points simulated before any descent.")] = 24,
    starts: Annotated[int, typer.Option(help="Descents, from the best of them.")] = 3,
    confirm: Annotated[int, typer.Option(help="Worlds at full size; 0: none.")] = 4,
    rounds: Annotated[int, typer.Option(help="Estimates, with the bias of size taken off.")] = 2,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**63 - 1, help="Default: the scenario's.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; default: one a core.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/calibrate-NAME-HASH8.")
    ] = None,
    store: Annotated[
        Path, typer.Option(metavar="DIR", help="Where finished work is kept and looked up.")
    ] = STORE,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a value; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Estimate parameters so that the simulated figures are those observed.

    What is simulated is kept: the same command goes on where it was stopped.
    """
    from rich.console import Console

    from kidswear_brain.economics.calibrate import Effort
    from kidswear_brain.economics.findings import calibrated_yaml, findings, simulated_points
    from kidswear_brain.economics.moments import TARGETS, moments
    from kidswear_brain.economics.priors import axes
    from kidswear_brain.economics.worlds import Worlds
    from kidswear_brain.results.outcome import check_free, outcome_path, write_outcome
    from kidswear_brain.scenario import scenario_hash

    given, _ = read_settings(overrides)
    loaded = load_set(scenario, overrides)
    effort = Effort(size, replications, explore, starts, confirm, rounds)
    cube, targets = axes(free or FREE), moments(moment or TARGETS)
    first = loaded.experiment.seed if seed is None else seed
    stem = Path(scenario.removeprefix("kidswear:")).stem
    names = ([axis.name for axis in cube], [target.name for target in targets])
    question = (scenario_hash(loaded), first, effort, names)
    folder = outcome_path(out, f"calibrate-{stem}", question)
    check_free(folder, "calibration")
    worlds = Worlds(scenario, given, cube, targets, store, first, workers=workers or cores())
    found = _watched(worlds, effort)
    document = findings(worlds, effort, found)
    text = io.StringIO()
    _show(Console(file=text, width=100), worlds, effort, found, loaded.title)
    texts = {
        "calibrated.yaml": calibrated_yaml(worlds, found, loaded.title, folder),
        "calibration.txt": text.getvalue(),
    }
    write_outcome(
        folder, "calibration", {"points": simulated_points(worlds, found)}, document, texts
    )
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(Console(highlight=False), worlds, effort, found, loaded.title)
        typer.echo(f"Written to {folder}: calibrated.yaml, calibration.json, points.parquet")


def _watched(worlds: "Worlds", effort: "Effort") -> "Calibration":
    """Calibrate with a bar that begins anew at every point; an interrupt keeps what is finished."""
    import dataclasses

    from rich.console import Console

    from kidswear_brain.cli_screen import progress_bar
    from kidswear_brain.economics.calibrate import calibrate as calibrated

    kept = f"finished work is kept in {worlds.store}; the same command goes on"
    bar = progress_bar(Console(stderr=True), "arms")
    with kept_when_stopped(worlds.store, kept), bar as progress:
        return calibrated(dataclasses.replace(worlds, progress=progress), effort)


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
    table = _table("parameter", "prior", "estimate", "std. error", "95 %", "profile", "known from")
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

    table = _table("moment", "target", "small", "full - small", "full size", "met")
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
    table = _table(
        "estimate moves, if observed +1 std. error of", *(m.name for m in worlds.moments)
    )
    for j, axis in enumerate(worlds.cube):
        moves = [
            f"{fit.sensitivity[j, k] * spread(axis) * moment.standard_error:+.3g}"
            for k, moment in enumerate(worlds.moments)
        ]
        table.add_row(axis.name, *moves)
    return table


def _identification(found: "Calibration") -> str:
    fit = found.estimate
    lines = [
        f"The data narrow {fit.rank} of {len(fit.point)} directions below their priors"
        + ("; the priors count as extra moments." if fit.with_priors else "; no prior is used."),
        f"J = {fit.j_statistic:.2f}, {fit.j_freedom} degrees of freedom, p = {fit.j_p_value:.2f}"
        if fit.j_freedom
        else f"Exactly identified: nothing left to test (distance {fit.j_statistic:.2g}).",
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


def _table(*headings: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(headings[0], overflow="fold")
    for heading in headings[1:]:
        table.add_column(heading, justify="right")
    return table
