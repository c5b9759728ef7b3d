"""The commands `kidswear runs` and `kidswear view`: what has been run, and its page."""

import json
import shutil
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kidswear_brain.cli_options import AsJson, Debug, Language
from kidswear_brain.cli_tables import screen
from kidswear_brain.errors import RunError

if TYPE_CHECKING:
    from kidswear_brain.experiment.stored import Chosen, StoredRun

FOLDER = Path("runs")


def find_run(name: str) -> Path:
    """Find a run directory by its path, or by its name among the runs."""
    path = Path(name)
    return FOLDER / name if not path.exists() and (FOLDER / name).exists() else path


def runs(  # noqa: PLR0913 - one parameter an option
    folder: Annotated[Path, typer.Argument(help="Where to look.")] = FOLDER,
    scenario: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only whose name or title has this text.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Only whose scenario has it, also <, <=, > and >=; may be given repeatedly.",
        ),
    ] = None,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Only what is unfinished.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what is listed, after asking.")
    ] = False,
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="With --prune: clear a store of what is of no more use."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the runs there are, all or some: what was run, and what came out; or remove them."""
    from kidswear_brain.experiment.stored import choose, read_conditions

    if store is not None:
        if not prune:
            raise RunError("runs --store: found no --prune, allowed with it only")
        _clear(store, yes)
        return
    if not folder.is_dir() and folder != FOLDER:
        raise RunError(f"{folder}: no such directory; name the folder of the runs")
    if prune and not (scenario or where or unfinished):
        raise RunError(
            "runs --prune: found no filter, allowed with --scenario, --where, --unfinished"
        )
    chosen = choose(folder, scenario, read_conditions(where or []), unfinished)
    for path, told in chosen.unreadable:  # a run of an older version must not hide the others
        typer.echo(f"warning: {path}: cannot be read: {told}", err=True)
    if as_json:
        rows = [_summary(run) for run in chosen.runs]
        sweeps = [path.name for path in chosen.sweeps]
        names = [path.name for path in chosen.unfinished]
        document = {"runs": rows, "sweeps": sweeps, "unfinished": names}
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        _list(folder, chosen)
    if prune:
        _remove(chosen.paths, yes)


def _list(folder: Path, chosen: "Chosen") -> None:
    if chosen.runs:
        _show(list(chosen.runs))
    elif not chosen.paths:
        typer.echo(f"no such runs in {folder}; kidswear run kidswear:tiny makes one")
    for path in chosen.sweeps:
        typer.echo(f"{path.name}: a sweep; its table is {path / 'cells.parquet'}")
    for path in chosen.unfinished:
        typer.echo(f"{path.name}: unfinished; the same command with --resume goes on")


def _remove(paths: tuple[Path, ...], yes: bool) -> None:
    if not paths:
        return
    if not yes:
        typer.confirm(f"remove these {len(paths)} directories?", abort=True)
    for path in paths:
        shutil.rmtree(path)
    typer.echo(f"{len(paths)} removed")


def _clear(store: Path, yes: bool) -> None:
    from kidswear_brain.experiment.work import clear_store

    if not store.is_dir():
        raise RunError(f"{store}: no such store")
    if not yes:
        typer.confirm(f"remove what other sources computed from {store}?", abort=True)
    typer.echo(f"{clear_store(store)} files removed")


def view(
    run: Annotated[str, typer.Argument(help="Run directory, or its name in runs/.")],
    lang: Annotated[
        Language | None, typer.Option(help="Write the report anew in this language.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Open the report of a run in the browser; print where it is when there is none."""
    from kidswear_brain.report.page import REPORT, write_report

    path = find_run(run)
    report = path / REPORT
    if lang is not None or not report.is_file():
        report = write_report(path, lang.value if lang else "en")
    if not webbrowser.open(report.resolve().as_uri()):
        typer.echo(str(report))


def _summary(run: "StoredRun") -> dict[str, object]:
    from kidswear_brain.experiment.summary import plain_estimate

    pair = run.comparison
    return {
        "run": run.path.name,
        "title": run.scenario.title,
        "hash": run.manifest["hash"],
        "seed": pair.seed,
        "replications": pair.replications,
        "utilization": {
            arm: plain_estimate(pair.estimate("utilization", arm)) for arm in ("baseline", "brain")
        },
        "gain": plain_estimate(pair.gain("utilization")),
    }


def _show(listed: "list[StoredRun]") -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("run", overflow="fold")
    table.add_column("title", overflow="fold")
    for heading in ("n", "seed", "utilization", "gain"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run in listed:
        pair = run.comparison
        one, two = (pair.estimate("utilization", arm).mean for arm in ("baseline", "brain"))
        table.add_row(
            escape(run.path.name),
            escape(run.scenario.title),
            str(pair.replications),
            str(pair.seed),
            f"{one:.3f} → {two:.3f}",
            f"{pair.gain('utilization').mean * 100:+.1f}%",
        )
    screen().print(table)
