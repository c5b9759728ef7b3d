"""The command `kidswear compare`: runs or scenarios side by side."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import AsJson, Debug, Workers
from kidswear_brain.cli_running import cores, load_set, run_watched, stem_of
from kidswear_brain.cli_runs import find_run
from kidswear_brain.cli_tables import screen
from kidswear_brain.errors import RunError

if TYPE_CHECKING:
    from rich.console import Console

    from kidswear_brain.experiment.comparison import Estimate
    from kidswear_brain.experiment.contrast import Change, Contrast
    from kidswear_brain.experiment.stored import StoredRun

SHOWN = (
    "utilization",
    "fill_rate",
    "on_time_share",
    "lost_share",
    "pieces_per_worker_day",
    "lead_time_days",
    "tardiness_days",
    "firms_per_order",
    "procurement_cost_index",
    "unit_cost",
)
SIDE_NAMES = {
    "baseline": "without the brain",
    "brain": "with the brain",
    "gain": "what the brain adds",
}


def compare(  # noqa: PLR0913 - one parameter an option
    things: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN_OR_SCENARIO...", help="Two or more run directories or scenarios."
        ),
    ],
    replications: Annotated[
        int | None,
        typer.Option("-n", "--replications", min=1, help="Of scenarios that are run first."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**63 - 1, help="Of scenarios that are run first.")
    ] = None,
    workers: Workers = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a value of every scenario run."),
    ] = None,
    in_turn: Annotated[
        bool, typer.Option("--in-turn", help="Compare each with the one before, not the first.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every measure that differs.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Set runs side by side: inputs that differ, measures that differ, paired intervals.

    Scenarios are run first, into run directories of their own, with the seed and the number of
    replications of the first run directory named if there is one. All are compared with the
    first, or with --in-turn each with the one before it.
    """
    from kidswear_brain.experiment.contrast import contrast

    if len(things) < 2:
        raise RunError("compare: found one run or scenario, allowed two or more")
    stored = _stored(things, (replications, seed, workers or cores()), overrides)
    before = stored[:-1] if in_turn else [stored[0]] * (len(stored) - 1)
    pairs = list(zip(before, stored[1:], strict=True))
    contrasts = [contrast(*pair, len(pairs)) for pair in pairs]
    if as_json:
        found = [_plain(c, *pair) for c, pair in zip(contrasts, pairs, strict=True)]
        typer.echo(json.dumps({"comparisons": found}, indent=2, ensure_ascii=False))
        return

    for one, pair in zip(contrasts, pairs, strict=True):
        _show(screen(), one, pair, every)
    if len(pairs) > 1:
        typer.echo(
            f"{len(pairs)} comparisons: intervals of B - A are widened (Bonferroni), so that those "
            "of a measure hold together with 95 %"
        )


def _stored(
    things: list[str],
    worlds: tuple[int | None, int | None, int],
    overrides: list[str] | None,
) -> "list[StoredRun]":
    """Read what is a run directory, run what is a scenario."""
    from kidswear_brain.experiment.stored import read_run

    replications, seed, workers = worlds
    _check_found(things)
    read = {thing: read_run(path) for thing in things if (path := find_run(thing)).is_dir()}
    for run in read.values():
        seed = run.comparison.seed if seed is None else seed
        replications = replications or run.comparison.replications
    for thing in things:
        if thing not in read:
            read[thing] = read_run(_run(thing, (replications, seed, workers), overrides))
    return [read[thing] for thing in things]


def _check_found(things: list[str]) -> None:
    """Refuse what neither is a directory nor looks like a scenario, before anything is run."""
    scenario = (".yaml", ".yml")
    lost = [
        thing
        for thing in things
        if not find_run(thing).exists()
        and not thing.endswith(scenario)
        and not thing.startswith("kidswear:")
    ]
    if lost:
        raise RunError(
            "\n".join(
                f"{thing}: no such run; kidswear runs lists those there are" for thing in lost
            )
        )


def _run(
    scenario: str, worlds: tuple[int | None, int | None, int], overrides: list[str] | None
) -> Path:
    from kidswear_brain.experiment.compare import RunRequest

    replications, seed, workers = worlds
    loaded = load_set(scenario, overrides)
    request = RunRequest(
        loaded,
        replications or loaded.experiment.replications,
        loaded.experiment.seed if seed is None else seed,
        workers,
        name=stem_of(scenario),
    )
    return run_watched(request, "en").path


def _show(
    console: "Console", found: "Contrast", runs: "tuple[StoredRun, StoredRun]", every: bool
) -> None:
    for letter, run in zip("AB", runs, strict=True):
        text = f"{letter}  {run.scenario.title} ({run.path})"
        console.print(text, style="bold", markup=False, highlight=False, soft_wrap=True)
    _show_differences(console, "inputs that differ", found.inputs, "all inputs are the same")
    _show_differences(console, "code that differs", found.code, "the code is the same")
    _show_measures(console, found, every)
    n = found.common
    note = (
        f"± half the 95 % interval; B - A is paired over {n} replications of the same seeds"
        if n
        else "± half the 95 % interval; no seed in common, so B - A is of independent samples"
    )
    console.print(note, highlight=False)


def _show_differences(console: "Console", heading: str, rows: tuple[Any, ...], same: str) -> None:
    if not rows:
        console.print(same, highlight=False)
        return
    table = _table(heading, "A", "B", justify="left")
    for row in rows:
        table.add_row(*map(_escaped, (row.key, row.first, row.second)))
    console.print(table)


def _show_measures(console: "Console", found: "Contrast", every: bool) -> None:
    from kidswear_brain.results.labels import label

    for side, changes in found.changes.items():
        differing = {name: change for name, change in changes.items() if change.differs}
        if not differing:
            console.print(f"{SIDE_NAMES[side]}: no measure differs", highlight=False)
            continue
        shown = [name for name in differing if every or name in SHOWN]
        table = _table(SIDE_NAMES[side], "A", "B", "B - A", justify="right")
        for name in shown:
            table.add_row(label(name, "en"), *_cells(differing[name]))
        console.print(table)
        if len(shown) < len(differing):
            others = len(differing) - len(shown)
            console.print(f"{others} other measures differ; --all shows them", highlight=False)


def _table(first: str, *others: str, justify: Any) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold")
    for heading in others:
        wraps = justify == "left"
        table.add_column(heading, justify=justify, no_wrap=not wraps, overflow="fold")
    return table


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _cells(change: "Change") -> tuple[str, str, str]:
    return (
        f"{change.first.mean:.4g}",
        f"{change.second.mean:.4g}",
        _spread(change.difference),
    )


def _spread(estimate: "Estimate") -> str:
    if math.isnan(estimate.mean):
        return "-"
    if estimate.high is None:
        return f"{estimate.mean:+.4g}"
    return f"{estimate.mean:+.4g} ±{estimate.high - estimate.mean:.2g}"


def _plain(found: "Contrast", first: "StoredRun", second: "StoredRun") -> dict[str, Any]:
    """Say it as JSON does; nan becomes null."""
    return {
        "first": str(first.path),
        "second": str(second.path),
        "inputs": [_row(d) for d in found.inputs],
        "code": [_row(d) for d in found.code],
        "common_seeds": found.common,
        "measures": {
            side: {name: _change(c) for name, c in changes.items() if c.differs}
            for side, changes in found.changes.items()
        },
    }


def _row(difference: Any) -> dict[str, str]:
    return {"key": difference.key, "first": difference.first, "second": difference.second}


def _change(change: "Change") -> dict[str, Any]:
    from kidswear_brain.experiment.summary import plain_estimate

    parts = {"first": change.first, "second": change.second, "difference": change.difference}
    return {key: plain_estimate(one) for key, one in parts.items()}
